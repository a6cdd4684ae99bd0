"""Whom to tell when something new waits for people: a signed webhook, and mail. Both are off until they are set."""

import ssl
from typing import Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from config.addresses import address_of, is_loopback, is_mail_address, is_plain
from config.authority import AuthorityFile, trusting
from mappers.outbound import why_not_a_webhook_secret

Security = Literal["starttls", "tls", "none"]

# RFC 6409, RFC 8314 and RFC 5321.
_PORTS: Final = {"starttls": 587, "tls": 465, "none": 25}


class NotesSettings(BaseModel):
    """`SHIPLEDGER_NOTES__…`; who gets mail is said by `notes_to` in the profile."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    webhook_url: str | None = Field(
        default=None, description="where notes are posted, signed (Standard Webhooks); https, but on this machine"
    )
    webhook_secret: SecretStr | None = Field(
        default=None, description="by which its receiver knows them: `whsec_` and 24 to 64 bytes as base64"
    )
    webhook_former_secret: SecretStr | None = Field(
        default=None, description="a second secret that they are signed with, while receivers change to another"
    )
    smtp_host: str | None = Field(default=None, min_length=1, description="where mail is handed in; unset: no mail")
    smtp_port: int | None = Field(
        default=None, ge=1, le=65535, description="its port; unset: 587 with starttls, 465 with tls, 25 with none"
    )
    smtp_security: Security = Field(default="starttls", description="none: only where SMTP_HOST is this machine")
    smtp_username: str | None = Field(default=None, min_length=1, description="who signs in; unset: nobody does")
    smtp_password: SecretStr | None = Field(default=None, min_length=1, description="its password")
    mail_from: str | None = Field(default=None, description="address that mail comes from")
    page_url: str | None = Field(
        default=None, description="where people reach the pages, such as https://shipledger.example; unset: no links"
    )
    interval_minutes: int = Field(
        default=15, ge=15, le=1440, description="least time between two notes to one company, of each kind"
    )
    ssl_cafile: AuthorityFile = Field(
        default=None, description="PEM file of the receivers' authority; unset: the system's"
    )

    @field_validator("webhook_url", "page_url")
    @classmethod
    def _is_an_address(cls, value: str | None) -> str | None:
        return None if value is None else _secure(value.strip(" ").rstrip("/"))

    @field_validator("webhook_secret", "webhook_former_secret")
    @classmethod
    def _is_a_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and (why_not := why_not_a_webhook_secret(value.get_secret_value())):
            raise ValueError(why_not)
        return value

    @field_validator("smtp_host")
    @classmethod
    def _is_a_host(cls, value: str | None) -> str | None:
        if value is not None and (not is_plain(value) or set(value) & set("@/")):
            raise ValueError(f"{value!r} is not a host")
        return value

    @field_validator("mail_from")
    @classmethod
    def _is_mail(cls, value: str | None) -> str | None:
        if value is not None and not is_mail_address(value):
            raise ValueError(f"{value!r} is not a mail address such as shipledger@example.com")
        return value

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        for reason in self._misfits():
            raise ValueError(reason)
        return self

    def _misfits(self) -> list[str]:
        faults = []
        if (self.webhook_url is None) != (self.webhook_secret is None):
            faults.append("NOTES__WEBHOOK_URL and NOTES__WEBHOOK_SECRET need each other; set both, or neither")
        if self.webhook_former_secret is not None and self.webhook_secret is None:
            faults.append("NOTES__WEBHOOK_FORMER_SECRET is set, and NOTES__WEBHOOK_SECRET is not")
        if (self.smtp_host is None) != (self.mail_from is None):
            faults.append("NOTES__SMTP_HOST and NOTES__MAIL_FROM need each other; set both, or neither")
        if (self.smtp_username is None) != (self.smtp_password is None):
            faults.append("NOTES__SMTP_USERNAME and NOTES__SMTP_PASSWORD need each other; set both, or neither")
        if self.smtp_host is not None and self.smtp_security == "none" and not is_loopback(self.smtp_host):
            faults.append(f"NOTES__SMTP_SECURITY is none, and {self.smtp_host} is another machine; set starttls or tls")
        return faults

    @property
    def are_on(self) -> bool:
        """Whether anybody is told anything."""
        return self.webhook_url is not None or self.smtp_host is not None

    @property
    def port(self) -> int:
        """The mail server's."""
        return self.smtp_port or _PORTS[self.smtp_security]

    def tls(self) -> ssl.SSLContext:
        """How receivers prove who they are."""
        return trusting(self.ssl_cafile)

    def secret_values(self) -> tuple[str, ...]:
        """Every secret, for what must not get into the log."""
        secrets = (self.webhook_secret, self.webhook_former_secret, self.smtp_password)
        return tuple(each.get_secret_value() for each in secrets if each is not None)


def _secure(url: str) -> str:
    parts = address_of(url)
    if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
        raise ValueError(f"{url!r} must begin with https://, as {parts.hostname} is not this machine")
    return url
