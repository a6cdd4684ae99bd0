"""What is done with a file beside those that Xero shows: never the same name and content twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappers.existing.attachments import (
    Decision,
    Putting,
    alternative_name,
    content_problem,
    decide,
    is_in_question,
    too_large,
)
from mappers.model import ListedFile, PutFile, sha256_of

ONE, TWO = sha256_of(b"one"), sha256_of(b"two")


def listed(file_name: str, size: int | None = 3, attachment_id: str = "1") -> ListedFile:
    return ListedFile(attachment_id, file_name, size)


def put(file_name: str, sha256: str, size: int = 3) -> PutFile:
    return PutFile(xero_id="x", file_name=file_name, sha256=sha256, size=size)


def test_a_free_name_is_given() -> None:
    assert decide("a.pdf", ONE, [listed("b.pdf")], {}, []) == Decision(Putting.CREATE, "a.pdf")


def test_the_same_content_is_there_whoever_put_it_and_in_whatever_letters() -> None:
    assert decide("a.pdf", ONE, [listed("A.PDF")], {"1": ONE}, []) == Decision(Putting.PRESENT, "A.PDF")
    other = alternative_name("a.pdf", ONE)
    assert decide("a.pdf", ONE, [listed(other)], {"1": ONE}, []) == Decision(Putting.PRESENT, other)


def test_ours_is_replaced_and_a_persons_is_not() -> None:
    assert decide("a.pdf", ONE, [listed("a.pdf")], {"1": TWO}, [put("a.pdf", TWO)]) == (Putting.REPLACE, "a.pdf")
    assert decide("a.pdf", ONE, [listed("a.pdf")], {"1": TWO}, [put("b.pdf", TWO)]) == (
        Putting.CREATE,
        alternative_name("a.pdf", ONE),
    )
    # Its hash was not asked for: it has a size that nothing of ours had.
    assert decide("a.pdf", ONE, [listed("a.pdf", 9)], {}, [put("a.pdf", TWO)]).putting is Putting.CREATE


def test_of_two_of_one_name_none_is_replaced() -> None:
    both = [listed("a.pdf"), listed("a.pdf", attachment_id="2")]
    found = decide("a.pdf", ONE, both, {"1": TWO, "2": TWO}, [put("a.pdf", TWO)])
    assert found == Decision(Putting.CREATE, alternative_name("a.pdf", ONE))


def test_where_both_names_are_others_it_is_left_and_where_ten_are_there_too() -> None:
    names = [listed("a.pdf"), listed(alternative_name("a.pdf", ONE), attachment_id="2")]
    assert decide("a.pdf", ONE, names, {}, []).putting is Putting.NAME_TAKEN
    ten = [listed(f"{number}.pdf", attachment_id=str(number)) for number in range(10)]
    assert decide("a.pdf", ONE, ten, {}, []).putting is Putting.NO_ROOM
    # One that takes the place of another needs no room.
    assert decide("3.pdf", ONE, ten, {"3": TWO}, [put("3.pdf", TWO)]).putting is Putting.REPLACE


def test_a_file_is_put_as_the_tenth_and_not_where_ten_or_more_are_there() -> None:
    for count, putting in ((9, Putting.CREATE), (10, Putting.NO_ROOM), (11, Putting.NO_ROOM)):
        there = [listed(f"{number}.pdf", attachment_id=str(number)) for number in range(count)]
        assert decide("a.pdf", ONE, there, {}, []).putting is putting


def test_another_name_has_eight_digits_of_the_hash_whichever_version_gives_it() -> None:
    """A version that gave another one would put the same file on the document again."""
    assert alternative_name("a.b.pdf", ONE) == "a.b-7692c3ad.pdf"


def test_what_is_there_under_either_name_with_another_content_is_not_taken_for_it() -> None:
    other = alternative_name("a.pdf", ONE)
    there = [listed("a.pdf"), listed(other, attachment_id="2")]
    for theirs in ("0" * 64, "f" * 64):
        found = decide("a.pdf", ONE, there, {"1": theirs, "2": theirs}, [put("a.pdf", TWO), put("b.pdf", theirs)])
        assert found == Decision(Putting.NAME_TAKEN, "a.pdf")
    assert decide("a.pdf", ONE, there, {"2": ONE}, []) == Decision(Putting.PRESENT, other)


def test_only_what_may_decide_is_read_back() -> None:
    assert is_in_question(listed(alternative_name("a.pdf", ONE)), "a.pdf", ONE, 3, [])
    assert not is_in_question(listed("0.pdf"), "a.pdf", ONE, 3, [])
    assert is_in_question(listed("A.pdf"), "a.pdf", ONE, 3, [])
    assert is_in_question(listed("a.pdf", None), "a.pdf", ONE, 3, [])
    assert is_in_question(listed("a.pdf", 7), "a.pdf", ONE, 3, [put("a.pdf", TWO, 7)])
    assert not is_in_question(listed("a.pdf", 7), "a.pdf", ONE, 3, [])
    assert not is_in_question(listed("b.pdf"), "a.pdf", ONE, 3, [])


def test_a_file_is_a_pdf_and_the_one_that_is_meant() -> None:
    content = b"%PDF-1.7"
    assert content_problem("a", content, sha256_of(content), None) is None
    assert content_problem("a", content, sha256_of(content), sha256_of(content)) is None
    codes = [content_problem("a", b" %PDF-", ONE, None), content_problem("a", content, sha256_of(content), ONE)]
    assert [each and each.code.value for each in codes] == ["attachment_not_pdf", "attachment_differs"]


@pytest.mark.parametrize(
    ("name", "shown", "value"), [("a\u200b", "a\\u200b", "a\\u200b"), ("", "without a name", None)]
)
def test_a_file_is_named_as_people_can_see_it(name: str, shown: str, value: str | None) -> None:
    problem = too_large(name, 10_000_000)
    assert problem.message == f"{shown} has more than 10,000,000 bytes."
    assert problem.value == value


NAMES = st.sampled_from(["a.pdf", "A.pdf", "b.pdf", alternative_name("a.pdf", ONE), alternative_name("a.pdf", TWO)])


@given(st.lists(st.tuples(NAMES, st.sampled_from([ONE, TWO])), max_size=11), st.lists(NAMES, max_size=3))
def test_doing_what_is_decided_never_makes_a_pair_and_ends(there: list[tuple[str, str]], ours: list[str]) -> None:
    """Whatever lies there: once the file is put as decided, it is present, and no name was given twice."""
    files = [ListedFile(str(at), name, 3) for at, (name, _) in enumerate(there)]
    hashes = {str(at): sha256 for at, (_, sha256) in enumerate(there)}
    known = [put(each, TWO) for each in ours]
    decision = decide("a.pdf", ONE, files, hashes, known)
    if decision.putting is Putting.CREATE:
        assert not any(each.file_name.casefold() == decision.file_name.casefold() for each in files)
        files.append(ListedFile("new", decision.file_name, 3))
        hashes["new"] = ONE
    elif decision.putting is Putting.REPLACE:
        (replaced,) = [each for each in files if each.file_name == decision.file_name]
        assert hashes[replaced.attachment_id] == TWO
        hashes[replaced.attachment_id] = ONE
    else:
        return
    assert decide("a.pdf", ONE, files, hashes, known).putting is Putting.PRESENT
