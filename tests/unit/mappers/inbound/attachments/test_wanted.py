"""What a shipment says of its files: each is taken, or its fault is named; nothing raises."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappers.inbound.attachments import Unwanted, file_name_for, wanted_attachments
from mappers.model import MOST_ATTACHMENTS, WantedAttachment

GOOD = {"name": "Invoice 42.pdf", "reference": "https://docs.example/42.pdf?sig=a%2Fb"}
HASH = "ab" * 32


def only(entry: Any) -> WantedAttachment | Unwanted:
    (found,) = wanted_attachments({"attachments": [entry]})
    return found


def test_a_file_is_taken_as_it_is_said() -> None:
    found = only(GOOD | {"sha256": HASH.upper(), "media_type": "Application/PDF"})
    assert found == WantedAttachment(
        name="Invoice 42.pdf", file_name="Invoice-42.pdf", reference=GOOD["reference"], sha256=HASH
    )


@pytest.mark.parametrize("shipment", [{}, {"attachments": None}, {"attachments": []}])
def test_a_shipment_without_a_list_wants_nothing(shipment: dict[str, Any]) -> None:
    assert wanted_attachments(shipment) == ()


def test_blank_fields_are_as_if_they_were_not_there() -> None:
    assert isinstance(only(GOOD | {"sha256": " ", "media_type": None}), WantedAttachment)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "has no name"),
        ({"name": 7}, "has no name"),
        ({"name": "a\u200bb.pdf"}, "hidden"),
        ({"name": "x" * 201}, "more than 200"),
        ({"reference": None}, "has no reference"),
        ({"reference": "http://docs.example/a.pdf"}, "begins neither"),
        ({"reference": "https://docs.example/../a.pdf"}, "dots"),
        ({"sha256": "ab"}, "64 hexadecimal"),
        ({"sha256": 5}, "64 hexadecimal"),
        ({"media_type": "image/png"}, "application/pdf"),
        ({"media_type": "application/octet-stream"}, "application/pdf"),
    ],
)
def test_what_cannot_be_used_is_named(change: dict[str, Any], words: str) -> None:
    found = only(GOOD | change)
    assert isinstance(found, Unwanted)
    assert words in found.problem.message
    assert found.problem.code == "attachment_invalid"


@pytest.mark.parametrize("given_list", ["a.pdf", {"name": "a"}, 7])
def test_what_is_no_list_is_said_once(given_list: Any) -> None:
    (found,) = wanted_attachments({"attachments": given_list})
    assert isinstance(found, Unwanted)


def test_what_is_just_within_the_limits_is_taken() -> None:
    """A name of 200 characters, and ten files."""
    assert isinstance(only(GOOD | {"name": "x" * 200}), WantedAttachment)
    ten = wanted_attachments({"attachments": [GOOD | {"name": f"{number}.pdf"} for number in range(10)]})
    assert [type(each) for each in ten] == [WantedAttachment] * 10


def test_an_entry_that_cannot_be_used_is_told_by_its_name() -> None:
    found = wanted_attachments({"attachments": [GOOD | {"name": " a.pdf ", "reference": ""}, {"name": 7}, "x"]})
    assert [each.name for each in found] == ["a.pdf", "", ""]
    messages = [each.problem.message for each in found if isinstance(each, Unwanted)]
    assert ["no reference" in messages[0], "no name" in messages[1], "not an object" in messages[2]] == [True] * 3


def test_a_name_counts_once_and_ten_files_are_the_most() -> None:
    same = [GOOD, GOOD | {"name": "invoice-42.PDF"}]
    first, second = wanted_attachments({"attachments": same})
    assert isinstance(first, WantedAttachment)
    assert isinstance(second, Unwanted)
    many = [GOOD | {"name": f"{number}.pdf"} for number in range(30)]
    found = wanted_attachments({"attachments": many})
    assert [type(each) for each in found] == [WantedAttachment] * MOST_ATTACHMENTS + [Unwanted]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)
ENTRY = st.fixed_dictionaries(
    {}, optional={"name": st.text() | JSON, "reference": JSON, "sha256": JSON, "media_type": JSON}
)


@given(st.lists(ENTRY | JSON, max_size=14) | JSON)
def test_nothing_raises_and_no_name_is_wanted_twice(attachments: Any) -> None:
    found = wanted_attachments({"attachments": attachments})
    assert len(found) <= MOST_ATTACHMENTS + 1
    names = [each.file_name.casefold() for each in found if isinstance(each, WantedAttachment)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("name", "file_name"),
    [
        ("a.pdf", "a.pdf"),
        ("A.PDF", "A.pdf"),
        ("Bill of lading [1]", "Bill-of-lading-1.pdf"),
        ("Rechnung K\u00f6ln.pdf", "Rechnung-Koln.pdf"),
        ("a/b\\c?.pdf", "a-b-c.pdf"),
        ("x" * 96, "x" * 96 + ".pdf"),
        ("x" * 97, "x" * 87 + "-19a8f07e.pdf"),
        ("a." * 60, "a." * 43 + "a-bd4a2bd3.pdf"),
        ("[].pdf", "attachment-aa6e460a.pdf"),
        ("\u767a\u7968.pdf", "attachment-1312bcb3.pdf"),
        ("\u767a\u7968 7.pdf", "7-d4f78703.pdf"),
    ],
)
def test_a_name_keeps_what_is_safe_of_it_and_is_the_same_in_every_version(name: str, file_name: str) -> None:
    assert file_name_for(name) == file_name


def test_names_that_lose_their_letters_are_told_apart() -> None:
    assert file_name_for("\u767a\u7968.pdf") != file_name_for("\u8acb\u6c42.pdf")


@given(st.text(max_size=300))
def test_every_name_becomes_one_that_an_address_can_carry(name: str) -> None:
    made = file_name_for(name)
    assert set(made) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-")
    assert made.endswith(".pdf")
    assert len(made) <= 100
    assert made[0] not in "._-"
    assert file_name_for(made) == made
