"""The settings of the topics on the brokers: read, compared with what they must be, and mended."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from streams.cli.errors import CommandFailedError
from streams.topics import TOPICS

_TOPIC_CONFIG = 1  # Kafka protocol, DescribeConfigs: a setting's source is the topic itself.
_NOT_AUTHORISED = 29  # Kafka protocol, error TOPIC_AUTHORIZATION_FAILED


async def shortfalls(admin: Any) -> dict[str, dict[str, str]]:
    """By topic, the settings that would lose data or refuse a record, as they must be. Topics in order are left out.

    Raises CommandFailedError where the settings may not be read.
    """
    entries = await _described(admin, [topic.name for topic in TOPICS])
    found = {topic.name: topic.shortfalls(_values(entries[topic.name])) for topic in TOPICS}
    return {name: settings for name, settings in found.items() if settings}


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


def described(settings: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """One text for each topic: its name and what must be set."""
    for name, values in settings.items():
        yield f"{name} needs {', '.join(f'{key}={value}' for key, value in sorted(values.items()))}"


async def _described(admin: Any, names: Sequence[str]) -> dict[str, list[Any]]:
    from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType  # noqa: PLC0415 - see `brokers`.

    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    found: dict[str, list[Any]] = {}
    for reply in await admin.describe_configs(resources):
        for code, message, _type, name, entries in reply.resources:
            if code:
                hint = "; the command needs DESCRIBE_CONFIGS on the topics" if code == _NOT_AUTHORISED else ""
                raise CommandFailedError(f"The settings of {name} cannot be read: {message} (Kafka error {code}){hint}")
            found[name] = entries
    return found


def _values(entries: Sequence[Any]) -> dict[str, str]:
    return {entry[0]: entry[1] for entry in entries}


def _own(entries: Sequence[Any]) -> dict[str, str]:
    """The settings that were set on the topic itself."""
    return {entry[0]: entry[1] for entry in entries if entry[3] == _TOPIC_CONFIG}
