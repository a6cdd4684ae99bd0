"""One document being written: whose, with which rules, and what was found wrong with it so far."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from deploy.simulator.books import Contact, Organisation
from deploy.simulator.wire import Counts, Ids, Switches

Mode = Literal["put", "post"]


class Invalid(Exception):  # noqa: N818  # It is Xero's verdict on an element, not a failure of ours.
    """The element is refused with these messages; those of `line_messages` stand at the lines of these positions."""

    def __init__(
        self, messages: Iterable[str], document_id: str = "", line_messages: Mapping[int, list[str]] | None = None
    ) -> None:
        self.messages = list(messages)
        self.document_id = document_id
        self.line_messages = dict(line_messages or {})
        super().__init__("; ".join((*self.messages, *(text for each in self.line_messages.values() for text in each))))


@dataclass
class ElementWrite:
    """The circumstances of writing one element. `problems` grows while rules are checked; `check` ends it."""

    organisation: Organisation
    switches: Switches
    counts: Counts
    ids: Ids
    now: datetime
    author: str
    mode: Mode
    unit_places: int
    allow_backorders: bool = False
    problems: list[str] = field(default_factory=list)
    line_problems: dict[int, list[str]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    contact_to_save: Contact | None = None
    contact_effect: Literal["", "created", "edited"] = ""
    document_id: str = ""

    def refuse(self, message: str) -> None:
        """Note a problem and go on: Xero names every problem of an element at once."""
        if message not in self.problems:
            self.problems.append(message)

    def refuse_line(self, position: int, *messages: str) -> None:
        """Note problems that Xero tells at the line itself."""
        self.line_problems.setdefault(position, []).extend(messages)

    def length(self, text: str) -> int:
        """How long Xero holds this text to be."""
        return len(text.encode("utf-16-le")) // 2 if self.switches.text_length == "utf16" else len(text)

    def check(self) -> None:
        """Raises `Invalid` when anything was found wrong."""
        if self.problems or self.line_problems:
            raise Invalid(self.problems, self.document_id, self.line_problems)

    def save_contact(self) -> None:
        """Let the contact's creation or change happen that this document causes."""
        if self.contact_to_save:
            self.organisation.contacts.put(self.contact_to_save)
        self.counts.contacts_created_by_name += self.contact_effect == "created"
        self.counts.contacts_edited_by_document += self.contact_effect == "edited"
