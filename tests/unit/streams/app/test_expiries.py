"""When tokens and consents end is shown before they do."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from prometheus_client import CollectorRegistry
from pydantic import SecretStr

from streams.app.expiries import Expiries
from streams.ops.metrics.metrics import Metrics
from xero_client.auth.newest_seen import NewestSeen
from xero_client.auth.token_store import ConsentStore, StoredConsent, new_key

NOW = datetime(2026, 11, 20, 3, 15, tzinfo=UTC)


def consent(rotated_at: datetime) -> StoredConsent:
    token = SecretStr("a token for tests only")
    ends = rotated_at + timedelta(minutes=30)
    return StoredConsent(refresh_token=token, rotated_at=rotated_at, access_token=token, access_expires_at=ends)


async def test_a_consent_ends_sixty_days_after_its_last_use(tmp_path: Path) -> None:
    key = new_key()
    names = ("used", "unused", "foreign")
    stores = {name: ConsentStore(tmp_path / name, key, name, NewestSeen(tmp_path / f"{name}.seen")) for name in names}
    stores["used"].write(consent(NOW - timedelta(days=55)))
    (tmp_path / "foreign").write_bytes(b"not ours")
    registry = CollectorRegistry()
    await Expiries(lambda: {"default": 90.0, "none": 0.0}, stores, Metrics(registry), lambda: NOW).look()

    def shown(what: str, connection: str) -> float | None:
        name = f"shipledger_{what}_expiry_timestamp_seconds"
        return registry.get_sample_value(name, {"connection": connection})

    assert shown("consent", "used") == (NOW + timedelta(days=5)).timestamp()
    assert (shown("consent", "unused"), shown("consent", "foreign")) == (0, 0)
    assert (shown("token", "default"), shown("token", "none")) == (NOW.timestamp() + 90, 0)
