"""What the cache makes of replies that the simulator does not give: no page counts, 304, other clocks, odd rows."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from mappers.model.master_data import Contact, Item, ReferenceData
from mappers.planning.product import has_product
from tests.fakes.master_data import contact_row, item_row
from tests.fakes.references import has_customer
from tests.unit.xero_client.master_data.memory_harness import NOW, MemoryHarness, xero
from xero_client.collaborators import Resource
from xero_client.errors import OutOfQuotaError, UnavailableError
from xero_client.port import Priority


async def test_without_a_page_count_reading_stops_at_the_first_page_that_is_not_full() -> None:
    reader = xero(*(contact_row(f"C{n}") for n in range(2_500)))
    reader.counted = False
    assert len((await MemoryHarness(reader).resolve()).contacts) == 2_500
    assert [each.params["page"] for each in reader.asked if each.resource is Resource.CONTACTS] == ["1", "2", "3"]


@pytest.mark.parametrize("counted", [True, False])
async def test_more_contacts_than_xero_lists_are_an_error_instead_of_endless_reading(counted: bool) -> None:
    page = [contact_row(f"C{n}") for n in range(1_000)]
    reader = xero(*page)
    endless: dict[str, Any] = {"Contacts": page} | ({"pagination": {"pageCount": 101}} if counted else {})
    reader.replies[Resource.CONTACTS] = [endless] * 200
    with pytest.raises(UnavailableError, match="pages of contacts"):
        await MemoryHarness(reader).resolve()


@pytest.mark.parametrize(
    ("resource", "reply"),
    [
        (Resource.CONTACTS, {}),
        (Resource.CONTACTS, {"Contacts": None}),
        (Resource.ITEMS, {"Message": "signed in as guest"}),
        (Resource.CURRENCIES, {}),
        (Resource.ORGANISATION, {"Organisations": []}),
        (Resource.ORGANISATION, {"Organisations": [{"Name": "Demo"}]}),
    ],
)
async def test_a_reply_without_its_list_is_an_error_and_not_an_empty_list(
    resource: Resource, reply: dict[str, Any]
) -> None:
    harness = MemoryHarness(xero(contact_row("ALOK"), items=(item_row("BEEF-01"),)))
    harness.reader.replies[resource] = [reply]
    with pytest.raises(UnavailableError):
        await harness.resolve()
    assert has_customer("ALOK", await harness.resolve("ALOK"))


async def test_not_modified_changes_nothing() -> None:
    harness = MemoryHarness(xero(contact_row("ALOK")))
    before = await harness.resolve()
    harness.advance(5)
    data = await harness.resolve("NOBODY")
    assert data is before
    assert ("contacts", "not_modified") in harness.recorder.uses
    assert harness.recorder.changes == []


@pytest.mark.parametrize(
    ("xero_clock", "expected"),
    [
        (None, NOW - timedelta(seconds=5)),
        (NOW - timedelta(minutes=3), NOW.replace(microsecond=900_000) - timedelta(minutes=3, seconds=5)),
        (NOW + timedelta(minutes=3), NOW - timedelta(seconds=5)),
    ],
)
async def test_changes_are_asked_for_from_before_the_last_read_by_the_slower_clock(
    xero_clock: datetime | None, expected: datetime
) -> None:
    harness = MemoryHarness(xero(contact_row("ALOK")))
    harness.reader.now = xero_clock
    await harness.resolve()
    harness.advance(60)
    await harness.resolve("NOBODY")
    refresh = harness.reader.asked[-2]
    assert refresh.since == expected
    assert refresh.params["includeArchived"] == "true"


async def test_warming_and_missing_codes_are_read_for_people_and_the_rest_for_the_backlog() -> None:
    harness = MemoryHarness(xero(contact_row("ALOK")))
    await harness.resolve("NOBODY")
    assert {each.priority for each in harness.reader.asked} == {Priority.PEOPLE}


async def test_an_error_of_quota_is_raised_as_it_is() -> None:
    harness = MemoryHarness(xero(contact_row("ALOK")))
    error = OutOfQuotaError("used up", limit="day", resume_at=NOW)
    harness.reader.replies[Resource.ITEMS] = [error]
    with pytest.raises(OutOfQuotaError) as raised:
        await harness.resolve()
    assert raised.value is error


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (contact_row("A"), Contact("id-A", "A Trading", "A")),
        (contact_row("A", AccountNumber=None), Contact("id-A", "A Trading", None)),
        (contact_row("A", ContactStatus="ARCHIVED"), Contact("id-A", "A Trading", "A", archived=True)),
        (contact_row("A", ContactStatus="GDPRREQUEST"), Contact("id-A", "A Trading", "A", archived=True)),
        (contact_row("A", ContactStatus=None), Contact("id-A", "A Trading", "A")),
        (contact_row("A", MergedToContactID="b"), Contact("id-A", "A Trading", "A", merged_to="b")),
        (
            contact_row("A", MergedToContactID="00000000-0000-0000-0000-000000000000"),
            Contact("id-A", "A Trading", "A"),
        ),
    ],
)
async def test_a_contact_is_read_with_all_that_xero_says_about_it(row: dict[str, Any], expected: Contact) -> None:
    data = await MemoryHarness(xero(row)).resolve()
    assert data.contacts_by_name["a trading"] == (expected,)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (item_row("B"), Item("id-B", "B", "B name", account_code="200", tax_type="OUTPUT")),
        (item_row("B", SalesDetails=None), Item("id-B", "B", "B name")),
        (item_row("B", IsSold=False, Name=None), Item("id-B", "B", "", False, "200", "OUTPUT")),
    ],
)
async def test_an_item_is_read_with_all_that_xero_says_about_it(row: dict[str, Any], expected: Item) -> None:
    assert (await MemoryHarness(xero(items=(row,))).resolve()).items["b"] == (expected,)


async def test_rows_that_cannot_be_used_cost_no_other_row() -> None:
    rows: tuple[Any, ...] = (contact_row("A", ContactID=None), "text", None, contact_row("B"))
    harness = MemoryHarness(xero(*rows, items=(item_row("X", Code=None), item_row("Y"))))
    data = await harness.resolve()
    assert (set(data.contacts), set(data.items)) == ({"b"}, {"y"})


async def change(harness: MemoryHarness, resource: Resource, *rows: dict[str, Any]) -> ReferenceData:
    """People change rows; the cache finds out because somebody asks for an unknown code."""
    harness.advance(60)
    harness.reader.rows[resource] = [row | {"Changed": harness.now} for row in rows]
    harness.advance(60)
    return await harness.resolve("NOBODY", products=("NOTHING",))


async def test_a_renumbered_contact_leaves_its_old_number() -> None:
    harness = MemoryHarness(xero(contact_row("OLD")))
    await harness.resolve()
    data = await change(harness, Resource.CONTACTS, contact_row("OLD", AccountNumber="NEW", Name="New Trading"))
    assert (set(data.contacts), set(data.contacts_by_name)) == ({"new"}, {"new trading"})


async def test_two_contacts_may_exchange_their_numbers() -> None:
    harness = MemoryHarness(xero(contact_row("A"), contact_row("B")))
    await harness.resolve()
    data = await change(
        harness, Resource.CONTACTS, contact_row("A", AccountNumber="B"), contact_row("B", AccountNumber="A")
    )
    assert [each.contact_id for each in data.contacts["a"]] == ["id-B"]
    assert [each.contact_id for each in data.contacts["b"]] == ["id-A"]


async def test_an_item_that_was_deleted_and_added_again_is_there_once() -> None:
    harness = MemoryHarness(xero(items=(item_row("BEEF-01"),)))
    await harness.resolve()
    data = await change(harness, Resource.ITEMS, item_row("BEEF-01", ItemID="id-2"))
    assert [each.item_id for each in data.items["beef-01"]] == ["id-2"]
    assert has_product("BEEF-01", data)


async def test_items_whose_codes_differ_by_case_are_both_there() -> None:
    data = await MemoryHarness(xero(items=(item_row("beef-01"), item_row("BEEF-01")))).resolve()
    assert {each.code for each in data.items["beef-01"]} == {"beef-01", "BEEF-01"}


@pytest.mark.parametrize(
    ("change_rows", "kept"),
    [
        (lambda data: data.contacts, {"a"}),
        (lambda data: data.contacts_by_name, {"a trading"}),
        (lambda data: data.items, {"x"}),
    ],
)
async def test_a_snapshot_given_out_never_changes(
    change_rows: Callable[[ReferenceData], dict[str, Any]], kept: set[str]
) -> None:
    harness = MemoryHarness(xero(contact_row("A"), items=(item_row("X"),)))
    before = await harness.resolve()
    await change(harness, Resource.CONTACTS, contact_row("B"))
    await change(harness, Resource.ITEMS, item_row("Y"))
    assert set(change_rows(before)) == kept
    assert len(change_rows(await harness.resolve())) == 2


async def test_a_clock_of_xeros_that_shows_the_beginning_of_time_is_not_believed() -> None:
    """.NET's smallest date stands where no date was set; before it there is no other."""
    harness = MemoryHarness(xero(contact_row("ALOK")))
    nothing = {"DateTimeUTC": "/Date(-62135596800000)/"}
    harness.reader.replies[Resource.CONTACTS] = [{"Contacts": [contact_row("ALOK")], **nothing}]
    assert has_customer("ALOK", await harness.resolve("ALOK"))
