"""What holds for every value of the room: nobody changes one, and what is published says which schema it has."""

import dataclasses
import importlib
import inspect
import pkgutil
from typing import Any, get_args

import pytest
from pydantic import BaseModel

import mappers


def classes() -> list[type[Any]]:
    """Every class that a module of the room defines."""
    names = [each.name for each in pkgutil.walk_packages(mappers.__path__, "mappers.") if "__main__" not in each.name]
    found = {each for name in names for each in vars(importlib.import_module(name)).values() if inspect.isclass(each)}
    own = (each for each in found if each.__module__.split(".")[0] == "mappers")
    return sorted(own, key=lambda each: (each.__module__, each.__qualname__))


CLASSES = classes()
MODELS = [each for each in CLASSES if issubclass(each, BaseModel)]
DATACLASSES = [each for each in CLASSES if dataclasses.is_dataclass(each)]


@pytest.mark.parametrize("model", MODELS)
def test_no_model_can_be_changed_once_it_is_made(model: type[BaseModel]) -> None:
    assert model.model_config.get("frozen") is True


@pytest.mark.parametrize("value", DATACLASSES)
def test_no_dataclass_can_be_changed_once_it_is_made(value: Any) -> None:
    assert value.__dataclass_params__.frozen


VERSIONED = [each for each in MODELS if "schema_version" in each.model_fields]


@pytest.mark.parametrize("model", VERSIONED)
def test_every_record_says_the_version_that_its_readers_ask_for(model: type[BaseModel]) -> None:
    """A default is not validated: a record could say a version that its own reader refuses."""
    field = model.model_fields["schema_version"]
    assert get_args(field.annotation) == (field.default,) == (1,)
