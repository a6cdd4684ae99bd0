"""The reference cache: every organisation's contacts, items and settings, kept in memory and fresh (port References)."""

from mappers.reference import Needs, ReferenceData


class ReferenceCache:
    """The adapter of `port.References` on Xero's master data."""

    async def resolve(self, organisation: str, needs: Needs) -> ReferenceData:
        """As `port.References.resolve`."""
        raise NotImplementedError((organisation, needs))
