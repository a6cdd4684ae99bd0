"""The stable events of the log, and the page docs/logs.md that is made of them."""
