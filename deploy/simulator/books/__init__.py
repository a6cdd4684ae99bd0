"""What an organisation holds: contacts, items, accounts, documents."""

from deploy.simulator.books.accounts import Account
from deploy.simulator.books.contacts import ACTIVE, Contact, ContactBook
from deploy.simulator.books.documents import PERSON, Attachment, Document, Kind, Line, Note
from deploy.simulator.books.items import Item
from deploy.simulator.books.organisation import Organisation
from deploy.simulator.books.payments import Payment

__all__ = [
    "ACTIVE",
    "PERSON",
    "Account",
    "Attachment",
    "Contact",
    "ContactBook",
    "Document",
    "Item",
    "Kind",
    "Line",
    "Note",
    "Organisation",
    "Payment",
]
