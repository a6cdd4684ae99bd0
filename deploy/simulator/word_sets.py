"""Sets of names, written as running text so that they can be read beside the page they come from."""


def words(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())
