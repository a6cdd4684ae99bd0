"""Environment variables with the prefix SHIPLEDGER_ and what they stand for (contract 6.5)."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from config.faults import Fault

PREFIX = "SHIPLEDGER_"
SEPARATOR = "__"
FILE_SUFFIX = "_FILE"
SECRETS_DIR = "SHIPLEDGER_SECRETS_DIR"
NAME = "<NAME>"

# Variables with the prefix that other parts of the project read; here they are neither settings nor mistakes.
FOREIGN = frozenset({SECRETS_DIR, "SHIPLEDGER_APT", "SHIPLEDGER_AUDIT", "SHIPLEDGER_CACHE", "SHIPLEDGER_TEST_KAFKA"})


@dataclass(frozen=True, slots=True)
class Variable:
    """A setting's path in the model and its variable; `<NAME>` stands for a name that the operator chooses."""

    path: tuple[str, ...]
    field: FieldInfo

    @property
    def name(self) -> str:
        """The variable as written in the environment."""
        return variable_name(self.path)

    def matches(self, path: tuple[str, ...]) -> bool:
        """Whether `path`, read from a variable, is this setting's."""
        return len(path) == len(self.path) and all(
            ours == theirs or (ours == NAME and theirs) for ours, theirs in zip(self.path, path, strict=True)
        )


def variable_name(path: tuple[str | int, ...]) -> str:
    """`("kafka", "sasl_password")` is SHIPLEDGER_KAFKA__SASL_PASSWORD."""
    return PREFIX + SEPARATOR.join(str(step).upper() for step in path)


def variables(model: type[BaseModel], above: tuple[str, ...] = ()) -> Iterator[Variable]:
    """Every setting of `model`, sections opened, in the order of declaration."""
    for name, field in model.model_fields.items():
        path = (*above, name)
        if section := _section(field.annotation):
            yield from variables(section, path)
        elif named := _named_section(field.annotation):
            yield from variables(named, (*path, NAME))
        else:
            yield Variable(path, field)


def _section(annotation: Any) -> type[BaseModel] | None:
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None


def _named_section(annotation: Any) -> type[BaseModel] | None:
    return _section(get_args(annotation)[1]) if get_origin(annotation) is dict else None


class Environment:
    """The settings that `environ` gives, from variables, from files that variables name, and from a secrets folder.

    An empty variable counts as unset, as compose files and manifests write variables that they leave open.
    """

    def __init__(self, model: type[BaseModel], environ: Mapping[str, str]) -> None:
        self._known = tuple(variables(model))
        self._environ = {name: value for name, value in environ.items() if name.startswith(PREFIX) and value}
        self.faults: list[Fault] = []

    def read(self) -> dict[str, Any]:
        """Nested values by the model's field names; what could not be read is in `faults`."""
        tree: dict[str, Any] = {}
        for name, value in self._values().items():
            path = _path(name)
            if any(variable.matches(path) for variable in self._known):
                _put(tree, path, value)
            else:
                self.faults.append(self._unknown(name))
        return tree

    def _values(self) -> dict[str, str]:
        values = {name: value for name, value in self._environ.items() if name not in FOREIGN}
        for name in [name for name in values if name.endswith(FILE_SUFFIX) and not self._is_known(name)]:
            self._replace_by_content(values, name)
        return self._folder() | values

    def _replace_by_content(self, values: dict[str, str], name: str) -> None:
        target = name.removesuffix(FILE_SUFFIX)
        if not self._is_known(target):
            return
        file = Path(values.pop(name))
        if target in values:
            self.faults.append(Fault("setting_twice", target, f"is set by itself and by {name}; remove one of the two"))
        elif (content := self._content(name, file)) is not None:
            values[target] = content

    def _folder(self) -> dict[str, str]:
        folder = self._environ.get(SECRETS_DIR)
        if folder is None:
            return {}
        try:
            files = [file for file in sorted(Path(folder).iterdir()) if file.name.upper().startswith(PREFIX)]
        except OSError as failure:
            self.faults.append(Fault("secret_unreadable", SECRETS_DIR, f"{folder}: {failure.strerror}"))
            return {}
        contents = {file.name.upper(): self._content(SECRETS_DIR, file) for file in files if file.is_file()}
        return {name: content for name, content in contents.items() if content}

    def _content(self, name: str, file: Path) -> str | None:
        try:
            return file.read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as failure:
            reason = getattr(failure, "strerror", None) or "is not UTF-8 text"
            self.faults.append(Fault("secret_unreadable", name, f"the file {file} cannot be read: {reason}"))
            return None

    def _is_known(self, name: str) -> bool:
        return any(variable.matches(_path(name)) for variable in self._known)

    def _unknown(self, name: str) -> Fault:
        near = difflib.get_close_matches(name, [variable.name for variable in self._known], n=1, cutoff=0.8)
        advice = (
            f"did you mean {near[0]}?" if near else "remove it, or see docs/configuration.md for the names there are"
        )
        return Fault("setting_unknown", name, f"is not a setting; {advice}")


def _path(name: str) -> tuple[str, ...]:
    return tuple(step.lower() for step in name.removeprefix(PREFIX).split(SEPARATOR))


def _put(tree: dict[str, Any], path: tuple[str, ...], value: str) -> None:
    for step in path[:-1]:
        tree = tree.setdefault(step, {})
    tree[path[-1]] = value
