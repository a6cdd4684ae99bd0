"""What the doctor says of taxes: which one each item and account of a company's organisation leads to."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mappers.model import Company
from mappers.planning import tax_overview

ReadList = Callable[[str], Mapping[str, Any] | None]
"""A list of an organisation by the last part of its address; None where Xero did not give it."""


def tax_lines(company: Company, read: ReadList) -> Iterator[tuple[str, bool]]:
    """A line for each tax, and whether it is one. Lists that cannot be read are one line that says so."""
    from xero_client.collaborators import Resource  # noqa: PLC0415 - xero-python is heavy for `--help`.
    from xero_client.master_data import snapshot_of  # noqa: PLC0415 - see above.

    deciding = (Resource.ITEMS, Resource.ACCOUNTS, Resource.TAX_RATES)
    replies = {each: reply for each in deciding if (reply := read(each.value)) is not None}
    if missing := [each.value for each in deciding if each not in replies]:
        yield f"not looked at: Xero did not give {', '.join(missing)}", True
        return
    for group in tax_overview(company, snapshot_of(replies)):
        yield str(group), group.is_known
