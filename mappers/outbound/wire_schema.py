"""JSON Schema of what we write, made from a model: what is always there, and what its fields promise."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel

Schema = dict[str, Any]
Details = Mapping[type[BaseModel], Mapping[str, Schema]]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
# What a model says for programmers, and what only its reader does.
_OURS: Final = frozenset({"title", "default", "description"})


def wire_schema(model: type[BaseModel], details: Details) -> Schema:
    """The schema of the model's JSON, without identity and title.

    Every field is required but those that the model leaves out where they are empty, and these are never null.
    `details` are by model and field. They add to what the type says; with a type or values of their own they replace
    it.
    """
    made = model.model_json_schema(mode="serialization")
    definitions = made.pop("$defs", {})
    models = {each.__name__: each for each in details if each is not model}
    whole = _of_model(made, model, details[model])
    named = {name: _of_model(definitions[name], each, details[each]) for name, each in models.items()}
    return {**whole, "$defs": named}


def _of_model(made: Schema, model: type[BaseModel], details: Mapping[str, Schema]) -> Schema:
    if unknown := details.keys() - made["properties"].keys():
        raise ValueError(f"{model.__name__} has no {', '.join(sorted(unknown))}")
    optional = {name for name, field in model.model_fields.items() if field.exclude_if is not None}
    return {
        "type": "object",
        "required": [name for name in made["properties"] if name not in optional],
        "properties": {
            name: _field(each, details.get(name, {}), may_be_null=name not in optional)
            for name, each in made["properties"].items()
        },
    }


def _field(made: Schema, details: Schema, *, may_be_null: bool) -> Schema:
    if details.keys() & {"type", "enum", "anyOf"}:
        return details
    plain = {keyword: value for keyword, value in made.items() if keyword not in _OURS}
    choices = [each for each in plain.pop("anyOf", ()) if may_be_null or each != {"type": "null"}]
    if len(choices) == 1:
        plain |= choices[0]
    elif choices and all(each.keys() == {"type"} for each in choices):
        plain["type"] = [each["type"] for each in choices]
    elif choices:
        plain["anyOf"] = choices
    return plain | details
