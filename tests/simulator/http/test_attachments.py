"""Files of documents: where they are, and who sees them."""

from tests.simulator.client import BEEF, Caller, invoice

NAME = "bill of lading.pdf"


async def test_a_file_is_found_at_its_address_by_name_and_by_id(xero: Caller) -> None:
    made = (await xero.put_invoices(invoice("INV-1"))).one("Invoices")
    files = f"Invoices/{made['InvoiceID']}/Attachments"
    headers = {"Content-Type": "application/pdf"}
    path = f"{files}/bill%20of%20lading.pdf?IncludeOnline=true"
    kept = (await xero.call("PUT", path, b"%PDF", headers, checked=False)).one("Attachments")
    assert (kept["FileName"], kept["MimeType"], kept["ContentLength"]) == (NAME, "application/pdf", 4)
    assert kept["IncludeOnline"] is True
    assert kept["Url"] == f"{xero.base_url}/api.xro/2.0/{files}/bill%20of%20lading.pdf"
    for place in (kept["Url"].split("/2.0/")[1], f"{files}/{kept['AttachmentID']}"):
        answer = await xero.call("GET", place, checked=False)
        assert (answer.status, answer.text, answer.headers["Content-Type"]) == (200, "%PDF", "application/pdf")
    assert (await xero.get(files)).one("Attachments") == kept
    assert (await xero.call("GET", f"{files}/{BEEF}", checked=False)).status == 404


async def test_a_file_stays_off_the_web_unless_it_is_asked_for(xero: Caller) -> None:
    made = (await xero.put_invoices(invoice("INV-1"))).one("Invoices")
    path = f"Invoices/{made['InvoiceID']}/Attachments/x.txt"
    kept = (await xero.call("POST", path, b"x", {"Content-Type": "text/plain"}, checked=False)).one("Attachments")
    assert kept["IncludeOnline"] is False


async def test_put_adds_a_file_whatever_its_name_and_post_takes_the_place_of_one(xero: Caller) -> None:
    made = (await xero.put_invoices(invoice("INV-1"))).one("Invoices")
    assert made["HasAttachments"] is False
    files = f"Invoices/{made['InvoiceID']}/Attachments"
    for method, body in (("PUT", b"%PDF-1"), ("PUT", b"%PDF-2"), ("POST", b"%PDF-3")):
        await xero.call(method, f"{files}/a.pdf", body, {"Content-Type": "application/octet-stream"})
    kept = (await xero.get(files)).json["Attachments"]
    assert [each["FileName"] for each in kept] == ["a.pdf", "a.pdf"]
    texts = [(await xero.call("GET", f"{files}/{each['AttachmentID']}", checked=False)).text for each in kept]
    assert texts == ["%PDF-3", "%PDF-2"]
    assert {each["MimeType"] for each in kept} == {"application/pdf"}
    assert (await xero.get(f"Invoices/{made['InvoiceID']}")).one("Invoices")["HasAttachments"] is True


async def test_a_deleted_document_takes_no_file(xero: Caller) -> None:
    made = (await xero.put_invoices(invoice("INV-1"))).one("Invoices")
    await xero.control("POST", "edit", {"tenant": BEEF, "type": "invoice", "number": "INV-1", "status": "DELETED"})
    path = f"Invoices/{made['InvoiceID']}/Attachments/a.pdf"
    refused = await xero.call("PUT", path, b"%PDF", {"Content-Type": "application/pdf"}, checked=False)
    assert refused.status == 400


async def test_what_was_just_made_may_not_be_known_by_its_id_yet(xero: Caller) -> None:
    await xero.control("POST", "switches", {"ids_lag_seconds": 60})
    made = (await xero.put_invoices(invoice("INV-1"))).one("Invoices")
    places = [f"Invoices/{made['InvoiceID']}", f"Invoices/{made['InvoiceID']}/Attachments"]
    listed = f"Invoices?IDs={made['InvoiceID']}"
    assert [(await xero.call("GET", each, checked=False)).status for each in places] == [404, 404]
    assert (await xero.get(listed)).json["Invoices"] == []
    await xero.control("POST", "clock", {"advance": 60})
    assert [(await xero.call("GET", each, checked=False)).status for each in places] == [200, 200]
    assert (await xero.get(listed)).one("Invoices")["InvoiceNumber"] == "INV-1"
