"""Over TLS: which certificates are trusted, and that a call can be abandoned there too."""

import asyncio
import datetime as dt
import ipaddress
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import certifi
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.fakes.raw_http import Answer, RawServer, drip, raw_server, reply
from tests.fakes.xero_collaborators import FakeTokens, OpenGovernor, RecordingObserver, fixed_clock
from tests.unit.xero_client.conftest import Harness
from xero_client.accounting.client import XeroClient
from xero_client.accounting.exchange import Endpoint
from xero_client.errors import EffectUnknownError, UnavailableError
from xero_client.timeouts import Timeouts

OK = b'{"Invoices":[{"InvoiceID":"0c9f8f6e-1111-4222-8333-444455556666","InvoiceNumber":"INV-2026-0042"}]}'


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A self-signed certificate of loopback with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "loopback")])
    now = dt.datetime.now(dt.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = tmp_path / "certificate.pem"
    file.write_bytes(key.private_bytes(*plain) + signed.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same certificate in place of Mozilla's root certificates, for clients that are made from now on."""
    monkeypatch.setattr(certifi, "where", lambda: str(certificate))
    return certificate


@asynccontextmanager
async def secure_harness(certificate: Path, answer: Answer) -> AsyncIterator[Harness]:
    """A harness on a TLS server with this certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    async with raw_server(answer, tls=context) as server:
        harness = _harness(server)
        try:
            yield harness
        finally:
            harness.client.close()


def _harness(server: RawServer) -> Harness:
    tokens, governor, observer = FakeTokens(), OpenGovernor(), RecordingObserver()
    endpoint = Endpoint(server.url, "shipledger/test", Timeouts(connect=5.0, read=0.5, total=1.0))
    client = XeroClient(
        endpoint, tokens=tokens, governor=governor, observer=observer, clock=fixed_clock, monotonic=time.monotonic
    )
    return Harness(client, server, tokens, governor, observer)


async def test_writes_go_through_and_the_connection_is_kept(trusted: Path) -> None:
    async with secure_harness(trusted, reply(200, OK)) as harness:
        await harness.create()
        (element,) = await harness.create()

    assert element.document is not None
    assert len(harness.server.requests) == 2
    assert harness.server.connections == 1


async def test_a_server_with_an_untrusted_certificate_gets_no_request(certificate: Path) -> None:
    async with secure_harness(certificate, reply(200, OK)) as harness:
        with pytest.raises(UnavailableError, match="SSL"):
            await harness.create()

    assert not harness.server.requests


async def test_a_dripping_reply_ends_at_the_total_cap(trusted: Path) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
    async with secure_harness(trusted, drip(head + b"X" * 100_000, pause=0.01)) as harness:
        began = time.monotonic()

        with pytest.raises(EffectUnknownError):
            await harness.create()

        assert time.monotonic() - began < 60
        await asyncio.wait_for(harness.server.ended.wait(), 10)
