"""Lays the files, and writes a profile that names their folder."""

import json
from pathlib import Path
from typing import Final

from deploy.demo.files.pdf import pdf_of

SAMPLE_PLACE: Final = "file:///demo/files"
"""What stands in the samples for the folder, which each demo has for itself."""

_COMPANY: Final = 'id = "southern-beef"\n'
_FILES: Final = {
    "INV-2026-0124.pdf": pdf_of(
        "Invoice INV-2026-0124", "", "Shipment SHP-000124", "Chilled beef, 12.5 KG: USD 1265.63"
    ),
}


def files_in(folder: Path) -> Path:
    """Where the files of the demo in `folder` are."""
    return folder / "files"


def laid(profile: str, folder: Path) -> Path:
    """Write the files, and the profile with their folder as a place of the company that has them; the profile's path.

    Raises ValueError where the profile has no such company.
    """
    files = files_in(folder)
    files.mkdir()
    for name, content in _FILES.items():
        (files / name).write_bytes(content)
    if profile.count(_COMPANY) != 1:
        raise ValueError(f"the demo's profile has no line {_COMPANY!r}")
    allowing = profile.replace(_COMPANY, f"{_COMPANY}attachments_from = [{json.dumps(files.as_uri())}]\n")
    written = folder / "profile.toml"
    written.write_text(allowing, encoding="utf-8")
    return written
