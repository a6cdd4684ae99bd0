"""A schema of its own file as part of a document that has many."""

from typing import Any

Schema = dict[str, Any]
_OF_A_FILE = ("$schema", "$id", "$defs")


def components(name: str, schema: Schema) -> dict[str, Schema]:
    """The schema under `name`, its definitions under `name.definition`, and what points to them made to point there.

    Without `$id`, by which what points would be looked for in another document.
    """
    parts = {name: {key: value for key, value in schema.items() if key not in _OF_A_FILE}}
    parts |= {f"{name}.{each}": value for each, value in schema.get("$defs", {}).items()}
    return {each: _moved(value, name) for each, value in parts.items()}


def _moved(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return {key: _pointer(each, name) if key == "$ref" else _moved(each, name) for key, each in value.items()}
    return [_moved(each, name) for each in value] if isinstance(value, list) else value


def _pointer(target: str, name: str) -> str:
    return target.replace("#/$defs/", f"#/components/schemas/{name}.")
