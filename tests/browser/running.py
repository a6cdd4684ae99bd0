"""The site behind a real server, in a thread of its own: the browser's side blocks."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from streams.web.app import build_app
from streams.web.http.server import WebServer
from tests.browser.site import Site, site_parts

PATIENCE = 20.0


@contextmanager
def running_site() -> Iterator[Site]:
    """The site for the block."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    parts = site_parts()
    server = WebServer(build_app(parts.web), host="127.0.0.1", port=0)
    try:
        asyncio.run_coroutine_threadsafe(server.start(), loop).result(PATIENCE)
        yield Site(f"http://127.0.0.1:{server.port}", parts)
    finally:
        asyncio.run_coroutine_threadsafe(server.stop(), loop).result(PATIENCE)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(PATIENCE)
        loop.close()
