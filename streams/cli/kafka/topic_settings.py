"""The settings of the topics on the brokers: compared with what they must be, and mended."""

from collections.abc import Mapping, Sequence
from typing import Any

from streams.cli.errors import CommandFailedError
from streams.topics import TOPICS, SettingsHiddenError, settings_of, shortfalls

_TOPIC_CONFIG = 1  # Kafka protocol, DescribeConfigs: a setting's source is the topic itself.


async def wanting(admin: Any) -> dict[str, dict[str, str]]:
    """By topic, the settings that would lose data or refuse a record, as they must be.

    Raises CommandFailedError where the settings may not be read.
    """
    return shortfalls(await _described(admin, [topic.name for topic in TOPICS]))


async def mend(admin: Any, wanted: Mapping[str, Mapping[str, str]]) -> None:
    """Give the topics the settings, and leave those that somebody else set on them as they are.

    The request replaces all settings of a topic (Kafka protocol, AlterConfigs), so those go with it.
    """
    from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType  # noqa: PLC0415 - see `brokers`.

    entries = await _described(admin, list(wanted))
    resources = [
        ConfigResource(ConfigResourceType.TOPIC, name, {**_own(entries[name]), **settings})
        for name, settings in wanted.items()
    ]
    for reply in await admin.alter_configs(resources):
        for code, message, _type, name in reply.resources:
            if code:
                raise CommandFailedError(f"The settings of {name} could not be changed: {message} (Kafka error {code})")


async def _described(admin: Any, names: Sequence[str]) -> dict[str, list[Any]]:
    try:
        return await settings_of(admin, names)
    except SettingsHiddenError as error:
        raise CommandFailedError(f"{error}; the command needs DESCRIBE_CONFIGS on the topics") from error


def _own(entries: Sequence[Any]) -> dict[str, str]:
    """The settings that were set on the topic itself."""
    return {entry[0]: entry[1] for entry in entries if entry[3] == _TOPIC_CONFIG}
