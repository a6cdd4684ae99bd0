"""Pages and `If-Modified-Since`."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from deploy.simulator.state import Call
from deploy.simulator.wire import JsonObject, bad_query, dates

LARGEST_PAGE = 1000
USUAL_PAGE = 100
_T = TypeVar("_T")


@dataclass(frozen=True)
class Page:
    number: int
    size: int

    @classmethod
    def of(cls, call: Call, *, needed: bool) -> "Page | None":
        """The page asked for; `None` when none is asked for and none is needed."""
        if "page" not in call.query and "pageSize" not in call.query and not needed:
            return None
        return cls(call.count("page", 1, 1_000_000), call.count("pageSize", USUAL_PAGE, LARGEST_PAGE))

    def cut(self, rows: Sequence[_T]) -> Sequence[_T]:
        return rows[(self.number - 1) * self.size : self.number * self.size]

    def as_json(self, count: int) -> JsonObject:
        pages = math.ceil(count / self.size)
        return {"page": self.number, "pageSize": self.size, "pageCount": pages, "itemCount": count}


def modified_since(call: Call) -> datetime | None:
    text = call.request.headers.get("if-modified-since")
    try:
        return dates.parse_instant(text) if text else None
    except ValueError:
        raise bad_query(f"If-Modified-Since: {text!r} is not a date") from None
