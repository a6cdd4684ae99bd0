"""Why a connection to a broker fails, in words that name the setting, for the operator."""

import socket
import ssl
from collections.abc import Mapping
from typing import Any

ANSWER_SECONDS = 10.0
_VARIABLE = "SHIPLEDGER_KAFKA__"
# OpenSSL's codes (X509_V_ERR_…): no authority that is known vouches for the certificate.
_UNVOUCHED = {2, 18, 19, 20, 21}
_EXPIRED = 10
_OTHER_HOST = {62, 64}


def why_not(error: BaseException, connection: Mapping[str, Any]) -> tuple[str, bool]:
    """The reason, and whether it is a refusal: asking again does not help then. `connection`: aiokafka's arguments."""
    # A connection that ends while an answer is awaited carries the reason as its cause.
    root = error.__cause__ if isinstance(error.__cause__, ssl.SSLError) else error
    if away := _away(root):
        return away, False
    return _refusal(root, connection) or _closed(error, connection), True


def _away(root: BaseException) -> str:
    """Empty where it is for another reason than that nobody is there."""
    from streams.topics.tokens import NoTokenError  # noqa: PLC0415 - loads Kafka's client.

    match root:
        case NoTokenError():
            words = f"is not asked: {root}"
        case ssl.SSLError():
            words = ""
        case socket.gaierror():
            words = "is a name that is not known here (DNS)"
        case ConnectionRefusedError():
            words = "does not answer: nothing listens there"
        case TimeoutError():
            words = f"does not answer within {ANSWER_SECONDS:g} s"
        case OSError() if root.errno:
            words = f"cannot be reached: {root.strerror}"
        case _:
            words = ""
    return words


def _refusal(root: BaseException, connection: Mapping[str, Any]) -> str:
    """Empty where it only ended the connection."""
    from aiokafka.errors import SaslAuthenticationFailed, UnsupportedSaslMechanismError  # noqa: PLC0415 - as above.

    match root:
        case SaslAuthenticationFailed():
            words = _not_let_in(root, connection)
        case UnsupportedSaslMechanismError():
            words = f"does not offer {_VARIABLE}SASL_MECHANISM={connection.get('sasl_mechanism')}"
        case ssl.SSLCertVerificationError():
            words = _certificate(root)
        case ssl.SSLError():
            words = _tls(root, connection)
        case ValueError():
            words = f"does not answer as one who knows the password: {root}"
        case _:
            words = ""
    return words


def _not_let_in(error: BaseException, connection: Mapping[str, Any]) -> str:
    mechanism = connection.get("sasl_mechanism")
    if mechanism == "OAUTHBEARER":
        return f"refuses the token (OAUTHBEARER): {error}"
    return (
        f"refuses the user {connection.get('sasl_plain_username')} or its password ({mechanism}); check "
        f"{_VARIABLE}SASL_USERNAME, SASL_PASSWORD and SASL_MECHANISM, and that the user is made on the brokers: {error}"
    )


def _certificate(error: ssl.SSLCertVerificationError) -> str:
    code = error.verify_code
    if code in _UNVOUCHED:
        what = f"no authority that is known here vouches for its certificate; name theirs by {_VARIABLE}SSL_CAFILE"
    elif code in _OTHER_HOST:
        what = "its certificate is for other names; use one of them, or have the certificate made anew"
    elif code == _EXPIRED:
        what = "its certificate has expired"
    else:
        what = "its certificate is not accepted"
    return f"{what} ({error.verify_message})"


def _tls(error: ssl.SSLError, connection: Mapping[str, Any]) -> str:
    reason = (error.reason or str(error)).replace("_", " ").lower()
    if "alert" in reason:
        return (
            "wants a client certificate of an authority that the brokers know: set, or correct, "
            f"{_VARIABLE}SSL_CERTFILE and SSL_KEYFILE ({reason})"
        )
    return f"does not speak TLS as {_VARIABLE}SECURITY_PROTOCOL={connection['security_protocol']} wants it ({reason})"


def _closed(error: BaseException, connection: Mapping[str, Any]) -> str:
    protocol = connection["security_protocol"]
    if connection.get("sasl_mechanism") == "OAUTHBEARER":
        return f"does not take the token: most often it is over, or not for these brokers ({error})"
    return (
        f"ends the connection unasked; most often its listener wants another {_VARIABLE}SECURITY_PROTOCOL than "
        f"{protocol} ({str(error) or type(error).__name__})"
    )
