"""What an organisation holds: contacts, items, accounts, documents."""

from deploy.simulator.books.contacts import ACTIVE, Contact
from deploy.simulator.books.documents import PERSON, Attachment, Document, Kind, Line, Note
from deploy.simulator.books.items import Item
from deploy.simulator.books.organisation import Organisation

__all__ = [
    "ACTIVE",
    "PERSON",
    "Attachment",
    "Contact",
    "Document",
    "Item",
    "Kind",
    "Line",
    "Note",
    "Organisation",
]
