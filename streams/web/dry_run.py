"""The dry run: the exact Xero document of a shipment, or every problem. Nothing is written anywhere."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, TypeVar

import orjson

from mappers.model import Company, Document, Problem, SyncRequest, content_hash
from mappers.planning import Planned, Rejected, Steps, line_taxes, lists_behind, needs_in_steps, plan_in_steps
from xero_client.port import Accounting, References

Result = TypeVar("Result")

# The rates are in the ledger, which lives in the process that owns the organisation's partition.
RATE_NOT_COMPARED: Final = (
    "Not compared here: the exchange rate {rate} with the last one of {currency} that was accepted or that Xero took. "
    "A rate far from it is refused when the shipment is sent; `shipledger rates show` shows what is remembered."
)


class DryRun:
    """Plans a request as the dispatcher would, with the organisation's present master data.

    It knows no exchange rates but the shipment's, and says so.
    """

    def __init__(
        self,
        companies: Mapping[str, Company],
        accounting: Accounting,
        references: References,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float],
    ) -> None:
        self._companies = companies
        self._accounting = accounting
        self._references = references
        self._clock = clock
        self._monotonic = monotonic

    async def run(self, request: SyncRequest) -> Mapping[str, Any]:
        """`{"would_send": {…} | null, "content_hash", "problems", "warnings", "taxes", "not_compared": […]}`.

        `would_send` is the body's one element as Xero would get it, `taxes` says of each line who decided its tax type,
        `not_compared` what is looked at only when the shipment is sent. Raises the errors of `xero_client.errors` where
        master data had to be read and Xero did not answer.
        """
        company = self._companies[request.company_id]
        asked_at = self._monotonic()
        wanted = await _in_turns(needs_in_steps(request, company))
        reference = await self._references.resolve(request.organisation, wanted)
        today = self._clock().date()
        planned = await _in_turns(plan_in_steps(request, company, reference, today=today))
        if isinstance(planned, Rejected) and (lists := lists_behind(planned.problems)):
            wanted = replace(wanted, lists=lists)
            reference = await self._references.resolve(request.organisation, wanted, asked_at=asked_at, for_people=True)
            planned = await _in_turns(plan_in_steps(request, company, reference, today=today))
        if not isinstance(planned, Planned):
            return _answer(None, None, planned.problems, ()) | {"taxes": [], "not_compared": []}
        body = orjson.loads(self._accounting.encode(planned.document.type, [(planned.document, None)]))
        (elements,) = body.values()
        answer = _answer(elements[0], content_hash(planned.document), (), planned.warnings)
        taxes = list(line_taxes(planned.document, reference))
        return answer | {"taxes": taxes, "not_compared": list(_not_compared(planned.document))}


async def _in_turns(steps: Steps[Result]) -> Result:
    """The result of the steps, between which everything else that this process does has its turn."""
    while True:
        try:
            next(steps)
        except StopIteration as done:
            result: Result = done.value
            return result
        await asyncio.sleep(0)


def _not_compared(document: Document) -> Iterator[str]:
    if document.currency_rate is not None:
        yield RATE_NOT_COMPARED.format(rate=document.currency_rate, currency=document.currency)


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
