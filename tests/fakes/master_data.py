"""The port MasterDataReader over lists in memory, with the pages, filters and 304 of Xero's master data."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from xero_client.collaborators import JsonObject, Resource
from xero_client.errors import XeroError
from xero_client.port import Priority

Row = dict[str, Any]
LISTED = {Resource.ORGANISATION: "Organisations"}
CODE = {Resource.CONTACTS: "AccountNumber", Resource.ITEMS: "Code"}


@dataclass(frozen=True, slots=True)
class Asked:
    """One call as it was made."""

    resource: Resource
    params: Mapping[str, str]
    since: datetime | None
    priority: Priority


@dataclass
class FakeMasterData:
    """Answers at once.

    A row with `Changed` (a datetime) is left out of replies to an earlier question; without it it never changed.
    `counted` says whether pages are counted in the replies, `nothing_new` what comes where nothing changed, and
    `replies` holds whole replies that come instead, in their order.
    """

    rows: dict[Resource, list[Row]] = field(default_factory=dict)
    counted: bool = True
    nothing_new: Row = field(default_factory=dict)
    now: datetime | None = None
    asked: list[Asked] = field(default_factory=list)
    replies: dict[Resource, list[Row | XeroError]] = field(default_factory=dict)

    async def get(
        self,
        organisation: str,
        resource: Resource,
        params: Mapping[str, str],
        *,
        if_modified_since: datetime | None,
        priority: Priority,
    ) -> JsonObject:
        """As `MasterDataReader.get`, for any organisation."""
        del organisation
        self.asked.append(Asked(resource, params, if_modified_since, priority))
        if waiting := self.replies.get(resource):
            reply = waiting.pop(0)
            if isinstance(reply, XeroError):
                raise reply
            return reply
        return self._answer(resource, params, if_modified_since)

    def _answer(self, resource: Resource, params: Mapping[str, str], since: datetime | None) -> Row:
        found = [row for row in self.rows.get(resource, []) if since is None or row.get("Changed", since) > since]
        if wanted := re.search(r'=="(.*)"$', params.get("where", "")):
            found = [row for row in found if row.get(CODE[resource]) == wanted[1]]
        if since is not None and not found:
            return self.nothing_new
        stamp: Row = {} if self.now is None else {"DateTimeUTC": f"/Date({int(self.now.timestamp() * 1000)})/"}
        listed = LISTED.get(resource, resource.value)
        if "pageSize" not in params:
            return stamp | {listed: found}
        size, page = int(params["pageSize"]), int(params["page"])
        shown = found[(page - 1) * size : page * size]
        pages: Row = {"pagination": {"page": page, "pageCount": -(-len(found) // size)}} if self.counted else {}
        return stamp | pages | {listed: shown}


def organisation_row(**changed: Any) -> Row:
    """Xero's description of an organisation."""
    return {"OrganisationID": "o", "Name": "Demo", "BaseCurrency": "AUD", "Timezone": "AUSEASTERN"} | changed


def contact_row(number: str, **changed: Any) -> Row:
    """An active contact; its id is made of its account number."""
    row = {"ContactID": f"id-{number}", "Name": f"{number} Trading", "AccountNumber": number, "ContactStatus": "ACTIVE"}
    return row | changed


def item_row(code: str, **changed: Any) -> Row:
    """An item that is sold; its id is made of its code."""
    sales = {"AccountCode": "200", "TaxType": "OUTPUT"}
    return {
        "ItemID": f"id-{code}",
        "Code": code,
        "Name": f"{code} name",
        "IsSold": True,
        "SalesDetails": sales,
    } | changed
