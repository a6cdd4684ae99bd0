"""The dispatcher: the ledger, its lanes, and the one writer each input partition has.

Others import `Dispatcher` from `ownership`, its knobs from `settings`, and what it is given from `context`. This file
imports nothing, so that the configuration can read the defaults without loading Kafka's client.
"""
