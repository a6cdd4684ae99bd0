"""What is wrong with the configuration, every fault at once, in words for the person who can change it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Code = Literal[
    "setting_missing",
    "setting_unknown",
    "setting_invalid",
    "setting_twice",
    "secret_unreadable",
    "profile_unreadable",
    "profile_not_toml",
    "profile_key_unknown",
    "profile_key_missing",
    "profile_value_invalid",
    "profile_company_twice",
    "profile_connection_unknown",
    "profile_connection_differs",
    "profile_empty",
    "access_unreadable",
    "facts_unreadable",
    "facts_not_toml",
    "facts_question_unknown",
    "facts_answer_invalid",
]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to put right. `place` is a variable's name, or `file:line` of a file that it names."""

    code: Code
    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message} [{self.code}]"


class ConfigurationError(Exception):
    """The configuration cannot be used. `faults` holds every fault that was found, never a secret's value."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))
