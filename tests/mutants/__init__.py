"""Planted bugs of the protocol, each a small patch: what `make test` runs has to notice every one of them."""
