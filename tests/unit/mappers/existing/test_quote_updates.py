"""An update of a quote repeats what Xero would clear; one of an invoice leaves alone what it does not name."""

from decimal import Decimal

import pytest

from mappers.existing.decide import Update, decide
from mappers.model.company import DocumentType
from mappers.model.document import Document, ExistingDocument
from tests.builders import make_company
from tests.unit.mappers.existing.xero_documents import ORGANISATION, document, existing

KEPT = {"title": "Beef", "summary": "A summary", "terms": "30 days", "branding_theme_id": "theirs"}


def updated(sent: Document, shown: ExistingDocument) -> Document:
    decision = decide(sent, shown, known=None, company=make_company(), organisation=ORGANISATION)
    assert isinstance(decision, Update)
    return decision.document


def quote(**overrides: object) -> Document:
    return document(type=DocumentType.QUOTE, reference="new", **overrides)


def test_texts_and_branding_theme_are_sent_again() -> None:
    sent = updated(quote(), existing(quote(), reference="old", **KEPT))
    assert {name: getattr(sent, name) for name in KEPT} == KEPT


def test_the_profiles_branding_theme_goes_before_the_one_that_is_there() -> None:
    sent = updated(quote(branding_theme_id="ours"), existing(quote(), reference="old", **KEPT))
    assert sent.branding_theme_id == "ours"


@pytest.mark.parametrize(
    ("rate", "currency", "shown_currency", "sent_rate"),
    [
        (None, "USD", "USD", "0.6601"),  # Else Xero would pick another day's.
        ("0.6543", "USD", "USD", "0.6543"),
        (None, "AED", "AED", "0.6601"),
        (None, "EUR", "USD", None),  # The rate of another currency.
        (None, "USD", "EUR", None),
        (None, "AUD", "AUD", None),  # A document in the base currency has none.
    ],
)
def test_a_rate_that_xero_picked_is_sent_again(
    rate: str | None, currency: str, shown_currency: str, sent_rate: str | None
) -> None:
    ours = quote(currency=currency, currency_rate=None if rate is None else Decimal(rate))
    shown = existing(quote(), reference="old", currency=shown_currency, currency_rate=Decimal("0.6601"))
    expected = None if sent_rate is None else Decimal(sent_rate)
    assert updated(ours, shown).currency_rate == expected


def test_an_invoice_sends_neither() -> None:
    sent = updated(document(reference="new", currency_rate=None), existing(document(), branding_theme_id="theirs"))
    assert (sent.branding_theme_id, sent.currency_rate) == (None, None)
