"""The metrics of telling people what is new."""
