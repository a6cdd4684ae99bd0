"""The site behind a real server."""

from collections.abc import Iterator
from contextlib import contextmanager

from streams.web.app import build_app
from streams.web.http.server import WebServer
from tests.browser.background import in_background
from tests.browser.site import Site, site_parts


@contextmanager
def running_site() -> Iterator[Site]:
    """The site for the block."""
    with in_background() as background:
        parts = site_parts()
        server = WebServer(build_app(parts.web), host="127.0.0.1", port=0)
        background.run(server.start())
        background.at_end(server.stop)
        yield Site(f"http://127.0.0.1:{server.port}", parts)
