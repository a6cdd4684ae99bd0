"""Codes are equal only when they are; those that merely look alike are named, with the character that differs."""

import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappers.model.code_matching import (
    RecordsByCode,
    aliased,
    code_key,
    first_difference,
    is_same_code,
    with_code,
    with_similar_code,
)
from tests.builders import make_company

COMPOSED = "CAF\u00c9-1"
DECOMPOSED = "CAFE\u0301-1"


def index(*codes: str) -> RecordsByCode[str]:
    return RecordsByCode({code_key(code): (code,) for code in codes})


class CountedWalks(dict[str, tuple[str, ...]]):
    """Counts how often all of its keys were walked through."""

    walks = 0

    def __iter__(self) -> Iterator[str]:
        self.walks += 1
        return super().__iter__()


def test_a_code_is_found_whether_its_accent_was_typed_in_one_character_or_two() -> None:
    assert with_code(index(DECOMPOSED), aliased(COMPOSED, {}), str) == (DECOMPOSED,)
    assert with_code(index(COMPOSED), aliased(DECOMPOSED, {}), str) == (COMPOSED,)


def test_an_alias_is_found_however_its_accent_was_typed() -> None:
    aliases = make_company(product_aliases={DECOMPOSED: "CAFE"}).product_aliases
    assert aliased(COMPOSED, aliases) == "CAFE"
    assert aliased(DECOMPOSED, aliases) == "CAFE"


@pytest.mark.parametrize(
    ("wanted", "theirs", "difference"),
    [
        ("ALOK 1", "ALOK\u00a01", 'character 5 is " ", in Xero U+00A0 NO-BREAK SPACE'),
        ("ALOK\u00a01", "ALOK 1", 'character 5 is U+00A0 NO-BREAK SPACE, in Xero " "'),
        ("\u0410LOK", "ALOK", 'character 1 is U+0410 CYRILLIC CAPITAL LETTER A, in Xero "A"'),
        ("AL\u039fK", "ALOK", 'character 3 is U+039F GREEK CAPITAL LETTER OMICRON, in Xero "O"'),
        ("CAFE", "CAF\u00c9", 'character 4 is "E", in Xero U+00C9 LATIN CAPITAL LETTER E WITH ACUTE'),
        ("BX\u0338-1", "BX-1", 'character 3 is U+0338 COMBINING LONG SOLIDUS OVERLAY, in Xero "-"'),
        ("BEEF\u201101", "BEEF-01", 'character 5 is U+2011 NON-BREAKING HYPHEN, in Xero "-"'),
        ("BEEF-O1", "BEEF-01", 'character 6 is "O", in Xero "0"'),
        ("ALOK", "ALOK\u200b", "Xero has character 5, U+200B ZERO WIDTH SPACE, in addition"),
        ("ALOK", "alok", 'character 1 is "A", in Xero "a"'),
        ("\uff21LOK", "ALOK", 'character 1 is U+FF21 FULLWIDTH LATIN CAPITAL LETTER A, in Xero "A"'),
    ],
)
def test_a_code_that_only_looks_the_same_is_named_with_its_first_difference(
    wanted: str, theirs: str, difference: str
) -> None:
    assert with_code(index(theirs), wanted, str) == ()
    assert with_similar_code(index(theirs, "OTHER"), wanted) == (theirs,)
    assert first_difference(wanted, theirs) == difference


@given(st.text(min_size=1, max_size=12), st.text(min_size=1, max_size=12))
def test_there_is_a_first_difference_exactly_where_codes_differ(one: str, other: str) -> None:
    assert (first_difference(one, other) == "") == (aliased(one, {}) == aliased(other, {}))


@given(st.text(min_size=1, max_size=12))
def test_every_code_looks_like_itself_in_any_form_of_unicode(code: str) -> None:
    wanted = aliased(code, {})
    for form in ("NFC", "NFD"):
        theirs = unicodedata.normalize(form, code)
        assert with_code(index(theirs), wanted, str) == (theirs,)
        assert with_similar_code(index(theirs), wanted) == (theirs,)


def test_of_codes_that_look_alike_five_are_named_at_most() -> None:
    alike = ["0O0", "0OO", "O00", "O0O", "OO0", "OOO"]
    assert with_similar_code(index(*alike), "000") == ("0O0", "0OO", "O00", "O0O", "OO0")


def test_a_record_without_a_code_has_none_that_anybody_wants() -> None:
    assert not is_same_code(None, "ALOK")
    assert is_same_code(" ALOK ", "ALOK")
    assert not any(is_same_code(theirs, "BEEF") for theirs in ("BEE", "BEEF-01", "AEEF"))


def test_a_code_of_xeros_with_more_characters_is_told_so_and_one_with_fewer_too() -> None:
    assert first_difference("AB", "ABC") == 'Xero has character 3, "C", in addition'
    assert first_difference("ABC", "AB") == 'character 3, "C", is not in Xero'
    assert first_difference("A", "A\x07") == "Xero has character 2, U+0007 control character, in addition"


def test_a_batch_of_unknown_codes_walks_the_records_once() -> None:
    kept = CountedWalks(index("BEEF-01", "beef-O1", "LAMB"))
    records = RecordsByCode(kept)
    before = kept.walks
    for number in range(50):
        assert with_similar_code(records, f"NOTHING-{number}") == ()
    assert with_similar_code(records, "BEEF-0l") == ("BEEF-01", "beef-O1")
    assert kept.walks == before + 1
