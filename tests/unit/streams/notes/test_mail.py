"""Mail against a real server on loopback: over TLS, signed in, and readable."""

import asyncio
import ssl
from email.message import EmailMessage
from pathlib import Path

import pytest
import structlog

from mappers.outbound import AttentionNote, NoteData, NotedCause, NotedMoney
from streams.notes import Delivery, MailChannel, MailServer, Result
from streams.notes.channels.mail import Security
from streams.notes.channels.message import subject_of
from tests.brokers.certificates import Authority
from tests.builders import COMPANY_ID
from tests.fakes.smtp import PASSWORD, USERNAME, Mailbox, mail_server

ANNA, BERT = "anna@beef.example", "bert@beef.example"
CAUSE = NotedCause(
    status="REJECTED",
    code="customer_not_found",
    value="ALOK",
    message="Customer.Name(ALOK) : not found in XERO(Customer.Name).",
    shipments=7,
    since="2026-11-20T03:15:22.123Z",
    who="accounting",
    where=("xero",),
    how="Accounting: add the account number in Xero.",
    blocked=(NotedMoney(currency="USD", amount="1265.63", shipments=7),),
    xero_url="https://go.xero.com/app/contacts",
    url="https://ledger.example/companies/southern-beef/shipments?code=customer_not_found",
)


def note(*causes: NotedCause, more: int = 0) -> AttentionNote:
    data = NoteData(
        company_id=COMPANY_ID,
        causes=causes or (CAUSE,),
        more_causes=more,
        url="https://ledger.example/companies/southern-beef/attention",
    )
    return AttentionNote(timestamp="2026-11-20T03:20:22.123Z", data=data)


def channel(
    mailbox: Mailbox,
    security: Security = "none",
    *,
    tls: ssl.SSLContext | None = None,
    password: str | None = None,
    recipients: tuple[str, ...] = (ANNA, BERT),
    seconds: float = 20.0,
) -> MailChannel:
    username = USERNAME if password is not None else None
    server = MailServer("127.0.0.1", mailbox.port, security, "ledger@ship.example", username, password, tls)
    return MailChannel(server, lambda company: recipients if company == COMPANY_ID else (), "worker", seconds=seconds)


def served(authority: Authority) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*authority.issue("mail"))
    return context


async def test_people_read_what_is_new_who_mends_it_where_and_how() -> None:
    async with mail_server() as mailbox:
        assert await channel(mailbox).send("note_1", note(more=3)) == Delivery(Result.DELIVERED)
    (message,) = mailbox.messages
    assert mailbox.recipients == [[ANNA, BERT]]
    assert message["Subject"] == "southern-beef: 4 new causes hold shipments up"
    assert (message["From"], message["To"]) == ("Shipledger <ledger@ship.example>", f"{ANNA}, {BERT}")
    assert (message["Message-ID"], message["Auto-Submitted"]) == ("<note_1@ship.example>", "auto-generated")
    assert message["Date"].datetime.isoformat() == "2026-11-20T03:20:22+00:00"
    assert text(message) == (
        "New since the last note for southern-beef:\n"
        "\n"
        "1. Customer.Name(ALOK) : not found in XERO(Customer.Name).\n"
        "   7 shipments, since 20 Nov 2026, 03:15 UTC; worth 1,265.63 USD\n"
        "   Who: Accounting, in Xero.\n"
        "   What to do: Add the account number in Xero.\n"
        "   In Xero: https://go.xero.com/app/contacts\n"
        "   Its shipments: https://ledger.example/companies/southern-beef/shipments?code=customer_not_found\n"
        "\n"
        "And 3 more.\n"
        "\n"
        "Everything that waits: https://ledger.example/companies/southern-beef/attention\n"
        "This is sent only when something is new.\n"
    )


def text(message: EmailMessage) -> str:
    found: str = message.get_content().replace("\r\n", "\n")
    return found


async def test_one_cause_is_one_cause() -> None:
    async with mail_server() as mailbox:
        await channel(mailbox).send("note_1", note(CAUSE.model_copy(update={"shipments": 1})))
    assert mailbox.messages[0]["Subject"] == "southern-beef: 1 new cause holds shipments up"
    assert "   1 shipment, since" in text(mailbox.messages[0])


async def test_others_words_cannot_make_headers_or_turn_the_text_around() -> None:
    hostile = "ALOK\r\nBcc: everybody@example.com\r\n\r\n\u202eevil \U0001f600 Æ"
    async with mail_server() as mailbox:
        delivery = await channel(mailbox).send("note_1", note(CAUSE.model_copy(update={"message": hostile})))
    assert delivery.result is Result.DELIVERED
    (message,) = mailbox.messages
    assert (message["Bcc"], mailbox.recipients) == (None, [[ANNA, BERT]])
    assert "1. ALOK\\u000d\\u000aBcc: everybody@example.com" in text(message)
    assert "\u202e" not in text(message)
    assert "Æ" in text(message)


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_it_goes_over_tls_and_signs_in(security: Security, tmp_path: Path) -> None:
    authority = Authority.made(tmp_path)
    trusting = ssl.create_default_context(cafile=str(authority.file))
    context = served(authority)
    options = {"starttls": context} if security == "starttls" else {"tls": context}
    async with mail_server(**options, sign_in=True) as mailbox:
        good = await channel(mailbox, security, tls=trusting, password=PASSWORD).send("note_1", note())
        bad = await channel(mailbox, security, tls=trusting, password="CANARY-wrong").send("note_2", note())
    assert (good, bad.result) == (Delivery(Result.DELIVERED), Result.AWAY)
    assert len(mailbox.messages) == 1
    assert "CANARY" not in bad.reason


async def test_a_server_that_cannot_prove_who_it_is_gets_neither_password_nor_mail(tmp_path: Path) -> None:
    async with mail_server(starttls=served(Authority.made(tmp_path)), sign_in=True) as mailbox:
        delivery = await channel(mailbox, "starttls", tls=ssl.create_default_context(), password=PASSWORD).send(
            "note_1", note()
        )
    assert (delivery.result, mailbox.messages) == (Result.AWAY, [])


@pytest.mark.parametrize("password", [None, PASSWORD])
async def test_a_server_without_starttls_gets_neither_password_nor_mail(password: str | None) -> None:
    async with mail_server() as mailbox:
        delivery = await channel(mailbox, "starttls", tls=ssl.create_default_context(), password=password).send(
            "note_1", note()
        )
    assert (delivery.result, mailbox.messages) == (Result.AWAY, [])


async def test_a_recipient_who_is_refused_does_not_keep_it_from_the_others() -> None:
    async with mail_server() as mailbox:
        mailbox.refused = {ANNA}
        with structlog.testing.capture_logs() as logs:
            assert await channel(mailbox).send("note_1", note()) == Delivery(Result.DELIVERED)
        assert mailbox.recipients == [[BERT]]
        assert [(each["event"], each["recipients"]) for each in logs] == [("mail_partly_refused", 1)]
        mailbox.refused = {ANNA, BERT}
        delivery = await channel(mailbox).send("note_1", note())
    assert delivery == Delivery(Result.REFUSED, "it refuses every recipient (550)")


async def test_a_message_that_is_refused_is_not_the_server_being_away() -> None:
    async with mail_server() as mailbox:
        mailbox.answer = "554 5.7.1 looks like spam"
        assert await channel(mailbox).send("note_1", note()) == Delivery(Result.REFUSED, "it refuses the message (554)")


async def test_a_server_that_is_silent_costs_a_bounded_time_and_one_that_is_not_there_none() -> None:
    mailbox = Mailbox()
    begun: list[asyncio.StreamWriter] = []
    silent = await asyncio.start_server(lambda _reader, writer: begun.append(writer), "127.0.0.1", 0)
    mailbox.port = silent.sockets[0].getsockname()[1]
    async with asyncio.timeout(20):
        delivery = await channel(mailbox, seconds=0.1).send("note_1", note())
    assert (delivery, len(begun)) == (Delivery(Result.AWAY, "it did not answer in time"), 1)
    for each in begun:
        each.close()
    silent.close()
    await silent.wait_closed()
    assert (await channel(mailbox).send("note_1", note())).result is Result.AWAY


def test_whoever_has_no_recipients_is_not_reached() -> None:
    mailbox = Mailbox()
    assert channel(mailbox).reaches(COMPANY_ID)
    assert not channel(mailbox).reaches("northern-lamb")
    assert not channel(mailbox, recipients=()).reaches(COMPANY_ID)


def test_the_subject_holds_up_nothing_where_documents_alone_are_wrong() -> None:
    drift = CAUSE.model_copy(update={"status": "PROCESSED", "code": "drift_amount"})
    file = CAUSE.model_copy(update={"status": "PROCESSED", "code": "attachment_not_found"})
    assert subject_of(note(file)) == "southern-beef: 1 new cause, no shipment held up"
    assert subject_of(note(file, drift)) == "southern-beef: 2 new causes, no shipment held up"
    assert subject_of(note(file, CAUSE)) == "southern-beef: 2 new causes hold shipments up"
    assert subject_of(note(file, more=1)) == "southern-beef: 2 new causes hold shipments up"


@pytest.mark.parametrize("field", ["timestamp", "since"])
async def test_a_note_that_cannot_be_written_as_a_mail_is_refused_and_raises_nothing(field: str) -> None:
    """What is kept of it may have been written by others."""
    made = note(CAUSE.model_copy(update={"since": "soon"} if field == "since" else {}))
    made = made.model_copy(update={"timestamp": "soon"} if field == "timestamp" else {})
    async with mail_server() as mailbox:
        delivery = await channel(mailbox).send("note_1", made)
    assert delivery == Delivery(Result.REFUSED, "it cannot be written as a mail (ValueError)")
