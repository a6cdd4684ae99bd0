"""What is copied from the page are the bytes that there were."""

from base64 import b64decode
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from streams.web.pages.views.raw_bytes import shown_bytes


class Shown(HTMLParser):
    """What a browser makes of the inside of a <pre>."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""

    def handle_data(self, data: str) -> None:
        self.text += data


@given(st.binary() | st.text().map(str.encode))
def test_the_bytes_come_back_from_what_is_shown(content: bytes) -> None:
    shown = shown_bytes(content)
    if shown.encoding == "base64":
        assert b64decode(shown.text) == content
        return
    parser = Shown()
    parser.feed(f"<pre>{escape(shown.text)}</pre>")
    parser.close()
    assert parser.text.encode() == content
    assert not shown.text.startswith("\n"), "a browser drops it"


@pytest.mark.parametrize(
    "content",
    [
        b"\xff",
        b"a\r\nb",
        b"\n{}",
        b"\x00",
        '{"a": "\u202eb"}'.encode(),
        "zero\u200bwidth".encode(),
        b"\xef\xbb\xbf{}",
    ],
)
def test_what_a_copy_would_lose_or_hide_is_base64(content: bytes) -> None:
    assert shown_bytes(content).encoding == "base64"


def test_text_stays_text() -> None:
    assert shown_bytes('{"name":\t"<b>Müller</b>"}\n'.encode()).encoding == "utf-8"
