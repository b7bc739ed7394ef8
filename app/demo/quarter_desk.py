"""The quarter in the demo's year: who drafts, checks, approves and hangs up the recap, and on which day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from app.cases import service as cases
from app.complaints import pledges, quarter
from app.complaints.tables import Recap
from app.core.quarters import Quarter
from app.demo.grievances import GRIEVANCES, PLEDGES
from app.demo.hands import Moments
from app.office import service as office

if TYPE_CHECKING:
    from app.demo.complaints import ComplaintYear


class QuarterDesk:
    """Those who make a recap, day by day."""

    def __init__(self, year: ComplaintYear) -> None:
        self.year, self.today, self.pledged = year, date.min, 0
        self.tick: Moments

    def day(self, today: date, tick: Moments) -> None:
        """A few days after a quarter: draft, return, draft again, check, pledge, approve, post, addendum."""
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
        """Draft it."""
        quarter.draft(self.year.journal, self.year.laila, quarter=last, now=self.tick())

    def send_back(self, last: Quarter, _recap: Recap | None) -> None:
        """The Sekretaris wants something put right."""
        quarter.send_back(
            self.year.journal,
            self.year.wiji,
            quarter=last,
            note="Cocokkan kategori dengan buku.",
            now=self.tick(),
        )

    def check(self, last: Quarter, recap: Recap | None) -> None:
        """Draft again when it came back, promise something, check."""
        if recap is not None and recap.note:
            self.draft(last, recap)
        for _ in range(2):
            what, who = PLEDGES[self.pledged % len(PLEDGES)]
            self.pledged += 1
            pledges.give(
                self.year.journal,
                self.year.laila,
                quarter=last,
                what=what,
                who=who,
                by_on=self.year.after(15, 35),
                now=self.tick(),
            )
        self.put_right(last)
        quarter.check(self.year.journal, self.year.wiji, quarter=last, read_public=True, now=self.tick())

    def put_right(self, last: Quarter) -> None:
        """A mistyped promise is corrected; one that was written by mistake is taken back before approval."""
        journal, laila = self.year.journal, self.year.laila
        one = pledges.of_quarter(journal.db, last)[-1]
        pledges.correct(journal, laila, pledge_id=one.id, what=one.what, who="Kasi Pelayanan Umum dan petugas loket",
                        by_on=pledges.due(one), reason="Penanggung jawab kurang", now=self.tick())  # fmt: skip
        if last.n % 2:
            wrong = pledges.give(journal, laila, quarter=last, what="Ruang tunggu ber-AC", who="Sekretaris",
                                 by_on=pledges.due(one), now=self.tick())  # fmt: skip
            pledges.withdraw(journal, laila, pledge_id=wrong, reason="Belum ada anggarannya", now=self.tick())

    def approve(self, last: Quarter, _recap: Recap | None) -> None:
        """The Camat approves."""
        quarter.approve(self.year.journal, self.year.hendra, quarter=last, now=self.tick())

    def post(self, last: Quarter, _recap: Recap | None) -> None:
        """On the board until the next one comes."""
        quarter.post(
            self.year.journal,
            self.year.laila,
            quarter=last,
            on=self.today,
            until=last.after.end + timedelta(days=10),
            place="Papan pengumuman depan loket",
            now=self.tick(),
        )
        for subject, paper in ((f"recap/{last}", "recap"), (f"poster/{last}-a3", "poster")):
            cases.printed(self.year.journal, self.year.laila, subject=subject, paper=paper, now=self.tick())
            cases.judged(
                self.year.journal,
                self.year.laila,
                subject=subject,
                paper=paper,
                came_out=True,
                now=self.tick(),
            )

    def addendum(self, last: Quarter, _recap: Recap | None) -> None:
        """A letter of the old quarter comes to light."""
        if last.n % 2:
            self.year.write("letter", GRIEVANCES[7], received_on=last.end - timedelta(days=2))
            quarter.add_addendum(
                self.year.journal,
                self.year.laila,
                quarter=last,
                now=self.tick(),
                text="Satu surat pengaduan bertanggal akhir triwulan baru ditemukan di agenda.",
            )

    def look_after(self, last: Quarter, day: int) -> None:
        """What becomes of promises, by working days after the quarter: kept in time, late, not at all, withdrawn."""
        if day == 14:
            self.keep_promise(last, 0, kept=True)
        elif day == 24:
            self.keep_promise(last, 0, kept=False, note="Menunggu anggaran perubahan.")
        elif day == 45 and last.n == 2:
            self.withdraw_promise(last)
        elif day == 50 and last.n % 2:
            self.keep_promise(last, 0, kept=True)

    def still_open(self, of: Quarter) -> list[int]:
        """Promises of a quarter that nobody has kept or taken back."""
        return [one.id for one in pledges.unkept(self.year.journal.db) if one.quarter == str(of)]

    def keep_promise(self, of: Quarter, place: int, *, kept: bool, note: str = "") -> None:
        """One of the open promises is kept, or why not yet."""
        found = self.still_open(of)[place : place + 1]
        for one in found:
            pledges.keep(
                self.year.journal, self.year.laila, pledge_id=one, kept=kept, note=note, now=self.tick()
            )

    def withdraw_promise(self, of: Quarter) -> None:
        """The Sekretaris takes a promise back that cannot be kept."""
        for one in self.still_open(of)[:1]:
            pledges.withdraw(self.year.journal, self.year.wiji, pledge_id=one, now=self.tick(),
                             reason="Anggaran perubahan ditolak kabupaten")  # fmt: skip


STEPS = {3: QuarterDesk.draft, 4: QuarterDesk.send_back, 5: QuarterDesk.check, 6: QuarterDesk.approve,
         7: QuarterDesk.post, 9: QuarterDesk.addendum}  # fmt: skip
"""Working days after the end of a quarter, and what happens on them."""
