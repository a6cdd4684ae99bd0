"""Creating and updating invoices, one by one and in batches."""

from decimal import Decimal

from tests.simulator.client import ALOK, BEEF, NONE, Caller, invoice, line, messages

SUMMARISED = "Invoices?unitdp=4"


async def test_a_new_invoice_comes_back_with_an_id_its_totals_and_dates_in_both_forms(xero: Caller) -> None:
    created = (await xero.put_invoices(invoice("INV-1"))).one("Invoices")
    assert created["StatusAttributeString"] == "OK"
    assert created["InvoiceID"] != NONE
    assert (created["Status"], created["Total"]) == ("DRAFT", Decimal("1265.63"))
    assert (created["DateString"], created["Date"]) == ("2026-11-19T00:00:00", "/Date(1795046400000+0000)/")
    assert created["LineItems"][0]["UnitAmount"] == Decimal("101.2500")


async def test_both_date_forms_and_instants_are_read_an_offset_moves_the_day(xero: Caller) -> None:
    dates = ("2026-11-19", "/Date(1795046400000)/", "2026-11-19T00:00:00", "2026-11-19T00:00:00+12:00")
    rows = [invoice(f"INV-D{n}", Date=text) for n, text in enumerate(dates)]
    answer = await xero.call("PUT", "Invoices?summarizeErrors=false", {"Invoices": rows}, checked=False)
    shown = [each["DateString"][:10] for each in answer.json["Invoices"]]
    assert shown == ["2026-11-19", "2026-11-19", "2026-11-19", "2026-11-18"]


async def test_a_missing_date_is_today_in_the_organisations_zone(xero: Caller) -> None:
    await xero.control("POST", "clock", {"set": "2026-11-20T14:30:00+00:00"})
    await xero.log_in()
    row = invoice("INV-1")
    del row["Date"]
    created = (await xero.put_invoices(row)).one("Invoices")
    assert created["DateString"] == "2026-11-21T00:00:00", "14:30 UTC is past midnight in Sydney"


async def test_put_refuses_a_number_that_is_taken_and_saves_its_neighbours(xero: Caller) -> None:
    answer = await xero.put_invoices(invoice("INV-2026-0900"), invoice("INV-1"))
    taken, good = answer.json["Invoices"]
    assert answer.status == 200
    assert (taken["StatusAttributeString"], taken["HasErrors"], taken["InvoiceID"]) == ("ERROR", True, NONE)
    assert messages(taken) == ["Invoice # must be unique."]
    assert taken["InvoiceNumber"] == "INV-2026-0900", "what was sent is echoed"
    assert good["StatusAttributeString"] == "OK"


async def test_the_same_number_twice_in_one_call_is_refused_the_second_time(xero: Caller) -> None:
    first, second = (await xero.put_invoices(invoice("INV-1"), invoice("INV-1"))).json["Invoices"]
    assert (first["StatusAttributeString"], second["StatusAttributeString"]) == ("OK", "ERROR")


async def test_by_default_one_bad_element_refuses_the_whole_call_and_saves_nothing(xero: Caller) -> None:
    rows = [invoice("INV-1"), invoice("INV-2", LineItems=[line(ItemCode="alok")])]
    answer = await xero.call("PUT", SUMMARISED, {"Invoices": rows})
    assert (answer.status, answer.json["ErrorNumber"], answer.json["Type"]) == (400, 10, "ValidationException")
    assert [messages(each) for each in answer.json["Elements"]] == [["Item code 'alok' is not valid"]]
    assert (await xero.control("GET", f"documents?tenant={BEEF}&number=INV-1")) == []


async def test_a_switch_lets_a_refused_call_save_its_good_elements_all_the_same(xero: Caller) -> None:
    await xero.control("POST", "switches", {"summarised_errors": "save_good"})
    rows = [invoice("INV-1"), invoice("INV-2", LineItems=[line(ItemCode="alok")])]
    assert (await xero.call("PUT", SUMMARISED, {"Invoices": rows})).status == 400
    assert len(await xero.control("GET", f"documents?tenant={BEEF}&number=INV-1")) == 1


async def test_the_sdks_capital_false_is_understood(xero: Caller) -> None:
    path = "Invoices?summarizeErrors=False&unitdp=4"
    answer = await xero.call("PUT", path, {"Invoices": [invoice("INV-2026-0900")]})
    assert answer.status == 200


async def test_post_with_a_known_number_and_no_id_updates_that_invoice(xero: Caller) -> None:
    before = (await xero.put_invoices(invoice("INV-1", Reference="first"))).one("Invoices")
    row = {"Type": "ACCREC", "InvoiceNumber": "INV-1", "Contact": {"ContactID": ALOK}, "Reference": "second"}
    after = (await xero.post_invoices(row)).one("Invoices")
    assert (after["InvoiceID"], after["Reference"]) == (before["InvoiceID"], "second")
    assert after["Total"] == before["Total"], "what an update leaves out stays"
    assert (await xero.control("GET", "counts"))["applied"] == {"invoice created": 1, "invoice updated": 1}


async def test_post_by_address_changes_one_invoice(xero: Caller) -> None:
    before = (await xero.put_invoices(invoice("INV-1"))).one("Invoices")
    body = {"Invoices": [{"InvoiceID": before["InvoiceID"], "Reference": "new"}]}
    answer = await xero.call("POST", f"Invoices/{before['InvoiceID']}", body)
    assert answer.one("Invoices")["Reference"] == "new"


async def test_lines_are_replaced_as_a_set(xero: Caller) -> None:
    """A known LineItemID updates, a line without one is created, a line that is not listed goes."""
    rows = [line(Description="keep"), line(Description="drop")]
    before = (await xero.put_invoices(invoice("INV-1", LineItems=rows))).one("Invoices")
    keep, drop = (each["LineItemID"] for each in before["LineItems"])
    changed = [{"LineItemID": keep, "Quantity": 2}, line(Description="new", Quantity=1)]
    after = (await xero.post_invoices({"InvoiceID": before["InvoiceID"], "LineItems": changed})).one("Invoices")
    ids = [each["LineItemID"] for each in after["LineItems"]]
    assert (ids[0], drop in ids) == (keep, False)
    assert [each["Description"] for each in after["LineItems"]] == ["keep", "new"]
    assert after["SubTotal"] == Decimal("303.75")


async def test_an_invoice_without_a_number_gets_one_of_the_organisation(xero: Caller) -> None:
    row = invoice("")
    del row["InvoiceNumber"]
    created = (await xero.put_invoices(row)).one("Invoices")
    assert created["InvoiceNumber"] == "INV-0001"
    assert (await xero.control("GET", "counts"))["numbers_generated"] == 1


async def test_a_body_that_is_no_json_or_holds_wrong_types_is_refused_whole(xero: Caller) -> None:
    for body in (b"{", b"[]", b'{"Invoices": [1]}', b'{"Invoices": [{"Type": "BOGUS"}]}'):
        answer = await xero.call("PUT", "Invoices", body, checked=False)
        assert (answer.status, answer.json["Type"]) == (400, "PostDataInvalidException")


async def test_numbers_may_come_as_strings_and_keep_every_digit(xero: Caller) -> None:
    row = invoice("INV-1", LineItems=[line(Quantity="1", UnitAmount="1234567890.1234")], CurrencyRate="0.6543")
    answer = await xero.call("PUT", "Invoices?summarizeErrors=false&unitdp=4", {"Invoices": [row]}, checked=False)
    assert '"UnitAmount":1234567890.1234' in answer.text


async def test_a_misspelt_field_is_ignored_as_xero_does_and_counted(xero: Caller) -> None:
    row = invoice("INV-1", Referense="x", LineItems=[line(Qantity=3)])
    created = (await xero.put_invoices(row)).one("Invoices")
    assert created["StatusAttributeString"] == "OK"
    assert (await xero.control("GET", "counts"))["unknown_fields"] == {"Invoice.Referense": 1, "LineItem.Qantity": 1}
