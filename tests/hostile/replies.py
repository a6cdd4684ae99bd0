"""Makes the n-th hostile reply of Xero of a seed: what a server, a gateway or a version of next year might answer."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Final

from mappers.model import DocumentType
from tests.hostile.mutator import change_value, copied, written
from xero_client.json_codec import read_object
from xero_client.transport import REPLY_LIMIT, LostError, Reply

XERO_ID: Final = "0c9f8f6e-1111-4222-8333-4444556666"
STATUSES: Final = (
    *[200] * 24,
    *(100, 201, 204, 206, 301, 302, 304, 307, 400, 400, 400, 401, 403, 404, 404, 405, 408, 409, 412, 413, 415, 418),
    *(422, 429, 429, 431, 451, 499, 500, 500, 501, 502, 503, 503, 504, 507, 520, 599, 777),
)
XEROS_SENTENCE: Final = b"The resource you're looking for cannot be found"
"""Of a 404 that is Xero's own."""
MOST_FLIPPED: Final = 5
PAGES: Final = (
    b"",
    b"\n",
    b"null",
    b"[]",
    b"{}",
    b'"text"',
    b"1",
    b"\xff\xfe",
    b"<html><head><title>502 Bad Gateway</title></head><body><h1>502</h1></body></html>",
    b"<" * 60_000,
    b"<script" * 9_000,
    b"&#1;" * 20_000,
    b"eyJ" * 30_000,
    b"Bearer " * 20_000,
    b'{"a":' * 100_000,
    b"[" * 200_000,
    b"oauth_problem=rate%20limit%20exceeded",
    XEROS_SENTENCE,
    b'{"Message":"The Idempotency Key has been used with a different request"}',
    b'{"ErrorNumber":10,"Type":"ValidationException","Message":"A validation exception occurred","Elements":[{}]}',
    b'{"Elements":[{"ValidationErrors":[{"Message":"\\ud83d"},{"Message":null},7]}]}',
)
HEADERS: Final = (
    ("retry-after", ("", "-1", "0", "59", "71468", "1e9", "nan", "Wed, 21 Oct 2026 07:28:00 GMT", "9" * 400, "\u0663")),
    ("x-rate-limit-problem", ("minute", "Day", "concurrent", "appminute", "", "none", "\x00")),
    ("x-minlimit-remaining", ("0", "60", "-1", "x", "9" * 5_000)),
    ("x-daylimit-remaining", ("0", "5000", "4.5", "\u00b2")),
    ("x-appminlimit-remaining", ("0", "9999", "")),
    ("xero-correlation-id", ("0c9f8f6e", "a\r\nb", "\x1b[31m", "x" * 100_000, "")),
    ("www-authenticate", ('Bearer error="insufficient_scope"', "insufficent_scope" * 3_000, "")),
    ("content-type", ("application/json", "text/html; charset=utf-16", "application/x-www-form-urlencoded", "")),
)

MASTER_DATA: Final[dict[str, Any]] = {
    "Id": "x",
    "DateTimeUTC": "/Date(1795046400000)/",
    "pagination": {"page": 1, "pageSize": 1000, "pageCount": 1, "itemCount": 2},
    "Organisations": [
        {
            "OrganisationID": XERO_ID,
            "Name": "Southern Beef",
            "BaseCurrency": "AUD",
            "Timezone": "AUSEASTERNSTANDARDTIME",
            "PeriodLockDate": "/Date(1751241600000+0000)/",
            "EndOfYearLockDate": None,
            "ShortCode": "!b2Xk7",
        }
    ],
    "Contacts": [
        {"ContactID": "c1", "Name": "Alok Trading", "AccountNumber": "ALOK", "ContactStatus": "ACTIVE"},
        {"ContactID": "c2", "Name": "Gone", "ContactStatus": "ARCHIVED", "MergedToContactID": "c1"},
    ],
    "Items": [
        {
            "ItemID": "i1",
            "Code": "BEEF-01",
            "Name": "Beef",
            "IsSold": True,
            "SalesDetails": {"AccountCode": "200", "TaxType": "OUTPUT"},
        }
    ],
    "Currencies": [{"Code": "AUD"}, {"Code": "USD"}],
    "Accounts": [{"Code": "200", "Name": "Sales", "Status": "ACTIVE", "TaxType": "OUTPUT", "Type": "REVENUE"}],
    "TaxRates": [{"TaxType": "OUTPUT", "Status": "ACTIVE", "EffectiveRate": 10.0, "CanApplyToRevenue": True}],
    "TrackingCategories": [
        {
            "Name": "Region",
            "TrackingCategoryID": "t1",
            "Status": "ACTIVE",
            "Options": [{"Name": "North", "TrackingOptionID": "o1", "Status": "ACTIVE"}],
        }
    ],
    "BrandingThemes": [{"Name": "Export", "BrandingThemeID": "b1"}],
}


@dataclass(frozen=True)
class HostileReply:
    """What comes back of a call; `lost` where nothing does: whether a byte of the request had gone out."""

    status: int
    headers: dict[str, str]
    body: bytes
    complete: bool = True
    lost: bool | None = None

    def read(self) -> Reply:
        """As the transport reads it. Raises LostError where it is lost."""
        if self.lost is not None:
            raise LostError("ReadTimeoutError", sent=self.lost)
        return Reply(self.status, self.headers, self.body, self.complete)


def element(kind: DocumentType, sent: dict[str, Any]) -> dict[str, Any]:
    """A document as Xero shows it, of one as it was sent."""
    own = "Invoice" if kind is DocumentType.INVOICE else "Quote"
    line = {
        "LineItemID": "22222222-2222-3333-4444-555555555555",
        "LineAmount": 1265.63,
        "AccountCode": "200",
        "TaxType": "EXEMPTEXPORT",
        "TaxAmount": 0.0,
        "Tracking": [{"Name": "Region", "Option": "North", "TrackingCategoryID": "x", "TrackingOptionID": "y"}],
    }
    shown = sent | {
        f"{own}ID": XERO_ID,
        "Type": "ACCREC",
        "Contact": {"ContactID": sent["Contact"]["ContactID"], "Name": "Alok Trading"},
        "DateString": "2026-11-19T00:00:00",
        "Date": "/Date(1795046400000+0000)/",
        "LineAmountTypes": "Exclusive",
        "LineItems": [each | line for each in sent["LineItems"]],
        "SubTotal": 1265.63,
        "TotalTax": 0.00,
        "Total": 1265.63,
        "AmountPaid": 0.0,
        "SentToContact": False,
        "StatusAttributeString": "OK",
        "HasErrors": False,
        "Warnings": [{"Message": "a warning"}],
        "ValidationErrors": [],
    }
    return json.loads(json.dumps(shown, default=float))  # type: ignore[no-any-return]


def good_reply(kind: DocumentType, body: bytes) -> dict[str, Any]:
    """What Xero answers to a batch when all is well."""
    plural = "Invoices" if kind is DocumentType.INVOICE else "Quotes"
    shown = [element(kind, each) for each in read_object(body)[plural]]
    return {"Id": "x", "Status": "OK", "pagination": {"page": 1, "pageCount": 1}, plural: shown}


def hostile_reply(number: int, seed: int, good: dict[str, Any]) -> HostileReply:
    """One to three faults in a good reply, or none."""
    random = Random(f"{seed}/{number}")  # noqa: S311  # It has to be repeatable, not secret.
    value = copied(good)
    for _ in range(random.choice([0, 1, 1, 2, 3])):
        change_value(value, random)
    reply = HostileReply(random.choice(STATUSES), _headers(random), written(value, random))
    for _ in range(random.choice([0, 0, 0, 1, 2])):
        reply = random.choice(_FAULTS)(reply, random)
    return _as_read(reply)


def hostile_page(page: bytes, status: int, seed: int) -> HostileReply:
    """One of `PAGES`, and one fault in it."""
    random = Random(seed)  # noqa: S311  # As above.
    return _as_read(random.choice(_FAULTS)(HostileReply(status, {}, page), random))


def _as_read(reply: HostileReply) -> HostileReply:
    """As the transport hands it on: no more than it reads, and then it is not complete."""
    if len(reply.body) <= REPLY_LIMIT:
        return reply
    return replace(reply, body=reply.body[:REPLY_LIMIT], complete=False)


def _headers(random: Random) -> dict[str, str]:
    return {name: random.choice(values) for name, values in HEADERS if random.random() < 0.3}


def _page(reply: HostileReply, random: Random) -> HostileReply:
    return replace(reply, body=random.choice(PAGES))


def _cut(reply: HostileReply, random: Random) -> HostileReply:
    return replace(reply, body=reply.body[: random.randint(0, len(reply.body))], complete=random.random() < 0.5)


def _flipped(reply: HostileReply, random: Random) -> HostileReply:
    body = bytearray(reply.body)
    for _ in range(random.randint(1, MOST_FLIPPED) if body else 0):
        body[random.randrange(len(body))] = random.randrange(256)
    return replace(reply, body=bytes(body))


def _framed(reply: HostileReply, random: Random) -> HostileReply:
    body = reply.body
    text = body.decode("utf-8", "replace")
    frames = (
        b"\xef\xbb\xbf" + body,
        b")]}',\n" + body,
        body + body,
        text.encode("utf-16"),
        text.encode("utf-32"),
        b"\x1f\x8b" + body,
        b"[" + body + b"]",
        json.dumps(text).encode(),
        b"callback(" + body + b");",
        b" " * 100_000 + body,
    )
    return replace(reply, body=random.choice(frames))


def _lost(reply: HostileReply, random: Random) -> HostileReply:
    return replace(reply, lost=random.random() < 0.5)


_FAULTS: Final[tuple[Callable[[HostileReply, Random], HostileReply], ...]] = (_page, _cut, _flipped, _framed, _lost)
