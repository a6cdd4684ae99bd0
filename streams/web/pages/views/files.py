"""A shipment's files as its page shows them."""

from dataclasses import dataclass

from mappers.model import ShipmentLog
from streams.web.pages.views.problems import ProblemRow, problem_rows

_WORDS = {"attached": "On the document", "waiting": "Not yet, tried again", "left": "Not on the document"}


@dataclass(frozen=True, slots=True)
class FilesView:
    """`files` are name, what has become of it, and its name in Xero where that is another; `at` is as of then.

    `sent_since`: another request was answered after that, and nothing was told of its files.
    """

    at: str
    sent_since: bool
    files: list[tuple[str, str, str]]
    problems: list[ProblemRow]


def files_view(log: ShipmentLog) -> FilesView | None:
    """None where nothing was said of any."""
    if log.attachments is None:
        return None
    event = log.attachments.event
    shown = event["attachments"]
    return FilesView(
        at=event["occurred_at"],
        sent_since=log.answered_since_files is not None,
        files=[
            (each["name"], _WORDS.get(each["status"], each["status"]), _other_name(each.get("file_name"), each["name"]))
            for each in shown
        ],
        problems=problem_rows("PROCESSED", [each["problem"] for each in shown if each.get("problem")]),
    )


def _other_name(file_name: str | None, name: str) -> str:
    return "" if file_name in {None, name} else str(file_name)
