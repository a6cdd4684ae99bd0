"""What Xero has under a number or an id: the one way in which look-up and recovery ask."""

from collections.abc import Mapping

from mappers.model import DocumentType, ExistingDocument, number_key
from streams.dispatch.batch.organisation_calls import OrganisationCalls
from streams.dispatch.ledger import RowKey

Found = dict[RowKey, tuple[ExistingDocument, ...]]


class ExistingDocuments:
    """Reads one organisation's documents. May raise the errors of `xero_client.errors`."""

    def __init__(self, calls: OrganisationCalls) -> None:
        self._calls = calls

    async def by_number(self, kind: DocumentType, numbers: Mapping[RowKey, str], *, urgent: bool) -> Found:
        """Every document of any status under each shipment's number, exactly."""
        found = await self.alike(kind, numbers, urgent=urgent)
        return {key: tuple(each for each in there if each.number == numbers[key]) for key, there in found.items()}

    async def alike(
        self, kind: DocumentType, numbers: Mapping[RowKey, str], *, urgent: bool, thorough: bool = False
    ) -> Found:
        """Those under another spelling of it too. `thorough`: Xero said that the numbers are taken."""
        if not numbers:
            return {}
        found: dict[str, list[ExistingDocument]] = {}
        wanted = tuple(dict.fromkeys(numbers.values()))
        for each in await self._calls.find(kind, wanted, urgent=urgent, thorough=thorough):
            found.setdefault(number_key(each.number), []).append(each)
        return {key: tuple(found.get(number_key(number), ())) for key, number in numbers.items()}

    async def by_id(self, kind: DocumentType, ids: Mapping[RowKey, str], *, urgent: bool) -> Found:
        """The document of each shipment's id; none where Xero does not know the id."""
        if not ids:
            return {}
        wanted = tuple(dict.fromkeys(ids.values()))
        read = await self._calls.read(kind, wanted, urgent=urgent)
        found = {each.xero_id: each for each in read}
        return {key: (found[xero_id],) if xero_id in found else () for key, xero_id in ids.items()}
