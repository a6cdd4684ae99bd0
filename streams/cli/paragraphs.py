"""The help of a command from its docstring, whose lines are as long as the code's."""

import inspect


def in_paragraphs(text: str | None) -> str:
    """Paragraphs without line ends of their own, for the terminal to break where it ends."""
    return "\n\n".join(" ".join(part.split()) for part in inspect.cleandoc(text or "").split("\n\n"))
