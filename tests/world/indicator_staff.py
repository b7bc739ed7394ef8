"""Who sets the targets of an office of the demo, types its figures on Mondays and checks them on Thursdays."""

from datetime import date, datetime, timedelta
from fractions import Fraction
from random import Random

from app.core.periods import Period, last_ended
from app.core.permissions import Actor
from app.platform.people.queries import actor_named
from app.quality.indicators import queries, service, tasks
from app.quality.indicators.service import NewTarget, Typed
from app.quality.indicators.tables import PerformanceFollowUp
from schema.database import Database
from schema.indicator_values import Value, format_number, format_value
from schema.indicators import Indicator
from sync.journal import Journal
from tests.world.office_day import OfficeDay
from tests.world.service_staff import Scene

UNITS = {"A": "jurusan", "B": "jurusan", "C": "jurusan", "D": "kasubbag_umum"}
"""Group of the file → the unit that answers for it."""
EVIDENCE = b"%PDF-1.4\n% bukti contoh\n1 0 obj<</Type/Catalog>>endobj\nxref\n0 1\ntrailer<<>>\nstartxref\n60\n%%EOF\n"


def agree_to_targets(journal: Journal, second: Actor, year: int, now: datetime) -> None:
    """A second person agrees to what the chief set for a year: it is in force."""
    seen = queries.waiting_mark(queries.waiting_rows(journal.db, year))
    service.judge_targets(journal, second, year=year, seen=seen, agreed=True, note="", now=now)


class IndicatorStaff:
    def __init__(self, scene: Scene) -> None:
        self.scene, self.random, self.begun = scene, Random(14), False

    def day(self, today: date) -> None:
        if not self.begun:
            self.set_targets(today.year)
        elif today.weekday() == 0:
            self.type_figures(today)
        elif today.weekday() == 3 and not self.scene.is_ending(today, 5):
            self.check_figures(today)

    def set_targets(self, year: int) -> None:
        self.begun, director, journal = True, self.scene.allowed("indicator.target"), self.scene.journal
        indicators = queries.indicators_of(journal.db)
        for one in (year - 1, year):
            changes = [
                NewTarget(key, format_value(target.value, places=6), responsible=UNITS[indicators[key].group])
                for key, target in queries.load_targets(journal.db, one).items()
            ]
            now = self.scene.tick()
            service.set_targets(journal, director, year=one, changes=changes, now=now)
            agree_to_targets(journal, self.scene.allowed("indicator.check"), one, now)

    def type_figures(self, today: date) -> None:
        """Most of what waits: some figures are late everywhere."""
        journal = self.scene.journal
        for member in self.scene.demo.cast:
            actor = actor_named(journal.db, member.username, today)
            for key, period, returned in tasks.missing_figures(journal.db, actor, today) if actor else ():
                if actor and not returned and self.random.random() < 0.85:
                    aim = queries.load_targets(journal.db, period.year)[key].value
                    typed, now = self.typed_figure(queries.load_indicator(journal.db, key), aim), self.scene.tick()
                    made = service.type_figure(journal, actor, key=key, period=period, typed=typed, now=now)
                    service.attach_evidence(journal, actor, figure_id=made, data=EVIDENCE, name="bukti.pdf", now=now)

    def typed_figure(self, indicator: Indicator, aim: Value) -> Typed:
        """Something near the target, mostly on its good side."""
        share = self.random.uniform(0.97, 1.12) if indicator.direction == "more" else self.random.uniform(0.8, 1.04)
        wanted, formula = float(aim.low) * share, indicator.formula
        if not formula or not formula.denominator:
            text = format_number(aim.low * Fraction(round(share * 100), 100), 1 if indicator.unit == "percent" else 0)
            return Typed(numerator=text, value=text)
        base = self.random.randint(4, 20) * 10
        if indicator.unit == "ratio":
            many = round(base * wanted)
            above, below = (many, base) if formula.denominator_first else (base, many)
            return Typed(numerator=str(above), denominator=str(below))
        return Typed(numerator=str(min(round(base * wanted / 100), base)), denominator=str(base))

    def check_figures(self, today: date) -> None:
        journal, checker = self.scene.journal, self.scene.allowed("indicator.check")
        for row in tasks.figures_to_check(journal.db, checker):
            agreed = self.random.random() > 0.03
            note = "" if agreed else "Angkanya tidak sama dengan lampiran."
            service.judge_figure(journal, checker, figure_id=row.id, agreed=agreed, note=note, now=self.scene.tick())


ANALYSIS = "Yang terlambat menumpuk pada minggu libur panjang dan ketika blangko di pusat habis."


def keep_targets(hands: OfficeDay, today: date, last: date) -> None:
    """The kecamatan: targets at the start of a year, and after each quarter analysis and closing but of the last.

    No chance is asked and no moment passes, so that the year beside it stays as it was.
    """
    journal, db, now, quarter = hands.journal, hands.db, hands.tick.at, last_ended("quarter", today)
    camat, kasi, known = hands.actors["hendra"], hands.actors["agung"], queries.years_in_force(hands.db)
    for done in late_plans(db, kasi.username, today):
        said = "Sudah dikerjakan: sisa blangko dicatat setiap Senin."
        service.follow_plan(journal, kasi, period=Period.parse(done.period), n=done.n, note=said, now=now)
    if today.year not in known and queries.load_targets(db, today.year):
        service.adopt_targets(journal, camat, year=today.year, now=now)
        agree_to_targets(journal, kasi, today.year, now)
    if quarter.year not in known or (today - quarter.end).days < 8 or queries.find_review(db, quarter):
        return
    if not queries.analyses_of(db, quarter):
        service.analyse_period(journal, kasi, period=quarter, text=ANALYSIS, now=now)
    elif (last - quarter.end).days > 80:
        plan = service.Plan("Pantau sisa blangko setiap Senin", kasi.username, today + timedelta(days=30))
        said = "Cukup baik. Ketepatan waktu dijaga, sisa blangko dipantau."
        service.close_period(journal, camat, period=quarter, conclusion=said, plans=[plan], now=now)


def late_plans(db: Database, username: str, today: date) -> list[PerformanceFollowUp]:
    """What somebody was to do by today and has not noted as done."""
    rows = PerformanceFollowUp.rows(db, person=username, done_on="", order="by_on")
    return [row for row in rows if row.by_on <= today.isoformat()]
