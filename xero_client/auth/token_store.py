"""A consent kept on disk and shared by processes: its tokens, encrypted and replaced atomically, under a lock."""

import fcntl
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from cryptography.fernet import Fernet, InvalidToken
from pydantic import AwareDatetime, BaseModel, ConfigDict, SecretStr, ValidationError

from xero_client.auth.newest_seen import NewestSeen
from xero_client.auth.private_files import ExposedFileError, open_lock, read_private, write_private
from xero_client.collaborators import Monotonic, Sleep
from xero_client.errors import DisconnectedError, UnavailableError

RETRY_SECONDS = 0.05
PATIENCE_SECONDS = 60.0
"""Longer than the slowest refresh of whoever has the lock, with all its tries."""


class StoredConsent(BaseModel):
    """Tokens of one connection; times are UTC. `previous` is the refresh token that was exchanged at `rotated_at`.

    `connection` and `generation` are the store's: whose tokens these are, and a number that only grows. Files of
    earlier versions have neither (None, 0).
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    refresh_token: SecretStr
    previous: SecretStr | None = None
    rotated_at: AwareDatetime
    access_token: SecretStr
    access_expires_at: AwareDatetime
    connection: str | None = None
    generation: int = 0


def new_key() -> SecretStr:
    """A key for a store. It belongs in another place than the store (a secret file, or the environment)."""
    return SecretStr(Fernet.generate_key().decode())


class ConsentStore:
    """The file of one connection, readable by its owner only.

    The connection's name is sealed in with the tokens, so that the file of another one is noticed; so is a generation,
    so that an older file is. `key` is 32 bytes in URL-safe base64, as `new_key` makes it. Raises ValueError for any
    other.
    """

    def __init__(self, path: Path, key: SecretStr, connection: str, seen: NewestSeen) -> None:
        self._path = path
        self._connection = connection
        self._seen = seen
        try:
            self._cipher = Fernet(key.get_secret_value().strip())
        except ValueError:
            # The cipher's own message is no help, and a key does not belong in a traceback.
            raise ValueError("the key of the token store is not 32 bytes in URL-safe base64") from None

    def read(self) -> StoredConsent | None:
        """The consent; None where none was stored.

        Raises DisconnectedError where the file is not to be trusted: another key's, another connection's, older than
        one that was seen, or open to others.
        """
        with _explained(self._path, "read"):
            consent = self._stored()
            newest = self._seen.generation()
        if consent is None:
            return None
        if consent.connection not in {None, self._connection}:
            raise DisconnectedError(
                f"the token store {self._path} holds the consent of connection {consent.connection}, not of "
                f"{self._connection}: it was copied; {self._remedy}"
            )
        if consent.generation < newest:
            raise DisconnectedError(
                f"the token store {self._path} is older than the one that was here before, as after a restored "
                f"backup: Xero has replaced its tokens since; {self._remedy}"
            )
        return consent

    def write(self, consent: StoredConsent) -> None:
        """Replace the file: after a crash it holds the old consent or the new one, whole. To be called under the lock.

        Raises UnavailableError, and DisconnectedError where the folder is open to others.
        """
        with _explained(self._path, "written"):
            generation = max(self._last_generation() + 1, int(consent.rotated_at.timestamp() * 1000))
            sealed_in = {"connection": self._connection, "generation": generation}
            write_private(self._path, self._cipher.encrypt(orjson.dumps(_exposed(consent) | sealed_in)))
            self._seen.note(generation)

    def remember(self, consent: StoredConsent) -> None:
        """From now on an older one is refused. Raises UnavailableError."""
        with _explained(self._path, "remembered"):
            self._seen.note(consent.generation)

    def _last_generation(self) -> int:
        """Of whatever was here: the next one is newer than it, and than any of a file that was lost (its time is)."""
        try:
            stored = self._stored()
        except (DisconnectedError, ExposedFileError, OSError):
            # A new consent replaces a file that cannot be used.
            stored = None
        return max(self._seen.generation(), stored.generation if stored is not None else 0)

    def _stored(self) -> StoredConsent | None:
        try:
            return StoredConsent.model_validate_json(self._cipher.decrypt(read_private(self._path)))
        except FileNotFoundError:
            return None
        except (InvalidToken, ValidationError):
            # A validation error shows its input: the tokens.
            reason = f"the token store {self._path} does not open with the key given"
        raise DisconnectedError(f"{reason}; an administrator gives the right key or runs `shipledger connect` again")

    @property
    def _remedy(self) -> str:
        return f"an administrator runs `shipledger connect --connection {self._connection}`"


@contextmanager
def _explained(path: Path, step: str) -> Iterator[None]:
    try:
        yield
    except ExposedFileError as error:
        raise DisconnectedError(f"the token store {path} cannot be {step}: {error}") from error
    except OSError as error:
        raise UnavailableError(f"the token store {path} cannot be {step} ({error.strerror})") from error


class FileLock:
    """A lock between processes of one machine; the kernel releases it when its process ends, however it ends."""

    def __init__(self, path: Path, *, monotonic: Monotonic, sleep: Sleep) -> None:
        self._path = path
        self._monotonic = monotonic
        self._sleep = sleep

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Hold the lock for the block.

        Raises UnavailableError where nobody releases it for a minute, or its folder is not ours to write in, and
        DisconnectedError where it or its folder is a link, or open to all.
        """
        descriptor = self._opened()
        try:
            await self._acquire(descriptor)
            yield
        finally:
            os.close(descriptor)

    def _opened(self) -> int:
        try:
            return open_lock(self._path)
        except ExposedFileError as error:
            raise DisconnectedError(f"the lock of the token store cannot be opened: {error}") from error
        except OSError as error:
            raise UnavailableError(f"the lock {self._path} cannot be opened ({error.strerror})") from error

    async def _acquire(self, descriptor: int) -> None:
        give_up_at = self._monotonic() + PATIENCE_SECONDS
        while not _taken(descriptor):
            if self._monotonic() >= give_up_at:
                raise UnavailableError(f"another process has held {self._path} for {PATIENCE_SECONDS:.0f} s")
            await self._sleep(RETRY_SECONDS)


def _exposed(consent: StoredConsent) -> dict[str, Any]:
    """The values as they go into the sealed file."""
    values: dict[str, Any] = {}
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
