"""What every screen asks first, who is there and for which company, and how it answers."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from fastapi import Request
from starlette.responses import HTMLResponse

from mappers.model import Company
from streams.web.access import Person, Role, not_allowed
from streams.web.calls.addressing import unknown_company
from streams.web.pages.parts import PagesParts
from streams.web.pages.rendering import Rendering
from streams.web.paths import decoded
from streams.web.problems import ApiError, HttpCode

Answer = TypeVar("Answer")

# A page that takes longer is answered with the reason, and a way to ask again.
READ_SECONDS: Final = 10.0
_THREADS: Final = 2


@dataclass(frozen=True, slots=True)
class Visit:
    """Who asks for a page, and of which company; None for pages of several."""

    request: Request
    person: Person
    company: Company | None = None


class Desk:
    """One for all screens."""

    def __init__(self, parts: PagesParts, rendering: Rendering, *, seconds: float = READ_SECONDS) -> None:
        """`seconds`: how long a look at the disk may take."""
        self._parts = parts
        self._rendering = rendering
        self._seconds = seconds
        # Of its own: however many people look, the threads that the dispatcher shares are free for it.
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="pages")

    def visit(self, request: Request, role: Role = Role.VIEWER) -> Visit:
        """Raises NotSignedInError, and ApiError 403 where the role is too little."""
        person = self._parts.doors.signed_in(request)
        if not person.may(role):
            raise not_allowed(role, f"Your role here is {person.role.value}, which is not enough for this page.")
        return Visit(request, person)

    def company_visit(self, request: Request, company: str, role: Role = Role.VIEWER) -> tuple[Visit, Company]:
        """As `visit` of the company in a path; raises ApiError 404 where it is not theirs, or is not at all."""
        return self.named_company_visit(request, decoded(company), role)

    def named_company_visit(self, request: Request, company_id: str, role: Role = Role.VIEWER) -> tuple[Visit, Company]:
        """As `company_visit`, of the company with this id."""
        visit = self.visit(request)
        found = self._parts.companies.get(company_id)
        if found is None or not visit.person.sees(company_id):
            raise unknown_company(company_id)
        return Visit(request, self.visit(request, role).person, found), found

    def company_in_path(self, request: Request, person: Person) -> Company | None:
        """The company that the request's path names, where it is theirs."""
        named = self._parts.companies.get(decoded(request.path_params.get("company", "")))
        return named if named is not None and person.sees(named.id) else None

    def companies(self, person: Person) -> list[Company]:
        """The companies that are theirs, by id."""
        return [each for _, each in sorted(self._parts.companies.items()) if person.sees(each.id)]

    def page(self, visit: Visit, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        """The page with what every page shows."""
        return HTMLResponse(self._rendering.render(template, **self._around(visit), **values), status)

    def bare_page(self, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
        """A page for somebody who is not signed in."""
        nobody: dict[str, Any] = {"person": None, "company": None, "companies": [], "following": None}
        return HTMLResponse(self._rendering.render(template, can_sign_out=False, **nobody, **values), status)

    async def read(self, step: Callable[[], Answer]) -> Answer:
        """What a look at the disk says, from a thread. Raises ApiError 503 where it takes too long."""
        try:
            async with asyncio.timeout(self._seconds):
                return await asyncio.get_running_loop().run_in_executor(self._threads, step)
        except TimeoutError as error:
            raise ApiError(
                503,
                HttpCode.TOO_SLOW,
                f"This took longer than {self._seconds:g} seconds, so it was given up.",
                "Try again in a minute, or narrow the filters.",
            ) from error

    def _around(self, visit: Visit) -> dict[str, Any]:
        return {
            "person": visit.person,
            "company": visit.company,
            "companies": self.companies(visit.person),
            "can_sign_out": not self._parts.doors.named_by_proxy(visit.request.scope),
            "following": self._parts.following.following(),
        }
