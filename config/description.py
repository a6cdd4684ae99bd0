"""The settings as rows for people to read: masked at start-up, and as the table in docs/configuration.md."""

from collections.abc import Iterator
from dataclasses import dataclass
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from config.variables import NAME, Variable, variables

MASK = "********"


@dataclass(frozen=True, slots=True)
class Row:
    """One setting: its variable, what it takes, its default ("" where it must be given) and what it is for."""

    variable: str
    takes: str
    default: str
    description: str


def documented(model: type[BaseModel]) -> Iterator[Row]:
    """A row for each variable there is."""
    for variable in variables(model):
        yield Row(variable.name, _takes(variable.field.annotation), _default(variable.field), _text(variable))


def effective(settings: BaseModel) -> Iterator[tuple[str, str]]:
    """(variable, value in use) for each setting of `settings`; secrets are masked."""
    for variable in variables(type(settings)):
        for name, value in _values(settings, variable.path, ()):
            yield _variable(name), _shown(value)


def _values(node: Any, path: tuple[str, ...], walked: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    if not path:
        yield walked, node
    elif path[0] == NAME:
        for name in node:
            yield from _values(node[name], path[1:], (*walked, name))
    else:
        yield from _values(getattr(node, path[0]), path[1:], (*walked, path[0]))


def _variable(path: tuple[str, ...]) -> str:
    return Variable(path, FieldInfo()).name


def _shown(value: Any) -> str:
    if isinstance(value, SecretStr):
        return MASK
    return "" if value is None else _written(value)


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _default(field: FieldInfo) -> str:
    return "" if field.default in (PydanticUndefined, None) else _written(field.default)


def _text(variable: Variable) -> str:
    needed = "" if not variable.field.is_required() or NAME in variable.path else " (required)"
    return f"{variable.field.description or ''}{needed}"


def _takes(annotation: Any) -> str:
    if get_origin(annotation) is Literal:
        return ", ".join(str(value) for value in get_args(annotation))
    if get_origin(annotation) in (Union, UnionType):
        return " or ".join(_takes(each) for each in get_args(annotation) if each is not type(None))
    names = {bool: "true, false", int: "integer", float: "number", SecretStr: "secret", str: "text"}
    return names.get(annotation, "path")
