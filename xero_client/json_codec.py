"""Xero's JSON without float and without trust: numbers come in as Decimal and go out by their digits.

The readers of single fields forgive what Xero's replies hold in practice, where the SDK fails or invents: a null, a
missing key, a number written as a string, next year's enum value, both date forms. What cannot be read becomes None, so
that one odd field never costs the reply to a write that was done.
"""

import json
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Final, NoReturn

from pydantic import BeforeValidator

from mappers.planning import Steps

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECONDS: Final = re.compile(r"/Date\((-?\d{1,15})([+-]\d{4})?\)/")
MOST_DIGITS: Final = 60
CHARACTERS_IN_A_STEP: Final = 250_000
"""They take some four milliseconds."""
CHARACTERS_OF_A_VALUE: Final = 50
"""Reading a value by itself takes as long as so many characters do, however short it is: a microsecond."""
BLANKS: Final = re.compile(r"[ \t\n\r]*")
MOST_PLACES: Final = 29
"""Before the point, and of zeros behind it: a decimal of .NET, which Xero is written in, has no more."""
HALVES: Final = re.compile("[\ud800-\udfff]")
"""Of characters, where a text was cut between them: they can be neither written as UTF-8 nor stored."""
LEADING_DAY: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?!\d)")


class UnreadableError(ValueError):
    """The bytes are not one JSON object that we are willing to read."""


class _Pace:
    """Says when so much was read that others should have a turn."""

    def __init__(self) -> None:
        self._step_began = 0

    def ends_a_step(self, at: int) -> bool:
        """Whether a step's time has passed with the value that ends here. It is to be asked after each."""
        self._step_began -= CHARACTERS_OF_A_VALUE
        if at - self._step_began < CHARACTERS_IN_A_STEP:
            return False
        self._step_began = at
        return True


def read_object(body: bytes) -> dict[str, Any]:
    """One JSON object. Numbers with a point or an exponent become Decimal; NaN and Infinity are refused.

    Raises UnreadableError for anything else: not UTF-8, cut off, nested beyond Python's stack, an array, HTML.
    """
    try:
        value = json.loads(body, parse_int=_whole, parse_float=Decimal, parse_constant=_refuse)
    except (ValueError, RecursionError, InvalidOperation) as error:
        raise UnreadableError(f"Not readable as JSON: {type(error).__name__}") from error
    if not isinstance(value, dict):
        raise UnreadableError("Not a JSON object")
    return value


def read_in_steps(body: bytes) -> Steps[dict[str, Any]]:
    """The same as `read_object`; of a large one, its members and the elements of each of its lists by and by.

    A list of forty invoices of a thousand lines takes a third of a second.
    """
    if len(body) <= CHARACTERS_IN_A_STEP:
        return read_object(body)
    try:
        return (yield from _members(body.decode(json.detect_encoding(body), "surrogatepass")))
    except (ValueError, RecursionError, InvalidOperation, IndexError) as error:
        raise UnreadableError(f"Not readable as JSON: {type(error).__name__}") from error


def _members(text: str) -> Steps[dict[str, Any]]:
    """The object's members. Raises ValueError or IndexError where the text is not one object, and ends with it."""
    found: dict[str, Any] = {}
    at, pace = _after(text, "{", 0), _Pace()
    while text[at] != "}":
        name, at = DECODER.raw_decode(text, at)
        if not isinstance(name, str):
            raise UnreadableError("a name is a text")
        at = _after(text, ":", at)
        found[name], at = (yield from _elements(text, at, pace)) if text[at] == "[" else DECODER.raw_decode(text, at)
        at = _next_one(text, at, "}")
        if pace.ends_a_step(at):
            yield
    if _blanks_end(text, at + 1) != len(text):
        raise UnreadableError("something follows the object")
    return found


def _elements(text: str, at: int, pace: _Pace) -> Steps[tuple[list[Any], int]]:
    """The list that begins here, and where it ends."""
    found: list[Any] = []
    at = _after(text, "[", at)
    while text[at] != "]":
        element, at = DECODER.raw_decode(text, at)
        found.append(element)
        at = _next_one(text, at, "]")
        if pace.ends_a_step(at):
            yield
    return found, at + 1


def _next_one(text: str, at: int, end: str) -> int:
    """Where the next element or member begins, or the end stands."""
    at = _blanks_end(text, at)
    if text[at] == end:
        return at
    at = _after(text, ",", at)
    if text[at] == end:
        raise UnreadableError("nothing follows a comma")
    return at


def _after(text: str, mark: str, at: int) -> int:
    """Where the next thing begins after a mark, which must be there."""
    at = _blanks_end(text, at)
    if text[at] != mark:
        raise UnreadableError(f"{mark} is missing")
    return _blanks_end(text, at + 1)


def _blanks_end(text: str, at: int) -> int:
    found = BLANKS.match(text, at)
    return at if found is None else found.end()


def digits(number: Decimal) -> str:
    """A finite number in plain notation: no exponent, no trailing zeros, no minus before zero. Never rounds."""
    if not number.is_finite():
        raise ValueError(f"{number} cannot be written as a JSON number")
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def text_of(value: object) -> str | None:
    """A string, without halves of characters; an integer as its digits; anything else None. Never the text 'None'."""
    if isinstance(value, str):
        return value if value.isascii() else HALVES.sub("\ufffd", value)
    return str(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None


def number_of(value: object) -> Decimal | None:
    """A number exactly, from a JSON number or a string of one; anything else None, such as one that no book has."""
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() and _is_of_a_book(number) else None


def moment_of(value: object) -> datetime | None:
    """A moment from `/Date(1795305600000+0000)/`; anything else None."""
    found = MILLISECONDS.match(value) if isinstance(value, str) else None
    try:
        # The offset only says how Xero would show the moment; the number itself counts from the epoch in UTC.
        return EPOCH + timedelta(milliseconds=int(found[1])) if found else None
    except OverflowError:
        return None


def day_of(value: object) -> date | None:
    """A day from text that begins with YYYY-MM-DD, or from a moment (midnight UTC); anything else None."""
    found = LEADING_DAY.match(value) if isinstance(value, str) else None
    if found is None:
        moment = moment_of(value)
        return None if moment is None else moment.date()
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def flag_of(value: object) -> bool:
    """Whether the value is true."""
    return value is True


def rows_of(value: object) -> list[dict[str, Any]]:
    """The objects in a list; empty for anything that is not a list."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def object_of(value: object) -> dict[str, Any]:
    """The object, or an empty one."""
    return value if isinstance(value, dict) else {}


Text = Annotated[str | None, BeforeValidator(text_of)]
Number = Annotated[Decimal | None, BeforeValidator(number_of)]
Day = Annotated[date | None, BeforeValidator(day_of)]
Moment = Annotated[datetime | None, BeforeValidator(moment_of)]
Flag = Annotated[bool, BeforeValidator(flag_of)]


def _is_of_a_book(number: Decimal) -> bool:
    """Whether its digits can be written out: those of 1E+999999999 would fill the memory."""
    return -MOST_PLACES <= number.adjusted() <= MOST_PLACES and len(number.as_tuple().digits) <= MOST_DIGITS


def _whole(digits: str) -> int | Decimal:
    """Python refuses to make an int of thousands of digits; the reply to a write must not be lost for one."""
    return int(digits) if len(digits) <= MOST_DIGITS else Decimal(digits)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a number")


DECODER: Final = json.JSONDecoder(parse_int=_whole, parse_float=Decimal, parse_constant=_refuse)
