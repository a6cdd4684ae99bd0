"""The profile that counts at present: all parts of the worker look into this one, so that they change at one moment."""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256

from mappers.model import Company

DIGITS = 12


class RunningProfile(Mapping[str, Company]):
    """The companies by id. Whoever keeps a company across an await keeps the profile of before.

    A company that says the same in another profile stays the same object: what was planned by it still stands.
    """

    def __init__(self, companies: Iterable[Company]) -> None:
        self._companies = {each.id: each for each in companies}

    def __getitem__(self, company_id: str) -> Company:
        return self._companies[company_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._companies)

    def __len__(self) -> int:
        return len(self._companies)

    def switch(self, companies: Iterable[Company]) -> None:
        """Be another profile from now on."""
        before = self._companies
        found = {each.id: each for each in companies}
        self._companies = {name: before[name] if before.get(name) == each else each for name, each in found.items()}

    @property
    def digest(self) -> str:
        """What two workers with one profile have in common."""
        said = "\n".join(sorted(each.model_dump_json() for each in self._companies.values()))
        return sha256(said.encode()).hexdigest()[:DIGITS]
