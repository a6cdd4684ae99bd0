"""The dry run: the exact Xero document of a shipment, or every problem. Nothing is written anywhere."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson

from mappers.model import Company, Problem, SyncRequest, content_hash
from mappers.planning import Planned, Rejected, line_taxes, lists_behind, needs, plan
from xero_client.port import Accounting, References


class DryRun:
    """Plans a request as the dispatcher would, with the organisation's present master data."""

    def __init__(
        self,
        companies: Mapping[str, Company],
        accounting: Accounting,
        references: References,
        clock: Callable[[], datetime],
    ) -> None:
        self._companies = companies
        self._accounting = accounting
        self._references = references
        self._clock = clock

    async def run(self, request: SyncRequest) -> Mapping[str, Any]:
        """`{"would_send": {…} | null, "content_hash", "problems": […], "warnings": […], "taxes": […]}`.

        `would_send` is the body's one element as Xero would get it, `taxes` says of each line who decided its tax type.
        Raises the errors of `xero_client.errors` where
        master data had to be read and Xero did not answer.
        """
        company = self._companies[request.company_id]
        reference = await self._references.resolve(request.organisation, needs(request, company))
        today = self._clock().date()
        planned = plan(request, company, reference, today=today)
        if isinstance(planned, Rejected) and (lists := lists_behind(planned.problems)):
            wanted = replace(needs(request, company), lists=lists)
            reference = await self._references.resolve(request.organisation, wanted)
            planned = plan(request, company, reference, today=today)
        if not isinstance(planned, Planned):
            return _answer(None, None, planned.problems, ()) | {"taxes": []}
        body = orjson.loads(self._accounting.encode(planned.document.type, [(planned.document, None)]))
        (elements,) = body.values()
        answer = _answer(elements[0], content_hash(planned.document), (), planned.warnings)
        return answer | {"taxes": list(line_taxes(planned.document, reference))}


def _answer(
    element: Mapping[str, Any] | None,
    document_hash: str | None,
    problems: tuple[Problem, ...],
    warnings: tuple[Problem, ...],
) -> dict[str, Any]:
    return {
        "would_send": element,
        "content_hash": document_hash,
        "problems": [problem.model_dump(mode="json") for problem in problems],
        "warnings": [problem.model_dump(mode="json") for problem in warnings],
    }
