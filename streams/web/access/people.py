"""Who somebody is, and what they may do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from streams.web.access.bearer import Token


class Role(StrEnum):
    """What somebody may do; each may do what those before may."""

    VIEWER = "viewer"
    SENDER = "sender"
    OPERATOR = "operator"

    def includes(self, other: "Role") -> bool:
        """Whether this role may do what the other may."""
        order = list(Role)
        return order.index(self) >= order.index(other)


@dataclass(frozen=True, slots=True)
class Person:
    """An entry of the access file. `companies` None: all of them. `name` is empty for the one token of the settings."""

    name: str
    role: Role
    companies: frozenset[str] | None
    token_hash: str
    """SHA-256 of the token, as 64 hexadecimal digits in lower case."""

    def may(self, role: Role) -> bool:
        """Whether they may do what the role may."""
        return self.role.includes(role)

    def sees(self, company_id: str) -> bool:
        """Whether the company is theirs."""
        return self.companies is None or company_id in self.companies


class People:
    """Everybody who has access now. `entries` is asked each time: whoever is taken out of the file is out at once."""

    def __init__(self, token: Token, entries: Callable[[], Mapping[str, Person]]) -> None:
        """`entries` are by the hash of their token."""
        self._token = token
        self._entries = entries
        self._holder = Person("", Role.OPERATOR, None, token.key_for("holder of the token").hex())

    def by_token(self, given: bytes) -> Person | None:
        """Whose token it is. Of people's tokens only hashes are known, so that how they are compared tells nothing."""
        if self._token.equals(given):
            return self._holder
        return self._entries().get(sha256(given).hexdigest())

    def by_hash(self, token_hash: str) -> Person | None:
        """Who has the token of that hash."""
        return self._holder if token_hash == self._holder.token_hash else self._entries().get(token_hash)

    def by_name(self, name: str) -> Person | None:
        """Who is called so; names in the file differ."""
        return next((each for each in self._entries().values() if each.name == name), None)
