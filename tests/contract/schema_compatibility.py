"""What a change of a schema takes from those who have built on it.

What we write must stay valid by the schema that was released; what others wrote by it must stay valid by today's. Both
ask whether all of one schema is inside another: `gaps`. It knows the keywords that our schemas have, and no others.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # It publishes no types.

Schema = Mapping[str, Any]

_TYPES: Final = ("array", "boolean", "integer", "null", "number", "object", "string")
_LOWER: Final = ("minimum", "minLength", "minItems")
_UPPER: Final = ("maximum", "maxLength", "maxItems")
_KNOWN: Final = frozenset(
    {"$schema", "$id", "$defs", "$ref", "title", "description", "examples", "type", "enum", "const", "anyOf", "oneOf"}
    | {"required", "properties", "items", "additionalProperties", "format", "pattern", *_LOWER, *_UPPER}
)


def published_breaks(released: Schema, now: Schema) -> list[str]:
    """What a reader who trusts the released schema may stumble over in what we write now."""
    return [*_Inside(now, released).gaps(), *_removed(released, now)]


def read_breaks(released: Schema, now: Schema) -> list[str]:
    """What a sender who keeps to the released schema may send and we refuse now."""
    return [*_Inside(released, now).gaps(), *_removed(released, now)]


def _removed(released: Schema, now: Schema) -> list[str]:
    return [f"{name}: removed" for name in sorted(set(_names(released, released)) - set(_names(now, now)))]


def _names(root: Schema, schema: Schema, where: str = "") -> Iterator[str]:
    for each in _choices(root, schema):
        for name, field in each.get("properties", {}).items():
            yield f"{where}{name}"
            yield from _names(root, field, f"{where}{name}.")
        if isinstance(each.get("items"), Mapping):
            yield from _names(root, each["items"], f"{where}[].")


class _Inside:
    """Whether all that is valid by `inner` is valid by `outer`."""

    def __init__(self, inner: Schema, outer: Schema) -> None:
        self._inner, self._outer = inner, outer

    def gaps(self) -> list[str]:
        """Each place where something may be valid by the inner and not by the outer schema."""
        return [each.removeprefix(".") for each in dict.fromkeys(self._gaps("", self._inner, self._outer))]

    def _gaps(self, where: str, inner: Schema, outer: Schema) -> Iterator[str]:
        allowed = _choices(self._outer, outer)
        for choice in _choices(self._inner, inner):
            if (values := _values(choice)) is not None:
                yield from (f"{where}: value {each!r}" for each in values if not self._takes(outer, each))
                continue
            for kind in _types(choice):
                yield from self._of_type(where, kind, choice, [each for each in allowed if kind in _types(each)])

    def _of_type(self, where: str, kind: str, inner: Schema, outer: list[Schema]) -> Iterator[str]:
        """The gaps of the choice that has the fewest."""
        found = [list(self._beside(where, kind, inner, each)) for each in outer]
        yield from min(found, key=len, default=[f"{where}: type {kind}"])

    def _beside(self, where: str, kind: str, inner: Schema, outer: Schema) -> Iterator[str]:
        if _values(outer) is not None:
            yield f"{where}: any {kind}"
            return
        if kind == "string" and "pattern" in outer and inner.get("pattern") != outer["pattern"]:
            yield f"{where}: pattern"
        yield from (f"{where}: {name}" for name in _bounds(inner, outer))
        if kind == "object":
            yield from self._fields(where, inner, outer)
        if kind == "array" and "items" in outer:
            yield from self._gaps(f"{where}[]", inner.get("items", {}), outer["items"])

    def _fields(self, where: str, inner: Schema, outer: Schema) -> Iterator[str]:
        for name in sorted(set(outer.get("required", ())) - set(inner.get("required", ()))):
            yield f"{where}.{name}: not always there"
        for name, field in outer.get("properties", {}).items():
            if name in inner.get("properties", {}):
                yield from self._gaps(f"{where}.{name}", inner["properties"][name], field)

    def _takes(self, outer: Schema, value: Any) -> bool:
        whole = {**outer, "$defs": self._outer.get("$defs", {})}
        return bool(Draft202012Validator(whole).is_valid(value))


def _choices(root: Schema, schema: Schema) -> list[Schema]:
    """The alternatives, each without references."""
    if unknown := schema.keys() - _KNOWN:
        raise ValueError(f"What {', '.join(sorted(unknown))} means for a comparison is not written down here")
    if "$ref" in schema:
        return _choices(root, root["$defs"][schema["$ref"].rsplit("/", 1)[-1]])
    nested = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    return [found for each in nested for found in _choices(root, each)] if nested else [schema]


def _types(schema: Schema) -> tuple[str, ...]:
    if (values := _values(schema)) is not None:
        return tuple(each for each in _TYPES if any(Draft202012Validator({"type": each}).is_valid(it) for it in values))
    named = schema.get("type", _TYPES)
    names = (named,) if isinstance(named, str) else tuple(named)
    return (*names, "integer") if "number" in names and "integer" not in names else names


def _values(schema: Schema) -> list[Any] | None:
    if "const" in schema:
        return [schema["const"]]
    return list(schema["enum"]) if "enum" in schema else None


def _bounds(inner: Schema, outer: Schema) -> Iterator[str]:
    for name in _LOWER:
        if name in outer and inner.get(name, float("-inf")) < outer[name]:
            yield name
    for name in _UPPER:
        if name in outer and inner.get(name, float("inf")) > outer[name]:
            yield name
