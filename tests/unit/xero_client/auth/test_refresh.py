"""Refresh tokens rotate: never lost by a crash, never spent twice by two processes, never shown."""

import asyncio
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.unit.xero_client.auth.consent_harness import CLIENT, NOW, Harness, consent_harness, store_of
from tests.unit.xero_client.auth.strict_identity import strict_identity
from xero_client.auth.consent import OFFLINE
from xero_client.auth.newest_seen import NewestSeen
from xero_client.auth.refresh import consent_of
from xero_client.auth.token_endpoint import TokenReply
from xero_client.auth.token_store import ConsentStore, StoredConsent, new_key
from xero_client.errors import DisconnectedError, UnavailableError
from xero_client.vocabulary import SCOPES

ROUNDS = 40


@pytest.fixture
async def harness(tmp_path: Path) -> AsyncIterator[Harness]:
    """A harness whose store holds the tokens of a fresh consent."""
    async with consent_harness(tmp_path) as made:
        tokens = made.simulator.state.tokens
        tokens.connect(CLIENT.client_id, NOW)
        issued = tokens.issue(CLIENT.client_id, frozenset({*SCOPES, OFFLINE}), NOW, refreshable=True)
        reply = TokenReply(SecretStr(issued.access.token), 1_800.0, SecretStr(issued.refresh_token or ""))
        made.store.write(consent_of(reply, NOW, None))
        yield made


class CrashingStore(ConsentStore):
    """A store that dies before it writes, once."""

    crashes = 1

    def write(self, consent: StoredConsent) -> None:
        """Die, or write."""
        if self.crashes:
            self.crashes -= 1
            raise UnavailableError("the process died here")
        super().write(consent)


async def test_the_stored_token_serves_while_it_is_fresh(harness: Harness) -> None:
    stored = harness.store.read()
    assert stored is not None
    assert (await harness.source().obtain(None)).value == stored.access_token
    assert harness.simulator.state.counts.calls["POST token"] == 0


async def test_a_token_that_is_old_or_rejected_is_refreshed_and_stored_before_it_is_used(harness: Harness) -> None:
    first = (await harness.source().obtain(None)).value.get_secret_value()
    second = (await harness.source().obtain(first)).value
    harness.clock.advance(1_700)
    third = (await harness.source().obtain(None)).value
    assert len({first, second.get_secret_value(), third.get_secret_value()}) == 3
    stored = harness.store.read()
    assert stored is not None
    assert stored.access_token == third


async def test_a_token_that_another_process_renewed_is_taken_from_the_store(harness: Harness) -> None:
    here, there = harness.source(), harness.source()
    old = (await here.obtain(None)).value.get_secret_value()
    renewed = (await there.obtain(old)).value
    assert (await here.obtain(old)).value == renewed
    assert harness.simulator.state.counts.calls["POST token"] == 1


async def test_after_a_crash_between_refresh_and_store_the_old_token_still_works(harness: Harness) -> None:
    rejected = (await harness.source().obtain(None)).value.get_secret_value()
    with pytest.raises(UnavailableError):
        await harness.source(
            CrashingStore(
                harness.folder / "default.consent",
                harness.key,
                "default",
                NewestSeen(harness.folder / "seen" / "default"),
            )
        ).obtain(rejected)
    harness.clock.advance(29 * 60)
    token = (await harness.source().obtain(rejected)).value.get_secret_value()
    assert harness.simulator.state.tokens.access(token, harness.clock.now()) is not None


async def test_the_previous_refresh_token_is_used_where_the_stored_one_is_refused(harness: Harness) -> None:
    rejected = (await harness.source().obtain(None)).value.get_secret_value()
    await harness.source().obtain(rejected)
    stored = harness.store.read()
    assert stored is not None
    harness.store.write(stored.model_copy(update={"refresh_token": SecretStr("never-issued")}))
    token = (await harness.source().obtain(stored.access_token.get_secret_value())).value.get_secret_value()
    assert harness.simulator.state.tokens.access(token, harness.clock.now()) is not None


async def test_a_withdrawn_consent_says_that_a_human_is_needed(harness: Harness) -> None:
    rejected = (await harness.source().obtain(None)).value.get_secret_value()
    harness.simulator.state.tokens.revoke(CLIENT.client_id)
    with pytest.raises(DisconnectedError, match="runs `shipledger connect`"):
        await harness.source().obtain(rejected)


async def test_a_connection_nobody_has_signed_in_to_says_so(tmp_path: Path) -> None:
    async with consent_harness(tmp_path) as fresh:
        with pytest.raises(DisconnectedError, match="nobody has signed in"):
            await fresh.source().obtain(None)


async def test_two_processes_never_spend_the_same_refresh_token(tmp_path: Path) -> None:
    """The server has no grace: one token spent twice, or one lost, would end every later round."""
    key = new_key()
    async with strict_identity() as identity:
        first = TokenReply(SecretStr("access-0"), 1_800.0, SecretStr(identity.newest))
        store_of(tmp_path / "default.consent", key).write(consent_of(first, datetime.now(UTC), None))
        command = (
            sys.executable,
            "-m",
            "tests.unit.xero_client.auth.token_rounds",
            identity.url,
            str(tmp_path),
            str(ROUNDS),
        )
        pipe = asyncio.subprocess.PIPE
        processes = [await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe) for _ in range(2)]
        outputs = await asyncio.gather(*(each.communicate(key.get_secret_value().encode()) for each in processes))
    assert [each.returncode for each in processes] == [0, 0]
    assert [len(output.split()) for output, _ in outputs] == [ROUNDS, ROUNDS]
    assert identity.reuses == 0
    assert ROUNDS - 1 <= identity.refreshes <= 2 * ROUNDS


def test_the_store_is_for_its_owner_only_and_shows_no_token(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "default.consent"
    store = store_of(path, new_key())
    reply = TokenReply(SecretStr("canary-access"), 1_800.0, SecretStr("canary-refresh"))
    consent = consent_of(reply, NOW, SecretStr("canary-previous"))
    store.write(consent)
    assert path.stat().st_mode & 0o777 == 0o600
    assert b"canary" not in path.read_bytes()
    assert "canary" not in f"{consent!r} {consent} {reply!r}"
    kept = store.read()
    assert kept is not None
    assert kept.model_copy(update={"connection": None, "generation": 0}) == consent
    assert [each.name for each in path.parent.iterdir() if each.is_file()] == ["default.consent"]


def test_a_store_does_not_open_with_another_key(tmp_path: Path) -> None:
    path = tmp_path / "default.consent"
    reply = TokenReply(SecretStr("a"), 1_800.0, SecretStr("r"))
    store_of(path, new_key()).write(consent_of(reply, NOW, None))
    with pytest.raises(DisconnectedError, match="does not open with the key"):
        store_of(path, new_key()).read()
    path.write_bytes(b"cut")
    with pytest.raises(DisconnectedError, match="does not open"):
        store_of(path, new_key()).read()


def test_a_key_of_the_wrong_form_is_refused_without_being_shown(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not 32 bytes") as caught:
        store_of(tmp_path / "x", SecretStr("canary"))
    assert "canary" not in str(caught.value)


def test_a_reply_without_a_new_refresh_token_keeps_the_old_one() -> None:
    reply = TokenReply(SecretStr("a"), 1_800.0, None)
    consent = consent_of(reply, NOW, SecretStr("kept"))
    assert consent.refresh_token == consent.previous == SecretStr("kept")
    assert consent.access_expires_at == NOW + timedelta(minutes=30)


async def test_a_folder_that_cannot_be_written_spends_no_refresh_token(tmp_path: Path) -> None:
    """Found out before the token is exchanged, as a rotated one that cannot be stored would be lost."""
    (tmp_path / "file").touch()
    async with consent_harness(tmp_path / "file" / "tokens") as harness:
        with pytest.raises(UnavailableError, match="cannot be opened"):
            await harness.source().obtain(None)
        assert harness.simulator.state.counts.calls["POST token"] == 0
