"""The ledger's records of exchange rates, which outlive the shipments that brought them."""

from decimal import Decimal
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict


class AcceptedRate(BaseModel):
    """The exchange rate that Xero last accepted, or picked, in a currency: foreign units per unit of the base.

    `given_by` is the shipment (`company/shipment`) that brought it, empty for Xero's own rate. Records of older
    versions have neither that nor the time.
    """

    model_config = ConfigDict(frozen=True)

    organisation: str
    currency: str
    rate: Decimal
    given_by: str = ""
    at: AwareDatetime | None = None
    schema_version: Literal[1] = 1

    @property
    def is_xeros_own(self) -> bool:
        """Whether Xero picked it, for a document without a rate."""
        return self.at is not None and not self.given_by


XEROS_OWN = "xero"
RateKey = tuple[Literal["rate"], str, str] | tuple[Literal["rate"], str, str, str]
"""Organisation, currency, and whose rate it is: `xero`, or the direction in which the profile reads rates."""
