"""What an exchange did, in numbers for machines and in sentences for the officer."""

from __future__ import annotations

from dataclasses import dataclass, field

from sync.problems import RoadError


def count(number: int) -> str:
    """A number as it is written here: 12.500."""
    return f"{number:,}".replace(",", ".")


@dataclass
class SyncReport:
    """`ok` is False when anything is left undone; `retry` says whether trying again by itself can help.

    `passed_over`: files on a stick that are for other offices.
    """

    sent: int = 0
    received: int = 0
    returned: int = 0
    given_back: int = 0
    set_aside_here: int = 0
    set_aside_there: int = 0
    files: int = 0
    names: list[str] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)
    problems: list[RoadError] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether everything that could be done was done."""
        return not self.problems

    @property
    def retry(self) -> bool:
        """Whether waiting and trying again can help."""
        return any(problem.retry for problem in self.problems)

    @property
    def code(self) -> str:
        """Code of the first problem, or an empty string."""
        return self.problems[0].code if self.problems else ""

    def fail(self, problem: RoadError) -> None:
        """Keep a problem and say it, once."""
        self.problems.append(problem)
        if problem.sentence not in self.sentences:
            self.sentences.append(problem.sentence)

    def pass_over(self) -> None:
        """The file named last is for somebody else: it was not read."""
        self.files -= 1
        self.passed_over.append(self.names.pop())

    def leave_out(self) -> None:
        """The file named last is our own: nobody asked about it."""
        self.files -= 1
        self.names.pop()

    def summarise(self, other: str) -> None:
        """Put the numbers into sentences, before those of the problems."""
        lines = []
        if self.sent:
            lines.append(f"{count(self.sent)} catatan terkirim dan diakui {other}.")
        if self.received:
            lines.append(f"{count(self.received)} catatan baru diterima dari {other}.")
        if self.returned:
            lines.append(
                f"{count(self.returned)} catatan milik sendiri yang hilang dikembalikan oleh {other}."
            )
        if self.given_back:
            lines.append(f"{count(self.given_back)} catatan milik {other} dikembalikan kepadanya.")
        if self.set_aside_there:
            lines.append(
                f"{count(self.set_aside_there)} catatan disisihkan {other}; alasannya ada di meja kerja."
            )
        if self.set_aside_here:
            lines.append(
                f"{count(self.set_aside_here)} catatan dari {other} disisihkan di sini dengan alasannya."
            )
        if not lines and not self.sentences:
            lines.append("Tidak ada yang baru di kedua pihak.")
        self.sentences[:0] = lines
