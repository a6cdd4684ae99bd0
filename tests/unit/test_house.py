"""The house rules that no linter knows: rooms are entered by their door, folders and files stay small."""

import ast
from collections.abc import Iterator
from pathlib import Path

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


def past_the_door(path: Path) -> list[str]:
    """What the module imports from within rooms that it is not in."""
    return [
        module
        for module in imported(path)
        if (room := room_behind(module)) is not None and room not in (path.parent, *path.parents)
    ]


def modules(folder: Path) -> list[Path]:
    return [path for path in folder.glob("*.py") if path.name != "__init__.py"]


def test_a_room_is_entered_by_its_door() -> None:
    """Others import from `mappers.model`, not from `mappers.model.money`."""
    assert {name_of(path): past for path in SOURCES if (past := past_the_door(path))} == {}


def test_a_folder_holds_few_modules() -> None:
    assert [name_of(folder) for folder in FOLDERS if len(modules(folder)) > MOST_MODULES] == []


def test_a_folder_says_what_it_is_for() -> None:
    doors = {folder: ast.parse((folder / "__init__.py").read_text(encoding="utf-8")) for folder in FOLDERS}
    assert [name_of(folder) for folder, door in doors.items() if not ast.get_docstring(door)] == []


def test_a_file_is_read_in_one_go() -> None:
    files = [*SOURCES, *sorted((ROOT / "tests").rglob("*.py"))]
    assert [name_of(path) for path in files if len(path.read_text(encoding="utf-8").splitlines()) > MOST_LINES] == []


def test_there_are_rooms_to_judge() -> None:
    assert len(ROOMS) >= len(PACKAGES)
