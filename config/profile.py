"""The company profile (contract 6.7): TOML in, companies out, every fault with the line it is on."""

import difflib
from collections import Counter
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from config.faults import Code, ConfigurationError, Fault
from config.profile_rules import connection_name, cross_field_errors
from config.toml_file import Lines, tables_of, text_of
from mappers.model import Company, Tracking

_CODES: Mapping[str, Code] = {"missing": "profile_key_missing", "extra_forbidden": "profile_key_unknown"}


def load_profile(path: Path, connections: Collection[str]) -> tuple[Company, ...]:
    """Read the companies of the file. `connections` are the names that have credentials (`XeroSettings.credentials`).

    Raises ConfigurationError with every fault of the file.
    """
    text = text_of(path, "the company profile", "SHIPLEDGER_PROFILE", "profile_unreadable")
    return parse_profile(text, str(path), connections)


def parse_profile(text: str, file: str, connections: Collection[str]) -> tuple[Company, ...]:
    """As `load_profile`, of a text; `file` is what faults call it."""
    profile = tables_of(text, file, "profile_not_toml")
    return _Reading(file, Lines(text), connections).companies(profile)


class _Reading:
    """One pass over a profile that collects faults instead of stopping at the first."""

    def __init__(self, file: str, lines: Lines, connections: Collection[str]) -> None:
        self._file = file
        self._lines = lines
        self._connections = connections
        self._faults: list[Fault] = []

    def companies(self, profile: Mapping[str, Any]) -> tuple[Company, ...]:
        for key in profile.keys() - {"company"}:
            self._add("profile_key_unknown", (key,), f"{key!r} is not a key here; companies are tables [[company]]")
        tables = profile.get("company")
        if not isinstance(tables, list) or not tables:
            self._add("profile_empty", ("company",), "there is no company; begin one with [[company]]")
            raise ConfigurationError(self._faults)
        read = [self._company(index, table) for index, table in enumerate(tables)]
        self._refuse_duplicates(tables)
        self._refuse_differing_connections(read)
        if self._faults:
            raise ConfigurationError(sorted(self._faults, key=_by_line))
        return tuple(company for company in read if company is not None)

    def _company(self, index: int, table: Any) -> Company | None:
        if not isinstance(table, dict):
            self._add("profile_value_invalid", ("company", index), "is not a table; write [[company]]")
            return None
        for key, message in cross_field_errors(table, self._connections):
            self._add("profile_value_invalid", ("company", index, key), f"{key}: {message}")
        try:
            company = Company.model_validate(table)
        except ValidationError as failure:
            for error in failure.errors(include_url=False):
                self._refuse(("company", index), error)
            return None
        # One spelling of each: a UUID in capitals would be another organisation to whoever compares.
        return company.model_copy(
            update={
                "connection": connection_name(company.connection),
                "organisation": company.organisation.lower(),
            }
        )

    def _refuse(self, above: tuple[str | int, ...], error: ErrorDetails) -> None:
        path = error["loc"]
        name = ".".join(str(step) for step in path)
        code = _CODES.get(error["type"], "profile_value_invalid")
        if code == "profile_key_missing":
            message = f"{name} is missing"
        elif code == "profile_key_unknown":
            message = f"{name} is not a key; {_suggestion(str(path[-1]), Tracking if 'tracking' in path else Company)}"
        else:
            message = f"{name}: {error['input']!r} is not accepted: {error['msg']}"
        self._add(code, (*above, *path), message)

    def _refuse_duplicates(self, tables: list[Any]) -> None:
        ids = [str(table["id"]).strip() if isinstance(table, dict) and "id" in table else None for table in tables]
        counts = Counter(each for each in ids if each is not None)
        for index, company in enumerate(ids):
            if company is not None and counts[company] > 1 and index > ids.index(company):
                first = self._lines.of(("company", ids.index(company), "id"))
                self._add("profile_company_twice", ("company", index, "id"), f"{company!r} is on line {first} already")

    def _refuse_differing_connections(self, read: list[Company | None]) -> None:
        """One organisation has one quota, one lane and one token: which of two consents counted would be chance."""
        first: dict[str, tuple[int, Company]] = {}
        for index, company in enumerate(read):
            if company is None:
                continue
            before, other = first.setdefault(company.organisation, (index, company))
            if company.connection != other.connection:
                line = self._lines.of(("company", before, "connection"))
                self._add(
                    "profile_connection_differs",
                    ("company", index, "connection"),
                    f"{company.organisation} is reached by {company.connection!r} here, and by {other.connection!r} "
                    f"for {other.id!r} on line {line}; give both companies the same connection",
                )

    def _add(self, code: Code, path: tuple[str | int, ...], message: str) -> None:
        self._faults.append(Fault(code, f"{self._file}:{self._lines.of(path)}", message))


def _suggestion(key: str, model: type[BaseModel]) -> str:
    near = difflib.get_close_matches(key, model.model_fields, n=1, cutoff=0.6)
    return f"did you mean {near[0]}?" if near else f"the keys are {', '.join(model.model_fields)}"


def _by_line(fault: Fault) -> int:
    return int(fault.place.rsplit(":", 1)[1])
