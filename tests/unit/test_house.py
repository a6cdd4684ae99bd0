"""The house rules that no linter knows: rooms are entered by their door, folders and files stay small."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("benchmarks", "config", "deploy", "mappers", "streams", "xero_client")
MOST_MODULES = 13
MOST_LINES = 300

SOURCES = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
FOLDERS = sorted({path.parent for path in SOURCES})
# A room's `__init__` names what others may import; a package without a list leaves its modules open to all.
ROOMS = {folder for folder in FOLDERS if "__all__" in (folder / "__init__.py").read_text(encoding="utf-8")}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (each.name for each in node.names)


def room_behind(module: str) -> Path | None:
    """The room whose module is imported past its door, if any."""
    path = ROOT / module.replace(".", "/")
    return path.parent if path.with_suffix(".py").exists() and path.parent in ROOMS else None


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_a_room_is_entered_by_its_door(path: Path) -> None:
    """Others import from `mappers.model`, not from `mappers.model.money`."""
    past_the_door = [
        module
        for module in imported(path)
        if (room := room_behind(module)) is not None and room not in (path.parent, *path.parents)
    ]
    assert past_the_door == []


@pytest.mark.parametrize("folder", FOLDERS, ids=name_of)
def test_a_folder_holds_few_modules_and_says_what_it_is_for(folder: Path) -> None:
    modules = [path.name for path in folder.glob("*.py") if path.name != "__init__.py"]
    assert len(modules) <= MOST_MODULES
    assert ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", [*SOURCES, *sorted((ROOT / "tests").rglob("*.py"))], ids=name_of)
def test_a_file_is_read_in_one_go(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


def test_there_are_rooms_to_judge() -> None:
    assert len(ROOMS) >= len(PACKAGES)
