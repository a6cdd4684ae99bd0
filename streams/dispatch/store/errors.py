"""What can go wrong with the ledger's store. None of it loses data: the topic has everything."""


class StoreError(Exception):
    """The store cannot be used. `code` is stable; the message says what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class StoreDamagedError(StoreError):
    """What is on the disk cannot be read. Its files are gone by now: opening again gives an empty store."""

    def __init__(self, message: str) -> None:
        super().__init__("ledger_store_damaged", message)


class StoreBusyError(StoreError):
    """The disk is behind, and nothing was written: keep the changes and hand them over again with the next ones."""

    def __init__(self, message: str) -> None:
        super().__init__("ledger_store_busy", message)
