"""The command `shipledger`: one module a command, which imports what is heavy only when it runs."""
