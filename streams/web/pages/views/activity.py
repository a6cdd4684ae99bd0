"""What people did: the filters of the address, a line of the list, and the same as CSV."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from mappers.model import Act, ActFilter, ActKind, Status
from mappers.outbound import change_in_words, status_in_words, wait_in_words

BY_THE_TOKEN: Final = "the shared token"  # noqa: S105  # Words for people: all that is known of who has it.
IN_XERO: Final = "Somebody in Xero"
KINDS: Final[Mapping[str, str]] = {
    ActKind.SENT: "Sent to Accounting",
    ActKind.SENT_AGAIN: "Dead letter sent again",
    ActKind.PAUSED: "Paused",
    ActKind.RESUMED: "Resumed",
    ActKind.IN_XERO: "Changed in Xero",
}
FILTERS: Final = ("company", "person", "kind")
LONGEST_FILTER: Final = 500
CSV_COLUMNS: Final = ("Time (UTC)", "Who", "What", "Company", "Shipment", "Result", "Detail")


@dataclass(frozen=True, slots=True)
class ActivityFilters:
    """What the address says, as texts; what is not set is left out."""

    texts: Mapping[str, str]

    @property
    def company(self) -> str:
        """Empty: all that the person may see."""
        return self.texts.get("company", "")

    @property
    def wanted(self) -> ActFilter:
        """What is asked for."""
        return ActFilter(self.texts.get("person", ""), self.texts.get("kind", ""))

    @property
    def are_set(self) -> bool:
        """Whether anything but other companies is left out by them."""
        return self.wanted != ActFilter()

    def query(self, **changes: str) -> str:
        """The address's query with these changes; empty values are left out."""
        return urlencode({name: value for name, value in {**self.texts, **changes}.items() if value})


def read_activity_filters(given: Mapping[str, str]) -> ActivityFilters:
    """The filters of the address. Raises ValueError, with the name, for one that cannot be read."""
    texts = {name: given[name].strip() for name in FILTERS if given.get(name, "").strip()}
    for name, value in texts.items():
        if len(value) > LONGEST_FILTER:
            raise ValueError(name)
    if texts.get("kind", ActKind.SENT) not in KINDS:
        raise ValueError("kind")
    return ActivityFilters(texts)


@dataclass(frozen=True, slots=True)
class ActLine:
    """A line of the list. `person` is the name to filter by, empty where nobody in particular is known.

    `status` is what came of what was sent; of everything else `result` says it in words.
    """

    at: str
    who: str
    person: str
    what: str
    company_id: str
    shipment_id: str
    status: str
    result: str
    detail: str


def act_line(act: Act) -> ActLine:
    """The act in words; a kind that this version does not know is shown as it is."""
    is_sent, is_in_xero = act.kind == ActKind.SENT, act.kind == ActKind.IN_XERO
    return ActLine(
        at=act.at,
        who=IN_XERO if is_in_xero else act.by,
        person=act.by,
        what=KINDS.get(act.kind, act.kind),
        company_id=act.company_id,
        shipment_id=act.shipment_id,
        status=act.result if is_sent else "",
        result=change_in_words(act.result) if is_in_xero else "",
        detail=wait_in_words(act.detail) if is_sent and act.result == Status.WAITING else act.detail,
    )


def csv_cells_of_acts(acts: Iterable[Act]) -> Iterable[tuple[str, ...]]:
    """The cells as CSV_COLUMNS names them."""
    for line in map(act_line, acts):
        result = status_in_words(line.status) if line.status else line.result
        yield line.at, line.who, line.what, line.company_id, line.shipment_id, result, line.detail
