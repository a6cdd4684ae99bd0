"""Runs tests of a copied tree in a child of this process, which has loaded what takes long: a second instead of ten.

Only for a process without threads. Nothing of the project itself is loaded before the fork but this room, and the child
forgets that.
"""

import contextlib
import importlib
import json
import os
import sys
from collections.abc import Sequence
from typing import Final

import pytest

from tests.in_child import answer_of_child
from tests.mutants.trial import COPIED, BrokenTrialError, Tree

LOADED: Final = (
    "_hypothesis_pytestplugin",
    "aiokafka",
    "cryptography.x509",
    "hypothesis.strategies",
    "orjson",
    "prometheus_client",
    "pydantic",
    "pytest_asyncio.plugin",
    "pytest_timeout",
    "structlog",
    "testcontainers.kafka",
    "xdist.plugin",
    "xero_python.accounting",
)


def load() -> None:
    """What the tests need of others; what is not there is left out."""
    for name in LOADED:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


class FirstFailure:
    """Remembers it; a plugin of pytest's."""

    def __init__(self) -> None:
        self.test: str | None = None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """As pytest says."""
        if report.failed and self.test is None:
            self.test = report.nodeid


class ForkedTree(Tree):
    """A copy of the tree whose tests are run in children."""

    def first_failure(self, tests: Sequence[str]) -> str | None:
        """As the parent's."""
        answer, _ = answer_of_child(lambda: self._in_child(tests))
        code, failed = json.loads(answer or "[null, null]")
        if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED):
            raise BrokenTrialError(f"{' '.join(tests)} ended with {code}")
        return failed if code else None

    def _in_child(self, tests: Sequence[str]) -> bytes:
        """How pytest ended, and the first test that failed."""
        first = FirstFailure()
        _forget_the_project()
        os.chdir(self._root)
        sys.path.insert(0, str(self._root))
        os.environ["PYTHONPATH"] = str(self._root)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        # Plugins are loaded already, which pytest warns of.
        loaded = ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
        code = int(pytest.main([*self._arguments(tests), *loaded], plugins=[first]))
        # An end while the tests are collected is the changed code's, too.
        return json.dumps([code, first.test or ("as it is loaded" if code else None)]).encode()


def _forget_the_project() -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] in COPIED]:
        del sys.modules[name]
