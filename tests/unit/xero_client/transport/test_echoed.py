"""A reply that repeats a secret is blanked before anybody reads it, however the secret is spelled there."""

import base64
import html
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cpu_time import least_milliseconds
from tests.fakes.raw_http import reply
from tests.unit.xero_client.conftest import OpenHarness
from xero_client.accounting.messages import CREDENTIALS, MESSAGE_LIMIT, sanitised
from xero_client.errors import RefusedError
from xero_client.transport import REDACTED
from xero_client.transport.echoed import Echoes

SECRET = "q+Zt/8f==" + "x" * 20
SENT = {"Authorization": "Bearer canary/token+1=="}


@given(st.text("abcXYZ019+/=&_-.", min_size=8, max_size=60), st.sampled_from(["plain", "json", "html", "address"]))
def test_every_usual_spelling_is_blanked(secret: str, how: str) -> None:
    spelled = {"plain": secret, "json": json.dumps(secret), "html": html.escape(secret), "address": quote(secret, "")}
    body, headers = Echoes([secret]).without(f"before {spelled[how]} after".encode(), {"x": spelled[how]}, {})
    assert spelled[how] not in body.decode().removeprefix("before").removesuffix("after").replace(REDACTED, "")
    assert REDACTED in headers["x"]


@pytest.mark.parametrize("spelled", ["q\\u002BZt/8f\\u003D\\u003D", "q+Zt\\/8f==", "q&#x2B;Zt&#x2F;8f&#x3D;&#x3D;"])
def test_escapes_of_other_languages_are_known(spelled: str) -> None:
    body, _ = Echoes([SECRET]).without(f"{spelled}{'x' * 20}".encode(), {}, {})
    assert body == REDACTED.encode()


def test_the_token_of_the_call_is_known_without_being_told() -> None:
    body, headers = Echoes([]).without(b"no canary/token+1== here", {"x-id": "canary/token+1=="}, SENT)
    assert (body, headers) == (b"no [redacted] here", {"x-id": REDACTED})


def test_a_short_secret_is_no_word_to_be_blanked() -> None:
    assert Echoes(["beef"]).without(b"beef", {}, {})[0] == b"beef"


def test_what_knows_the_secrets_does_not_show_them() -> None:
    assert SECRET not in repr(Echoes([SECRET]))


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer abcdef0123456789",
        "bearer  AbCdEf-._~+/0123==",
        f"Basic {base64.b64encode(b'client:secret').decode()}",
        "token eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl rejected",
    ],
)
def test_what_looks_like_credentials_is_blanked_in_words_of_xeros(text: str) -> None:
    assert REDACTED in sanitised(text)
    assert CREDENTIALS.search(sanitised(text)) is None


@pytest.mark.parametrize("text", ["The Basic subscription does not include quotes", "A bearer certificate is needed."])
def test_ordinary_words_stay(text: str) -> None:
    assert sanitised(text) == text


async def test_an_error_that_repeats_the_header_says_it_to_nobody(open_harness: OpenHarness) -> None:
    token = "canary-token-of-this-call"
    body = b'{"Elements":[{"ValidationErrors":[{"Message":"Bad header Bearer %s"}]}],"Message":"%s"}'
    harness = await open_harness(reply(400, body.replace(b"%s", token.encode()), {"Xero-Correlation-Id": token}))
    harness.tokens.current = token
    with pytest.raises(RefusedError) as caught:
        await harness.create()
    told = f"{caught.value} {caught.value.messages} {caught.value.correlation_id}"
    assert (token in told, REDACTED in told) == (False, True)


@pytest.mark.parametrize("part", [b"q+Zt/8f==", SECRET[:-1].encode() + b"y", b"x", b"\\u002B"])
def test_a_reply_of_a_megabyte_takes_no_turn_of_the_event_loop(part: bytes) -> None:
    body = part * (1_000_000 // len(part))
    assert least_milliseconds(lambda: Echoes([SECRET]).without(body, {}, SENT)) < 50


@pytest.mark.parametrize("part", ["eyJ-", "eyJaaaaa.", "bearer ", "bearer 9 ", "basic\u00a0"])
def test_words_of_xeros_are_searched_in_proportion_to_their_length(part: str) -> None:
    assert least_milliseconds(lambda: sanitised(part * 100_000, MESSAGE_LIMIT)) < 50
    assert least_milliseconds(lambda: CREDENTIALS.search(part * 10_000)) < 50
