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
