"""Resources that are not Kubernetes' own, held against the schemas their operators come with."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # It publishes no types.


def strict(schema: Any) -> Any:
    """The same schema, in which a field that it does not name is a fault: an API server would drop it unseen."""
    if isinstance(schema, list):
        return [strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: strict(value) for key, value in schema.items()}
    if isinstance(schema.get("properties"), dict) and not schema.get("x-kubernetes-preserve-unknown-fields"):
        made.setdefault("additionalProperties", False)
    return made


def validators(folder: Path) -> dict[tuple[str, str], Draft202012Validator]:
    """A judge for each version and kind that the folder has a definition of."""
    return dict(each for path in folder.glob("*.yaml") for each in _of(yaml.safe_load(path.read_text("utf-8"))))


def _of(definition: dict[str, Any]) -> Iterator[tuple[tuple[str, str], Draft202012Validator]]:
    spec = definition["spec"]
    for version in spec["versions"]:
        schema = strict(version["schema"]["openAPIV3Schema"])
        # Its fields are every resource's, and are not described here.
        schema["properties"]["metadata"] = {"type": "object"}
        yield (f"{spec['group']}/{version['name']}", spec["names"]["kind"]), Draft202012Validator(schema)
