"""LTPPs of the demo's year: five over the year, and on its last days one in each state that is not the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from app.complaints import capa
from app.demo.grievances import CAPAS

if TYPE_CHECKING:
    from app.demo.complaints import ComplaintYear

What = tuple[str, str, str, tuple[str, ...], str, str]


class Left(NamedTuple):
    """An LTPP of the last days: how many working days before the end it is opened, done, checked (0: not at all)."""

    source: str
    problem: str
    opened: int
    done: int
    checked: int


LEFT = (
    Left("audit", "Arsip berkas tidak urut menurut nomor", 14, 0, 0),
    Left("survey", "Nilai unsur kenyamanan di bawah sasaran", 12, 5, 0),
    Left("quality_target", "Slip dicetak lebih dari lima menit", 24, 18, 6),
)


class CapaDesk:
    """Those who look for causes, day by day."""

    def __init__(self, year: ComplaintYear) -> None:
        self.year, self.last = year, 0
        self.left: dict[str, int] = {}

    def day(self) -> None:
        """The third LTPP does not help at first; another round does."""
        place, count = self.year.workdays.index(self.year.today), len(self.year.workdays)
        step = count // (len(CAPAS) + 1)
        number, rest = divmod(place, step)
        if 1 <= number <= len(CAPAS) and rest == 0:
            self.open(CAPAS[number - 1])
        if self.last and rest == 6:
            self.check(self.last, effective=self.last != 3)
        if self.last == 3 and rest == 9:
            self.plan(self.last, CAPAS[2])
        if self.last == 3 and rest == 14:
            self.check(self.last, effective=True)
        for one in LEFT:
            self.leave(one, count - place)

    def open(self, what: What) -> None:
        """Open an LTPP for the lines of a category and plan it."""
        ids = [line.id for line in self.year.lines if line.grievance.category == what[0]][-6:]
        self.last = self.opened("complaint" if ids else "audit", what[1], what[2], ids)
        self.plan(self.last, what)

    def opened(self, source: str, problem: str, immediate: str, ids: list[int]) -> int:
        """A new report of nonconformity."""
        return capa.open_capa(
            self.year.journal, self.year.laila, source=source, problem=problem, evidence="Buku pengaduan",
            immediate=immediate, complaint_ids=ids, now=self.year.tick(),
        )  # fmt: skip

    def plan(self, capa_id: int, what: What, *, finish: bool = True) -> None:
        """Causes and actions, due in ten working days; most are carried out at once."""
        plan = capa.Plan(what[3], what[4], what[5], "agung", self.year.after(10, 10))
        capa.plan(self.year.journal, self.year.agung, capa_id=capa_id, plan=plan, now=self.year.tick())
        if finish:
            self.finish(capa_id)

    def finish(self, capa_id: int) -> None:
        """The actions are carried out."""
        capa.complete(
            self.year.journal,
            self.year.agung,
            capa_id=capa_id,
            note="Sudah dilaksanakan.",
            now=self.year.tick(),
        )

    def check(self, capa_id: int, *, effective: bool) -> None:
        """Another person looks whether it helped."""
        note = "Jumlah pengaduan sejenis turun." if effective else "Pengaduan sejenis masih datang."
        capa.check(self.year.journal, self.year.wiji, capa_id=capa_id, effective=effective, note=note,
                   now=self.year.tick())  # fmt: skip

    def leave(self, one: Left, before: int) -> None:
        """What is to be seen of it when the year ends."""
        if before == one.opened:
            self.left[one.source] = self.opened(one.source, one.problem, "", [])
            self.plan(self.left[one.source], CAPAS[0], finish=False)
        elif before == one.done:
            self.finish(self.left[one.source])
        elif before == one.checked:
            self.check(self.left[one.source], effective=False)
