"""What commands read before they begin: the settings, and the companies of the profile."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from config.facts import load_facts
from config.faults import ConfigurationError, Fault
from config.profile import load_profile
from config.settings import Settings
from mappers.model import Company

Value = TypeVar("Value")


def load(environ: Mapping[str, str]) -> tuple[Settings, tuple[Company, ...]]:
    """The settings, and the companies with what is known of their Xero.

    Raises ConfigurationError with the faults of the settings, or of the files once the settings are right.
    """
    settings, faults = Settings.load(environ), list[Fault]()
    facts = _read(lambda: load_facts(settings.xero.facts), faults)
    companies = _read(lambda: load_profile(settings.profile, settings.xero.credentials().keys()), faults)
    if facts is None or companies is None:
        raise ConfigurationError(faults)
    return settings, tuple(each.with_facts(facts) for each in companies)


def _read(read: Callable[[], Value], faults: list[Fault]) -> Value | None:
    """What is read; None, with its faults among the others, where it cannot be."""
    try:
        return read()
    except ConfigurationError as failure:
        faults += failure.faults
        return None
