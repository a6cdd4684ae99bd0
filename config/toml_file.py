"""TOML files that settings name: read, with the faults of a file that cannot be."""

import re
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

from config.faults import Code, ConfigurationError, Fault

_SYNTAX_LINE = re.compile(r"line (\d+)")


def text_of(path: Path, what: str, variable: str, code: Code) -> str:
    """The file's text. `what` names it in the fault, which is `variable`'s."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as failure:
        reason = getattr(failure, "strerror", None) or "is not UTF-8 text"
        raise ConfigurationError([Fault(code, variable, f"{what} {path} cannot be read: {reason}")]) from None


def tables_of(text: str, file: str, code: Code) -> dict[str, Any]:
    """What the TOML text says; `file` is what the fault of its syntax calls it, with the line."""
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as failure:
        place = f"{file}:{found[1]}" if (found := _SYNTAX_LINE.search(str(failure))) else file
        raise ConfigurationError([Fault(code, place, str(failure))]) from None
