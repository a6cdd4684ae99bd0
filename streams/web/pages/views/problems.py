"""View Error: each problem as a row with who fixes it and how."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mappers.outbound import remedy_for, who_and_what

_LINE: Final = re.compile(r"lines\[(?P<index>[0-9]+)\]\.?(?P<own>.*)")
_PROFILE: Final = "company."


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """`message` is in the words of ImpexDocs or Xero; `how` is about this shipment where it has such a hint."""

    code: str
    field: str
    value: str
    message: str
    who: str
    how: str


def field_in_words(field: str) -> str:
    """`lines[0].unit_price` as "Line 1: unit price"; what is the profile's is called as it is there."""
    if found := _LINE.fullmatch(field):
        words = _plain(found["own"])
        return f"Line {int(found['index']) + 1}{': ' if words else ''}{words}"
    if field.startswith(_PROFILE):
        return f"Profile: {field.removeprefix(_PROFILE)}"
    words = _plain("product_lines" if field == "lines" else field)
    return words[:1].upper() + words[1:]


def _plain(name: str) -> str:
    return name.replace("_", " ").replace(".", ": ", 1)


def problem_rows(status: str, problems: Sequence[Mapping[str, Any]]) -> list[ProblemRow]:
    """A row for each problem of an outcome with this status."""
    return [_row(status, each) for each in problems]


def _row(status: str, problem: Mapping[str, Any]) -> ProblemRow:
    remedy = remedy_for(status, str(problem["code"]))
    who, what = who_and_what(problem["hint"] or "")
    return ProblemRow(
        code=problem["code"],
        field=field_in_words(problem["field"] or ""),
        value=problem["value"] or "",
        message=problem["message"],
        who=who or remedy.who[:1].upper() + remedy.who[1:],
        how=what or remedy.how,
    )
