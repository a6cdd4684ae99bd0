"""What a file is called in Xero, whose name is part of an address.

Xero answers with "not found" or a fault for some names (XeroAPI/xero-node issue 763: blanks; brackets by vendors'
pages), and nothing says for which. So a name gets letters, digits, points, hyphens and underscores, all of ASCII.
"""

import re
from typing import Final

from mappers.model import in_form, sha256_of

LONGEST: Final = 100
ENDING: Final = ".pdf"
_OTHERS: Final = re.compile(r"[^A-Za-z0-9._-]+")
_HASH_SHOWN: Final = 8


def file_name_for(name: str) -> str:
    """The name in Xero; the same for the same name. Names that would become alike are told apart by a hash."""
    stem = name.strip()
    stem = stem[: -len(ENDING)] if stem.lower().endswith(ENDING) else stem
    plain = in_form("NFKD", stem).encode("ascii", "ignore").decode()
    shortened = _OTHERS.sub("-", plain).strip("-._")
    is_whole = len(shortened) <= LONGEST - len(ENDING) and _keeps_its_letters(stem)
    if is_whole and shortened:
        return shortened + ENDING
    mark = f"-{sha256_of(name.encode('utf-8', 'surrogatepass'))[:_HASH_SHOWN]}{ENDING}"
    return (shortened[: LONGEST - len(mark)].strip("-._") or "attachment") + mark


def _keeps_its_letters(stem: str) -> bool:
    """Whether nothing but accents is lost on the way to ASCII."""
    letters = [each for each in in_form("NFKD", stem) if each.isalnum()]
    return all(each.isascii() for each in letters)
