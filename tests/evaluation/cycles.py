"""What the people of a cycle do, one deed a method: Ratna is the team, Budi answers, the Camat evaluates."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from app.core.permissions import Actor
from app.evaluation import queries, service, sheets
from app.evaluation.sheets import Assessment, NewFollowUp
from app.evaluation.tables import EvaluationSheet
from app.evaluation.transitions import load_cycle
from sync.journal import Journal
from tests.people import Clock

CLOSING = datetime(2026, 12, 28, 3, 0, tzinfo=UTC)
"""Monday 28 December 2026, 10.00 in the office."""
CONFORM = Assessment("Apakah tercatat?", "Catatan Loket dibaca bersama.", "", "conform")
FAULT = Assessment("Mengapa belum?", "Angka Loket.", "Sasaran belum tercapai.", "major", "Tambah petugas.")
SEEN = Assessment("Apakah diukur?", "Angka Loket.", "Belum ada data.", "observation")
PRINCIPLES = [f"Dijalankan {n}." for n in range(1, 10)]
REPORT = service.Report("Dua unit diperiksa.", "Tidak ada.", "Perbaiki jadwal.", PRINCIPLES)
DUE = date(2027, 1, 29)


class Team:
    """A cycle and its people. `lead` plans, assesses, checks; `answerer` answers for the unit; `chief` evaluates."""

    def __init__(
        self,
        journal: Journal,
        clock: Clock,
        who: Callable[[str], Actor],
        lead: str = "ratna",
        answerer: str = "budi",
        chief: str = "camat",
    ) -> None:
        self.journal, self.clock, self.who = journal, clock, who
        self.lead, self.answerer, self.chief = lead, answerer, chief

    @property
    def now(self) -> datetime:
        return self.clock()

    def plan(self, **changes: Any) -> int:
        given: dict[str, Any] = {"period": "2026", "from_on": date(2026, 12, 28), "until_on": date(2027, 1, 15)}
        plan = service.Plan(**(given | {"team": {"sekretaris": [self.lead]}} | changes))
        return service.plan_cycle(self.journal, self.who(self.lead), plan=plan, now=self.now)

    def sheets(self, cycle_id: int) -> list[EvaluationSheet]:
        return queries.sheets_of(self.journal.db, cycle_id)

    def sheet(self, cycle_id: int, unit: str) -> EvaluationSheet:
        return next(one for one in self.sheets(cycle_id) if one.unit == unit)

    def assess(self, sheet: EvaluationSheet, by: str = "", **marks: Assessment) -> None:
        """Assess every row: what was missed is a fault, what has no figure an observation."""
        period = queries.cycle_period(load_cycle(self.journal.db, sheet.cycle_id))
        for one in queries.sheet_rows(self.journal.db, sheet, period, self.now.date()):
            usual = {"missed": FAULT, "reached": CONFORM}.get(one.state, SEEN)
            said = marks.get(one.key.partition("/")[2], usual)
            ordinal, actor = one.row.ordinal, self.who(by or self.lead)
            sheets.assess_row(self.journal, actor, sheet_id=sheet.id, ordinal=ordinal, assessment=said, now=self.now)

    def answer(self, sheet: EvaluationSheet, by: str) -> None:
        rows = queries.rows_of_sheet(self.journal.db, sheet.id)
        said = {row.ordinal: "Diperbaiki." for row in rows if row.weight != "conform"}
        sheets.answer_sheet(
            self.journal,
            self.who(by),
            sheet_id=sheet.id,
            activities="Pelayanan setiap hari kerja.",
            obstacles="Petugas kurang satu.",
            responses=said,
            now=self.now,
        )

    def follow(self, sheet: EvaluationSheet, by: str, indicator: str = "", **changes: Any) -> int:
        given: dict[str, Any] = {
            "unit": sheet.unit,
            "what": "Menambah petugas",
            "level": "seksi",
            "person": self.answerer,
            "due_on": DUE,
            "indicator": indicator,
        }
        new = NewFollowUp(**(given | changes))
        return sheets.add_follow_up(self.journal, self.who(by), cycle_id=sheet.cycle_id, new=new, now=self.now)

    def finish_sheet(self, sheet: EvaluationSheet, answered_by: str) -> None:
        """From assessing to closing, with a follow-up for each fault."""
        lead = self.who(self.lead)
        self.assess(sheet)
        sheets.send_sheet(self.journal, lead, sheet_id=sheet.id, now=self.now)
        self.answer(sheet, answered_by)
        for row in queries.rows_of_sheet(self.journal.db, sheet.id):
            if row.weight == "major":
                self.follow(sheet, answered_by, row.indicator)
        sheets.close_sheet(self.journal, lead, sheet_id=sheet.id, now=self.now)

    def finish_sheets(self, cycle_id: int) -> None:
        for sheet in self.sheets(cycle_id):
            self.finish_sheet(sheet, self.chief if sheet.unit == self.chief else self.answerer)

    def draft(self, cycle_id: int) -> str:
        service.draft_report(self.journal, self.who(self.lead), cycle_id=cycle_id, report=REPORT, now=self.now)
        return load_cycle(self.journal.db, cycle_id).digest

    def report(self, cycle_id: int) -> None:
        """Drafted and signed by the whole team."""
        self.finish_sheets(cycle_id)
        digest = self.draft(cycle_id)
        service.sign_report(self.journal, self.who(self.lead), cycle_id=cycle_id, digest=digest, now=self.now)

    def evaluate(self, cycle_id: int, **targets: str) -> None:
        new = [service.NewTarget(f"kecamatan/{key}", text) for key, text in targets.items()]
        chief, said = self.who(self.chief), "Target dinaikkan bertahap."
        service.evaluate_cycle(self.journal, chief, cycle_id=cycle_id, text=said, targets=new, now=self.now)

    def settle_follow_ups(self, cycle_id: int) -> None:
        """Everything is carried out and looked at."""
        for one in queries.follow_ups_of(self.journal.db, cycle_id):
            which = {"follow_up_id": one.id, "now": self.now}
            sheets.complete_follow_up(self.journal, self.who(one.person), note="Selesai.", **which)
            sheets.judge_follow_up(self.journal, self.who(self.lead), accepted=True, note="Dilihat.", **which)

    def close(self, cycle_id: int) -> None:
        service.close_cycle(self.journal, self.who(self.chief), cycle_id=cycle_id, now=self.now)
