"""A consent kept on disk and shared by processes: its tokens, encrypted and replaced atomically, under a lock."""

import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from cryptography.fernet import Fernet, InvalidToken
from pydantic import AwareDatetime, BaseModel, ConfigDict, SecretStr, ValidationError

from xero_client.collaborators import Monotonic, Sleep
from xero_client.errors import DisconnectedError, UnavailableError

ONLY_OWNER = 0o600

RETRY_SECONDS = 0.05
PATIENCE_SECONDS = 60.0
"""Longer than the slowest refresh of whoever has the lock, with all its tries."""


class StoredConsent(BaseModel):
    """Tokens of one connection; times are UTC. `previous` is the refresh token that was exchanged at `rotated_at`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    refresh_token: SecretStr
    previous: SecretStr | None = None
    rotated_at: AwareDatetime
    access_token: SecretStr
    access_expires_at: AwareDatetime


def new_key() -> SecretStr:
    """A key for a store. It belongs in another place than the store (a secret file, or the environment)."""
    return SecretStr(Fernet.generate_key().decode())


class ConsentStore:
    """The file of one connection, readable by its owner only.

    `key` is 32 bytes in URL-safe base64, as `new_key` makes it. Raises ValueError for any other.
    """

    def __init__(self, path: Path, key: SecretStr) -> None:
        self._path = path
        try:
            self._cipher = Fernet(key.get_secret_value().strip())
        except ValueError:
            # The cipher's own message is no help, and a key does not belong in a traceback.
            raise ValueError("the key of the token store is not 32 bytes in URL-safe base64") from None

    def read(self) -> StoredConsent | None:
        """The consent; None where none was stored. Raises DisconnectedError where the key does not open the file."""
        try:
            sealed = self._path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise UnavailableError(f"the token store {self._path} cannot be read ({error.strerror})") from error
        try:
            return StoredConsent.model_validate_json(self._cipher.decrypt(sealed))
        except (InvalidToken, ValidationError):
            # A validation error shows its input: the tokens.
            reason = f"the token store {self._path} does not open with the key given"
        raise DisconnectedError(f"{reason}; an administrator gives the right key or runs `shipledger connect` again")

    def write(self, consent: StoredConsent) -> None:
        """Replace the file: after a crash it holds the old consent or the new one, whole. Raises UnavailableError."""
        sealed = self._cipher.encrypt(orjson.dumps(_exposed(consent)))
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._replace(sealed)
        except OSError as error:
            raise UnavailableError(f"the token store {self._path} cannot be written ({error.strerror})") from error

    def _replace(self, sealed: bytes) -> None:
        draft = self._path.with_name(f"{self._path.name}.{os.getpid()}.new")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, ONLY_OWNER), "wb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._path)
        _sync_folder(self._path.parent)


class FileLock:
    """A lock between processes of one machine; the kernel releases it when its process ends, however it ends."""

    def __init__(self, path: Path, *, monotonic: Monotonic, sleep: Sleep) -> None:
        self._path = path
        self._monotonic = monotonic
        self._sleep = sleep

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Hold the lock for the block.

        Raises UnavailableError where nobody releases it for a minute, or its folder is not ours to write in.
        """
        descriptor = self._opened()
        try:
            await self._acquire(descriptor)
            yield
        finally:
            os.close(descriptor)

    def _opened(self) -> int:
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            return os.open(self._path, os.O_RDWR | os.O_CREAT, ONLY_OWNER)
        except OSError as error:
            raise UnavailableError(f"the lock {self._path} cannot be opened ({error.strerror})") from error

    async def _acquire(self, descriptor: int) -> None:
        give_up_at = self._monotonic() + PATIENCE_SECONDS
        while not _taken(descriptor):
            if self._monotonic() >= give_up_at:
                raise UnavailableError(f"another process has held {self._path} for {PATIENCE_SECONDS:.0f} s")
            await self._sleep(RETRY_SECONDS)


def _sync_folder(folder: Path) -> None:
    """Without this the new name may be lost in a power cut, though the file is on disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _exposed(consent: StoredConsent) -> dict[str, Any]:
    values: dict[str, str | None] = {}
    for name, value in consent:
        if isinstance(value, SecretStr):
            values[name] = value.get_secret_value()
        else:
            values[name] = value.isoformat() if isinstance(value, datetime) else None
    return values


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
