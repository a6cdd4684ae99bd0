"""How the brokers are reached, and for how long a silent worker keeps its partitions."""

import ssl
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, field_validator

from config.addresses import HIGHEST_PORT, is_plain, is_port

SecurityProtocol = Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
SaslMechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]
# Kafka's documentation of heartbeat.interval.ms: no higher than a third of the session timeout.
_HEARTBEATS_IN_A_SESSION = 3


class KafkaSettings(BaseModel):
    """`SHIPLEDGER_KAFKA__…`; durations are seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    bootstrap_servers: str = Field(
        pattern=r"^\s*[^\s,:]+:\d{1,5}(\s*,\s*[^\s,:]+:\d{1,5})*\s*$",
        description="brokers to begin with, `host:port,host:port`",
    )
    security_protocol: SecurityProtocol = Field(default="PLAINTEXT", description="how connections are secured")
    sasl_mechanism: SaslMechanism | None = Field(default=None, description="with SASL_PLAINTEXT and SASL_SSL")
    sasl_username: str | None = Field(default=None, description="with SASL_PLAINTEXT and SASL_SSL")
    sasl_password: SecretStr | None = Field(default=None, description="with SASL_PLAINTEXT and SASL_SSL")
    ssl_cafile: Path | None = Field(default=None, description="PEM file of the brokers' authority; unset: the system's")
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

    @field_validator("sasl_mechanism", "sasl_username", "sasl_password")
    @classmethod
    def _goes_with_the_protocol(cls, value: object, info: ValidationInfo) -> object:
        protocol = info.data.get("security_protocol", "")
        if protocol.startswith("SASL") and value is None:
            raise ValueError(f"is missing: {protocol} needs it")
        if protocol in {"PLAINTEXT", "SSL"} and value is not None:
            raise ValueError(f"is set, but SECURITY_PROTOCOL is {protocol}; set SASL_SSL, or remove it")
        return value

    @field_validator("ssl_cafile")
    @classmethod
    def _is_a_file(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_file():
            raise ValueError(f"{value} is not a file")
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
            cafile = None if self.ssl_cafile is None else str(self.ssl_cafile)
            arguments["ssl_context"] = ssl.create_default_context(cafile=cafile)
        if self.sasl_password is not None:
            arguments["sasl_mechanism"] = self.sasl_mechanism
            arguments["sasl_plain_username"] = self.sasl_username
            arguments["sasl_plain_password"] = self.sasl_password.get_secret_value()
        return arguments
