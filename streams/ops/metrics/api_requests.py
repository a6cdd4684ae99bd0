"""Counts and times the answered HTTP requests."""

from collections.abc import Iterable
from http import HTTPStatus

from streams.ops.labels import OTHER
from streams.ops.metrics import process
from streams.ops.metrics.collectors import Collectors


class ApiRequests:
    """`observe` is called once for each answer. Routes that were not announced count as `other`."""

    def __init__(self, collectors: Collectors) -> None:
        self._requests = collectors.counter(process.API_REQUESTS)
        self._seconds = collectors.histogram(process.API_SECONDS)
        self._routes: set[str] = set()
        self.expect(())

    def expect(self, routes: Iterable[str]) -> None:
        """These templates of paths are all there are; each is shown as 0 for 200 from now on."""
        self._routes.update(routes)
        for route in (*self._routes, OTHER):
            self._requests.labels(route, str(HTTPStatus.OK.value))
            self._seconds.labels(route)

    def observe(self, route: str, status: int, seconds: float) -> None:
        """One request was answered. `route` is the path's template, empty where none matched."""
        shown = route if route in self._routes else OTHER
        code = str(status) if HTTPStatus.CONTINUE <= status <= 599 else OTHER  # noqa: PLR2004  # The last of HTTP's.
        self._requests.labels(shown, code).inc()
        self._seconds.labels(shown).observe(max(0.0, seconds))
