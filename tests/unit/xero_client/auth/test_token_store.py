"""The file of a consent is its owner's alone, its connection's alone, and never an older one than was there."""

import dataclasses
import os
from datetime import timedelta
from pathlib import Path

import orjson
import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from tests.unit.xero_client.auth.consent_harness import NOW, consent_harness, store_of
from xero_client.auth.refresh import consent_of
from xero_client.auth.token_endpoint import TokenReply
from xero_client.auth.token_store import StoredConsent, new_key
from xero_client.errors import DisconnectedError

KEY = new_key()


def consent(name: str = "one", minutes: int = 0) -> StoredConsent:
    """A consent whose tokens are named after it, renewed so many minutes after the first."""
    reply = TokenReply(SecretStr(f"access-{name}"), 1_800.0, SecretStr(f"refresh-{name}"))
    return consent_of(reply, NOW + timedelta(minutes=minutes), None)


def former(name: str) -> bytes:
    """The file as the first version wrote it: nothing says whose it is, or how new."""
    fields = {
        "refresh_token": f"refresh-{name}",
        "previous": None,
        "rotated_at": NOW.isoformat(),
        "access_token": f"access-{name}",
        "access_expires_at": (NOW + timedelta(minutes=30)).isoformat(),
    }
    return Fernet(KEY.get_secret_value()).encrypt(orjson.dumps(fields))


def put(path: Path, content: bytes, mode: int = 0o600) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    path.chmod(mode)
    path.write_bytes(content)


def test_the_file_of_another_connection_is_refused(tmp_path: Path) -> None:
    """Otherwise one company's documents would go out under another's consent."""
    store_of(tmp_path / "nz.consent", KEY, "nz").write(consent())
    put(tmp_path / "default.consent", (tmp_path / "nz.consent").read_bytes())
    with pytest.raises(DisconnectedError, match="holds the consent of connection nz, not of default: it was copied"):
        store_of(tmp_path / "default.consent", KEY).read()


def test_an_older_file_is_refused_by_whoever_saw_a_newer_one_after_a_restart_too(tmp_path: Path) -> None:
    path = tmp_path / "default.consent"
    store = store_of(path, KEY)
    store.write(consent("first"))
    backup = path.read_bytes()
    store.write(consent("second", minutes=25))
    path.write_bytes(backup)
    for process in (store, store_of(path, KEY)):
        with pytest.raises(DisconnectedError, match="older than the one that was here before, as after a restored"):
            process.read()


def test_after_a_restored_backup_a_new_consent_is_taken_by_every_worker(tmp_path: Path) -> None:
    path, here, there = tmp_path / "default.consent", tmp_path / "a" / "seen", tmp_path / "b" / "seen"
    store_of(path, KEY, seen=here).write(consent("first"))
    backup = path.read_bytes()
    for minutes in (25, 50, 75):
        store_of(path, KEY, seen=here).write(consent("later", minutes))
    elsewhere = store_of(path, KEY, seen=there)
    elsewhere.remember(elsewhere.read() or consent())
    path.write_bytes(backup)
    # By an administrator whose data folder has seen nothing at all.
    store_of(path, KEY, seen=tmp_path / "c" / "seen").write(consent("new", minutes=80))
    for seen in (here, there):
        found = store_of(path, KEY, seen=seen).read()
        assert found is not None
        assert found.refresh_token.get_secret_value() == "refresh-new"


def test_a_generation_grows_though_the_clock_is_set_back(tmp_path: Path) -> None:
    store = store_of(tmp_path / "default.consent", KEY)
    generations = []
    for minutes in (60, 30, 0):
        store.write(consent("x", minutes))
        found = store.read()
        assert found is not None
        generations.append(found.generation)
    assert generations == sorted(set(generations))


def test_a_file_of_the_first_version_is_read(tmp_path: Path) -> None:
    put(tmp_path / "default.consent", former("old"))
    found = store_of(tmp_path / "default.consent", KEY).read()
    assert found is not None
    assert (found.refresh_token.get_secret_value(), found.connection) == ("refresh-old", None)


async def test_a_file_of_the_first_version_is_upgraded_at_its_first_use_and_never_taken_again(tmp_path: Path) -> None:
    async with consent_harness(tmp_path) as made:
        harness = dataclasses.replace(made, key=KEY)
        put(tmp_path / "default.consent", former("old"))
        assert (await harness.source().obtain(None)).value.get_secret_value() == "access-old"
        upgraded = harness.store.read()
        assert upgraded is not None
        assert (upgraded.connection, upgraded.generation > 0) == ("default", True)
        put(tmp_path / "default.consent", former("of another connection"))
        with pytest.raises(DisconnectedError, match="older than"):
            await harness.source().obtain(None)
        assert harness.simulator.state.counts.calls["POST token"] == 0


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_file_that_others_may_use_is_refused_and_stays_as_it_is(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "default.consent"
    store_of(path, KEY).write(consent())
    path.chmod(mode)
    with pytest.raises(DisconnectedError, match=f"chmod 600 {path}"):
        store_of(path, KEY).read()
    assert path.stat().st_mode & 0o777 == mode
    path.chmod(0o600)
    assert store_of(path, KEY).read() is not None


def test_a_link_is_followed_neither_to_read_nor_to_write(tmp_path: Path) -> None:
    elsewhere, path = tmp_path / "elsewhere", tmp_path / "tokens" / "default.consent"
    store_of(elsewhere, KEY).write(consent("elsewhere"))
    kept = elsewhere.read_bytes()
    path.parent.mkdir()
    path.symlink_to(elsewhere)
    with pytest.raises(DisconnectedError, match="is a link"):
        store_of(path, KEY).read()
    store_of(path, KEY).write(consent("own"))
    assert elsewhere.read_bytes() == kept
    assert not path.is_symlink()


def test_a_folder_that_is_a_link_or_everybodys_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(DisconnectedError, match="is a link"):
        store_of(tmp_path / "link" / "default.consent", KEY, seen=tmp_path / "seen").write(consent())
    (tmp_path / "real").chmod(0o777)
    with pytest.raises(DisconnectedError, match="everybody may write"):
        store_of(tmp_path / "real" / "default.consent", KEY, seen=tmp_path / "seen").write(consent())
    assert list((tmp_path / "real").iterdir()) == []


def test_whatever_the_umask_files_and_folders_are_private(tmp_path: Path) -> None:
    before = os.umask(0o000)
    try:
        store_of(tmp_path / "tokens" / "default.consent", KEY, seen=tmp_path / "seen" / "default").write(consent())
    finally:
        os.umask(before)
    found = {path.name: oct(path.stat().st_mode & 0o777) for path in tmp_path.rglob("*")}
    assert found == {"tokens": "0o700", "seen": "0o700", "default.consent": "0o600", "default": "0o600"}


def test_a_new_consent_replaces_a_file_that_cannot_be_used(tmp_path: Path) -> None:
    path = tmp_path / "default.consent"
    put(path, b"cut off")
    store_of(path, KEY).write(consent("new"))
    assert store_of(path, KEY).read() is not None
