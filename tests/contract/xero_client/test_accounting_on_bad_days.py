"""The real client on the simulator's bad days: which error each fault becomes, and whether the document is there."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from deploy.simulator.state.faults import Fault
from mappers.model.company import DocumentType
from tests.contract.xero_client.accounting_adapters import (
    NOW,
    ORGANISATION,
    PLURAL,
    SimulatorAdapter,
    simulator_adapter,
)
from tests.contract.xero_client.accounting_steps import KINDS, created, find, make, write
from tests.unit.xero_client.accounting.documents import make_document
from xero_client.accounting.client import XeroClient
from xero_client.collaborators import Resource
from xero_client.errors import (
    DisconnectedError,
    EffectUnknownError,
    OutOfQuotaError,
    UnavailableError,
    XeroError,
)
from xero_client.port import Operation, Priority

# Fault, its settings, the error of a write, whether the write took effect all the same.
WRITES: list[tuple[str, dict[str, Any], type[XeroError], bool]] = [
    ("drop_before", {}, EffectUnknownError, False),
    ("500_before", {}, EffectUnknownError, False),
    ("503_plain", {}, EffectUnknownError, False),
    ("503_plain", {"apply": True}, EffectUnknownError, True),
    ("html_body", {}, EffectUnknownError, False),
    ("html_body", {"apply": True, "status": 200}, EffectUnknownError, True),
    ("html_body", {"status": 404}, EffectUnknownError, False),
    ("html_body", {"apply": True, "status": 404}, EffectUnknownError, True),
    ("apply_then_500", {}, EffectUnknownError, True),
    ("apply_then_drop", {}, EffectUnknownError, True),
    ("cut_json", {}, EffectUnknownError, True),
    ("day_limit", {}, OutOfQuotaError, False),
    ("minute_429", {}, OutOfQuotaError, False),
    ("concurrent_429", {}, OutOfQuotaError, False),
    ("appminute_429", {}, OutOfQuotaError, False),
    ("403", {}, DisconnectedError, False),
    ("revoked", {}, DisconnectedError, False),
]


def aim(adapter: SimulatorAdapter, operation: str, kind: str, **settings: Any) -> None:
    """Let the next such call meet the fault."""
    adapter.simulator.state.faults.add(Fault(operation, kind, **settings))


def numbers_in_xero(adapter: SimulatorAdapter, kind: DocumentType) -> list[str]:
    """The numbers that the simulator itself has of our customer's new documents."""
    documents = adapter.simulator.state.organisations[ORGANISATION].book(kind.value)
    return [each.number for each in documents if each.number.startswith("A-")]


@pytest.mark.parametrize(("fault", "settings", "error", "applied"), WRITES)
@pytest.mark.parametrize("kind", KINDS)
async def test_each_fault_of_a_write_becomes_the_error_that_says_what_to_do_next(
    kind: DocumentType, fault: str, settings: dict[str, Any], error: type[XeroError], *, applied: bool
) -> None:
    async with simulator_adapter() as adapter:
        aim(adapter, f"PUT {PLURAL[kind]}", fault, **settings)

        with pytest.raises(error) as caught:
            await write(adapter, Operation.CREATE, (make(adapter, kind), None))

        assert type(caught.value) is error
        assert numbers_in_xero(adapter, kind) == (["A-1"] if applied else [])


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("drop_before", UnavailableError),
        ("500_before", UnavailableError),
        ("503_plain", UnavailableError),
        ("html_body", UnavailableError),
        ("cut_json", UnavailableError),
        ("apply_then_drop", UnavailableError),
        ("day_limit", OutOfQuotaError),
        ("403", DisconnectedError),
    ],
)
@pytest.mark.parametrize("kind", KINDS)
async def test_no_fault_of_a_read_is_of_unknown_effect(kind: DocumentType, fault: str, error: type[XeroError]) -> None:
    async with simulator_adapter() as adapter:
        aim(adapter, f"GET {PLURAL[kind]}", fault)

        with pytest.raises(error):
            await find(adapter, kind, "A-1")

        assert await find(adapter, kind, "A-1") == ()


async def test_the_day_limit_says_until_when() -> None:
    async with simulator_adapter() as adapter:
        aim(adapter, "PUT *", "day_limit", retry_after=71468)

        with pytest.raises(OutOfQuotaError) as caught:
            await write(adapter, Operation.CREATE, (make(adapter, DocumentType.INVOICE), None))

    assert (caught.value.limit, caught.value.resume_at) == ("day", NOW + timedelta(seconds=71468))


async def test_an_error_that_xero_remembers_under_the_key_stays_unknown_until_the_look_up() -> None:
    """Internal errors are answered again for six minutes (IDEM), although the write was done."""
    async with simulator_adapter() as adapter:
        aim(adapter, "PUT *", "apply_then_500")
        for _ in range(2):
            with pytest.raises(EffectUnknownError):
                await write(adapter, Operation.CREATE, (make(adapter, DocumentType.INVOICE), None))

        assert len(await find(adapter, DocumentType.INVOICE, "A-1")) == 1
        assert numbers_in_xero(adapter, DocumentType.INVOICE) == ["A-1"]


@pytest.mark.parametrize("kind", KINDS)
async def test_shuffled_replies_and_xeros_other_word_for_message_change_nothing(kind: DocumentType) -> None:
    async with simulator_adapter() as adapter:
        state = adapter.simulator.state
        state.switches = state.switches.changed({"reply_order": "shuffled", "error_text_key": "Description"})
        await created(adapter, make(adapter, kind, "A-7"))
        batch = [(make(adapter, kind, f"A-{position}"), None) for position in range(20)]

        replies = await write(adapter, Operation.CREATE, *batch)

        assert {number for number, reply in replies.items() if reply.errors} == {"A-7"}
        assert "must be unique" in replies["A-7"].errors[0]
        assert all(reply.document is None or reply.document.number == number for number, reply in replies.items())


@pytest.mark.parametrize("operation", list(Operation))
async def test_an_unknown_contact_is_refused_and_none_is_made(operation: Operation) -> None:
    async with simulator_adapter() as adapter:
        adapter.simulator.state.switches = adapter.simulator.state.switches.changed({"unknown_id": "element"})
        before = len(adapter.simulator.state.organisations[ORGANISATION].contacts.by_id)
        stored = await created(adapter, make(adapter, DocumentType.INVOICE)) if operation is Operation.UPDATE else None
        unknown = make_document(number="A-1", contact_id="0c9f8f6e-1111-4222-8333-999999999999")

        (reply,) = (await write(adapter, operation, (unknown, stored.xero_id if stored else None))).values()

        assert reply.document is None
        assert len(adapter.simulator.state.organisations[ORGANISATION].contacts.by_id) == before


async def test_a_rate_that_looks_inverted_is_written_with_xeros_warning() -> None:
    async with simulator_adapter() as adapter:
        inverted = make(adapter, DocumentType.INVOICE, currency_rate=Decimal("1.5283"))

        (reply,) = (await write(adapter, Operation.CREATE, (inverted, None))).values()

        assert reply.document is not None
        assert "inverse" in reply.warnings[0]


@pytest.mark.parametrize("resource", list(Resource))
async def test_every_kind_of_master_data_can_be_read(resource: Resource) -> None:
    async with simulator_adapter() as adapter:
        assert isinstance(adapter.accounting, XeroClient)

        found = await adapter.accounting.get(
            ORGANISATION, resource, {}, if_modified_since=None, priority=Priority.BACKLOG
        )

    plural = "Organisations" if resource is Resource.ORGANISATION else resource.value
    assert found[plural]
