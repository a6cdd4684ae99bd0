"""The access file: who has which role in which companies (TOML)."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final

import structlog
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from mappers.model import hidden_characters
from streams.web.access.people import Person, Role

_log = structlog.get_logger(__name__)

ALL_COMPANIES: Final = "*"
LONGEST_NAME: Final = 100

_Name = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_NAME, strip_whitespace=True)]


class AccessFileError(ValueError):
    """The file cannot be read; the message names every fault."""


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    name: _Name
    token_sha256: str = Field(pattern="^[0-9a-f]{64}$")
    role: Role
    companies: tuple[str, ...] = Field(min_length=1)

    def person(self) -> Person:
        companies = None if ALL_COMPANIES in self.companies else frozenset(self.companies)
        return Person(self.name, self.role, companies, self.token_sha256)


class _Content(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    person: tuple[_Entry, ...] = ()


class AccessFile:
    """Read anew whenever it has changed. One that cannot be read lets nobody in until it can: who was taken out of it
    is not let in by what it was before.
    """

    def __init__(self, path: Path) -> None:
        """Raises AccessFileError where the file cannot be read at the start."""
        self._path = path
        self._seen = self._state()
        self._people: Mapping[str, Person] = read_access(path)

    def people(self) -> Mapping[str, Person]:
        """Everybody in the file, by the hash of their token."""
        state = self._state()
        if state != self._seen:
            self._seen = state
            self._people = self._read()
        return self._people

    def _read(self) -> Mapping[str, Person]:
        try:
            people = read_access(self._path)
        except AccessFileError as fault:
            # No fault of ours: a trace would say nothing.
            _log.error("access_file_unreadable", file=str(self._path), reason=str(fault))
            return {}
        _log.info("access_file_read", file=str(self._path), people=len(people))
        return people

    def _state(self) -> tuple[int, ...]:
        try:
            found = self._path.stat()
        except OSError:
            return ()
        return (found.st_mtime_ns, found.st_size, found.st_ino)


def read_access(path: Path) -> dict[str, Person]:
    """The people in the file, by the hash of their token. Raises AccessFileError."""
    try:
        content = _Content.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise AccessFileError(f"it cannot be read: {error.strerror}") from error
    except ValidationError as error:
        raise AccessFileError("; ".join(_in_words(error))) from error
    except ValueError as error:  # TOML's, and UTF-8's.
        raise AccessFileError(f"it is not TOML in UTF-8: {error}") from error
    people = [entry.person() for entry in content.person]
    if faults := [*_hidden(people), *_repeated("name", [each.name for each in people])]:
        raise AccessFileError("; ".join(faults))
    if faults := _repeated("token_sha256", [each.token_hash for each in people]):
        raise AccessFileError("; ".join(faults))
    return {each.token_hash: each for each in people}


def _in_words(error: ValidationError) -> list[str]:
    """Every fault with its place; values are left out, somebody may have written the token itself."""
    return [
        f"{'.'.join(map(str, each['loc']))}: {each['msg']}"
        for each in error.errors(include_input=False, include_url=False, include_context=False)
    ]


def _hidden(people: list[Person]) -> list[str]:
    hidden = re.compile(f"[{hidden_characters()}]")
    return [f"the name {each.name!r} has invisible characters" for each in people if hidden.search(each.name)]


def _repeated(what: str, values: list[str]) -> list[str]:
    return [f"{what} {each!r} is there more than once" for each in dict.fromkeys(values) if values.count(each) > 1]
