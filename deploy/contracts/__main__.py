"""Write the schemas: `python -m deploy.contracts docs/schemas`.

Its examples lie in the folder's `examples`, one file each, named after their schema and, after a dot, what they show.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deploy.contracts.asyncapi import SCHEMAS, document
from mappers.outbound import attention_note_schema

POSTED = {"attention-note": attention_note_schema}
"""What is in no topic, but posted to an address that an operator sets."""


def rendered(folder: Path) -> Mapping[str, str]:
    """The text of each file, by its name."""
    made = {f"{name}.schema.json": _text(schema()) for name, schema in {**SCHEMAS, **POSTED}.items()}
    return made | {"asyncapi.json": _text(document(examples(folder)))}


def examples(folder: Path) -> dict[str, dict[str, Any]]:
    """The examples of each schema, by what they show."""
    found: dict[str, dict[str, Any]] = {name: {} for name in (*SCHEMAS, *POSTED)}
    for file in sorted((folder / "examples").glob("*.json")):
        name, shows = file.stem.split(".", 1)
        found[name][shows] = json.loads(file.read_text(encoding="utf-8"))
    return found


def _text(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=True) + "\n"


if __name__ == "__main__":
    for file, text in rendered(Path(sys.argv[1])).items():
        (Path(sys.argv[1]) / file).write_text(text, encoding="utf-8")
