"""A broker behind TLS that lets nobody do anything but what a list allows: Kafka's StandardAuthorizer.

Beside its listeners for clients it keeps the plain one, whose user may do everything: for whoever prepares a test.
"""

import base64
import json
import random
import time
from itertools import islice
from pathlib import Path

from deploy.kafka import LOOPBACK, LocalKafka, free_ports
from deploy.kafka.properties import Ports
from tests.brokers.certificates import Authority

PASSWORD = "secret-of-tests"  # It opens nothing but this broker.
USERS = tuple(f"user-{number}" for number in range(40))
"""All have the same password; nobody may do anything before a test allows it. A test takes those that no other has."""
_SASL = "org.apache.kafka.common.security"
_OAUTH = f'{_SASL}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";'


class SecuredKafka(LocalKafka):
    """`sasl` and `mutual` are where clients with a password or token, and those with a certificate, are let in."""

    def __init__(self, folder: Path) -> None:
        ports = list(islice(free_ports(random.SystemRandom()), 4))
        self.authority = Authority.made(folder / "authority")
        self.sasl, self.mutual = (f"{LOOPBACK}:{port}" for port in ports[2:])
        super().__init__(
            folder / "broker",
            ports=Ports(ports[0], ports[1]),
            settings={**self._listeners(*ports), **self._security()},
            start_seconds=120,
        )
        self.scram_users = dict.fromkeys(USERS, PASSWORD)

    def _listeners(self, plain: int, controller: int, sasl: int, mutual: int) -> dict[str, str]:
        listeners = {"PLAINTEXT": plain, "CONTROLLER": controller, "SASL_SSL": sasl, "SSL": mutual}
        written = ",".join(f"{name}://{LOOPBACK}:{port}" for name, port in listeners.items())
        protocols = "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,SSL:SSL"
        return {
            "listeners": written,
            "advertised.listeners": written,
            "listener.security.protocol.map": protocols,
        }

    def _security(self) -> dict[str, str]:
        return {
            # Kafka's own default; with it a broker makes a topic because somebody asks for it.
            "auto.create.topics.enable": "true",
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users": "User:ANONYMOUS",
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": str(self.authority.issue_in_one("broker")),
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": str(self.authority.file),
            "listener.name.ssl.ssl.client.auth": "required",
            # A client's name is what its certificate calls it, without the rest of its distinguished name.
            "listener.name.ssl.ssl.principal.mapping.rules": "RULE:^CN=([^,]+).*$/$1/",
            "sasl.enabled.mechanisms": "SCRAM-SHA-512,OAUTHBEARER",
            "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config": f"{_SASL}.scram.ScramLoginModule required;",
            "listener.name.sasl_ssl.oauthbearer.sasl.jaas.config": _OAUTH,
        }

    def scram(self, user: str, **changes: str) -> dict[str, str]:
        """Settings (without the prefix SHIPLEDGER_) of a client with a password."""
        return {
            "KAFKA__BOOTSTRAP_SERVERS": self.sasl,
            "KAFKA__SECURITY_PROTOCOL": "SASL_SSL",
            "KAFKA__SASL_MECHANISM": "SCRAM-SHA-512",
            "KAFKA__SASL_USERNAME": user,
            "KAFKA__SASL_PASSWORD": PASSWORD,
            "KAFKA__SSL_CAFILE": str(self.authority.file),
        } | {f"KAFKA__{name}": value for name, value in changes.items()}

    def certified(self, user: str, **changes: str) -> dict[str, str]:
        """Settings of a client with a certificate, whose key is locked."""
        certificate, key = self.authority.issue(user, password=PASSWORD)
        return {
            "KAFKA__BOOTSTRAP_SERVERS": self.mutual,
            "KAFKA__SECURITY_PROTOCOL": "SSL",
            "KAFKA__SSL_CAFILE": str(self.authority.file),
            "KAFKA__SSL_CERTFILE": str(certificate),
            "KAFKA__SSL_KEYFILE": str(key),
            "KAFKA__SSL_KEY_PASSWORD": PASSWORD,
        } | {f"KAFKA__{name}": value for name, value in changes.items()}

    def with_token(self, file: Path) -> dict[str, str]:
        """Settings of a client that shows the token in the file."""
        return {
            "KAFKA__BOOTSTRAP_SERVERS": self.sasl,
            "KAFKA__SECURITY_PROTOCOL": "SASL_SSL",
            "KAFKA__SASL_MECHANISM": "OAUTHBEARER",
            "KAFKA__SASL_OAUTH_TOKEN_FILE": str(file),
            "KAFKA__SSL_CAFILE": str(self.authority.file),
        }


def unsigned_token(user: str, seconds: float = 600.0) -> str:
    """A token as Kafka's own validator for tests takes it (RFC 7515, alg none)."""
    now = time.time()
    parts = ({"alg": "none"}, {"sub": user, "iat": now, "exp": now + seconds})
    return ".".join(_base64(json.dumps(each)) for each in parts) + "."


def _base64(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
