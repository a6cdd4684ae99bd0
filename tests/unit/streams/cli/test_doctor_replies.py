"""Whatever answers in Xero's place, the doctor says so in a finding, in bounded memory, and never by a traceback."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from config.settings import Settings
from streams.cli.doctor import Finding, connection
from tests.unit.config.environments import complete
from xero_client.transport import REPLY_LIMIT

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@contextmanager
def answering(reply: bytes) -> Iterator[int]:
    """The port of something that gives this answer to whoever connects, and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    peer, _ = server.accept()
                    with peer, suppress(OSError):
                        peer.recv(65536)
                        peer.sendall(reply)
                        peer.shutdown(socket.SHUT_WR)
                        # Hung up with something unread, the other side would hear of a reset first.
                        while peer.recv(65536):
                            pass

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


def findings(reply: bytes) -> list[Finding]:
    with answering(reply) as port:
        address = f"http://127.0.0.1:{port}"
        variables = {"XERO__BASE_URL": address, "XERO__TOKEN_URL": f"{address}/connect/token"}
        settings = Settings.load(complete(XERO__ALLOW_TEST_HOST="true", **variables))
        return list(connection(settings, "default", settings.xero.credentials()["default"], []))


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (b"SSH-2.0-OpenSSH_9.6\r\n", "SSH-2.0"),
        (HEAD + b"Content-Length: 100\r\n\r\n{", "IncompleteRead"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\nwhat?\r\n", "IncompleteRead"),
        (HEAD + b"Connection: close\r\n\r\n" + b"x" * (REPLY_LIMIT + 1), f"more than {REPLY_LIMIT} bytes"),
        (b"", "closed connection without response"),
    ],
    ids=["another protocol", "cut off", "no chunk", "too large", "nothing"],
)
def test_what_does_not_answer_as_xero_does_is_a_finding(reply: bytes, said: str) -> None:
    (found,) = findings(reply)
    assert not found.ok
    assert "cannot be reached" in found.details
    assert said in found.details
