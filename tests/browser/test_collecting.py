"""A test that opens the shared browser beside a broker is refused when it is collected."""

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

BY_FIXTURE = "def test_both(kafka, chromium): ..."
BY_MARK = "import pytest\n\n@pytest.mark.kafka\ndef test_both(chromium): ..."
APART = "def test_browser(chromium): ...\n\ndef test_broker(kafka): ..."


@pytest.fixture
def tests(pytester: pytest.Pytester) -> pytest.Pytester:
    """A folder of tests with these fixtures, which are only collected."""
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function\nmarkers =\n    browser\n    kafka\n")
    hooks = Path(__file__).with_name("conftest.py").read_text(encoding="utf-8")
    pytester.makeconftest(f"{hooks}\n\n@pytest.fixture\ndef kafka() -> None: ...\n")
    return pytester


@pytest.mark.parametrize("module", [BY_FIXTURE, BY_MARK], ids=["by its fixture", "by its mark"])
def test_it_is_an_error_that_says_why(tests: pytest.Pytester, module: str) -> None:
    tests.makepyfile(test_it=module)
    result = tests.runpytest_inprocess("--collect-only", "-p", "no:cacheprovider")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["test_both: the fixture `chromium` and a broker do not go together, *"])


def test_apart_they_are_collected_and_the_browser_comes_last(tests: pytest.Pytester) -> None:
    tests.makepyfile(test_it=APART)
    result = tests.runpytest_inprocess("--collect-only", "-q", "-p", "no:cacheprovider")
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(["*::test_broker", "*::test_browser"])
