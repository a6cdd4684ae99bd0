"""What a shipment's log says besides its outcomes: what people did in Xero, and how its files stand."""

from streams.web.calls.logged.attachments import LoggedAttachment, attachments_of
from streams.web.calls.logged.changes import LoggedChange, changes_of

__all__ = ["LoggedAttachment", "LoggedChange", "attachments_of", "changes_of"]
