"""Amounts as people read them."""


def amount_in_words(text: str | None) -> str:
    """An amount with commas between thousands, to the digit as it is stored; empty where there is none."""
    if not text:
        return ""
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, point, cents = digits.partition(".")
    return f"{sign}{int(whole):,}{point}{cents}" if whole.isascii() and whole.isdigit() else text
