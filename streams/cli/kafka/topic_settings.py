"""The settings of the topics on the brokers: compared with what they must be, and mended."""

from collections.abc import Sequence
from typing import Any

from streams.cli.errors import CommandFailedError
from streams.topics import Needs, SettingsHiddenError, TopicNames, cluster_of, needs_of, set_settings, settings_of


async def wanting(admin: Any, names: TopicNames) -> list[Needs]:
    """What the topics lack, those in order left out. Raises CommandFailedError where the settings may not be read."""
    cluster = await cluster_of(admin, names.all)
    try:
        entries = await settings_of(admin, list(cluster.topics))
    except SettingsHiddenError as error:
        raise CommandFailedError(f"{error}; the command needs DESCRIBE_CONFIGS on the topics") from error
    return needs_of([each for each in names.specs if each.name in entries], cluster.topics, entries, cluster.size)


async def mend(admin: Any, needs: Sequence[Needs]) -> None:
    """Give the topics the settings, and leave all others as they are. Raises CommandFailedError."""
    wanted = {each.topic: dict(each.settings) for each in needs if each.settings}
    refused = await set_settings(admin, wanted)
    if refused:
        raise CommandFailedError(f"Settings could not be changed: {'; '.join(refused)}")
