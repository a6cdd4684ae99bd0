"""What a change of the API's document takes from those who have built on it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

Document = Mapping[str, Any]
Schema = Mapping[str, Any]

# A request that keeps to the old bound may be outside of the new one.
_UPPER: Final = ("maxLength", "maxItems", "maximum")
_LOWER: Final = ("minLength", "minItems", "minimum")
_METHODS: Final = frozenset({"get", "put", "post", "delete", "patch"})


def breaks(old: Document, new: Document) -> list[str]:
    """Every place where `new` has less than `old`, or asks for more; empty where it only grew."""
    return list(dict.fromkeys(_Comparison(old, new).paths()))


class _Comparison:
    def __init__(self, old: Document, new: Document) -> None:
        self._old = old
        self._new = new
        self._seen: set[tuple[str, str, bool]] = set()

    def paths(self) -> Iterator[str]:
        for path, operations in self._old["paths"].items():
            for method in _METHODS & operations.keys():
                where = f"{method.upper()} {path}"
                changed = self._new["paths"].get(path, {}).get(method)
                if changed is None:
                    yield f"{where}: removed"
                else:
                    yield from self._operation(where, operations[method], changed)

    def _operation(self, where: str, old: Schema, new: Schema) -> Iterator[str]:
        yield from self._parameters(where, old.get("parameters", ()), new.get("parameters", ()))
        yield from self._request_body(f"{where} body", old.get("requestBody", {}), new.get("requestBody", {}))
        for status, answer in old["responses"].items():
            if status not in new["responses"]:
                yield f"{where} {status}: removed"
            else:
                yield from self._content(f"{where} {status}", answer, new["responses"][status], is_request=False)

    def _parameters(self, where: str, old: Sequence[Schema], new: Sequence[Schema]) -> Iterator[str]:
        before = {(each["in"], each["name"]): each for each in old}
        after = {(each["in"], each["name"]): each for each in new}
        for key, parameter in after.items():
            if parameter.get("required") and not before.get(key, {}).get("required"):
                yield f"{where} parameter {key[1]}: required now"
        for key, parameter in before.items():
            if key not in after:
                yield f"{where} parameter {key[1]}: removed"
            else:
                place = f"{where} parameter {key[1]}"
                yield from self._schema(place, parameter["schema"], after[key]["schema"], is_request=True)

    def _request_body(self, where: str, old: Schema, new: Schema) -> Iterator[str]:
        if new.get("required") and not old.get("required"):
            yield f"{where}: required now"
        yield from self._content(where, old, new, is_request=True)

    def _content(self, where: str, old: Schema, new: Schema, *, is_request: bool) -> Iterator[str]:
        for media, described in old.get("content", {}).items():
            if media not in new.get("content", {}):
                yield f"{where} {media}: removed"
            else:
                after = new["content"][media].get("schema", {})
                yield from self._schema(where, described.get("schema", {}), after, is_request=is_request)

    def _schema(self, where: str, old: Schema, new: Schema, *, is_request: bool) -> Iterator[str]:
        pair = (str(old.get("$ref")), str(new.get("$ref")), is_request)
        if "$ref" in old and pair in self._seen:
            return
        self._seen.add(pair)
        old, new = _resolved(self._old, old), _resolved(self._new, new)
        before, after = _types(self._old, old), _types(self._new, new)
        if before - after if is_request else before != after:
            yield f"{where}: type {' or '.join(sorted(before))} is {' or '.join(sorted(after))} now"
            return
        for value in _values(old) if _values(new) else ():
            if value not in _values(new):
                yield f"{where}: value {value!r} removed"
        if is_request:
            yield from _bounds(where, old, new)
        yield from self._fields(where, old, new, is_request=is_request)
        if "items" in old:
            yield from self._schema(f"{where}[]", old["items"], new.get("items", {}), is_request=is_request)
        for one, other in zip(_choices(old), _choices(new), strict=False):
            yield from self._schema(where, one, other, is_request=is_request)

    def _fields(self, where: str, old: Schema, new: Schema, *, is_request: bool) -> Iterator[str]:
        needed, was_needed = set(new.get("required", ())), set(old.get("required", ()))
        for name in sorted(needed - was_needed) if is_request else sorted(was_needed - needed):
            yield f"{where}.{name}: " + ("required now" if is_request else "not always there now")
        for name, field in old.get("properties", {}).items():
            if name not in new.get("properties", {}):
                yield f"{where}.{name}: removed"
            else:
                yield from self._schema(f"{where}.{name}", field, new["properties"][name], is_request=is_request)


def _bounds(where: str, old: Schema, new: Schema) -> Iterator[str]:
    for name in _UPPER:
        if new.get(name, float("inf")) < old.get(name, float("inf")):
            yield f"{where}: {name} is {new[name]} now"
    for name in _LOWER:
        if new.get(name, float("-inf")) > old.get(name, float("-inf")):
            yield f"{where}: {name} is {new[name]} now"


def _resolved(document: Document, schema: Schema) -> Schema:
    if "$ref" not in schema:
        return schema
    found: Schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    return found


def _choices(schema: Schema) -> Sequence[Schema]:
    return tuple(schema.get("anyOf", schema.get("oneOf", ())))


def _types(document: Document, schema: Schema) -> set[str]:
    if choices := _choices(schema):
        return set().union(*(_types(document, _resolved(document, each)) for each in choices))
    return {schema["type"]} if "type" in schema else set()


def _values(schema: Schema) -> list[Any]:
    return [schema["const"]] if "const" in schema else list(schema.get("enum", ()))
