"""Whatever Xero, a gateway or next year's version answers ends in one classified answer, soon, that can be stored."""

from collections.abc import Callable
from http import HTTPStatus

import pytest

from tests.drawn import SEED, how_many
from tests.fakes.xero_collaborators import NOW
from tests.hostile.doubt import is_misjudged
from tests.hostile.judge import LONGEST_MS
from tests.hostile.judge import SEED as SHORT_SEED
from tests.hostile.printed import printed_by
from tests.hostile.replies import PAGES, hostile_page
from tests.hostile.reply_judge import run
from xero_client.accounting.responses import error_of

COUNT = how_many("REPLIES", 100_000)
EVERY_ANSWER = {
    "value",
    "DisconnectedError",
    "EffectUnknownError",
    "OutOfQuotaError",
    "RefusedError",
    "UnavailableError",
}


async def test_twelve_hundred_hostile_replies_are_classified_and_stored() -> None:
    findings = await run(1_200)
    assert findings.wrong == [], f"of seed {SHORT_SEED}"
    assert findings.answers.total() == findings.replies == 1_200
    assert set(findings.answers) >= EVERY_ANSWER, "else the replies are not as hostile as they should be"


def test_no_list_of_a_hundred_thousand_empty_objects_holds_anybody_up() -> None:
    """In each place where a list may be, 400 kB: that one is drawn there is chance, and seldom."""
    found = printed_by("long_lists")
    assert len(found) > 30
    assert {place: took for place, took in found.items() if took > LONGEST_MS} == {}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: repr(page[:24]))
def test_a_404_in_nobodys_words_leaves_a_write_in_doubt(page: bytes) -> None:
    """A gateway's page, and Xero's own, with a fault in it."""
    replies = (hostile_page(page, HTTPStatus.NOT_FOUND, seed) for seed in range(100))
    read = [each for each in replies if each.lost is None]
    assert [each for each in read if is_misjudged(each, error_of("POST", each.read(), NOW))] == []


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_a_hundred_thousand_hostile_replies_are_classified_in_little_memory(say: Callable[[str], None]) -> None:
    """In a process of its own, whose memory is nobody else's."""
    found = printed_by("reply_judge", str(COUNT), str(SEED))
    say(f"{COUNT:,} broken replies, seed {SEED}: {found}")
    assert found["wrong"] == [], f"of seed {SEED}"
    assert sum(found["answers"].values()) == found["replies"] == COUNT
    assert found["largest_rss_mib"] <= 300
