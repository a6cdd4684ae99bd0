"""The worker's settings (contract 6.5): read once, frozen, every fault named at once."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from config.addresses import address_of, is_plain
from config.attachments import AttachmentSettings
from config.description import effective
from config.faults import ConfigurationError, Fault
from config.kafka import KafkaSettings
from config.notes import NotesSettings
from config.variables import Environment, variable_name
from config.xero import DriftSettings, WatchSettings, XeroSettings
from mappers.inbound import DEFAULT_LIMIT
from streams.api_token import why_not_a_token
from streams.dispatch import settings as dispatch_settings

Model = TypeVar("Model", bound=BaseModel)

_SECONDS_A_DAY = 86_400
# A default is decided by the component that has the knob; here it is only referred to.
_DISPATCH = dispatch_settings.DispatchSettings()


class HttpSettings(BaseModel):
    """`SHIPLEDGER_HTTP__…`: the API, its health checks and the metrics."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = Field(default="127.0.0.1", min_length=1, description="address to listen at; 0.0.0.0 in a container")
    port: int = Field(default=8080, ge=1, le=65535, description="port to listen at")
    metrics_port: int | None = Field(
        default=None,
        ge=1,
        le=65535,
        description="a port for metrics alone, and health once more, with connections of its own; unset: HTTP__PORT",
    )
    metrics_need_token: bool = Field(default=False, description="whether a scrape must carry the token")
    token: SecretStr = Field(
        description="the bearer token that API calls must carry: 16 characters or more, without blanks, best random"
    )

    access_file: Path | None = Field(
        default=None, description="who else has access, with which role in which companies (TOML); read when it changes"
    )
    proxy_user_header: str | None = Field(
        default=None,
        pattern="^[A-Za-z0-9-]+$",
        description="header in which a proxy on this machine names its user, who is a name in the access file",
    )
    proxy_secret: SecretStr | None = Field(
        default=None,
        description="believe the proxy by its header X-Shipledger-Proxy-Secret instead, wherever it runs",
    )

    @field_validator("token", "proxy_secret")
    @classmethod
    def _is_a_token(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None and (why_not := why_not_a_token(token.get_secret_value())):
            raise ValueError(why_not)
        return token

    @model_validator(mode="after")
    def _ports_differ(self) -> Self:
        if self.metrics_port == self.port:
            raise ValueError("HTTP__METRICS_PORT is HTTP__PORT; leave it unset, or choose another")
        return self

    @field_validator("host")
    @classmethod
    def _is_a_host(cls, value: str) -> str:
        if not is_plain(value) or set(value) & set("@/"):
            raise ValueError(f"{value!r} is neither a host nor an address of this machine")
        return value

    @property
    def url(self) -> str:
        """Where a client on this machine reaches the API."""
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104 - compared, not bound
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    @property
    def health_url(self) -> str:
        """Where a client on this machine asks how the worker is: at the port of its own, where there is one."""
        return self.model_copy(update={"port": self.metrics_port or self.port}).url


class LogSettings(BaseModel):
    """`SHIPLEDGER_LOG__…`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["auto", "json", "console"] = Field(
        default="auto", description="auto: console on a terminal, else json"
    )
    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="least severe level written"
    )


class GateSettings(BaseModel):
    """`SHIPLEDGER_GATE__…`: what counts as poison."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_event_bytes: int = Field(default=DEFAULT_LIMIT, ge=1_000, description="a longer status change is a dead letter")


class DispatchSettings(BaseModel):
    """`SHIPLEDGER_DISPATCH__…`: the ledger and its lanes; durations are seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    intent_seconds: float = Field(
        default=_DISPATCH.start_guard,
        gt=0.0,
        le=30.0,
        description="a write not begun so long after its intent's commit commits it again",
    )
    settle_seconds: float = Field(
        default=_DISPATCH.lookup_delay,
        ge=0.0,
        description="before a write of unknown effect is looked up, so that Xero has it indexed",
    )
    retention_days: int = Field(
        default=int(_DISPATCH.retention / _SECONDS_A_DAY),
        ge=1,
        description="after which an answered ledger row may be forgotten",
    )


class TracingSettings(BaseModel):
    """`SHIPLEDGER_TRACING__…`: spans for OpenTelemetry; needs the libraries of `shipledger[tracing]`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    endpoint: str | None = Field(
        default=None,
        description="where spans are sent: OTLP over HTTP, such as http://collector:4318/v1/traces; unset: nowhere",
    )
    ratio: float = Field(
        default=1.0,
        ge=0.0,
        le=1.0,
        description="share of the traces that begin here which are recorded; for a sender's the sender decides",
    )

    @field_validator("endpoint")
    @classmethod
    def _is_an_address(cls, value: str | None) -> str | None:
        if value is not None:
            address_of(value)
        return value


class Settings(BaseSettings):
    """Everything the worker reads from its environment; nothing else in the program reads it."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid")

    kafka: KafkaSettings
    xero: XeroSettings
    profile: Path = Field(description="path of the company profile (TOML)")
    http: HttpSettings
    data_dir: Path = Field(
        default=Path("data"),
        description="folder of the integration log, the ledger's rows and the worker's identity; one worker each",
    )
    log: LogSettings = Field(default_factory=LogSettings)
    gate: GateSettings = Field(default_factory=GateSettings)
    dispatch: DispatchSettings = Field(default_factory=DispatchSettings)
    watch: WatchSettings = Field(default_factory=WatchSettings)
    drift: DriftSettings = Field(default_factory=DriftSettings)
    attachments: AttachmentSettings = Field(default_factory=AttachmentSettings)
    tracing: TracingSettings = Field(default_factory=TracingSettings)
    notes: NotesSettings = Field(default_factory=NotesSettings)
    shutdown_seconds: float = Field(
        default=8.0, gt=0.0, description="for an orderly end after SIGTERM; then it ends anyway"
    )

    @classmethod
    def load(cls, environ: Mapping[str, str]) -> Self:
        """Read the settings from `environ`.

        Raises ConfigurationError with every fault there is, unknown variables of the prefix included.
        """
        environment = Environment(cls, environ)
        tree = environment.read()
        for section in ("kafka", "xero", "http"):
            # A section without a variable is validated too, so that each missing variable is named, not the section.
            tree.setdefault(section, {})
        return _validated(cls, tree, environment.faults)

    @classmethod
    def load_kafka(cls, environ: Mapping[str, str]) -> KafkaSettings:
        """Read only how to reach the brokers, for commands that need nothing else. Raises ConfigurationError."""
        environment = Environment(cls, environ)
        return _validated(KafkaSettings, environment.read().get("kafka", {}), environment.faults, ("kafka",))

    @classmethod
    def load_http(cls, environ: Mapping[str, str]) -> HttpSettings:
        """Read only where the API is, for commands that call it. Raises ConfigurationError."""
        environment = Environment(cls, environ)
        return _validated(HttpSettings, environment.read().get("http", {}), environment.faults, ("http",))

    @property
    def token_folder(self) -> Path:
        """Where the tokens of connections with the grant authorization_code are kept."""
        return self.xero.token_dir or self.data_dir / "tokens"

    def consent_file(self, connection: str) -> Path:
        """The tokens of a connection with the grant authorization_code, encrypted."""
        return self.token_folder / f"{connection}.consent"

    def consent_seen_file(self, connection: str) -> Path:
        """The number of the newest of these files that a process on this data folder has seen; not beside them."""
        return self.data_dir / "consents-seen" / connection

    def describe(self) -> tuple[tuple[str, str], ...]:
        """(variable, value in use) of every setting, secrets masked: for the log line at start."""
        return tuple(effective(self))

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take values from `load` alone: the process environment is an argument, not a hidden source."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)


def _validated(model: type[Model], tree: Mapping[str, Any], faults: list[Fault], above: tuple[str, ...] = ()) -> Model:
    try:
        valid = model.model_validate(tree)
    except ValidationError as failure:
        raise ConfigurationError([*faults, *_faults(failure, above)]) from None
    if faults:
        raise ConfigurationError(faults)
    return valid


def _faults(failure: ValidationError, above: tuple[str, ...]) -> list[Fault]:
    return [
        Fault(
            "setting_missing" if error["type"] == "missing" else "setting_invalid",
            variable_name((*above, *error["loc"])),
            "is missing" if error["type"] == "missing" else error["msg"].removeprefix("Value error, "),
        )
        for error in failure.errors(include_url=False, include_input=False)
    ]
