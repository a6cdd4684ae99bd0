"""How Faust proves to the brokers who it is: the same security as every aiokafka client of the worker."""

from collections.abc import Mapping
from typing import Any

import faust
from faust.auth import OAuthCredentials
from faust.types.auth import CredentialsT


def faust_credentials(arguments: Mapping[str, Any]) -> CredentialsT | None:
    """Faust's form of aiokafka's client arguments (`security_protocol`, `ssl_context`, `sasl_…`).

    None for plain text.
    """
    protocol, context = arguments["security_protocol"], arguments.get("ssl_context")
    if protocol == "PLAINTEXT":
        return None
    if protocol == "SSL":
        return faust.SSLCredentials(context=context)
    if arguments["sasl_mechanism"] == "OAUTHBEARER":
        return OAuthCredentials(oauth_cb=arguments["sasl_oauth_token_provider"], ssl_context=context)
    return faust.SASLCredentials(
        mechanism=arguments["sasl_mechanism"],
        username=arguments["sasl_plain_username"],
        password=arguments["sasl_plain_password"],
        ssl_context=context,
    )
