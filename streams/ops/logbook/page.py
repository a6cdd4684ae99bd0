"""The page docs/logs.md: what the log says, and by which names.

`python -m streams.ops.logbook.page > docs/logs.md` writes it.
"""

import sys
from typing import Final

from streams.ops.logbook.events import EVENTS, FIELDS

_HEAD: Final = """\
# The log

One JSON object a line on standard output (coloured text on a terminal). Every line has `event`, `level`, `logger` and
`timestamp` (UTC); `event` and the names of fields are for searches and alerts, and none is renamed. A field has one
spelling everywhere: the same names as in events, outcomes and the API (`company_id`, `shipment_id`, `request_id`).
Secrets and payloads are in no line.

`request_answered` is the line that counts: one for each outcome, with every id. To follow one shipment:

```
grep '"shipment_id":"SHP-000123"' worker.log
```

This page is made from the code: `python -m streams.ops.logbook.page > docs/logs.md`.
"""


def render() -> str:
    """The page."""
    return f"{_HEAD}\n{_events()}\n{_fields()}"


def _events() -> str:
    rows = [
        f"| `{name}` | {event.level} | {event.meaning} | {', '.join(f'`{each}`' for each in event.fields)} |"
        for name, event in sorted(EVENTS.items())
    ]
    return "## Events\n\n| event | level | means | fields |\n| --- | --- | --- | --- |\n" + "\n".join(rows) + "\n"


def _fields() -> str:
    rows = [f"| `{name}` | {meaning} |" for name, meaning in sorted(FIELDS.items())]
    return "## Fields\n\n| field | is |\n| --- | --- |\n" + "\n".join(rows) + "\n"


if __name__ == "__main__":
    sys.stdout.write(render())
