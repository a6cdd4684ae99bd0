"""Codes hold no character that people cannot see; prose may hold layout and the joiners of scripts."""

import unicodedata
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappers.model.text import (
    COMPOSED_FROM,
    MOST_MARKS,
    character_class,
    excerpt,
    forbidden_in_code,
    forbidden_in_prose,
    hidden_characters,
    in_form,
    is_printable_ascii,
    no_formula,
    normalise,
    utf16_length,
    visible,
)
from tests.cpu_time import least_milliseconds

# The planes that hold assigned scripts, and the one with the invisible tags; the rest is unassigned or ideographs.
EVERY_CHARACTER = [chr(point) for point in (*range(0x20000), *range(0xE0000, 0xE1000))]


# U+13439 to U+1343F came with Unicode 15, which Python 3.11 does not have.
NEWER = {chr(point) for point in range(0x13439, 0x13440)}


def test_a_code_holds_every_character_but_those_of_control_and_format_halves_and_separators() -> None:
    """Unassigned ones pass as well: the published schema must not depend on what a Python knows of Unicode."""
    refused = {each for each in EVERY_CHARACTER if forbidden_in_code(each) is not None}
    known = {each for each in EVERY_CHARACTER if unicodedata.category(each) in {"Cc", "Cf", "Cs", "Zl", "Zp"}}
    assert refused == known | NEWER


def test_a_format_character_that_this_python_may_not_know_is_hidden_to_the_reader_and_in_the_schema() -> None:
    assert (forbidden_in_code("A\U00013439B") or "").startswith("U+13439")
    assert "\U00013430-\U0001343f" in hidden_characters()


@pytest.mark.parametrize(
    ("points", "inside"),
    [
        ([], ""),
        ([0x41], "\\u0041"),
        ([0x41, 0x42, 0x43, 0x45, 0x47, 0x48], "\\u0041-\\u0043\\u0045\\u0047-\\u0048"),
        ([0xFFFF, 0x10000], "\\uffff-\U00010000"),
    ],
)
def test_characters_that_follow_one_another_are_written_as_a_range(points: list[int], inside: str) -> None:
    assert character_class(points) == inside


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("A\u200bB", "U+200B ZERO WIDTH SPACE"),
        ("A\x00B", "U+0000 control character"),
        ("\u202eA", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("A\ufeff", "U+FEFF ZERO WIDTH NO-BREAK SPACE"),
        ("A\nB", "U+000A control character"),
        ("A B-1/2 \u00e9\u4e2d", None),
        ("", None),
    ],
)
def test_a_hidden_character_of_a_code_is_named(text: str, name: str | None) -> None:
    assert forbidden_in_code(text) == name


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("one\ntwo\tthree\r", True),
        ("\u0646\u200c\u0645", True),
        ("\u200f\u05d0", True),
        ("a\x07", False),
        ("a\x00", False),
        ("a\ud800", False),
        ("\u202eabc", False),
        ("\u2066abc", False),
    ],
)
def test_prose_may_hold_layout_and_joiners_but_nothing_that_reorders(text: str, *, allowed: bool) -> None:
    assert (forbidden_in_prose(text) is None) is allowed


def test_texts_that_look_alike_by_composition_become_equal() -> None:
    assert normalise(" Ko\u0308ln\u00a0") == normalise("K\u00f6ln") == "K\u00f6ln"


def test_only_the_95_printable_characters_are_printable_ascii() -> None:
    assert sum(is_printable_ascii(each) for each in EVERY_CHARACTER) == 95


@pytest.mark.parametrize(("text", "expected"), [("short", "short"), ("abcdef", "abcdef"), ("abcdefg", "abcde…")])
def test_an_excerpt_is_never_longer_than_its_limit(text: str, expected: str) -> None:
    assert excerpt(text, 6) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ALOK", "ALOK"),
        ("A\u200bB", "A\\u200bB"),
        ("\x00", "\\u0000"),
        ("A\u200bBC", "A\\u200b…"),
        ("\ud800", "\\ud800"),
    ],
)
def test_hidden_characters_are_shown_as_escapes_within_the_limit(text: str, expected: str) -> None:
    assert visible(text, 8) == expected


@given(st.text(st.characters()))
def test_the_length_in_utf16_is_that_of_its_encoding_halves_of_characters_too(text: str) -> None:
    assert utf16_length(text) == len(text.encode("utf-16-le", "surrogatepass")) // 2


MARKS = "\u0301\u0323\u0308\u0f73"


def longest_run(text: str) -> int:
    """By the definition, with what characters that count as letters come apart into."""
    apart = {"\u0f73", "\u0f75", "\u0f81", "\uff9e", "\uff9f"}
    longest = run = 0
    for each in text:
        run = run + 1 if unicodedata.combining(each) or each in apart else 0
        longest = max(longest, run)
    return longest


@given(
    st.lists(st.text(st.sampled_from(MARKS), max_size=40) | st.text("aé\u0f73", max_size=3), max_size=6).map("".join)
)
def test_a_text_is_put_in_a_form_unless_too_many_marks_stand_in_a_row(text: str) -> None:
    expected = unicodedata.normalize("NFC", text) if longest_run(text) <= MOST_MARKS else text
    assert in_form("NFC", text) == expected
    assert normalise(text) == expected


@pytest.mark.parametrize("at", range(70))
@pytest.mark.parametrize("mark", MARKS)
def test_a_pile_of_marks_is_seen_wherever_it_stands(mark: str, at: int) -> None:
    piled = "e" * at + "e" + mark * (MOST_MARKS + 1) + "e\u0301"
    assert in_form("NFC", piled) == piled
    assert in_form("NFC", "e" * at + "e" + mark * MOST_MARKS + "e\u0301").endswith("\u00e9")


def test_thirty_marks_may_stand_in_a_row_as_unicode_says() -> None:
    """Unicode Standard Annex 15, "Stream-Safe Text Format"."""
    thirty = "e" + "\u0323" * 29 + "\u0301"
    assert normalise(thirty) == unicodedata.normalize("NFC", thirty) != thirty
    assert normalise(thirty + "\u0301") == thirty + "\u0301"


def test_the_characters_that_come_apart_into_marks_are_known() -> None:
    """Else a row of them would be put in order at any length."""
    apart = [
        each
        for each in map(chr, range(0x110000))
        if not unicodedata.combining(each) and unicodedata.combining(unicodedata.normalize("NFKD", each)[0])
    ]
    assert apart == ["\u0f73", "\u0f75", "\u0f81", "\uff9e", "\uff9f"]


def test_composing_makes_one_character_of_a_few_at_most() -> None:
    composed = (each for each in map(chr, range(0x110000)) if unicodedata.is_normalized("NFC", each))
    assert max(len(unicodedata.normalize("NFD", each)) for each in composed) == COMPOSED_FROM


@pytest.mark.parametrize("text", ["\u0301\u0323" * 75_000, "\u0f73" * 150_000, "e" + "\u0308" * 300_000])
@pytest.mark.parametrize("form", ["NFC", "NFKD"])
def test_no_text_takes_long_to_put_in_a_form(text: str, form: Literal["NFC", "NFKD"]) -> None:
    """300 KB of marks took 49 s, in which nothing else ran."""
    assert least_milliseconds(lambda: in_form(form, text)) < 50


def test_only_one_place_puts_texts_in_a_form() -> None:
    """Whoever calls unicodedata himself has no limit."""
    root = Path(__file__).parents[4]
    rooms = ("config", "mappers", "streams", "xero_client")
    callers = [
        each for room in rooms for each in (root / room).rglob("*.py") if "unicodedata.normalize(" in each.read_text()
    ]
    assert [each.name for each in callers] == ["text.py"]


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd", "+1", "-cmd|' /C calc'!A0", "@SUM(A1)", "\uff1d1", " =1", "\u00a0\uff20x", "\tx"]
)
def test_what_a_spreadsheet_may_take_for_a_formula_is_text_to_it(text: str) -> None:
    assert no_formula(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "-1265.63", "0", "SHP-1", "a=b", "'=1", "1-2"])
def test_a_number_or_a_code_stays_as_it_is_in_a_file_of_cells(text: str) -> None:
    assert no_formula(text) == text
