"""How one signs in with a token. Kafka's client, which wants it in a class of its own, is loaded with the first."""

import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def token_from_file(path: Path, extensions: Mapping[str, str]) -> Any:
    """What aiokafka asks for tokens (AbstractTokenProvider), from a file that somebody keeps fresh."""
    from streams.topics.tokens import TokenFile  # noqa: PLC0415 - see above.

    return TokenFile(path, extensions)


def token_for_client(
    url: str, client: tuple[str, str], scope: str, extensions: Mapping[str, str], context: ssl.SSLContext
) -> Any:
    """The same, from an identity server, for an id and a secret."""
    from streams.topics.tokens import ClientCredentials  # noqa: PLC0415 - see above.

    return ClientCredentials(url, client, scope, extensions, context)
