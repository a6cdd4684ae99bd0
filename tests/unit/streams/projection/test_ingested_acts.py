"""What records say that people did: paused, resumed, sent again."""

import pytest

from mappers.inbound.redrive import SentAgain, sent_again_header
from mappers.model.company import encode_pause
from mappers.model.lists import ActFilter
from streams.projection.ingest import Ingest
from streams.projection.resume_point import ResumePoint, TopicReplacedError
from streams.projection.store import ProjectionStore
from streams.topics import COMPANY_PAUSES, STATUS_CHANGES
from tests.builders import COMPANY_ID, OCCURRED_AT, encode, make_event
from tests.fakes.pauses import make_pause
from tests.unit.streams.projection.test_ingest import Record


def test_who_paused_and_who_sent_again_is_among_the_acts(ingest: Ingest, store: ProjectionStore) -> None:
    """Also of a record that is put aside once more, which only its key says whose it is."""
    said = [make_pause(COMPANY_ID), make_pause(COMPANY_ID, paused=False, by="")]
    pauses = [
        Record(encode_pause(each), topic=COMPANY_PAUSES, key=COMPANY_ID.encode(), offset=offset)
        for offset, each in enumerate(said)
    ]
    again = [sent_again_header(SentAgain(by="Olaf", at=OCCURRED_AT))]
    letters = [
        Record(encode(make_event()), topic=STATUS_CHANGES, headers=again),
        Record(b"{", topic=STATUS_CHANGES, headers=again, key=b"southern-beef/S 1", offset=1),
        Record(b"{", topic=STATUS_CHANGES, headers=again, key=b"?", offset=2),
        Record(b"{", topic=STATUS_CHANGES, headers=[(again[0][0], b"{}")], offset=3),
    ]
    assert ingest.fold([pauses, letters]) == 6
    acts = store.lists.acts([COMPANY_ID, ""], ActFilter(), limit=9).acts
    assert {(each.kind, each.by, each.company_id, each.shipment_id, each.detail) for each in acts} == {
        ("paused", "anna", COMPANY_ID, "", "month end"),
        ("resumed", "", COMPANY_ID, "", "month end"),
        ("sent_again", "Olaf", COMPANY_ID, "SHP-000123", ""),
        ("sent_again", "Olaf", COMPANY_ID, "S 1", ""),
        ("sent_again", "Olaf", "", "", ""),
    }
    assert len(acts) == 5


@pytest.mark.parametrize("value", [None, b"", b"{}", encode_pause(make_pause("northern-lamb"))])
def test_a_pause_that_cannot_be_read_is_no_act(ingest: Ingest, store: ProjectionStore, value: bytes | None) -> None:
    assert ingest.fold([[Record(value, topic=COMPANY_PAUSES, key=COMPANY_ID.encode())]]) == 1
    assert store.lists.acts([COMPANY_ID, "northern-lamb"], ActFilter(), limit=9).acts == ()


def test_a_pause_that_compaction_took_away_is_no_other_topic(ingest: Ingest, store: ProjectionStore) -> None:
    """Of the other topics nothing is taken away between two records."""
    newer = Record(encode_pause(make_pause(COMPANY_ID)), topic=COMPANY_PAUSES, key=COMPANY_ID.encode(), offset=4)
    ingest.expect({(COMPANY_PAUSES, 0): ResumePoint(3, "gone")})
    assert ingest.fold([[newer]]) == 1
    assert store.positions()[COMPANY_PAUSES, 0].next == 5
    ingest.expect({(COMPANY_PAUSES, 0): ResumePoint(4, "another")})
    with pytest.raises(TopicReplacedError):
        ingest.fold([[newer]])


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_an_act_at_no_moment_is_none(ingest: Ingest, store: ProjectionStore, at: str) -> None:
    """Whoever writes status changes may write this header."""
    header = ("shipledger.sent_again", b'{"by":"x","at":"%s"}' % at.encode())
    pause = encode_pause(make_pause(COMPANY_ID)).replace(b"2026-11-30T06:00:00Z", at.encode())
    assert at.encode() in pause
    records = (
        [Record(b"{", topic=STATUS_CHANGES, headers=[header])],
        [Record(pause, COMPANY_PAUSES, key=COMPANY_ID.encode())],
    )
    assert ingest.fold(records) == 2
    assert store.lists.acts(None, ActFilter(), limit=9).acts == ()


def test_who_says_to_have_sent_again_hides_nothing(ingest: Ingest, store: ProjectionStore) -> None:
    header = sent_again_header(SentAgain(by="Olaf\u202e", at=OCCURRED_AT))
    ingest.fold([[Record(b"{", topic=STATUS_CHANGES, headers=[header])]])
    assert [each.by for each in store.lists.acts(None, ActFilter(), limit=9).acts] == ["Olaf\\u202e"]


@pytest.mark.parametrize("key", ["southern-beef/" + "x" * 900_000, "c" * 256 + "/A", "southern-beef/\u202eA"])
def test_a_key_that_no_shipment_has_is_not_kept_with_an_act(ingest: Ingest, store: ProjectionStore, key: str) -> None:
    header = sent_again_header(SentAgain(by="Olaf", at=OCCURRED_AT))
    ingest.fold([[Record(b"{", topic=STATUS_CHANGES, headers=[header], key=key.encode())]])
    (act,) = store.lists.acts(None, ActFilter(), limit=9).acts
    assert (act.company_id, act.shipment_id) == ("", "")
