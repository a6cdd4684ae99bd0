"""What Xero has under a number or an id: the one way in which look-up and recovery ask."""

from collections.abc import Mapping

from mappers.model import DocumentType, ExistingDocument
from streams.dispatch.ledger import RowKey
from xero_client.port import Accounting, Priority

Found = dict[RowKey, tuple[ExistingDocument, ...]]


class ExistingDocuments:
    """Reads one organisation's documents. May raise the errors of `xero_client.errors`."""

    def __init__(self, organisation: str, accounting: Accounting) -> None:
        self._organisation = organisation
        self._accounting = accounting

    async def by_number(self, kind: DocumentType, numbers: Mapping[RowKey, str], priority: Priority) -> Found:
        """Every document of any status under each shipment's number, and under another spelling of it."""
        if not numbers:
            return {}
        found: dict[str, list[ExistingDocument]] = {}
        wanted = tuple(dict.fromkeys(numbers.values()))
        for each in await self._accounting.find(self._organisation, kind, wanted, priority):
            found.setdefault(each.number.casefold(), []).append(each)
        return {key: tuple(found.get(number.casefold(), ())) for key, number in numbers.items()}

    async def by_id(self, kind: DocumentType, ids: Mapping[RowKey, str], priority: Priority) -> Found:
        """The document of each shipment's id; none where Xero does not know the id."""
        if not ids:
            return {}
        wanted = tuple(dict.fromkeys(ids.values()))
        read = await self._accounting.read(self._organisation, kind, wanted, priority)
        found = {each.xero_id: each for each in read}
        return {key: (found[xero_id],) if xero_id in found else () for key, xero_id in ids.items()}
