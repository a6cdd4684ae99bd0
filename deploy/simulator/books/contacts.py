"""The contacts of an organisation."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from deploy.simulator.wire import JsonObject, dates, folded

ACTIVE = "ACTIVE"
_OWN = ("ContactID", "Name", "AccountNumber", "ContactNumber", "ContactStatus", "MergedToContactID", "EmailAddress")
_FULL_ONLY: JsonObject = {"Addresses": [], "Phones": [], "ContactGroups": [], "ContactPersons": []}


@dataclass(frozen=True)
class Contact:
    """A customer. `extra` holds what the simulator keeps without understanding it."""

    contact_id: str
    name: str
    updated_at: datetime
    account_number: str = ""
    contact_number: str = ""
    status: str = ACTIVE
    merged_to: str = ""
    email: str = ""
    extra: JsonObject = field(default_factory=dict)

    @property
    def sales_account(self) -> str:
        return str(self.extra.get("SalesDefaultAccountCode", ""))

    def edited(self, row: JsonObject, now: datetime) -> "Contact":
        """The same contact with the fields of `row` (Xero's names) set."""
        return replace(
            self,
            name=row.get("Name", self.name),
            account_number=row.get("AccountNumber", self.account_number),
            contact_number=row.get("ContactNumber", self.contact_number),
            status=row.get("ContactStatus", self.status),
            merged_to=row.get("MergedToContactID", self.merged_to),
            email=row.get("EmailAddress", self.email),
            extra=self.extra | {key: value for key, value in row.items() if key not in _OWN},
            updated_at=now,
        )

    def reference(self) -> JsonObject:
        """How a document names its contact."""
        return {"ContactID": self.contact_id, "Name": self.name, "EmailAddress": self.email}

    def as_json(self, *, summary: bool = False) -> JsonObject:
        row: JsonObject = {"ContactID": self.contact_id, "ContactStatus": self.status, "Name": self.name}
        optional = {
            "AccountNumber": self.account_number,
            "ContactNumber": self.contact_number,
            "MergedToContactID": self.merged_to,
        }
        row |= {key: value for key, value in optional.items() if value}
        row["EmailAddress"] = self.email
        if not summary:
            row |= _FULL_ONLY | {"IsSupplier": False, "IsCustomer": True} | self.extra
        row |= {"UpdatedDateUTC": dates.milliseconds(self.updated_at), "HasAttachments": False}
        return row | {"HasValidationErrors": False}


@dataclass
class ContactBook:
    """All contacts, in the order they were made."""

    by_id: dict[str, Contact] = field(default_factory=dict)
    _by_name: dict[str, frozenset[str]] = field(default_factory=dict)
    _by_account: dict[str, frozenset[str]] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Contact]:
        return iter(self.by_id.values())

    def put(self, contact: Contact) -> None:
        self._forget(self.by_id.get(contact.contact_id))
        self.by_id[contact.contact_id] = contact
        for index, key in self._places(contact):
            index[key] = index.get(key, frozenset()) | {contact.contact_id}

    def remove(self, contact_id: str) -> None:
        self._forget(self.by_id.pop(contact_id, None))

    def named(self, name: str) -> Contact | None:
        """The active contact of this name, else an archived one."""
        found = [self.by_id[each] for each in self._by_name.get(folded(name), ())]
        return next((each for each in found if each.status == ACTIVE), found[0] if found else None)

    def numbered(self, contact_number: str) -> Contact | None:
        return next((each for each in self if each.contact_number == contact_number), None)

    def with_account(self, account_number: str) -> list[Contact]:
        """Every contact that holds this account number, archived ones too."""
        return [self.by_id[each] for each in sorted(self._by_account.get(folded(account_number), ()))]

    def copy(self) -> "ContactBook":
        return ContactBook(dict(self.by_id), dict(self._by_name), dict(self._by_account))

    def _places(self, contact: Contact) -> list[tuple[dict[str, frozenset[str]], str]]:
        return [(self._by_name, folded(contact.name)), (self._by_account, folded(contact.account_number))]

    def _forget(self, contact: Contact | None) -> None:
        if contact:
            for index, key in self._places(contact):
                index[key] -= {contact.contact_id}
