"""Pause and resume a company, and list the companies with whether they are paused."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter, Depends, Request, Response

from mappers.inbound import Malformed, decode
from mappers.model import LONGEST_NAME, LONGEST_REASON, Company, CompanyPause, rfc3339
from streams.web.access import Person, Role, caller_of
from streams.web.calls.addressing import company_by
from streams.web.calls.answers import answer, refusals_of_all
from streams.web.calls.bodies import json_body, read_body
from streams.web.calls.models import Companies, CompanyState, PauseWords, ResumeWords
from streams.web.pausing import Pauser
from streams.web.ports import PauseReader
from streams.web.problems import ApiError, HttpCode

LONGEST_BODY: Final = 8 * 1024
BY_THE_TOKEN: Final = "the API's token"  # noqa: S105  # Words for people: it is all that the API knows of a caller.


class PauseCalls:
    """Says it in Kafka, where every worker hears it; what is answered is what this worker has heard."""

    def __init__(
        self,
        companies: Mapping[str, Company],
        pauses: PauseReader,
        pauser: Pauser,
    ) -> None:
        self._companies = companies
        self._pauses = pauses
        self._pauser = pauser

    def router(self) -> APIRouter:
        """The calls."""
        router = APIRouter(prefix="/api/v1/companies", tags=["companies"])
        company = Depends(company_by(self._companies, Role.OPERATOR))

        @router.get("", response_model=Companies, responses=refusals_of_all())
        async def companies(request: Request) -> Response:
            """The companies that are the caller's, and whether they are paused: by whom, since when, and why."""
            return self._list(caller_of(request.scope))

        @router.post(
            "/{company}/pause",
            response_model=CompanyState,
            responses=refusals_of_all(404, 408, 413, 422),
            openapi_extra=json_body(PauseWords),
        )
        async def pause(request: Request, company: Company = company) -> Response:
            """From some seconds on nothing of the company is written in Xero; its requests are kept, and wait."""
            by, reason = _words(await read_body(request, LONGEST_BODY), caller_of(request.scope))
            if not reason:
                raise _invalid("reason", "has to say why, for whoever reads that a shipment waits")
            return await self._say(company, by, reason, paused=True)

        @router.post(
            "/{company}/resume",
            response_model=CompanyState,
            responses=refusals_of_all(404, 408, 413, 422),
            openapi_extra=json_body(ResumeWords, required=False),
        )
        async def resume(request: Request, company: Company = company) -> Response:
            """The company's requests go on, in the order in which they came."""
            by, reason = _words(await read_body(request, LONGEST_BODY), caller_of(request.scope))
            return await self._say(company, by, reason, paused=False)

        return router

    def _list(self, caller: Person) -> Response:
        if why_not := self._pauses.why_not_ready():
            raise ApiError(503, HttpCode.KAFKA_UNAVAILABLE, f"{why_not}.", "Ask again in a minute, or another worker.")
        states = [
            _state(each, self._pauses.said_of(each.id)) for each in self._companies.values() if caller.sees(each.id)
        ]
        return answer({"companies": sorted(states, key=lambda state: str(state["company_id"]))})

    async def _say(self, company: Company, by: str, reason: str, *, paused: bool) -> Response:
        return answer(_state(company, await self._pauser.say(company, by, reason, paused=paused)))


def _state(company: Company, said: CompanyPause | None) -> dict[str, Any]:
    return {
        "company_id": company.id,
        "organisation": company.organisation,
        "paused": said is not None and said.paused,
        "by": None if said is None else said.by,
        "at": None if said is None else rfc3339(said.at),
        "reason": None if said is None else said.reason,
    }


def _words(body: bytes, caller: Person) -> tuple[str, str]:
    """Who says it and why, from a body that may be empty. Raises ApiError: 400 for no JSON, 422 for the rest."""
    try:
        decoded = decode(body, limit=LONGEST_BODY, max_depth=2) if body.strip() else {}
    except Malformed as fault:
        raise ApiError(400, HttpCode.BODY_NOT_JSON, f"The body is not JSON: {fault}.", _HINT) from fault
    if not isinstance(decoded, dict):
        raise ApiError(422, HttpCode.PARAMETER_INVALID, "The body has to be an object.", _HINT)
    if unknown := [name for name in decoded if name not in {"by", "reason"}]:
        raise ApiError(422, HttpCode.UNKNOWN_FIELD, f"The body has the unknown field {unknown[0]!r}.", _HINT)
    by, reason = _text(decoded, "by", LONGEST_NAME), _text(decoded, "reason", LONGEST_REASON)
    # Whoever has a name of their own speaks in no other.
    return caller.name or by or BY_THE_TOKEN, reason


def _text(body: Mapping[str, Any], name: str, longest: int) -> str:
    value = body.get(name, "")
    if not isinstance(value, str) or len(value) > longest:
        raise _invalid(name, f"has to be a text of at most {longest} characters")
    return value.strip()


def _invalid(name: str, what: str) -> ApiError:
    return ApiError(422, HttpCode.PARAMETER_INVALID, f"`{name}` {what}.", _HINT)


_HINT: Final = 'Send {"reason": "month end", "by": "anna"}; `by` may be left out, and `reason` to resume.'
