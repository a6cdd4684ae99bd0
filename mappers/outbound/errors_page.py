"""The page docs/errors.md: what every code means, who fixes it and how.

`python -m mappers.outbound.errors_page > docs/errors.md` writes it.
"""

import sys
from collections.abc import Mapping
from typing import Final

from mappers.model import Code
from mappers.outbound.error_catalogue import ENTRIES
from mappers.outbound.error_entry import Entry

_HEAD: Final = """\
# Errors and warnings

Every problem in the integration log carries one of these codes. A code is never renamed. The `message` beside it keeps
the words of ImpexDocs or Xero where they have some, and the `hint` says what to do in that very case.

After a correction, Sync Now sends the shipment again: what was found missing before is looked up once more. A shipment
that was rejected for nothing but master data in Xero (a contact, an item, a currency, an account, a tax type) is sent
again by itself as soon as it is there; its hints say so.

This page is made from the code: `python -m mappers.outbound.errors_page > docs/errors.md`.
"""


def render(entries: Mapping[Code, Entry] = ENTRIES) -> str:
    """The page, in the order of the codes: a section for each group, a row for each code."""
    sections: dict[str, list[str]] = {}
    for code in Code:
        entry = entries[code]
        row = f"| `{code}` | {entry.cause} | {entry.who} | {entry.how} |"
        sections.setdefault(entry.group, []).append(row)
    return "\n".join([_HEAD, *(_section(title, rows) for title, rows in sections.items())])


def _section(title: str, rows: list[str]) -> str:
    head = "| code | cause | who fixes it | how |\n| --- | --- | --- | --- |"
    return f"## {title}\n\n{head}\n" + "\n".join(rows) + "\n"


if __name__ == "__main__":
    sys.stdout.write(render())
