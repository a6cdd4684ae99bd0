"""The file of facts: what is followed, what is only known, and every fault with its line."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.facts import NOT_FOLLOWED, load_facts, parse_facts
from config.faults import ConfigurationError
from deploy.simulator.wire.switches import questions
from mappers.model.company import XeroFacts
from streams.rehearsal import QUESTIONS, Finding, facts_text
from tests.builders import make_company


def written(answers: dict[str, str | bool]) -> str:
    """The file as a rehearsal writes it."""
    findings = {name: Finding(answer, "as it was seen") for name, answer in answers.items()}
    return facts_text("Demo Company (AU)", datetime(2026, 11, 26, tzinfo=UTC), findings)


def faults(text: str) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        parse_facts(text, "xero-facts.toml")
    return [str(each).removeprefix("xero-facts.toml:") for each in caught.value.faults]


def test_every_question_of_the_rehearsal_is_followed_or_known_to_change_nothing() -> None:
    followed = set(XeroFacts.model_fields)
    assert followed | NOT_FOLLOWED == {each.id for each in QUESTIONS}
    assert not followed & NOT_FOLLOWED


def test_the_table_of_the_rehearsal_says_truly_what_is_followed() -> None:
    said = {each.id: each.depends.split(":")[0] for each in QUESTIONS}
    assert {name for name, word in said.items() if word == "Followed"} == set(XeroFacts.model_fields)
    assert set(said.values()) == {"Followed", "Not followed", "Nothing"}


def test_what_is_assumed_is_what_the_rehearsal_says_is_assumed() -> None:
    assumed = {each.id: each.assumed for each in QUESTIONS}
    assert XeroFacts().model_dump() == {name: assumed[name] for name in XeroFacts.model_fields}


@pytest.mark.parametrize("nth", range(3))
def test_every_answer_that_a_rehearsal_may_write_is_read(nth: int) -> None:
    answers = {name: each[min(nth, len(each) - 1)] for name, each in questions().items()}
    facts = parse_facts(written(answers), "xero-facts.toml")
    assert facts.model_dump() == {name: answers[name] for name in XeroFacts.model_fields}


def test_without_a_file_and_without_answers_all_is_as_assumed() -> None:
    assert load_facts(None) == XeroFacts()
    assert parse_facts(written({}), "xero-facts.toml") == XeroFacts()


def test_what_is_left_out_stays_as_assumed(tmp_path: Path) -> None:
    file = tmp_path / "xero-facts.toml"
    file.write_text(written({"lock_binds_drafts": True}))
    assert load_facts(file) == XeroFacts(lock_binds_drafts=True)


def test_a_file_that_is_missing_is_a_fault_of_the_variable(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_facts(tmp_path / "none.toml")
    (fault,) = caught.value.faults
    assert (fault.place, fault.code) == ("SHIPLEDGER_XERO__FACTS", "facts_unreadable")
    assert "No such file" in fault.message


def test_every_fault_of_the_file_is_named_with_its_line() -> None:
    text = """\
[rehearsal]
organisation = "Demo Company (AU)"

[lock_bind_drafts]
answer = true

[text_length]
answer = "bytes"

[lock_binds_drafts]
answer = "yes"

[due_before_date]
seen = "nothing"

[weather]
answer = "fine"
"""
    unknown, invalid = "[facts_question_unknown]", "[facts_answer_invalid]"
    assert faults(text) == [
        f"4: lock_bind_drafts is not a question; did you mean lock_binds_drafts? {unknown}",
        f"8: text_length: 'bytes' is not an answer; the answers are characters, utf16 {invalid}",
        f"11: lock_binds_drafts: 'yes' is not an answer; the answers are true, false {invalid}",
        f"13: due_before_date needs a table [due_before_date] with an answer {invalid}",
        f"16: weather is not a question; `shipledger rehearse` asks none of this name {unknown}",
    ]


def test_what_is_no_table_and_what_is_no_toml_are_faults() -> None:
    assert faults("text_length = 'utf16'") == [
        "1: text_length needs a table [text_length] with an answer [facts_answer_invalid]"
    ]
    (syntax,) = faults("[text_length]\nanswer = utf16\n")
    assert syntax.startswith("2: ")
    assert syntax.endswith("[facts_not_toml]")


def test_a_company_keeps_its_facts_and_none_can_be_written_into_its_profile() -> None:
    facts = XeroFacts(lock_binds_drafts=True)
    company = make_company()
    knowing = company.with_facts(facts)
    assert knowing.model_copy(update={"connection": "other"}).facts == facts
    assert company.facts == XeroFacts()
    assert "facts" not in knowing.model_dump()
    with pytest.raises(ValueError, match="_facts"):
        make_company(_facts={"lock_binds_drafts": True})
