"""The profile is read again when somebody asks: checked first, switched at one moment, or left as it is with words."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Sequence

import pytest
import structlog

from config.faults import ConfigurationError, Fault
from mappers.model.company import Company
from streams.app.steering import ProfileChanges, ProfileReloads, RunningProfile
from streams.ops.labels import ProfileReload
from tests.builders import COMPANY_ID, make_company
from tests.fakes.pauses import AT


class Reloading:
    """A worker's profile, the file that is read, and what is seen of it."""

    def __init__(self) -> None:
        self.file: Callable[[], Sequence[Company]] = lambda: [make_company()]
        self.profile = RunningProfile([make_company()])
        self.results: list[ProfileReload] = []
        self.runs: list[str] = []
        self.switched: list[tuple[ProfileChanges, dict[str, Company]]] = []
        self.reloads = ProfileReloads(self.profile, self._read, self._switched, self, lambda: AT)

    def _read(self) -> Sequence[Company]:
        return self.file()

    def _switched(self, changes: ProfileChanges) -> None:
        self.switched.append((changes, dict(self.profile)))

    def profile_read(self, result: ProfileReload) -> None:
        self.results.append(result)

    def profile_runs(self, digest: str, since: float) -> None:
        assert since == AT.timestamp()
        self.runs.append(digest)

    async def ask(self) -> ProfileReload:
        """Ask, and wait for what comes of it."""
        before = len(self.results)
        self.reloads.ask()
        async with asyncio.timeout(20):
            while len(self.results) == before:  # noqa: ASYNC110  # It tells by a method, not by an event.
                await asyncio.sleep(0.002)
        return self.results[-1]


@pytest.fixture
async def reloading() -> AsyncIterator[Reloading]:
    made = Reloading()
    task = asyncio.create_task(made.reloads.run())
    yield made
    assert not task.done()
    task.cancel()
    await asyncio.wait([task])


async def test_another_profile_counts_for_all_from_one_moment_on(reloading: Reloading) -> None:
    changed, new = make_company(account_code="310"), make_company(id="new")
    reloading.file = lambda: [changed, new]
    assert await reloading.ask() is ProfileReload.APPLIED
    ((changes, seen),) = reloading.switched
    assert (changes.added, changes.changed) == (("new",), (COMPANY_ID,))
    assert seen == {COMPANY_ID: changed, "new": new}, "whoever is told sees the new profile already"
    assert len(set(reloading.runs)) == 2
    assert await reloading.ask() is ProfileReload.UNCHANGED
    assert len(reloading.switched) == 1


async def test_a_faulty_profile_changes_nothing_and_says_every_fault(reloading: Reloading) -> None:
    def broken() -> Sequence[Company]:
        raise ConfigurationError(
            [
                Fault("profile_key_unknown", "profile.toml:3", "'trigerr' is not a key"),
                Fault("profile_key_missing", "profile.toml:1", "organisation is missing"),
            ]
        )

    reloading.file = broken
    with structlog.testing.capture_logs() as logs:
        assert await reloading.ask() is ProfileReload.FAULTY
    (line,) = [each for each in logs if each["event"] == "profile_refused"]
    assert [each.split(":")[1] for each in line["faults"]] == ["3", "1"]
    assert (dict(reloading.profile), reloading.switched) == ({COMPANY_ID: make_company()}, [])
    reloading.file = lambda: [make_company(account_code="310")]
    assert await reloading.ask() is ProfileReload.APPLIED


async def test_a_fault_of_ours_in_reading_it_changes_nothing_either(reloading: Reloading) -> None:
    def failing() -> Sequence[Company]:
        raise LookupError("planted")

    reloading.file = failing
    assert await reloading.ask() is ProfileReload.FAULTY
    assert reloading.switched == []
    reloading.file = lambda: [make_company()]
    assert await reloading.ask() is ProfileReload.UNCHANGED


async def test_what_needs_a_restart_is_refused_as_a_whole_with_words(reloading: Reloading) -> None:
    reloading.file = lambda: [make_company(connection="second"), make_company(id="new", connection="second")]
    with structlog.testing.capture_logs() as logs:
        assert await reloading.ask() is ProfileReload.NEEDS_RESTART
    (line,) = [each for each in logs if each["event"] == "profile_needs_restart"]
    assert "would be by second" in line["reasons"][0]
    assert dict(reloading.profile) == {COMPANY_ID: make_company()}


async def test_what_was_settled_for_an_organisation_stays_settled(reloading: Reloading) -> None:
    """Also when its company was taken out in between: calls of before may be under way."""
    elsewhere = "99999999-8888-7777-6666-555555555555"
    reloading.file = lambda: [make_company(organisation=elsewhere)]
    assert await reloading.ask() is ProfileReload.APPLIED
    reloading.file = lambda: [make_company(connection="second")]
    assert await reloading.ask() is ProfileReload.NEEDS_RESTART
    reloading.file = lambda: [make_company()]
    assert await reloading.ask() is ProfileReload.APPLIED


async def test_who_asks_while_it_is_read_has_it_read_once_more(reloading: Reloading) -> None:
    """The file may have been written after it was read."""
    is_read, go = threading.Event(), threading.Event()

    def slow() -> Sequence[Company]:
        is_read.set()
        assert go.wait(20)
        return [make_company()]

    reloading.file = slow
    asked = asyncio.create_task(reloading.ask())
    await asyncio.to_thread(is_read.wait, 20)
    reloading.reloads.ask()
    reloading.file = lambda: [make_company(account_code="310")]
    go.set()
    await asked
    async with asyncio.timeout(20):
        while len(reloading.results) < 2:  # noqa: ASYNC110  # As above.
            await asyncio.sleep(0.002)
    assert reloading.results == [ProfileReload.UNCHANGED, ProfileReload.APPLIED]
