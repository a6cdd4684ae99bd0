"""How Faust proves to the brokers who it is: the same security as every aiokafka client of the worker."""

from collections.abc import Mapping
from typing import Any

import faust
from faust.types.auth import CredentialsT


def faust_credentials(arguments: Mapping[str, Any]) -> CredentialsT | None:
    """Faust's form of aiokafka's client arguments (`security_protocol`, `ssl_context`, `sasl_…`).

    None for plain text.
    """
    match arguments["security_protocol"]:
        case "PLAINTEXT":
            return None
        case "SSL":
            return faust.SSLCredentials(context=arguments["ssl_context"])
        case _:
            return faust.SASLCredentials(
                mechanism=arguments["sasl_mechanism"],
                username=arguments["sasl_plain_username"],
                password=arguments["sasl_plain_password"],
                ssl_context=arguments.get("ssl_context"),
            )
