"""How people are told when something new waits for them: what is set, put together with the parts of the worker."""

from streams.app.telling.notes_part import NotesPart

__all__ = ["NotesPart"]
