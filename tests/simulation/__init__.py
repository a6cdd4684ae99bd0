"""The whole worker in virtual time: real code over a broker in memory and Xero's simulator, with faults at every seam.

`python -m tests.simulation --help` runs schedules by seed. How it works, and what it cannot see: docs/adr/0018.
"""
