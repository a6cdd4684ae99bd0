"""What a connection asks to be allowed: to attach files too, where a company of it may have some."""

from collections.abc import Iterable

from config.xero import ConnectionSettings, XeroSettings
from mappers.model import Company
from xero_client.vocabulary import ATTACHMENTS_SCOPE


def scopes_for(
    xero: XeroSettings, name: str, connection: ConnectionSettings, companies: Iterable[Company]
) -> tuple[str, ...]:
    """The scopes of the settings, and that of attachments where the profile allows files and they lack it."""
    asked = xero.scopes_of(connection)
    attaches = any(each.connection == name and each.attachments_from for each in companies)
    return (*asked, ATTACHMENTS_SCOPE) if attaches and ATTACHMENTS_SCOPE not in asked else asked
