"""A consent that is given anew, or replaced, is noticed within one look at its file, and once."""

import asyncio
import os
from pathlib import Path

from xero_client.auth.consent_watch import ConsentWatch


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
    """As the store does it: a new file takes over the name."""
    draft = file.with_suffix(".new")
    draft.write_text(text)
    draft.replace(file)


async def test_a_consent_that_is_given_or_replaced_is_noticed_once(tmp_path: Path) -> None:
    files = {"default": tmp_path / "default.consent", "nz": tmp_path / "missing" / "nz.consent"}
    noticed: list[str] = []
    looks = Looks()
    task = asyncio.create_task(ConsentWatch(files, noticed.append, looks.sleep).run())
    try:
        await looks.look()
        assert noticed == []
        replace(files["default"], "one")
        await looks.look()
        await looks.look()
        assert noticed == ["default"]
        replace(files["default"], "two")
        await looks.look()
        assert noticed == ["default", "default"]
        files["default"].unlink()
        await looks.look()
        assert noticed == ["default", "default"], "a consent that is gone brings nobody back"
    finally:
        task.cancel()
        await asyncio.wait([task])


async def test_a_file_that_is_replaced_within_the_same_tick_of_the_disks_clock_is_another_one(tmp_path: Path) -> None:
    file = tmp_path / "default.consent"
    replace(file, "one")
    stamp = file.stat()
    noticed: list[str] = []
    looks = Looks()
    task = asyncio.create_task(ConsentWatch({"default": file}, noticed.append, looks.sleep).run())
    try:
        await looks.asleep.wait()
        replace(file, "two")
        os.utime(file, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
        assert file.stat().st_ino != stamp.st_ino
        await looks.look()
        assert noticed == ["default"]
    finally:
        task.cancel()
        await asyncio.wait([task])
