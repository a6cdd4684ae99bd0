"""What observers are told: every error has its own result, and every list of master data its own call."""

import re
from collections.abc import Iterator
from inspect import getmembers, isclass

import pytest

from xero_client import errors
from xero_client.collaborators import Resource
from xero_client.vocabulary import CallOperation, CallResult


def kinds_of_error() -> Iterator[type[errors.XeroError]]:
    for _, kind in getmembers(errors, isclass):
        if issubclass(kind, errors.XeroError) and kind is not errors.XeroError:
            yield kind


@pytest.mark.parametrize("kind", list(kinds_of_error()))
def test_the_result_of_an_error_is_its_name_in_snake_case(kind: type[errors.XeroError]) -> None:
    name = kind.__name__.removesuffix("Error")
    assert kind.result == re.sub(r"(?<=[a-z])([A-Z])", r"_\1", name).lower()


def test_every_result_is_that_of_one_error_or_of_a_call_without_one() -> None:
    without = {CallResult.OK, CallResult.ABANDONED, CallResult.CANCELLED, CallResult.ERROR}
    assert {kind.result for kind in kinds_of_error()} == set(CallResult) - without


def test_every_list_is_read_by_a_call_of_its_own() -> None:
    assert {each.operation for each in Resource} == {
        each for each in CallOperation if each.startswith("get_") and each is not CallOperation.GET_CONNECTIONS
    }
    assert [each.listed_as for each in Resource if each.listed_as != each.value] == ["Organisations"]
