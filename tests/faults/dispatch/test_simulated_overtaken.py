"""A write that Xero executes late never undoes a newer revision that came meanwhile (invariant 6)."""

import pytest

from mappers.model.company import DocumentType
from tests.builders import ORGANISATION, make_company
from tests.faults.dispatch.request_check import RequestCheck
from tests.faults.dispatch.simulated import IMPATIENT, SimulatedHarness, assert_one_document_each, simulated
from tests.faults.dispatch.test_simulated_states import HAND_EDIT, NUMBER, by_person
from tests.faults.dispatch.xero_doubles import CLIENT_ID
from tests.unit.streams.dispatch.requests import numbered
from xero_client.port import Operation

KINDS = (DocumentType.INVOICE, DocumentType.QUOTE)
# What is in Xero when the older revision comes, and the write that is late.
BEFORE = {
    "nothing": Operation.CREATE,
    "ours": Operation.UPDATE,
    "ours, edited by hand": Operation.UPDATE,
    "a person's": Operation.UPDATE,
}


async def arrange(harness: SimulatedHarness, kind: DocumentType, before: str) -> None:
    if before.startswith("ours"):
        await harness.drive([numbered(7, exporter_reference="FIRST")])
    if before == "ours, edited by hand":
        harness.edit(kind, NUMBER, set=HAND_EDIT)
    if before == "a person's":
        harness.simulator.state.write_as_person(ORGANISATION, kind.value, by_person(kind, "ALOK"))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("new_token", [False, True], ids=["keys by app", "keys by token, and the token ends"])
async def test_an_older_revision_that_is_late_does_not_undo_a_newer_one(
    kind: DocumentType, before: str, check: RequestCheck, *, new_token: bool
) -> None:
    """Xero holds the older write for 40 seconds, long after the client gave it up."""
    async with simulated(
        check, make_company(document=kind, on_hand_edit="overwrite"), read_timeout=IMPATIENT
    ) as harness:
        harness.switch(key_scope="token" if new_token else "app", quote_number_taken_on_put="duplicate")
        await arrange(harness, kind, before)
        held = harness.fault(kind, BEFORE[before], "hold")
        async with harness.owner() as partition:
            harness.give(partition, [numbered(7, revision=2, exporter_reference="OLDER")])
            await harness.until(lambda: held.met)
            if new_token:
                harness.simulator.state.tokens.expire(CLIENT_ID)
            harness.give(partition, [numbered(7, revision=3, exporter_reference="NEWER")])
            await harness.driven.sleep(40)
            harness.simulator.state.faults.release()
            await harness.all_answered()
            await harness.until(lambda: not harness.in_flight())
        assert_one_document_each(harness, kind, 1)
        (document,) = harness.documents(kind)
        assert document.texts["Reference"].startswith("NEWER")
