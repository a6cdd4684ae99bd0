"""The control interface, the seed, the clock, and how much the simulator can carry."""

import json
import time
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from deploy.simulator.seed import Seed
from deploy.simulator.server import Simulator
from deploy.simulator.wire import field_names, json_codec
from deploy.simulator.wire.clock import SimClock
from tests.simulator import openapi
from tests.simulator.client import ALOK, BEEF, Caller, calling, invoice, line


async def test_the_request_log_tells_what_was_asked_and_answered(xero: Caller) -> None:
    await xero.put_invoices(invoice("INV-1"), key="K")
    token, put = await xero.control("GET", "journal?replies=true")
    assert (token["operation"], token["body"]) == ("POST token", None), "no secret is kept"
    assert (put["operation"], put["status"], put["tenant"]) == ("PUT Invoices", 200, BEEF)
    assert put["headers"]["idempotency-key"] == "K"
    assert put["query"] == {"summarizeErrors": "false", "unitdp": "4"}
    assert put["body"]["Invoices"][0]["InvoiceNumber"] == "INV-1"
    assert "authorization" not in put["headers"]
    assert json.loads(put["reply"])["Status"] == "OK"
    assert await xero.control("GET", f"journal?since={put['number']}") == []
    assert len(await xero.control("GET", "journal?operation=PUT%20Invoices")) == 1


async def test_counts_tell_calls_documents_and_what_must_not_happen(xero: Caller) -> None:
    await xero.put_invoices(invoice("INV-1"), invoice("INV-1"))
    await xero.get("Items")
    counts = await xero.control("GET", "counts")
    assert counts["calls"] == {"POST token": 1, "PUT Invoices": 1, "GET Items": 1}
    assert (counts["write_calls"], counts["total_calls"], counts["largest_batch"]) == (1, 3, 2)
    assert (counts["refused_elements"], counts["writes_without_key"]) == (1, 1)
    assert counts["documents"][BEEF]["invoice"]["INV-1"] == {"all": 1, "live": 1}
    assert (counts["contacts_created_by_name"], counts["summarised_writes"]) == (0, 0)


async def test_a_person_makes_pays_and_voids_documents(xero: Caller) -> None:
    body: dict[str, Any] = {"tenant": BEEF, "type": "invoice", "status": "AUTHORISED", "payment": "65.63"}
    row = {"InvoiceNumber": "P-1", "Contact": {"AccountNumber": "ALOK"}, "LineItems": [line()], "CurrencyCode": "USD"}
    made = await xero.control("POST", "documents", body | {"document": row})
    assert (made["AmountPaid"], made["AmountDue"]) == (Decimal("65.63"), Decimal("1200.00"))
    assert made["_sim"]["created_by"] == "a person"
    edit = {"tenant": BEEF, "type": "invoice", "id": made["InvoiceID"]}
    assert (await xero.control("POST", "edit", edit | {"payment": "full"}))["Status"] == "PAID"
    assert (await xero.control("POST", "edit", edit | {"payment": "none"}))["Status"] == "AUTHORISED"
    assert (await xero.control("POST", "edit", edit | {"status": "VOIDED"}))["Status"] == "VOIDED"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("edit", {"tenant": BEEF, "type": "invoice", "number": "none", "status": "VOIDED"}),
        ("edit", {"tenant": BEEF, "type": "invoice", "number": "INV-2026-0900"}),
        ("edit", {"tenant": BEEF, "type": "invoice", "number": "INV-2026-0900", "payment": "1000"}),
        ("edit", {"tenant": BEEF, "type": "invoice", "number": "INV-2026-0900", "set": {"CurrencyCode": "GBP"}}),
        ("switches", {"no_such": 1}),
        ("switches", {"reply_order": "upside down"}),
        ("switches", {"cache_503": "yes"}),
        ("clock", {"set": "tomorrow"}),
        ("contacts", {"tenant": "nobody", "contacts": []}),
    ],
)
async def test_a_command_that_cannot_be_followed_is_a_422_with_the_reason(xero: Caller, path: str, body: Any) -> None:
    async with xero.session.post(f"{xero.base_url}/_sim/{path}", data=json_codec.encode(body)) as reply:
        assert (reply.status, "error" in await reply.json()) == (422, True)


async def test_reset_brings_back_the_seed(xero: Caller) -> None:
    await xero.put_invoices(invoice("INV-1"))
    await xero.control("POST", "switches", {"reply_order": "shuffled"})
    await xero.control("POST", "reset")
    assert (await xero.get("Organisation")).status == 401, "tokens are gone too"
    await xero.log_in()
    listed = (await xero.get("Invoices")).json["Invoices"]
    assert [each["InvoiceNumber"] for each in listed] == ["INV-2026-0900", "INV-2026-0901"]
    assert (await xero.control("GET", "switches"))["reply_order"] == "request"


async def test_contacts_are_added_archived_and_merged_as_in_xero(xero: Caller) -> None:
    rows = [{"Name": "New", "AccountNumber": "NEW"}, {"ContactID": ALOK, "ContactStatus": "ARCHIVED"}]
    made, gone = await xero.control("POST", "contacts", {"tenant": BEEF, "contacts": rows})
    assert (made["AccountNumber"], gone["ContactStatus"], gone["Name"]) == ("NEW", "ARCHIVED", "Alok Trading")
    merge = [{"ContactID": ALOK, "MergedToContactID": made["ContactID"]}]
    await xero.control("POST", "contacts", {"tenant": BEEF, "contacts": merge})
    assert (await xero.get(f"Contacts/{ALOK}")).one("Contacts")["MergedToContactID"] == made["ContactID"]


async def test_accounts_and_tax_rates_change(xero: Caller) -> None:
    await xero.control("POST", "accounts", {"tenant": BEEF, "accounts": [{"Code": "200", "Status": "ARCHIVED"}]})
    rate = {"TaxType": "OUTPUT", "Name": "GST on Income", "EffectiveRate": Decimal("12.5")}
    await xero.control("POST", "tax_rates", {"tenant": BEEF, "tax_rates": [rate]})
    refused = (await xero.put_invoices(invoice("INV-1"))).one("Invoices")
    assert "has been archived" in refused["ValidationErrors"][0]["Message"]
    lines = [line(Quantity=1, UnitAmount=100, AccountCode="260", TaxType="OUTPUT")]
    assert (await xero.put_invoices(invoice("INV-1", LineItems=lines))).one("Invoices")["TotalTax"] == Decimal("12.50")


def test_the_clock_follows_is_set_advanced_scaled_and_frozen() -> None:
    real = [100.0]
    clock = SimClock(datetime(2026, 11, 20, tzinfo=UTC), monotonic=lambda: real[0])
    real[0] += 10
    assert clock.now() == datetime(2026, 11, 20, 0, 0, 10, tzinfo=UTC)
    clock.run_at(60)
    real[0] += 1
    assert clock.now() == datetime(2026, 11, 20, 0, 1, 10, tzinfo=UTC)
    clock.advance(5)
    clock.run_at(0)
    real[0] += 1000
    assert clock.now() == datetime(2026, 11, 20, 0, 1, 15, tzinfo=UTC)
    clock.set(datetime(2026, 1, 1, tzinfo=UTC))
    assert clock.now() == datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "[surprise]\nx = 1",
        "[limits]\nper_hour = 1",
        "[switches]\nno_such = true",
        '[[app]]\nclient = "x"',
        '[[organisation]]\ntenant_id = "x"\nname = "X"\nitms = []',
        '[[app]]\nclient_id = "x"\ntenants = ["nobody"]',
    ],
)
def test_a_typing_error_in_a_seed_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "seed.toml"
    file.write_text(text)
    with pytest.raises((ValueError, TypeError)):
        Seed.read(file)


async def test_a_request_log_file_holds_a_line_for_every_request(tmp_path: Path) -> None:
    path = tmp_path / "requests.jsonl"
    async with Simulator.started(request_log_path=path) as simulator, calling(simulator) as xero:
        await xero.get("Organisation")
    operations = [json.loads(each)["operation"] for each in path.read_text().splitlines()]
    assert operations == ["POST token", "GET Organisation"]


async def test_a_free_port_lies_below_the_ephemeral_range() -> None:
    async with Simulator.started() as first, Simulator.started() as second:
        assert first.port != second.port
        assert max(first.port, second.port) < 32_768


async def test_ten_thousand_contacts_and_four_thousand_items_come_in_eleven_calls() -> None:
    seed = Seed.demo().with_contacts(10_000).with_items(4_000)
    async with Simulator.started(seed) as simulator, calling(simulator) as xero:
        answers = [await xero.get(f"Contacts?summaryOnly=true&page={n}&pageSize=1000") for n in range(1, 12)]
        assert sum(len(answer.json["Contacts"]) for answer in answers) == 10_005
        assert len((await xero.get("Items")).json["Items"]) == 4_004


async def test_a_write_of_fifty_invoices_of_ten_lines_costs_little() -> None:
    """Some 20 ms of this process on a quiet machine; the bound leaves room for a busy one."""
    async with Simulator.started() as simulator, calling(simulator) as xero:
        costs = []
        for call in range(3):
            rows = [invoice(f"INV-{call}-{n}", LineItems=[line() for _ in range(10)]) for n in range(50)]
            body = json_codec.encode({"Invoices": rows})
            began = time.process_time()
            answer = await xero.call("PUT", "Invoices?summarizeErrors=false", body, checked=False)
            costs.append(time.process_time() - began)
            assert answer.status == 200
        assert min(costs) < 0.15


async def test_organisations_can_be_multiplied() -> None:
    seed = Seed.demo().with_organisations(20)
    async with Simulator.started(seed) as simulator:
        assert len(simulator.state.organisations) == 22
        async with calling(simulator, "00000000-0000-4000-8000-000000000020") as xero:
            assert (await xero.put_invoices(invoice("INV-1"))).one("Invoices")["HasErrors"] is False


@pytest.mark.parametrize("name", ["Invoice", "Quote", "LineItem", "Contact", "LineItemTracking"])
def test_the_known_fields_are_those_of_the_description(name: str) -> None:
    if not openapi.available():
        pytest.skip("Xero's OpenAPI description does not lie beside the repository")
    described = set(openapi.properties(name))
    row: dict[str, Any] = dict.fromkeys(described, 1)
    wrapped = {"LineItem": {"LineItems": [row]}, "Contact": {"Contact": row}}
    wrapped["LineItemTracking"] = {"LineItems": [{"Tracking": [row]}]}
    kind = "quote" if name == "Quote" else "invoice"
    assert list(field_names.unknown_fields(kind, wrapped.get(name, row))) == []
    row["Typo"] = 1
    assert len(list(field_names.unknown_fields(kind, wrapped.get(name, row)))) == 1
