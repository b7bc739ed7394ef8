"""What the people of a cycle do, one deed a method, for tests and demo."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from app.core.periods import Period, last_ended
from app.core.permissions import Actor
from app.platform.people.queries import actor_named
from app.quality.evaluation import documents, queries, service, sheets
from app.quality.evaluation.sheets import Assessment, NewFollowUp
from app.quality.evaluation.tables import EvaluationSheet
from app.quality.evaluation.transitions import load_cycle, load_document
from app.quality.indicators.queries import indicators_of, years_in_force
from app.quality.indicators.service import NewTarget
from sync.journal import Journal
from tests.world.indicator_staff import agree_to_targets
from tests.world.service_staff import Scene

CLOSING = datetime(2026, 12, 28, 3, 0, tzinfo=UTC)
"""Monday 28 December 2026, 10.00 in the office."""
CONFORM = Assessment("Apakah tercatat?", "Catatan Loket dibaca bersama.", "", "conform")
FAULT = Assessment("Mengapa belum?", "Angka Loket.", "Sasaran belum tercapai.", "major", "Tambah petugas.")
SEEN = Assessment("Apakah diukur?", "Angka Loket.", "Belum ada data.", "observation")
PRINCIPLES = [
    "Rencana dan hasil diumumkan kepada semua unit.",
    "Tidak ada anggota tim yang memeriksa pekerjaannya sendiri.",
    "Setiap angka disertai bukti dan penanggung jawab.",
    "Pengaduan dan survei dibaca sebelum lembar diisi.",
    "Semua unit diperiksa dengan borang yang sama.",
    "Semua sasaran dalam cakupan dinilai.",
    "Tindak lanjut siklus sebelumnya diperiksa lagi.",
    "Angka dihitung menurut definisi operasionalnya.",
    "Hasilnya dipakai untuk target tahun depan.",
]
REPORT = service.Report(
    "Semua sasaran dalam cakupan dinilai bersama unitnya.", "Tidak ada.", "Perbaiki jadwal.", PRINCIPLES
)
KECAMATAN, ANSWERERS = {"sekretaris": ["ratna"]}, {"pelayanan": "budi"}
"""The team of the office of tests, and who answers for its section."""
SCOPE = ("Ketepatan waktu", "Kotak saran", "Pengaduan")
POINTS = [
    ("Pelayanan Prima", "Setiap pengunjung dilayani dengan ramah, serta aman dan selamat selama berada di kantor."),
    ("Tepat waktu", "Janji ditepati; yang tidak dapat ditepati dijelaskan sebelum jatuh tempo."),
    ("Terbuka", "Standar, biaya, dan capaian dipasang di tempat yang terbaca."),
]


class Team:
    """A cycle and its people. `roles` is the team, role → user names; the first plans, assesses, checks. `answerers`
    answer for a unit, `chief` for what the team itself does, and evaluates."""

    def __init__(
        self,
        journal: Journal,
        clock: Callable[[], datetime],
        who: Callable[[str], Actor],
        roles: Mapping[str, Sequence[str]] = KECAMATAN,
        answerers: Mapping[str, str] = ANSWERERS,
        chief: str = "camat",
    ) -> None:
        self.journal, self.clock, self.who, self.roles = journal, clock, who, roles
        self.signers = [names[0] for names in roles.values()]
        self.lead, self.answerers, self.chief = self.signers[0], answerers, chief

    @property
    def now(self) -> datetime:
        return self.clock()

    def plan(self, **changes: Any) -> int:
        given: dict[str, Any] = {"period": "2026", "from_on": date(2026, 12, 28), "until_on": date(2027, 1, 15)}
        plan = service.Plan(**(given | {"team": self.roles} | changes))
        return service.plan_cycle(self.journal, self.who(self.lead), plan=plan, now=self.now)

    def sheets(self, cycle_id: int) -> list[EvaluationSheet]:
        return queries.sheets_of(self.journal.db, cycle_id)

    def sheet(self, cycle_id: int, unit: str) -> EvaluationSheet:
        return next(one for one in self.sheets(cycle_id) if one.unit == unit)

    def assess(self, sheet: EvaluationSheet, by: str = "", **marks: Assessment) -> None:
        """Assess every row: what was missed is a fault, what has no figure an observation."""
        period = queries.cycle_period(load_cycle(self.journal.db, sheet.cycle_id))
        for row in queries.sheet_rows(self.journal.db, sheet, period, self.now.date()):
            usual = {"missed": FAULT, "reached": CONFORM}.get(row.state, SEEN)
            said = marks.get(row.key.partition("/")[2], usual)
            ordinal, actor = row.row.ordinal, self.who(by or self.lead)
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
            "level": next(iter(queries.evaluation_rules(self.journal.db).levels)),
            "person": by,
            "due_on": self.now.date() + timedelta(days=30),
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
            self.finish_sheet(sheet, self.answerers.get(sheet.unit, self.chief))

    def draft(self, cycle_id: int) -> str:
        service.draft_report(self.journal, self.who(self.lead), cycle_id=cycle_id, report=REPORT, now=self.now)
        return load_cycle(self.journal.db, cycle_id).digest

    def report(self, cycle_id: int) -> None:
        """Drafted and signed by the whole team."""
        self.finish_sheets(cycle_id)
        digest = self.draft(cycle_id)
        for signer in self.signers:
            service.sign_report(self.journal, self.who(signer), cycle_id=cycle_id, digest=digest, now=self.now)

    def evaluate(self, cycle_id: int, **targets: str) -> None:
        new = [NewTarget(f"kecamatan/{key}", text) for key, text in targets.items()]
        chief, said = self.who(self.chief), "Target dinaikkan bertahap."
        service.evaluate_cycle(self.journal, chief, cycle_id=cycle_id, text=said, targets=new, now=self.now)
        if new:
            year = queries.cycle_period(load_cycle(self.journal.db, cycle_id)).year + 1
            agree_to_targets(self.journal, self.who(self.lead), year, self.now)

    def settle_follow_ups(self, cycle_id: int) -> None:
        """Everything is carried out and looked at."""
        for one in queries.follow_ups_of(self.journal.db, cycle_id):
            which = {"follow_up_id": one.id, "now": self.now}
            sheets.complete_follow_up(self.journal, self.who(one.person), note="Selesai.", **which)
            sheets.judge_follow_up(self.journal, self.who(self.lead), accepted=True, note="Dilihat.", **which)

    def close(self, cycle_id: int) -> None:
        service.close_cycle(self.journal, self.who(self.chief), cycle_id=cycle_id, now=self.now)


def hold_cycles(team: Team, *, finished: bool, components: Sequence[str]) -> None:
    """In the demo: a cycle about what ended last, to its end or with its first sheet assessed; once to each kind.

    Without targets in force for that quarter or the one that runs there is nothing to evaluate, and no cycle.
    """
    today, known = team.now.date(), years_in_force(team.journal.db)
    asked = last_ended("quarter", today), Period.of("quarter", today)
    period = next((one for one in asked if one.year in known), None)
    if period is None:
        return
    kind = {"reason": "Permintaan pimpinan sebelum rapat tinjauan."} if not finished else {}
    scope = {"period": period.code, "components": components, "from_on": today, "until_on": today + timedelta(days=14)}
    cycle_id = team.plan(**scope, **kind, kind="incidental" if kind else "routine")
    if not finished:
        sheet = team.sheets(cycle_id)[0]
        team.assess(sheet)
        sheets.send_sheet(team.journal, team.who(team.lead), sheet_id=sheet.id, now=team.now)
        return
    team.report(cycle_id)
    team.evaluate(cycle_id)
    team.settle_follow_ups(cycle_id)
    team.close(cycle_id)


GUARANTEE = (
    "Kami menjamin setiap pemohon dilayani sesuai standar pelayanan, tanpa biaya, dan tepat pada hari yang dijanjikan. "
    "Jika janji itu terlambat, kami meminta maaf dan memberi tahu sebabnya."
)


def sign_documents(team: Team, makers: Sequence[str], unit: str) -> None:
    """In the demo: the quality policy and, where they are in force, the targets of a section, signed in order."""
    sign_policy(team, makers[0])
    sign_targets(team, makers, unit)


def sign_policy(team: Team, maker: str) -> None:
    text = "Kami melayani masyarakat dengan cepat, mudah, dan terbuka, dan memperbaiki diri setiap tahun."
    said: dict[str, Any] = {"text": text, "points": POINTS, "note": "", "now": team.now}
    sign_in_order(team, documents.draft_policy(team.journal, team.who(maker), **said), [team.chief])
    said |= {"text": GUARANTEE, "points": [], "kind": "guarantee"}
    sign_in_order(team, documents.draft_policy(team.journal, team.who(maker), **said), [team.chief])


def sign_targets(team: Team, makers: Sequence[str], unit: str) -> None:
    year = team.now.year
    if year in years_in_force(team.journal.db):
        said: dict[str, Any] = {"year": year, "unit": unit, "note": "", "now": team.now}
        sign_in_order(team, documents.draft_targets(team.journal, team.who(makers[0]), **said), [*makers, team.chief])


def sign_in_order(team: Team, document_id: int, signers: Sequence[str]) -> None:
    digest = load_document(team.journal.db, document_id).digest
    for signer in signers:
        documents.sign_document(team.journal, team.who(signer), document_id=document_id, digest=digest, now=team.now)


class EvaluationStaff:
    """The polytechnic: one cycle of quality team and internal supervision in the middle, one begun at the end."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.held = scene, 0

    def day(self, today: date) -> None:
        journal = self.scene.journal

        def who(username: str) -> Actor:
            found = actor_named(journal.db, username, today)
            assert found is not None
            return found

        roles, answerers = {"mutu": ["tirta"], "spi": ["gustia"]}, {"jurusan": "yuni", "kasubbag_umum": "rahma"}
        team = Team(journal, lambda: self.scene.tick.at, who, roles, answerers, "laksmi")
        left = (self.scene.last - today).days
        if (self.held, left < 60, left < 4) in ((0, True, False), (1, True, True)) and years_in_force(journal.db):
            components = list(dict.fromkeys(indicator.component for indicator in indicators_of(journal.db).values()))
            hold_cycles(team, finished=not self.held, components=components[:2] + components[-1:])
            if not self.held:
                sign_documents(team, ("rahma", "bagas"), "kasubbag_umum")
            self.held += 1
