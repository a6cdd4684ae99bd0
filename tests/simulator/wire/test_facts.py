"""A file of facts: what Xero was found to do, obeyed by the simulator."""

from pathlib import Path
from typing import Any

import pytest

from deploy.simulator.seed import Seed
from deploy.simulator.server import Simulator
from deploy.simulator.wire.facts import answers, read_facts
from deploy.simulator.wire.switches import Switches, questions
from tests.simulator.client import calling, invoice, untyped_line

FACTS = """
[rehearsal]
organisation = "Demo Company (AU)"
asked_at = 2026-11-26T03:00:00Z

[tax_default]
answer = "item"
seen = "OUTPUT account, EXEMPTEXPORT item: total tax 0.00"

[lock_binds_drafts]
answer = true
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "xero-facts.toml"
    path.write_text(text)
    return path


async def test_the_simulator_does_what_the_file_says_xero_does(tmp_path: Path) -> None:
    seed = Seed.demo().answering(read_facts(written(tmp_path, FACTS)))
    async with Simulator.started(seed) as simulator, calling(simulator) as xero:
        rows = [untyped_line(AccountCode="260", Quantity=1, UnitAmount=100)]
        assert (await xero.put_invoices(invoice("INV-1", LineItems=rows))).one("Invoices")["TotalTax"] == 0
        locked = (await xero.put_invoices(invoice("INV-2", Date="2026-06-30"))).one("Invoices")
        assert locked["HasErrors"] is True
        await xero.control("POST", "reset")
        assert (await xero.control("GET", "switches"))["tax_default"] == "item", "a reset keeps the facts"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[reply_ordr]\nanswer = "request"', "there is no question 'reply_ordr'; did you mean 'reply_order'?"),
        ('[zzz]\nanswer = "request"', "there is no question 'zzz'; known are unknown_id, reply_order"),
        ("[consent]\nanswer = 'deny'", "there is no question 'consent'"),
        ('[reply_order]\nanswer = "sorted"', "switch 'reply_order' is one of request, shuffled, not 'sorted'"),
        ("[cache_503]\nanswer = 'no'", "switch 'cache_503' is true or false, not 'no'"),
        ("[cache_503]\nseen = 'x'", "question 'cache_503' needs a table with an answer, as in [cache_503] answer ="),
        ("cache_503 = true", "question 'cache_503' needs a table with an answer"),
        ("[cache_503", "Expected ']'"),
    ],
)
def test_a_fault_in_the_file_is_named(tmp_path: Path, text: str, message: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ValueError, match=r"xero-facts\.toml: ") as caught:
        read_facts(path)
    assert message in str(caught.value)


@pytest.mark.parametrize(("name", "answer"), [(name, each) for name, all_ in questions().items() for each in all_])
def test_every_answer_to_every_question_can_be_a_fact(name: str, answer: Any) -> None:
    assert Switches().changed(answers({name: {"answer": answer}})).as_dict()[name] == answer


@pytest.mark.parametrize("name", questions())
def test_every_question_is_described_for_people_with_its_answers(name: str) -> None:
    page = (Path(__file__).parents[3] / "deploy" / "simulator" / "README.md").read_text()
    row = next((each for each in page.splitlines() if each.startswith(f"| `{name}` |")), "")
    for answer in questions()[name]:
        assert f"`{answer if isinstance(answer, str) else str(answer).lower()}`" in row


def test_no_facts_leave_the_assumptions() -> None:
    assert Seed.demo().answering({}).switches == Switches()
