"""Each connection has the source of tokens that its grant asks for; news of a consent is heard within a look."""

import asyncio
import os
from pathlib import Path

from config.settings import Settings
from streams.app.connections import ConsentWatch, consent_files, token_sources
from tests.fakes.xero_collaborators import RecordingObserver
from tests.unit.config.environments import complete
from xero_client.auth.access_tokens import CustomConnection
from xero_client.auth.refresh import ConsentedConnection
from xero_client.auth.token_endpoint import TokenEndpoint
from xero_client.auth.token_store import new_key

NZ = {
    "XERO__CONNECTIONS__NZ__CLIENT_ID": "two",
    "XERO__CONNECTIONS__NZ__CLIENT_SECRET": "s",
    "XERO__CONNECTIONS__NZ__GRANT": "authorization_code",
}


def both_grants(folder: Path) -> Settings:
    """A custom connection "default", and "nz" by consent."""
    return Settings.load(complete(**NZ, XERO__TOKEN_KEY=new_key().get_secret_value(), DATA_DIR=str(folder)))


async def test_each_connection_signs_in_as_its_grant_says(tmp_path: Path) -> None:
    settings = both_grants(tmp_path)
    endpoint = TokenEndpoint(
        "https://identity.xero.com/connect/token",
        observer=RecordingObserver(),
        monotonic=asyncio.get_running_loop().time,
        sleep=asyncio.sleep,
        random=lambda: 0.5,
    )
    sources = token_sources(settings, endpoint)
    assert {name: type(source) for name, source in sources.items()} == {
        "default": CustomConnection,
        "nz": ConsentedConnection,
    }
    assert consent_files(settings) == {"nz": tmp_path / "tokens" / "nz.consent"}


class Looks:
    """Lets the watch look when a test says so."""

    def __init__(self) -> None:
        self.allowed = asyncio.Semaphore(0)
        self.asleep = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        """As the watch's sleep."""
        del seconds
        self.asleep.set()
        await self.allowed.acquire()

    async def look(self) -> None:
        """One look, to its end."""
        await self.asleep.wait()
        self.asleep.clear()
        self.allowed.release()
        await self.asleep.wait()


def replace(file: Path, text: str) -> None:
    """As the store does it: a new file takes the name."""
    draft = file.with_suffix(".new")
    draft.write_text(text)
    draft.replace(file)


async def test_a_consent_that_is_given_or_replaced_is_heard_of_once(tmp_path: Path) -> None:
    files = {"default": tmp_path / "default.consent", "nz": tmp_path / "missing" / "nz.consent"}
    heard: list[str] = []
    looks = Looks()
    task = asyncio.create_task(ConsentWatch(files, heard.append, looks.sleep).run())
    try:
        await looks.look()
        assert heard == []
        replace(files["default"], "one")
        await looks.look()
        await looks.look()
        assert heard == ["default"]
        replace(files["default"], "two")
        await looks.look()
        assert heard == ["default", "default"]
        files["default"].unlink()
        await looks.look()
        assert heard == ["default", "default"], "a consent that is gone brings nobody back"
    finally:
        task.cancel()
        await asyncio.wait([task])


async def test_a_file_that_is_replaced_within_the_same_tick_of_the_disks_clock_is_another_one(tmp_path: Path) -> None:
    file = tmp_path / "default.consent"
    replace(file, "one")
    stamp = file.stat()
    heard: list[str] = []
    looks = Looks()
    task = asyncio.create_task(ConsentWatch({"default": file}, heard.append, looks.sleep).run())
    try:
        await looks.asleep.wait()
        replace(file, "two")
        os.utime(file, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
        assert file.stat().st_ino != stamp.st_ino
        await looks.look()
        assert heard == ["default"]
    finally:
        task.cancel()
        await asyncio.wait([task])
