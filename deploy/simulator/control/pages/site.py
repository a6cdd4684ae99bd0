"""The pages' routes: who may press their buttons, and what an answer carries."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from aiohttp import web

from deploy.simulator.books import Organisation
from deploy.simulator.control.pages import contacts, documents, items
from deploy.simulator.control.pages.fields import Form, Refused
from deploy.simulator.control.pages.rendering import environment
from deploy.simulator.control.pages.style import STYLE
from deploy.simulator.state import SimulatorState

PAGES: Final = "/books"
SHOWN: Final = 100
"""Lines of a list: the newest; the others are found by searching."""
_TABS: Final[dict[str, Any]] = {"contacts": contacts, "items": items, "documents": documents}
_SAFE: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_DONE: Final = frozenset(
    [
        "created",
        "renamed",
        "archived",
        "restored",
        "deleted",
        "approved",
        "voided",
        "sent",
        "accepted",
        "edited",
        "paid",
        "unpaid",
    ]
)


def routes(state: SimulatorState) -> list[web.RouteDef]:
    """The pages of one simulator."""
    site = _Site(state)
    return [
        web.get(PAGES, site.answering(site.start)),
        web.get(f"{PAGES}/style.css", site.answering(site.style)),
        web.get(f"{PAGES}/{{tenant}}", site.answering(site.organisation)),
        web.get(f"{PAGES}/{{tenant}}/{{tab}}", site.answering(site.listed)),
        web.post(f"{PAGES}/{{tenant}}/{{tab}}", site.answering(site.act)),
    ]


class _Site:
    def __init__(self, state: SimulatorState) -> None:
        self._state = state
        self._templates = environment()

    def answering(
        self, answer: Callable[[web.Request], Awaitable[web.Response]]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """With the headers of every page."""

        async def handle(request: web.Request) -> web.StreamResponse:
            response = await answer(request)
            response.headers.update(_SAFE)
            return response

        return handle

    async def start(self, _: web.Request) -> web.Response:
        """The organisations."""
        return self._page("start", organisations=list(self._state.organisations.values()))

    async def style(self, _: web.Request) -> web.Response:
        """The one thing that a page loads."""
        return web.Response(text=STYLE, content_type="text/css")

    async def organisation(self, request: web.Request) -> web.Response:
        """To its contacts."""
        found = self._organisation(request)
        if found is None:
            return self._missing()
        return web.Response(status=303, headers={"Location": f"{_path(found)}/contacts"})

    async def listed(self, request: web.Request) -> web.Response:
        """One of the lists."""
        found, tab = self._organisation(request), request.match_info["tab"]
        if found is None or tab not in _TABS:
            return self._missing()
        return self._list(found, tab, request.query.get("q", ""), done=request.query.get("done", ""))

    async def act(self, request: web.Request) -> web.Response:
        """Do what a form says, then show the list again."""
        found, tab = self._organisation(request), request.match_info["tab"]
        if not _is_from_here(request):
            return self._page("refused", 403, message="This form was not sent from a page of the simulator.")
        if found is None or tab not in _TABS:
            return self._missing()
        sent = await request.post()
        form = Form({name: value for name, value in sent.items() if isinstance(value, str)})
        search = form.text("q")
        try:
            done = _TABS[tab].act(self._state, found, form)
        except Refused as refusal:
            return self._list(found, tab, search, wrong=str(refusal), typed=form)
        query = urlencode({name: value for name, value in (("q", search), ("done", done)) if value})
        return web.Response(status=303, headers={"Location": f"{_path(found)}/{tab}?{query}"})

    def _list(
        self,
        organisation: Organisation,
        tab: str,
        search: str,
        *,
        done: str = "",
        wrong: str = "",
        typed: Form | None = None,
    ) -> web.Response:
        rows = list(_found(_TABS[tab].rows(organisation), search))
        return self._page(
            tab,
            422 if wrong else 200,
            organisation=organisation,
            tab=tab,
            base=_path(organisation),
            rows=rows[-SHOWN:][::-1],
            more=max(0, len(rows) - SHOWN),
            search=search,
            done=done if done in _DONE else "",
            wrong=wrong,
            typed=typed if typed is not None and typed.text("act") == "create" else Form({}),
        )

    def _organisation(self, request: web.Request) -> Organisation | None:
        return self._state.organisations.get(request.match_info["tenant"])

    def _missing(self) -> web.Response:
        return self._page("refused", 404, message="There is no such page.")

    def _page(self, template: str, status: int = 200, **values: Any) -> web.Response:
        text = self._templates.get_template(template).render(pages=PAGES, **values)
        return web.Response(text=text, status=status, content_type="text/html")


def _path(organisation: Organisation) -> str:
    return f"{PAGES}/{quote(organisation.tenant_id, safe='')}"


def _found(rows: Iterable[Any], search: str) -> Iterable[Any]:
    """Those of which some text has the search in it, in any case."""
    wanted = search.strip().casefold()
    return (row for row in rows if not wanted or wanted in _words(row))


def _words(row: Any) -> str:
    return "\n".join(str(getattr(row, name)) for name in row.__dataclass_fields__ if name != "acts").casefold()


def _is_from_here(request: web.Request) -> bool:
    """Whether the form is on one of these pages: by Fetch Metadata, else by the origin; without either it is not."""
    fetched = request.headers.get("Sec-Fetch-Site")
    if fetched is not None:
        return fetched == "same-origin"
    origin = urlsplit(request.headers.get("Origin", ""))
    return bool(origin.netloc) and origin.netloc == request.headers.get("Host")
