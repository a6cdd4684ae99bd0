"""From where a company's files may come: places that its profile names. What is not named is not read. Pure."""

from collections.abc import Iterable

from mappers.inbound.attachments.references import (
    FilePlace,
    Reference,
    UnusableReferenceError,
    WebPlace,
    reference_in,
)


def source_in(text: str) -> Reference:
    """A place as the profile names it: https://host, https://host/folder/ or file:///folder. Raises ValueError."""
    try:
        found = reference_in(text)
    except UnusableReferenceError as error:
        raise ValueError(f"{text!r} {error}") from None
    if isinstance(found, WebPlace) and "?" in text:
        raise ValueError(f"{text!r} has a query (?), and a place has none")
    if isinstance(found, FilePlace) and found.path.strip("/") == "":
        raise ValueError(f"{text!r} is the whole machine; name the folder")
    return found


def is_allowed(place: Reference, sources: Iterable[str]) -> bool:
    """Whether one of the company's places holds it: the same host and port, and a path below; or below a folder."""
    return any(_holds(source_in(each), place) for each in sources)


def _holds(source: Reference, place: Reference) -> bool:
    if isinstance(source, FilePlace) and isinstance(place, FilePlace):
        return _is_below(source.path, place.path)
    if isinstance(source, WebPlace) and isinstance(place, WebPlace):
        return (source.host, source.port) == (place.host, place.port) and _is_below(source.path, place.path)
    return False


def _is_below(folder: str, path: str) -> bool:
    """A folder ends at a slash: /docs does not hold /docs-of-others/a.pdf."""
    return path.startswith(folder.rstrip("/") + "/") and not path.endswith("/")
