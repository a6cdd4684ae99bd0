"""What commands read before they begin: the settings, and the companies of the profile."""

from collections.abc import Mapping

from config.profile import load_profile
from config.settings import Settings
from mappers.model import Company


def load(environ: Mapping[str, str]) -> tuple[Settings, tuple[Company, ...]]:
    """Raises ConfigurationError with the faults of the settings, or of the profile once the settings are right."""
    settings = Settings.load(environ)
    return settings, load_profile(settings.profile, settings.xero.credentials().keys())
