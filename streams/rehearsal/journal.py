"""What a rehearsal asked, was told and made, one JSON object a line: it goes on from here, and finds what it left."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from streams.rehearsal.finding import Finding

Kind = Literal["Invoices", "Quotes"]


@dataclass(frozen=True, slots=True)
class Made:
    """A document that may be in Xero. `xero_id` is None where the reply to its write never came."""

    kind: Kind
    number: str
    xero_id: str | None = None


@dataclass(slots=True)
class Journal:
    """The file, and what its lines say together. Each line is on the disk before the call that it is about."""

    path: Path
    run: str
    findings: dict[str, Finding] = field(default_factory=dict)
    numbers: int = 0
    calls: int = 0
    left: dict[tuple[Kind, str], Made] = field(default_factory=dict)
    """The documents that were not removed yet, by kind and number. Two may have one number where Xero allows it."""
    others: list[Made] = field(default_factory=list)

    @classmethod
    def opened(cls, path: Path, organisation: str, new_run: str) -> "Journal":
        """Go on with the file's run, or begin `new_run` where there is no file.

        Raises ValueError where the file is of another organisation, or none of ours.
        """
        if not path.exists():
            journal = cls(path, new_run)
            journal._write({"organisation": organisation, "run": new_run})
            return journal
        lines = _read(path)
        first = lines[0] if lines else {}
        if first.get("organisation") != organisation:
            raise ValueError(f"{path} is no journal of a rehearsal in organisation {organisation}")
        journal = cls(path, str(first["run"]))
        for line in lines[1:]:
            journal._take(line)
        return journal

    def next_number(self) -> str:
        """A document number that this rehearsal has not used."""
        self.numbers += 1
        return f"REHEARSAL-{self.run}-{self.numbers}"

    def writing(self, kind: Kind, numbers: list[str]) -> None:
        """Documents with these numbers are about to be written."""
        self._note({"writing": kind, "numbers": numbers, "used": self.numbers})

    def wrote(self, kind: Kind, ids: list[tuple[str, str]]) -> None:
        """The reply came: Xero has these documents (numbers and ids), and no others of that write."""
        self._note({"wrote": kind, "documents": ids})

    def not_written(self, kind: Kind, numbers: list[str]) -> None:
        """The reply came: Xero has none of these."""
        self._note({"not_written": kind, "numbers": numbers})

    def removed(self, xero_ids: list[str]) -> None:
        """These documents are deleted or voided."""
        self._note({"removed": xero_ids})

    def answered(self, question: str, finding: Finding, calls: int) -> None:
        """The question has its answer; `calls` were made by all runs so far."""
        self._note({"question": question, "answer": finding.answer, "seen": finding.seen, "calls": calls})

    def called(self, calls: int) -> None:
        """So many calls were made by all runs so far."""
        self._note({"calls": calls})

    def documents_left(self) -> list[Made]:
        """What may still be in Xero."""
        return [*self.left.values(), *self.others]

    def _note(self, line: dict[str, Any]) -> None:
        self._write(line)
        self._take(line)

    def _write(self, line: dict[str, Any]) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def _take(self, line: dict[str, Any]) -> None:
        self.calls = max(self.calls, line.get("calls", 0))
        self.numbers = max(self.numbers, line.get("used", 0))
        if "writing" in line:
            self._take_writing(line["writing"], line["numbers"])
        elif "wrote" in line:
            self._take_written(line["wrote"], line["documents"])
        elif "not_written" in line:
            for number in line["numbers"]:
                self._forget_unknown(line["not_written"], number)
        elif "removed" in line:
            self._take_removed(set(line["removed"]))
        elif "question" in line:
            self.findings[line["question"]] = Finding(line["answer"], line["seen"])

    def _take_writing(self, kind: Kind, numbers: list[str]) -> None:
        for number in numbers:
            self.left.setdefault((kind, number), Made(kind, number))

    def _take_written(self, kind: Kind, documents: list[list[str]]) -> None:
        for number, xero_id in documents:
            known = self.left.get((kind, number))
            if known is not None and known.xero_id not in {None, xero_id}:
                self.others.append(Made(kind, number, xero_id))
            else:
                self.left[kind, number] = Made(kind, number, xero_id)

    def _forget_unknown(self, kind: Kind, number: str) -> None:
        known = self.left.get((kind, number))
        if known is not None and known.xero_id is None:
            del self.left[kind, number]

    def _take_removed(self, xero_ids: set[str]) -> None:
        self.left = {key: made for key, made in self.left.items() if made.xero_id not in xero_ids}
        self.others = [made for made in self.others if made.xero_id not in xero_ids]


def _read(path: Path) -> list[dict[str, Any]]:
    """The lines; the last one is left out where an interruption cut it off."""
    lines = path.read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines[:-1] if line]
