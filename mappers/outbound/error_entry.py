"""What the catalogue of errors says of a code."""

from typing import Final, NamedTuple

SHIPPING: Final = "shipping"
ACCOUNTING: Final = "accounting"
PROFILE: Final = "whoever keeps the profile"
SUPPORT: Final = "support"
OPERATIONS: Final = "operations"
NOBODY: Final = "nobody"

SHIPMENT: Final = "The shipment"
COMPANY_PROFILE: Final = "The company's profile"
MASTER_DATA: Final = "Master data in Xero"
DOCUMENT: Final = "The document in Xero"
PROCESSING: Final = "Processing"


class Entry(NamedTuple):
    """One row of the page."""

    group: str
    cause: str
    who: str
    how: str
