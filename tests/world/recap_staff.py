"""LTPPs of the demo's year: five over the year, and on its last days one in each state that is not the end."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from app.casework.desk import service as cases
from app.core.quarters import Quarter
from app.platform.office import service as office
from app.quality.capa import service as capa_service
from app.quality.quarter import service
from app.quality.quarter.tables import Recap
from tests.world.grievances import CAPAS, GRIEVANCES, PLEDGES
from tests.world.office_day import Moments

if TYPE_CHECKING:
    from tests.world.complaint_staff import ComplaintYear


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
        ids = [line.id for line in self.year.lines if line.grievance.category == what[0]][-6:]
        self.last = self.opened("complaint" if ids else "audit", what[1], what[2], ids)
        self.plan(self.last, what)

    def opened(self, source: str, problem: str, immediate: str, ids: list[int]) -> int:
        return capa_service.open_report(
            self.year.journal,
            self.year.laila,
            source=source,
            problem=problem,
            evidence="Buku pengaduan",
            immediate=immediate,
            complaint_ids=ids,
            now=self.year.tick(),
        )

    def plan(self, capa_id: int, what: What, *, finish: bool = True) -> None:
        plan = capa_service.Plan(what[3], what[4], what[5], "agung", self.year.after(10, 10))
        capa_service.plan_round(self.year.journal, self.year.agung, capa_id=capa_id, plan=plan, now=self.year.tick())
        if finish:
            self.finish(capa_id)

    def finish(self, capa_id: int) -> None:
        capa_service.complete_round(
            self.year.journal,
            self.year.agung,
            capa_id=capa_id,
            note="Sudah dilaksanakan.",
            now=self.year.tick(),
        )

    def check(self, capa_id: int, *, effective: bool) -> None:
        note = "Jumlah pengaduan sejenis turun." if effective else "Pengaduan sejenis masih datang."
        capa_service.verify_round(
            self.year.journal, self.year.wiji, capa_id=capa_id, effective=effective, note=note, now=self.year.tick()
        )

    def leave(self, one: Left, before: int) -> None:
        if before == one.opened:
            self.left[one.source] = self.opened(one.source, one.problem, "", [])
            self.plan(self.left[one.source], CAPAS[0], finish=False)
        elif before == one.done:
            self.finish(self.left[one.source])
        elif before == one.checked:
            self.check(self.left[one.source], effective=False)


class QuarterDesk:
    def __init__(self, year: ComplaintYear) -> None:
        self.year, self.today, self.pledged = year, date.min, 0
        self.tick: Moments

    def day(self, today: date, tick: Moments) -> None:
        self.today, self.tick = today, tick
        if self.today == self.year.workdays[len(self.year.workdays) // 2]:
            office.change_setting(
                self.year.journal, self.year.wiji, key="recap.to_regency", value=True, now=self.tick()
            )
        last = Quarter.of(self.today).before
        day = self.year.calendar.workdays_between(last.end, self.today)
        if last.end < self.year.workdays[0]:
            return
        recap = Recap.first(self.year.journal.db, Recap.quarter == str(last))
        if day in STEPS:
            STEPS[day](self, last, recap)
        self.look_after(last, day)

    def draft(self, last: Quarter, _recap: Recap | None) -> None:
        service.draft_recap(self.year.journal, self.year.laila, quarter=last, now=self.tick())

    def send_back(self, last: Quarter, _recap: Recap | None) -> None:
        service.return_recap(
            self.year.journal,
            self.year.wiji,
            quarter=last,
            note="Cocokkan kategori dengan buku.",
            now=self.tick(),
        )

    def check(self, last: Quarter, recap: Recap | None) -> None:
        if recap is not None and recap.note:
            self.draft(last, recap)
        for _ in range(2):
            what, who = PLEDGES[self.pledged % len(PLEDGES)]
            self.pledged += 1
            service.give_pledge(
                self.year.journal,
                self.year.laila,
                quarter=last,
                what=what,
                who=who,
                by_on=self.year.after(15, 35),
                now=self.tick(),
            )
        self.put_right(last)
        service.mark_checked(self.year.journal, self.year.wiji, quarter=last, read_public=True, now=self.tick())

    def put_right(self, last: Quarter) -> None:
        journal, laila = self.year.journal, self.year.laila
        one = service.pledges_of_quarter(journal.db, last)[-1]
        service.correct_pledge(
            journal,
            laila,
            pledge_id=one.id,
            what=one.what,
            who="Kasi Pelayanan Umum dan petugas loket",
            by_on=date.fromisoformat(one.by_on),
            reason="Penanggung jawab kurang",
            now=self.tick(),
        )
        if last.n % 2:
            wrong = service.give_pledge(
                journal,
                laila,
                quarter=last,
                what="Ruang tunggu ber-AC",
                who="Sekretaris",
                by_on=date.fromisoformat(one.by_on),
                now=self.tick(),
            )
            service.withdraw_pledge(journal, laila, pledge_id=wrong, reason="Belum ada anggarannya", now=self.tick())

    def approve(self, last: Quarter, _recap: Recap | None) -> None:
        service.approve_recap(self.year.journal, self.year.hendra, quarter=last, now=self.tick())

    def post(self, last: Quarter, _recap: Recap | None) -> None:
        service.post_recap(
            self.year.journal,
            self.year.laila,
            quarter=last,
            on=self.today,
            until=last.after.end + timedelta(days=10),
            place="Papan pengumuman depan loket",
            now=self.tick(),
        )
        for subject, paper in ((f"recap/{last}", "recap"), (f"poster/{last}-a3", "poster")):
            cases.record_print(self.year.journal, self.year.laila, subject=subject, paper=paper, now=self.tick())
            cases.judge_print(
                self.year.journal,
                self.year.laila,
                subject=subject,
                paper=paper,
                came_out=True,
                now=self.tick(),
            )

    def addendum(self, last: Quarter, _recap: Recap | None) -> None:
        if last.n % 2:
            self.year.write("letter", GRIEVANCES[7], received_on=last.end - timedelta(days=2))
            service.add_addendum(
                self.year.journal,
                self.year.laila,
                quarter=last,
                now=self.tick(),
                text="Satu surat pengaduan bertanggal akhir triwulan baru ditemukan di agenda.",
            )

    def look_after(self, last: Quarter, day: int) -> None:
        if day == 14:
            self.keep_promise(last, 0, kept=True)
        elif day == 24:
            self.keep_promise(last, 0, kept=False, note="Menunggu anggaran perubahan.")
        elif day == 45 and last.n == 2:
            self.withdraw_promise(last)
        elif day == 50 and last.n % 2:
            self.keep_promise(last, 0, kept=True)

    def still_open(self, of: Quarter) -> list[int]:
        return [pledge.id for pledge in service.unkept_pledges(self.year.journal.db) if pledge.quarter == str(of)]

    def keep_promise(self, of: Quarter, place: int, *, kept: bool, note: str = "") -> None:
        found = self.still_open(of)[place : place + 1]
        for one in found:
            service.keep_pledge(
                self.year.journal, self.year.laila, pledge_id=one, kept=kept, note=note, now=self.tick()
            )

    def withdraw_promise(self, of: Quarter) -> None:
        for one in self.still_open(of)[:1]:
            service.withdraw_pledge(
                self.year.journal,
                self.year.wiji,
                pledge_id=one,
                now=self.tick(),
                reason="Anggaran perubahan ditolak kabupaten",
            )


STEPS = {
    3: QuarterDesk.draft,
    4: QuarterDesk.send_back,
    5: QuarterDesk.check,
    6: QuarterDesk.approve,
    7: QuarterDesk.post,
    9: QuarterDesk.addendum,
}
"""Working days after the end of a quarter, and what happens on them."""
