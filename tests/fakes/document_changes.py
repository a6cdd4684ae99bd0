"""The port DocumentChanges in memory: pages of what changed, in the order of the changes."""

from collections.abc import Callable, Sequence
from datetime import datetime

from mappers.model.company import DocumentType
from mappers.model.document import ExistingDocument
from xero_client.errors import NotFoundError
from xero_client.port import SHOWN_AT_ONCE, ChangedPage

Asked = tuple[str, DocumentType, datetime, int | None]


class FakeChanges:
    """Over the documents that `documents` shows of an organisation. `asked` records every call in order.

    Each of `errors` is raised by one call. `after` is called once the page is read, before it is answered: what it
    changes the page does not show.
    """

    def __init__(
        self,
        documents: Callable[[str], Sequence[ExistingDocument]],
        clock: Callable[[], datetime],
        page_size: int = 100,
    ) -> None:
        self._documents = documents
        self._clock = clock
        self.page_size = page_size
        self.in_order = True
        self.asked: list[Asked] = []
        self.errors: list[Exception] = []
        self.after: Callable[[], None] = lambda: None
        self.asked_by_id: list[tuple[str, DocumentType, tuple[str, ...]]] = []

    async def changed(
        self,
        organisation: str,
        kind: DocumentType,
        since: datetime,
        page: int | None,
        *,
        wanted: Callable[[str], bool],
    ) -> ChangedPage:
        """As the port says; If-Modified-Since looks at whole seconds, and shows what changed in a later one."""
        self.asked.append((organisation, kind, since, page))
        if self.errors:
            raise self.errors.pop(0)
        asked_at, start = self._clock(), since.replace(microsecond=0)
        times = [(each.updated_at, each) for each in self._documents(organisation) if each.type is kind]
        later = ((at, each) for at, each in times if at is not None and at.replace(microsecond=0) > start)
        changed = sorted(later, key=lambda pair: pair[0])
        if page is not None or not self.in_order:
            changed.reverse()
        number = page or 1
        shown = changed[(number - 1) * self.page_size : number * self.page_size]
        self.after()
        return ChangedPage(
            documents=tuple(each for _, each in shown if wanted(each.xero_id)),
            newest=max((at for at, _ in shown), default=None),
            in_order=self.in_order and page is None,
            is_last=number * self.page_size >= len(changed),
            asked_at=asked_at,
        )

    async def shown(
        self, organisation: str, kind: DocumentType, xero_ids: Sequence[str]
    ) -> tuple[ExistingDocument, ...]:
        """As the port says. An unknown id is left out of a list, and alone not found."""
        self.asked_by_id.append((organisation, kind, tuple(xero_ids)))
        if self.errors:
            raise self.errors.pop(0)
        if len(xero_ids) > SHOWN_AT_ONCE[kind]:
            raise AssertionError(f"one call cannot ask for {len(xero_ids)}")
        documents = self._documents(organisation)
        found = tuple(each for each in documents if each.type is kind and each.xero_id in xero_ids)
        self.after()
        if not found and kind is DocumentType.QUOTE:
            raise NotFoundError(f"there is no {kind} {xero_ids[0]}")
        return found
