"""A quote is sent whole: what a person wrote above and below its lines survives our update."""

from mappers.model.company import DocumentType
from tests.builders import ORGANISATION, make_company
from tests.faults.dispatch.request_check import RequestCheck
from tests.faults.dispatch.simulated import simulated
from tests.faults.dispatch.test_simulated_states import by_person, first

TEXTS = {"Title": "Spring beef", "Summary": "As agreed by phone", "Terms": "Payment within 14 days"}


async def test_a_persons_title_summary_and_terms_stay(check: RequestCheck) -> None:
    """Xero clears the texts that an update leaves out."""
    async with simulated(check, make_company(document=DocumentType.QUOTE)) as harness:
        theirs = by_person(DocumentType.QUOTE, "ALOK") | TEXTS
        harness.simulator.state.write_as_person(ORGANISATION, "quote", theirs)
        (outcome,) = await harness.drive([first()])
        assert outcome.action == "updated"
        (quote,) = harness.documents(DocumentType.QUOTE)
        assert {name: quote.texts.get(name) for name in TEXTS} == TEXTS
