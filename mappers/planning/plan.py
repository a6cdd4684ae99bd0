"""From a request to the exact document, or to every reason why not (architecture §4, step 2)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from mappers.model import Company, Document, Problem, ReferenceData, SyncRequest
from mappers.planning.amounts import check_total, read_charges
from mappers.planning.checks import check, check_dates
from mappers.planning.document import build, check_texts
from mappers.planning.exchange_rate import KnownRate
from mappers.planning.needs import lists_behind, release_keys
from mappers.planning.shipment import PartialShipment, reading
from mappers.planning.steps import Steps, each_in_steps

RELEASED: Final = "Once it is corrected in Xero, the shipment is sent by itself."
NO_CALL_LEFT: Final = "the calls that master data may cost are used up for now, so Xero was not asked again."
ASK_AGAIN: Final = "Correct the other problems too, then Sync Now."


@dataclass(frozen=True, slots=True)
class Planned:
    """The document that should be in Xero, and what people should know about it."""

    document: Document
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejected:
    """Every problem of the shipment at once.

    `missing` holds release keys ("contact:ALOK", "item:BEEF-01", "currency:USD") where every problem is cured by
    a change of master data in Xero: then the shipment is planned again by itself when master data changes.
    """

    problems: tuple[Problem, ...]
    missing: tuple[str, ...] = ()


def plan_in_steps(
    request: SyncRequest,
    company: Company,
    reference: ReferenceData,
    *,
    last_rate: KnownRate | None = None,
    today: dt.date | None = None,
) -> Steps[Planned | Rejected]:
    """Read the shipment, look its codes up, check it, and build the document. Raises nothing for any shipment.

    `last_rate` is what is known of the currency: Xero's own rate, or the last accepted, in Xero's direction.
    `today` is what dates must not be far from; without it, the day on which the shipment changed. A request whose event
    had faults is rejected with them. Equal arguments give equal results, and equal documents have equal content hashes.
    """
    shipment = yield from reading(request.shipment, company)
    checked = yield from check(shipment, company, reference, last_rate=last_rate)
    charges = read_charges(request.shipment, shipment.currency, company, reference)
    dates = check_dates(request.shipment, company, today or request.occurred_at.date())
    total = check_total(shipment.lines, charges, shipment.currency)
    found = (*dates.problems, *checked.problems, *charges.problems, *total)
    if isinstance(shipment, PartialShipment):
        read = (*request.faults, *shipment.problems)
        return (yield from _rejected((*read, *_of_other_fields(found, shipment.problems)), company, reference))
    texts = yield from check_texts(shipment, company, checked.items)
    if problems := (*request.faults, *texts, *found):
        return (yield from _rejected(problems, company, reference))
    document = yield from build(shipment, request, company, reference, checked, charges)
    return Planned(document, (*request.warnings, *dates.warnings, *checked.warnings, *charges.warnings))


def _of_other_fields(found: Iterable[Problem], faults: Iterable[Problem]) -> tuple[Problem, ...]:
    """One fault is one problem: nothing else is said about a field that the reader found at fault."""
    faulty = {each.field for each in faults}
    return tuple(each for each in found if each.field not in faulty)


def _rejected(problems: tuple[Problem, ...], company: Company, reference: ReferenceData) -> Steps[Rejected]:
    """With one problem that Xero alone cannot cure the shipment is not sent by itself, so that none may promise it."""
    missing = release_keys(problems, company)
    told = yield from each_in_steps(
        lambda each: _with_age(_with_next_step(each, company, released=bool(missing)), reference), problems
    )
    return Rejected(told, missing)


def _with_age(problem: Problem, reference: ReferenceData) -> Problem:
    """Says of what time the answer is where Xero could not be asked again for it."""
    times = [reference.as_of[each] for each in lists_behind((problem,)) if each in reference.as_of]
    if not times:
        return problem
    age = f"This is as of {min(times):%Y-%m-%d %H:%M:%S} UTC: {NO_CALL_LEFT}"
    return problem.model_copy(update={"hint": f"{problem.hint} {age}"})


def _with_next_step(problem: Problem, company: Company, *, released: bool) -> Problem:
    if not release_keys((problem,), company):
        return problem
    next_step = RELEASED if released else ASK_AGAIN
    return problem.model_copy(update={"hint": f"{problem.hint} {next_step}"})
