"""View Error: each problem as a row with who fixes it and how."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mappers.outbound import ENTRIES

_BY_TEXT: Final = {str(code): entry for code, entry in ENTRIES.items()}


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """`message` is in the words of ImpexDocs or Xero; `who` and `how` are the catalogue's, `hint` is of this case."""

    code: str
    field: str
    value: str
    message: str
    who: str
    how: str


def problem_rows(problems: Sequence[Mapping[str, Any]]) -> list[ProblemRow]:
    """A row each. A code of a newer version has only what its outcome says."""
    return [_row(each) for each in problems]


def _row(problem: Mapping[str, Any]) -> ProblemRow:
    code = str(problem["code"])
    entry = _BY_TEXT.get(code)
    return ProblemRow(
        code=code,
        field=problem["field"] or "",
        value=problem["value"] or "",
        message=problem["message"],
        who=entry.who[:1].upper() + entry.who[1:] if entry else "",
        how=problem["hint"] or (entry.how if entry else ""),
    )
