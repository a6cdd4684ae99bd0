"""A hint that begins with who acts ("Shipping: enter the incoterms.") as who, and what to do."""

import re
from typing import Final

_WHO: Final = re.compile(
    r"(?P<who>Shipping and accounting|Shipping|Accounting|Operations|Whoever [A-Za-z ]+): (?P<rest>.+)", re.DOTALL
)


def who_and_what(hint: str) -> tuple[str, str]:
    """Who, empty where the hint does not begin with it, and the rest as a sentence."""
    found = _WHO.fullmatch(hint)
    return ("", hint) if found is None else (found["who"], found["rest"][:1].upper() + found["rest"][1:])
