"""The dispatcher: the ledger, its lanes, and the one writer each input partition has."""
