"""View Error: each problem as a row with who fixes it and how."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mappers.outbound import remedy_for


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """`message` is in the words of ImpexDocs or Xero; `how` is about this shipment where there is such a hint."""

    code: str
    field: str
    value: str
    message: str
    who: str
    how: str


def problem_rows(status: str, problems: Sequence[Mapping[str, Any]]) -> list[ProblemRow]:
    """A row for each problem of an outcome with this status."""
    return [_row(status, each) for each in problems]


def _row(status: str, problem: Mapping[str, Any]) -> ProblemRow:
    remedy = remedy_for(status, str(problem["code"]))
    return ProblemRow(
        code=problem["code"],
        field=problem["field"] or "",
        value=problem["value"] or "",
        message=problem["message"],
        who=remedy.who[:1].upper() + remedy.who[1:],
        how=problem["hint"] or remedy.how,
    )
