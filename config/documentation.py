"""The page docs/configuration.md, generated from the settings and the profile so that it cannot get out of date.

`python -m config.documentation > docs/configuration.md` writes it.
"""

import sys
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, Literal, get_args, get_origin

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from config.description import Row, documented
from config.profile_keys import KEYS
from config.settings import Settings
from mappers.model import Company

_HEAD: Final = """\
# Configuration

This page is made from the code: `python -m config.documentation > docs/configuration.md`.

A worker reads environment variables once, at its start, and the company profile that one of them names. Every fault is
reported at once, with the variable's name or the profile's line, and the process ends with exit code 78.
`shipledger check-config` does just that, and `shipledger doctor` goes on to ask Kafka and Xero.

## Environment

* An empty variable counts as unset. A variable of the prefix that is no setting is a fault, with the nearest name.
* **Secrets from files**: any variable may be given as `<VARIABLE>_FILE`, the path of a file that holds the value; or
  `SHIPLEDGER_SECRETS_DIR` names a folder whose files are called like the variables (in either case). Variables win
  over the folder; a variable and its `_FILE` together are a fault. One line end at the end of a file does not count.
* Secrets are masked wherever settings are shown.
* Addresses other than Xero's own (`api.xero.com`, `identity.xero.com`, `login.xero.com`, all https) are refused unless
  `SHIPLEDGER_XERO__ALLOW_TEST_HOST=true`; and all addresses must be Xero's, or none.
* How connections with each grant are set up: [connections.md](connections.md).
* On Kubernetes set `enableServiceLinks: false`: a Service named `shipledger` would otherwise add variables of the
  prefix that are no settings.

| variable | takes | default | what for |
| --- | --- | --- | --- |
"""
_PROFILE: Final = """
## Company profile

`SHIPLEDGER_PROFILE` names a TOML file with one table `[[company]]` for each company. The demo's is
[deploy/demo/profile.toml](../deploy/demo/profile.toml). Unknown keys are refused with the nearest key. Two companies
may share an organisation; one company has one organisation.

| key | takes | default | what for |
| --- | --- | --- | --- |
"""


def render() -> str:
    """The whole page."""
    settings = "".join(_setting(row) for row in documented(Settings))
    return _HEAD + settings + _PROFILE + "".join(_key(name, field) for name, field in Company.model_fields.items())


def _setting(row: Row) -> str:
    return f"| `{row.variable}` | {row.takes} | {_code(row.default)} | {row.description} |\n"


def _key(name: str, field: FieldInfo) -> str:
    return f"| `{name}` | {_takes(field.annotation)} | {_code(_default(field))} | {KEYS[name]} |\n"


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _takes(annotation: Any) -> str:
    if choices := tuple(_choices(annotation)):
        return ", ".join(choices)
    if get_origin(annotation) is tuple:
        return f"list: {_takes(get_args(annotation)[0])}"
    if get_origin(annotation) is dict:
        return "table"
    return {str: "text", bool: "true, false", Decimal: "number"}.get(annotation, "tables")


def _choices(annotation: Any) -> Iterator[str]:
    if get_origin(annotation) is Literal:
        yield from (str(each) for each in get_args(annotation))
    elif isinstance(annotation, type) and issubclass(annotation, StrEnum):
        yield from (each.value for each in annotation)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.default
    if value is PydanticUndefined or value in ("", ()):
        return ""
    if isinstance(value, tuple):
        return ", ".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


if __name__ == "__main__":
    sys.stdout.write(render())
