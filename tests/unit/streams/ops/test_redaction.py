"""Whatever is logged is made safe in a time that its length does not square."""

import pytest

from streams.ops.redaction import LONGEST_VALUE, REDACTED, Redactor
from tests.cpu_time import least_milliseconds

SECRET = "s" * 39 + "t"
LONG = 1_000_000


@pytest.mark.parametrize(
    "part",
    ["eyJ-", "eyJ", "eyJaaaaa.", "bearer ", "bearer\t \n", "basic =", "s", "bearer aaaaaaaa ", "eyJ-. ", "\u202e"],
)
def test_a_hostile_text_of_a_megabyte_takes_no_turn_of_the_event_loop(part: str) -> None:
    text = part * (LONG // len(part))
    redactor = Redactor([SECRET])
    assert least_milliseconds(lambda: redactor.text(text)) < 50
    assert least_milliseconds(lambda: redactor(None, "info", {"event": "x", "exception": text})) < 50
    assert least_milliseconds(lambda: redactor(None, "info", {"event": "x", "found": {text: 1}})) < 50


@pytest.mark.parametrize(
    "token",
    [
        "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
        "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.",
        "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOi",
        "session-eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
    ],
)
def test_a_json_web_token_is_blanked_also_where_its_end_is_missing(token: str) -> None:
    shown = Redactor([]).text(f"with {token} in it")
    assert (shown.startswith("with "), "eyJ" in shown, REDACTED in shown) == (True, False, True)


@pytest.mark.parametrize("word", ["eyJ", "eyJ-12.4", "keyJhbGciOiJSUzI1NiJ9.eyJzdWIiO"])
def test_a_word_that_is_no_token_stays(word: str) -> None:
    assert Redactor([]).text(f"a {word} b") == f"a {word} b"


@pytest.mark.parametrize("before", range(LONGEST_VALUE - 45, LONGEST_VALUE + 1))
@pytest.mark.parametrize("token", [f"eyJ{'a' * 3000}.{'b' * 200}.c", f"Bearer {'q1' * 2000}", SECRET])
def test_of_a_secret_across_the_cut_nothing_is_shown(before: int, token: str) -> None:
    shown = Redactor([SECRET]).text(f"{'x ' * (before // 2)}{token}{' y' * 5000}")
    assert not any(each in shown for each in ("eyJ", "q1", "sss"))


@pytest.mark.parametrize("hidden", range(1, 60))
def test_of_a_secret_beyond_the_cut_nothing_moves_into_what_is_shown(hidden: int) -> None:
    """What is blanked before it makes the text shorter: what was too far behind to be shown comes nearer."""
    shown = Redactor([SECRET]).text(f"{SECRET * hidden}{'x' * 7}{(SECRET + ' ') * 5000}")
    assert "sss" not in shown


class Silent:
    """Has no text."""

    def __str__(self) -> str:
        raise RuntimeError("none")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (10**5000, "<int of 16610 bits, which cannot be shown>"),
        (-(10**5000), "<int of 16610 bits, which cannot be shown>"),
        (ValueError(10**5000), "<ValueError, which cannot be shown>"),
        (Silent(), "<Silent, which cannot be shown>"),
        (2**64, str(2**64)),
    ],
    ids=["huge", "huge and negative", "an error of it", "an object", "large"],
)
def test_what_has_no_text_does_not_stop_the_line(value: object, shown: str) -> None:
    redactor = Redactor([])
    assert redactor(None, "info", {"event": "x", "found": value})["found"] == shown
    assert redactor(None, "info", {"event": "x", "found": [value]})["found"] == [shown]
    assert redactor(None, "info", {"event": "x", "found": {value: 1}})["found"] == {shown: 1}
