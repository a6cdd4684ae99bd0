"""How many calls are allowed (developer.xero.com, "OAuth 2.0 API limits")."""

import dataclasses
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Limits:
    """Calls allowed, per app and organisation; `app_per_minute` counts over all organisations of an app."""

    per_minute: int = 60
    concurrent: int = 5
    per_day: int = 5000
    app_per_minute: int = 10_000

    def changed(self, values: dict[str, Any]) -> "Limits":
        """Raises `ValueError` for an unknown limit or anything but a count."""
        known = {item.name for item in dataclasses.fields(self)}
        for name, value in values.items():
            if name not in known or isinstance(value, bool) or not isinstance(value, int) or value < 0:
                raise ValueError(f"limit {name}={value!r}: known are {', '.join(sorted(known))}, each a count")
        return dataclasses.replace(self, **values)
