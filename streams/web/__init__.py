"""The HTTP API (contract 6.4): the integration log, what needs a human, sending, explaining; health, metrics."""
