"""An authority of this run's own, and certificates of it for brokers and clients."""

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_DAY = timedelta(days=1)
_ONLY_SIGNS_CERTIFICATES = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)


@dataclass(frozen=True)
class Authority:
    """Makes certificates, as PEM files in its folder."""

    folder: Path
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def made(cls, folder: Path, name: str = "authority") -> "Authority":
        """A new one."""
        folder.mkdir(parents=True, exist_ok=True)
        key = ec.generate_private_key(ec.SECP256R1())
        subject = _named(name)
        builder = (
            _builder(subject, subject, key)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
            .add_extension(_ONLY_SIGNS_CERTIFICATES, True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        )
        made = cls(folder, key, builder.sign(key, hashes.SHA256()))
        made.file.write_bytes(_pem(made.certificate))
        return made

    @property
    def file(self) -> Path:
        """Its own certificate, for those who are to believe it."""
        return self.folder / "authority.pem"

    def issue(self, name: str, *, password: str = "") -> tuple[Path, Path]:
        """The files of a certificate for `name` (and for loopback) and of its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        hosts = x509.SubjectAlternativeName(
            [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        )
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        builder = (
            _builder(_named(name), self.certificate.subject, key)
            .add_extension(hosts, False)
            # RFC 5280 wants it, and Python from 3.13 on refuses a certificate without it.
            .add_extension(issuer, False)
        )
        certificate, secret = self.folder / f"{name}.pem", self.folder / f"{name}.key"
        certificate.write_bytes(_pem(builder.sign(self.key, hashes.SHA256())) + _pem(self.certificate))
        secret.write_bytes(_private_pem(key, password))
        return certificate, secret

    def issue_in_one(self, name: str) -> Path:
        """Certificate and key in one file, as Kafka's own PEM store wants them."""
        certificate, key = self.issue(name)
        both = self.folder / f"{name}-both.pem"
        both.write_bytes(key.read_bytes() + certificate.read_bytes())
        return both


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + _DAY)
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _private_pem(key: ec.EllipticCurvePrivateKey, password: str) -> bytes:
    locked = serialization.BestAvailableEncryption(password.encode()) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, locked)
