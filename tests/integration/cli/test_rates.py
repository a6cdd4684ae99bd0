"""`shipledger rates` on a real Kafka: what is shown, and what the owner of the ledger is asked for."""

from datetime import UTC, datetime
from decimal import Decimal

from mappers.model.changes import COMMAND_HEADER
from streams.cli.kafka.records import Record
from streams.dispatch.ledger.codec import encode_key, encode_value
from streams.dispatch.ledger.rates import AcceptedRate, ForgetRates, rate_key
from streams.topics import DOCUMENT_LEDGER, SYNC_REQUESTS
from tests.brokers.broker import Broker
from tests.integration.cli.test_cli import ORGANISATION, content, fresh, put, run


def rate(source: str, value: str) -> Record:
    accepted = AcceptedRate(
        organisation=ORGANISATION, currency="USD", rate=Decimal(value), given_by="beef/S-1", at=datetime.now(UTC)
    )
    return Record(
        "", 0, 0, datetime.now(UTC), encode_key(rate_key(ORGANISATION, "USD", source)), encode_value(accepted), ()
    )


def test_rates_are_shown_and_their_forgetting_is_asked_of_the_owner_only_when_told(kafka: Broker) -> None:
    fresh(kafka)
    nothing = run(kafka, "rates", "forget", "--organisation", ORGANISATION, "--currency", "USD", "--yes")
    assert nothing.exit_code == 1
    put(kafka, DOCUMENT_LEDGER, rate("foreign_per_base", "1.5283"))
    assert f"{ORGANISATION}  USD  1.5283  beef/S-1" in run(kafka, "rates", "show", "--currency", "usd").output
    put(kafka, DOCUMENT_LEDGER, Record("", 0, 0, datetime.now(UTC), b'["rate","forged","USD"]', b"{}", ()))
    shown = run(kafka, "rates", "show")
    assert shown.exit_code == 0
    assert "1.5283" in shown.output
    assert "unreadable: " in shown.output
    arguments = ("rates", "forget", "--organisation", ORGANISATION.upper(), "--currency", "usd")
    assert "1 would be forgotten" in run(kafka, *arguments).output
    assert content(kafka, SYNC_REQUESTS) == []
    assert "Asked for" in run(kafka, *arguments, "--yes").output
    ((key, value, headers),) = content(kafka, SYNC_REQUESTS)
    assert key == ORGANISATION.encode()
    assert headers == ((COMMAND_HEADER, b"forget_rates"),)
    assert ForgetRates.model_validate_json(value or b"") == ForgetRates(organisation=ORGANISATION, currency="USD")
    assert len(content(kafka, DOCUMENT_LEDGER)) == 2, "the command itself writes nothing in the ledger"
