"""Environments for the tests of the configuration."""


def complete(**changes: str | None) -> dict[str, str]:
    """An environment that a worker starts with; `changes` are keyed by name without the prefix; None removes."""
    environ: dict[str, str | None] = {
        "KAFKA__BOOTSTRAP_SERVERS": "broker-1:9092,broker-2:9092",
        "XERO__CLIENT_ID": "client",
        "XERO__CLIENT_SECRET": "client-secret-value",
        "PROFILE": "/etc/shipledger/profile.toml",
        "HTTP__TOKEN": "token-of-enough-characters",
        **changes,
    }
    return {f"SHIPLEDGER_{name}": value for name, value in environ.items() if value is not None}
