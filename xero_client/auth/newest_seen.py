"""How new the newest consent was that was seen on this data folder: a file put back from a backup is older."""

from pathlib import Path

from xero_client.auth.private_files import read_private, write_private

_MOST_DIGITS = 20
"""More than a generation ever has; Python refuses to read some thousands (CVE-2020-10735)."""


class NewestSeen:
    """The highest generation, in memory and in a file that does not lie beside the tokens.

    A backup that brings back both folders brings back an old number too; what remains then is Xero, which refuses a
    refresh token that was exchanged half an hour ago or earlier.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._newest = 0

    def generation(self) -> int:
        """The highest one noted; 0 where there is none. Raises ExposedFileError and OSError."""
        self._newest = max(self._newest, self._kept())
        return self._newest

    def note(self, generation: int) -> None:
        """Keep it where it is higher. Raises ExposedFileError and OSError."""
        if generation > self.generation():
            write_private(self._path, f"{generation}\n".encode())
            self._newest = generation

    def _kept(self) -> int:
        try:
            text = read_private(self._path).strip()
        except FileNotFoundError:
            return 0
        return int(text) if text.isdigit() and len(text) <= _MOST_DIGITS else 0
