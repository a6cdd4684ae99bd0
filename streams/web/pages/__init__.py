"""The pages for people: server-rendered, complete without JavaScript, nothing loaded from elsewhere."""

from streams.web.pages.app import Pages, build_pages
from streams.web.pages.connections import ConnectionReader, NothingKnown, OrganisationState
from streams.web.pages.dead_letters import DeadLetters, KafkaDeadLetters, NoDeadLetters
from streams.web.pages.door import Doors
from streams.web.pages.parts import PagesParts

__all__ = [
    "ConnectionReader",
    "DeadLetters",
    "Doors",
    "KafkaDeadLetters",
    "NoDeadLetters",
    "NothingKnown",
    "OrganisationState",
    "Pages",
    "PagesParts",
    "build_pages",
]
