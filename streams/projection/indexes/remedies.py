"""What is shown of a problem or a cause beside its own words."""

from collections.abc import Iterable, Mapping
from typing import Any

from mappers.model import ShownProblem
from mappers.outbound import master_data_url, remedy_for


def shown_problems(
    status: str, problems: Iterable[Mapping[str, Any]], document_url: str | None, short_code: str
) -> tuple[ShownProblem, ...]:
    """The problems of an outcome as a table shows them. What is wrong with a document leads to it."""
    return tuple(
        ShownProblem(
            code=each["code"],
            field=each["field"],
            value=each["value"],
            message=each["message"],
            hint=each["hint"],
            remedy=remedy_for(status, each["code"]),
            xero_url=master_data_url(each["code"], short_code) or document_url,
        )
        for each in problems
    )
