"""How the brokers are reached, and for how long a silent worker keeps its partitions."""

import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, field_validator

from config.addresses import HIGHEST_PORT, address_of, is_plain, is_port
from config.authority import trusting
from streams.topics import TopicNames, token_for_client, token_from_file

SecurityProtocol = Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
SaslMechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"]
# Kafka's documentation of heartbeat.interval.ms: no higher than a third of the session timeout.
_HEARTBEATS_IN_A_SESSION = 3
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class KafkaSettings(BaseModel):
    """`SHIPLEDGER_KAFKA__…`; durations are seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    bootstrap_servers: str = Field(
        pattern=r"^\s*[^\s,:]+:\d{1,5}(\s*,\s*[^\s,:]+:\d{1,5})*\s*$",
        description="brokers to begin with, `host:port,host:port`",
    )
    security_protocol: SecurityProtocol = Field(default="PLAINTEXT", description="how connections are secured")
    sasl_mechanism: SaslMechanism | None = Field(default=None, description="with SASL_PLAINTEXT and SASL_SSL")
    sasl_username: str | None = Field(default=None, description="with every SASL mechanism but OAUTHBEARER")
    sasl_password: SecretStr | None = Field(default=None, description="with every SASL mechanism but OAUTHBEARER")
    sasl_oauth_token_file: Path | None = Field(
        default=None,
        description="with OAUTHBEARER: a file that somebody keeps a good token in; or SASL_OAUTH_TOKEN_URL",
    )
    sasl_oauth_token_url: str | None = Field(
        default=None, description="with OAUTHBEARER: where tokens are had for the client id and secret"
    )
    sasl_oauth_client_id: str | None = Field(default=None, description="with SASL_OAUTH_TOKEN_URL")
    sasl_oauth_client_secret: SecretStr | None = Field(default=None, description="with SASL_OAUTH_TOKEN_URL")
    sasl_oauth_scope: str = Field(default="", description="with SASL_OAUTH_TOKEN_URL: what is asked for")
    sasl_oauth_extensions: str = Field(
        default="",
        pattern=r"^([A-Za-z]+=[\x20-\x2b\x2d-\x7e]+(,[A-Za-z]+=[\x20-\x2b\x2d-\x7e]+)*)?$",
        description="with OAUTHBEARER: what the brokers want to know besides, `name=value,name=value`",
    )
    ssl_cafile: Path | None = Field(default=None, description="PEM file of the brokers' authority; unset: the system's")
    ssl_certfile: Path | None = Field(
        default=None, description="PEM file of the client's certificate and its chain, where the brokers want one"
    )
    ssl_keyfile: Path | None = Field(default=None, description="PEM file of its key; unset: it is in SSL_CERTFILE")
    ssl_key_password: SecretStr | None = Field(default=None, description="where the key is locked")
    topic_prefix: str = Field(
        default="", pattern=r"^[A-Za-z0-9._-]{0,100}$", description="what stands before the name of each topic"
    )
    group: str = Field(
        default="shipledger", min_length=1, description="prefix of consumer groups, transactional ids and client ids"
    )
    session_timeout_seconds: float = Field(
        default=10.0, ge=6.0, le=300.0, description="a worker silent for so long loses its partitions"
    )
    heartbeat_seconds: float = Field(default=3.0, gt=0.0, description="between signs of life to the group coordinator")

    @field_validator("bootstrap_servers")
    @classmethod
    def _are_addresses(cls, value: str) -> str:
        for broker in (each.strip() for each in value.split(",")):
            host, _, port = broker.rpartition(":")
            if not is_plain(host) or set(host) & set("@/") or not is_port(port):
                raise ValueError(f"{broker!r} is not host:port, with a port from 1 to {HIGHEST_PORT}")
        return value

    @field_validator("sasl_mechanism")
    @classmethod
    def _goes_with_the_protocol(cls, value: object, info: ValidationInfo) -> object:
        protocol = info.data.get("security_protocol", "")
        if protocol.startswith("SASL") and value is None:
            raise ValueError(f"is missing: {protocol} needs it")
        if protocol in {"PLAINTEXT", "SSL"} and value is not None:
            raise ValueError(f"is set, but SECURITY_PROTOCOL is {protocol}; set SASL_SSL, or remove it")
        return value

    @field_validator("sasl_username", "sasl_password")
    @classmethod
    def _goes_with_the_mechanism(cls, value: object, info: ValidationInfo) -> object:
        # None too where the mechanism itself has a fault, which is said there.
        if info.data.get("sasl_mechanism") == "OAUTHBEARER":
            if value is not None:
                raise ValueError("is set, but SASL_MECHANISM is OAUTHBEARER, which takes a token; remove it")
            return value
        return cls._goes_with_the_protocol(value, info)

    @field_validator("sasl_oauth_token_file", "sasl_oauth_token_url", "sasl_oauth_client_id")
    @classmethod
    def _goes_with_a_token(cls, value: object, info: ValidationInfo) -> object:
        if value is not None and info.data.get("sasl_mechanism") != "OAUTHBEARER":
            raise ValueError("is set, but SASL_MECHANISM is not OAUTHBEARER")
        return value

    @field_validator("sasl_oauth_token_url")
    @classmethod
    def _is_where_tokens_are(cls, value: str | None, info: ValidationInfo) -> str | None:
        if info.data.get("sasl_mechanism") != "OAUTHBEARER":
            return value
        if (value is None) == (info.data.get("sasl_oauth_token_file") is None):
            raise ValueError("OAUTHBEARER needs either SASL_OAUTH_TOKEN_FILE or SASL_OAUTH_TOKEN_URL")
        if value is not None:
            parts = address_of(value)
            if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
                raise ValueError(f"{value} is not https: the secret would go over the network in the clear")
        return value

    @field_validator("sasl_oauth_client_id", "sasl_oauth_client_secret")
    @classmethod
    def _is_whose_tokens(cls, value: object, info: ValidationInfo) -> object:
        wanted = info.data.get("sasl_oauth_token_url") is not None
        if wanted != (value is not None) and "sasl_oauth_token_url" in info.data:
            raise ValueError(
                "is missing: SASL_OAUTH_TOKEN_URL needs it" if wanted else "goes with SASL_OAUTH_TOKEN_URL"
            )
        return value

    @field_validator("ssl_cafile", "ssl_certfile", "ssl_keyfile")
    @classmethod
    def _is_a_file(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        if value is None:
            return value
        if not value.is_file():
            raise ValueError(f"{value} is not a file")
        if info.field_name != "ssl_cafile" and not str(info.data.get("security_protocol", "SSL")).endswith("SSL"):
            raise ValueError("is set, but SECURITY_PROTOCOL is neither SSL nor SASL_SSL")
        return value

    @field_validator("ssl_cafile")
    @classmethod
    def _is_an_authority(cls, value: Path | None) -> Path | None:
        try:
            trusting(value)
        except (OSError, ValueError) as error:
            raise ValueError(f"{value} holds no certificate in PEM: {error}") from error
        return value

    @field_validator("ssl_keyfile")
    @classmethod
    def _has_a_certificate(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        if value is not None and "ssl_certfile" in info.data and info.data["ssl_certfile"] is None:
            raise ValueError("is set, but SSL_CERTFILE is not")
        return value

    @field_validator("ssl_key_password")
    @classmethod
    def _opens_the_key(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        certificate, key = info.data.get("ssl_certfile"), info.data.get("ssl_keyfile")
        if value is not None and "ssl_certfile" in info.data and certificate is None:
            raise ValueError("is set, but SSL_CERTFILE is not")
        if certificate is not None:
            try:
                _load_certificate(ssl.create_default_context(), certificate, key, value)
            except (OSError, ValueError) as error:
                named = key or certificate
                raise ValueError(
                    f"{certificate} and the key in {named} cannot be used together; see whether the password is right "
                    f"(or missing), and whether the key is of that certificate: {error}"
                ) from error
        return value

    @field_validator("heartbeat_seconds")
    @classmethod
    def _fits_into_a_session(cls, value: float, info: ValidationInfo) -> float:
        session = info.data.get("session_timeout_seconds")
        if session is not None and value * _HEARTBEATS_IN_A_SESSION > session:
            raise ValueError(f"{value:g} is more than a third of SESSION_TIMEOUT_SECONDS, {session:g}")
        return value

    def client_arguments(self) -> dict[str, Any]:
        """The arguments that every aiokafka client takes: where the brokers are and how connections are secured."""
        arguments: dict[str, Any] = {
            "bootstrap_servers": self.bootstrap_servers,
            "security_protocol": self.security_protocol,
        }
        if self.security_protocol.endswith("SSL"):
            arguments["ssl_context"] = trusting(self.ssl_cafile)
            if self.ssl_certfile is not None:
                _load_certificate(arguments["ssl_context"], self.ssl_certfile, self.ssl_keyfile, self.ssl_key_password)
        if self.sasl_password is not None:
            arguments["sasl_mechanism"] = self.sasl_mechanism
            arguments["sasl_plain_username"] = self.sasl_username
            arguments["sasl_plain_password"] = self.sasl_password.get_secret_value()
        elif self.sasl_mechanism == "OAUTHBEARER":
            arguments["sasl_mechanism"] = self.sasl_mechanism
            arguments["sasl_oauth_token_provider"] = self._tokens()
        return arguments

    @property
    def topics(self) -> TopicNames:
        """What the topics are called here."""
        return TopicNames.behind(self.topic_prefix)

    def secret_values(self) -> tuple[str, ...]:
        """Every secret, to keep them out of the log."""
        secrets = (self.sasl_password, self.sasl_oauth_client_secret, self.ssl_key_password)
        return tuple(each.get_secret_value() for each in secrets if each is not None)

    def _tokens(self) -> Any:
        extensions = _pairs(self.sasl_oauth_extensions)
        url, secret = self.sasl_oauth_token_url, self.sasl_oauth_client_secret
        if url is None or secret is None:
            return token_from_file(self.sasl_oauth_token_file or Path(), extensions)
        context = ssl.create_default_context()
        if self.ssl_cafile is not None:  # The identity server of the house is often of the same authority.
            context.load_verify_locations(self.ssl_cafile)
        client = self.sasl_oauth_client_id or "", secret.get_secret_value()
        return token_for_client(url, client, self.sasl_oauth_scope, extensions, context)


def _load_certificate(context: ssl.SSLContext, certificate: Path, key: Path | None, password: SecretStr | None) -> None:
    """Raises OSError (ssl.SSLError). Without a password none is asked for: OpenSSL would ask the terminal."""
    context.load_cert_chain(certificate, key, lambda: "" if password is None else password.get_secret_value())


def _pairs(text: str) -> Mapping[str, str]:
    return dict(each.split("=", 1) for each in text.split(",")) if text else {}
