"""What is done with a file, by what Xero shows on the document: the same name and content is never put twice.

Nothing says for certain what Xero does with a second file of one name: an SDK's issue has two of them side by side
(XeroAPI/Xero-NetStandard issue 52), vendors write that the first is overwritten. So what is there is looked at first,
a name that is taken is not created again, and only what we have put there ourselves is replaced.
"""

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from mappers.model import MOST_ATTACHMENTS, ListedFile, PutFile

_HASH_SHOWN = 8


class Putting(StrEnum):
    """What to do."""

    PRESENT = "present"
    """It is there."""
    CREATE = "create"
    REPLACE = "replace"
    """What lies there under the name is what we put there before."""
    NAME_TAKEN = "name_taken"
    NO_ROOM = "no_room"


class Decision(NamedTuple):
    """What to do, and the name that the file has, or gets, in Xero."""

    putting: Putting
    file_name: str


def alternative_name(file_name: str, sha256: str) -> str:
    """Another name for a file whose own is taken; the same whenever it is asked for."""
    stem, dot, ending = file_name.rpartition(".")
    return f"{stem}-{sha256[:_HASH_SHOWN]}{dot}{ending}"


def is_in_question(listed: ListedFile, file_name: str, sha256: str, size: int, ours: Collection[PutFile]) -> bool:
    """Whether the decision needs the hash of a listed file: it has one of the names, and a size that is known."""
    if not _is_called(listed, file_name) and not _is_called(listed, alternative_name(file_name, sha256)):
        return False
    sizes = {size, *(each.size for each in ours)}
    return listed.size is None or listed.size in sizes


def decide(
    file_name: str,
    sha256: str,
    listed: Sequence[ListedFile],
    hashes: Mapping[str, str],
    ours: Collection[PutFile],
) -> Decision:
    """What to do with the content under its name.

    `hashes` are those of the listed files that were in question, by their ids; `ours` is what we have put on this very
    document.
    """
    other_name = alternative_name(file_name, sha256)
    for name in (file_name, other_name):
        for each in listed:
            if _is_called(each, name) and hashes.get(each.attachment_id) == sha256:
                return Decision(Putting.PRESENT, each.file_name)
    namesakes = [each for each in listed if _is_called(each, file_name)]
    if len(namesakes) == 1 and _is_ours(namesakes[0], hashes, ours):
        return Decision(Putting.REPLACE, namesakes[0].file_name)
    if len(listed) >= MOST_ATTACHMENTS:
        return Decision(Putting.NO_ROOM, file_name)
    if not namesakes:
        return Decision(Putting.CREATE, file_name)
    if any(_is_called(each, other_name) for each in listed):
        return Decision(Putting.NAME_TAKEN, file_name)
    return Decision(Putting.CREATE, other_name)


def _is_called(listed: ListedFile, file_name: str) -> bool:
    """Whether Xero minds the case of names is not known; two that differ in nothing else would be taken for one."""
    return listed.file_name.casefold() == file_name.casefold()


def _is_ours(listed: ListedFile, hashes: Mapping[str, str], ours: Collection[PutFile]) -> bool:
    known = hashes.get(listed.attachment_id)
    return any(each.sha256 == known and _is_called(listed, each.file_name) for each in ours)
