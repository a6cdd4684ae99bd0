"""Which version may follow, and what the changelog becomes."""

import datetime as dt
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.release import changelog
from deploy.release.failure import ReleaseFailedError
from deploy.release.tree import PLACES
from deploy.release.version import Version, check, least_after

ROOT = Path(__file__).parents[4]
DAY = dt.date(2026, 11, 26)
VERSIONS = st.tuples(*[st.integers(0, 99)] * 3).map(lambda three: Version(*three))
SECTIONS = st.sets(st.sampled_from(["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]), min_size=1)
TEXT = """# Changelog

## [Unreleased]

### Added

- One thing.

### Fixed

## [0.2.0] - 2026-01-01

### Removed

- Another.
"""


@pytest.mark.parametrize("text", ["1.2", "v1.2.3", "1.2.3-rc1", "01.2.3", "", "1.2.3\n"])
def test_what_is_no_version_is_refused(text: str) -> None:
    with pytest.raises(ReleaseFailedError, match="is no version"):
        Version.of(text)


@given(VERSIONS)
def test_a_version_is_read_as_it_is_written(version: Version) -> None:
    assert Version.of(str(version)) == version


@pytest.mark.parametrize(
    ("released", "sections", "least"),
    [
        ("0.1.0", {"Fixed"}, "0.1.1"),
        ("0.1.3", {"Fixed", "Security"}, "0.1.4"),
        ("0.1.3", {"Fixed", "Added"}, "0.2.0"),
        ("0.1.3", {"Removed"}, "0.2.0"),
        ("1.4.2", {"Removed", "Fixed"}, "2.0.0"),
        ("1.4.2", {"Changed"}, "1.5.0"),
    ],
)
def test_what_has_changed_asks_for_a_version(released: str, sections: set[str], least: str) -> None:
    assert str(least_after(Version.of(released), sections)) == least


@given(VERSIONS, SECTIONS)
def test_a_version_always_moves_on(released: Version, sections: set[str]) -> None:
    least = least_after(released, sections)
    assert least > released
    check(least, released, released, sections)
    with pytest.raises(ReleaseFailedError):
        check(released, released, released, sections)


def test_the_first_release_may_be_what_the_code_says_and_no_less() -> None:
    check(Version(0, 1, 0), Version(0, 1, 0), None, {"Added"})
    with pytest.raises(ReleaseFailedError, match=r"older than 0\.1\.0"):
        check(Version(0, 0, 9), Version(0, 1, 0), None, {"Added"})


def test_unreleased_becomes_the_version() -> None:
    assert changelog.sections(TEXT) == {"Added"}
    assert changelog.released_last(TEXT) == Version(0, 2, 0)
    text = changelog.released(TEXT, Version(0, 3, 0), DAY)
    assert "## [Unreleased]\n\n## [0.3.0] - 2026-11-26\n\n### Added\n\n- One thing." in text
    assert text.replace("\n\n## [0.3.0] - 2026-11-26", "") == TEXT
    assert changelog.released_last(text) == Version(0, 3, 0)
    with pytest.raises(ReleaseFailedError, match="says nothing under Unreleased"):
        changelog.sections(text)
    with pytest.raises(ReleaseFailedError, match="already"):
        changelog.released(text, Version(0, 3, 0), DAY)


def test_this_changelog_can_be_released() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## [9.9.9] - {DAY}" in changelog.released(text, Version(9, 9, 9), DAY)


def test_the_version_is_the_same_everywhere() -> None:
    """A release would refuse it else; so would nobody know which image a manifest means."""
    found = {
        place: re.findall(pattern, (ROOT / place).read_text(encoding="utf-8"), re.MULTILINE)
        for place, pattern in PLACES.items()
    }
    assert len({tuple(each) for each in found.values()}) == 1, found
    assert all(len(each) == 1 for each in found.values())
