"""What commands read before they begin: the settings, and the companies of the profile."""

from collections.abc import Callable, Mapping
from pathlib import Path
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
    faults += _access_faults(settings.http.access_file)
    if facts is None or companies is None or faults:
        raise ConfigurationError(faults)
    return settings, tuple(each.with_facts(facts) for each in companies)


def _access_faults(path: Path | None) -> list[Fault]:
    """What is wrong with the access file, while somebody looks: later it only lets nobody in."""
    if path is None:
        return []
    # Imported here: the API is heavy, and most have no such file.
    from streams.web import AccessFile, AccessFileError  # noqa: PLC0415

    try:
        AccessFile(path)
    except AccessFileError as error:
        return [Fault("access_unreadable", "SHIPLEDGER_HTTP__ACCESS_FILE", f"the access file {path}: {error}")]
    return []


def _read(read: Callable[[], Value], faults: list[Fault]) -> Value | None:
    """What is read; None, with its faults among the others, where it cannot be."""
    try:
        return read()
    except ConfigurationError as failure:
        faults += failure.faults
        return None
