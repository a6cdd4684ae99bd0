"""What a form sent: texts by name, and what is wrong with them in words."""

from collections.abc import Mapping


class Refused(Exception):  # noqa: N818  # It is what a person is told, not a failure of ours.
    """What was asked for cannot be done; the message says why."""


class Form:
    """The fields of a form. Absent and blank are the same."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self._fields = fields

    def text(self, name: str) -> str:
        """What was written, without blanks around it."""
        return self._fields.get(name, "").strip()

    def needed(self, name: str, label: str) -> str:
        """As `text`. Raises Refused where nothing was written."""
        found = self.text(name)
        if not found:
            raise Refused(f"{label} has to be filled in.")
        return found
