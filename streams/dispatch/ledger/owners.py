"""Who owned a partition, one after the other: by this a store on disk knows its topic again.

Each owner writes itself down in the ledger before anything else. A topic that was made anew under the same name, or
that lost records and went on, has other owners, or has them elsewhere.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict

MOST_OWNERS = 50
"""A store that missed more take-overs than these is rebuilt."""


class Owner(BaseModel):
    """One owner's newest mark. Everything before the offset `after` was in the topic when it was written.

    `since` is the same of its first mark, where it has marked again; of older records that is not known.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    after: int
    since: int | None = None

    @property
    def began(self) -> int:
        """Where its first mark is: not before this offset."""
        return self.after if self.since is None else self.since


class Owners(BaseModel):
    """The last owners, the present one at the end."""

    model_config = ConfigDict(frozen=True)

    owners: tuple[Owner, ...] = ()
    schema_version: Literal[1] = 1

    @property
    def after(self) -> int:
        """Where the present owner's mark is: not before this offset."""
        return self.owners[-1].after if self.owners else 0

    def followed_by(self, owner: Owner) -> "Owners":
        """With a new owner; or with the present one's mark further on, so that it is found by reading little."""
        if not self.owners or self.owners[-1].id != owner.id:
            return Owners(owners=(*self.owners, owner)[-MOST_OWNERS:])
        again = owner.model_copy(update={"since": self.owners[-1].began})
        return Owners(owners=(*self.owners[:-1], again))

    def is_continued_by(self, newest: "Owners", position: int) -> bool:
        """Whether a topic whose newest mark is `newest` goes on from a store with this mark, equal up to `position`.

        Whatever the store has not seen must have been written after what it has: a mark before `position` that it does
        not know shows that the topic lost records and that others took their offsets. Of another owner the first mark
        shows that: those behind it are behind `position` sooner or later.
        """
        if not self.owners:
            return False
        mine = self.owners[-1]
        places = [place for place, each in enumerate(newest.owners) if each.id == mine.id]
        if not places:
            return False
        mine_now, *others = newest.owners[places[-1] :]
        return (mine_now == mine or mine_now.after >= position) and all(each.began >= position for each in others)
