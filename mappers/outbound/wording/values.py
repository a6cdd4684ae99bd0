"""Amounts as people read them."""

from typing import Final

from mappers.model import currency_exponent

_CENTS: Final = 2


def amount_in_words(text: str | None, currency: str | None = None) -> str:
    """An amount with commas between thousands; empty where there is none.

    It has as many decimals as the currency (two where none is named), and more where more are stored: no digit is lost.
    """
    if not text:
        return ""
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, _, cents = digits.partition(".")
    if not (whole.isascii() and whole.isdigit()):
        return text
    cents = cents.ljust(currency_exponent(currency) if currency else _CENTS, "0")
    return f"{sign}{int(whole):,}.{cents}" if cents else f"{sign}{int(whole):,}"


def money_in_words(text: str | None, currency: str | None) -> str:
    """The amount and its currency; empty where there is no amount."""
    return f"{amount_in_words(text, currency)} {currency or ''}".strip() if text else ""
