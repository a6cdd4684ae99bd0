"""What another profile would change, and what of it a running worker cannot do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mappers.model import Company
from xero_client.master_data import optional_lists_of


@dataclass(frozen=True, slots=True)
class ProfileChanges:
    """By company id. `moved` are those that belong to another organisation now; they are among the `changed`."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()

    @property
    def are_any(self) -> bool:
        """Whether the two differ at all."""
        return bool(self.added or self.removed or self.changed)


def changes_between(before: Mapping[str, Company], after: Mapping[str, Company]) -> ProfileChanges:
    """From one profile to the other."""
    both = sorted(before.keys() & after.keys())
    return ProfileChanges(
        added=tuple(sorted(after.keys() - before.keys())),
        removed=tuple(sorted(before.keys() - after.keys())),
        changed=tuple(each for each in both if before[each] != after[each]),
        moved=tuple(each for each in both if before[each].organisation != after[each].organisation),
    )


def why_restart(before: Mapping[str, Company], after: Mapping[str, Company]) -> Iterator[str]:
    """What only a restart brings about, in words: it is settled when an organisation is met for the first time.

    Which connection reaches it, with whose quota; and which lists of master data are read for it.
    """
    connections = _connections(before)
    for organisation, connection in _connections(after).items():
        known = connections.get(organisation, connection)
        if known != connection:
            yield f"organisation {organisation} is reached by connection {known}, and would be by {connection}"
    read = optional_lists_of(before.values())
    for organisation, wanted in optional_lists_of(after.values()).items():
        missing = sorted(each.value for each in wanted if each not in read.get(organisation, wanted))
        if missing:
            yield f"organisation {organisation} would need lists that are not read for it yet: {', '.join(missing)}"


def _connections(companies: Mapping[str, Company]) -> dict[str, str]:
    return {company.organisation: company.connection for company in companies.values()}
