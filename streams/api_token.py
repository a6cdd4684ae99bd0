"""The rule of the API's token. It stands here and not in `web`, so that settings and `--help` load nothing heavy."""

from typing import Final

SHORTEST_TOKEN: Final = 16


def why_not_a_token(value: str) -> str:
    """Empty where the value may be the API's token, else the reason for people.

    A short one is guessed; one with blanks or other letters does not arrive in a header as it is written.
    """
    if not all("!" <= each <= "~" for each in value):
        return "has a blank, or a character other than ASCII letters, digits and punctuation"
    if len(value) < SHORTEST_TOKEN:
        return f"has {len(value)} characters; {SHORTEST_TOKEN} is the least"
    return ""
