"""When two document numbers count as the same."""


def number_key(number: str) -> str:
    """The key under which a document number is indexed and compared: trimmed, and without regard to case.

    Whether Xero distinguishes `inv-1` from `INV-1` is not documented. Treating them as one number can only refuse a
    document, never create a second one.
    """
    return number.strip().casefold()
