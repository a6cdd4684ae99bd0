"""How people are told when something new waits for them."""

from config.notes.settings import NotesSettings

__all__ = ["NotesSettings"]
