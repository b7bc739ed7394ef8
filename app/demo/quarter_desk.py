"""The quarter in the demo's year: who drafts, checks, approves and hangs up the recap, and on which day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from app.complaints import pledges, quarter
from app.complaints.tables import Recap
from app.core.quarters import Quarter
from app.demo.grievances import GRIEVANCES, PLEDGES
from app.demo.hands import Moments

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
        last = Quarter.of(self.today).before
        day = self.year.calendar.workdays_between(last.end, self.today)
        if last.end < self.year.workdays[0]:
            return
        recap = Recap.first(self.year.journal.db, Recap.quarter == str(last))
        if day in STEPS:
            STEPS[day](self, last, recap)
        if day in (20, 38):
            self.keep_promise(last.before if day == 20 else last)

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
        quarter.check(self.year.journal, self.year.wiji, quarter=last, read_public=True, now=self.tick())

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

    def keep_promise(self, of: Quarter) -> None:
        """The first open pledge of a quarter is kept."""
        found = [one for one in pledges.unkept(self.year.journal.db) if one.quarter == str(of)]
        if found:
            pledges.keep(
                self.year.journal, self.year.laila, pledge_id=found[0].id, kept=True, note="", now=self.tick()
            )


STEPS = {3: QuarterDesk.draft, 4: QuarterDesk.send_back, 5: QuarterDesk.check, 6: QuarterDesk.approve,
         7: QuarterDesk.post, 9: QuarterDesk.addendum}  # fmt: skip
"""Working days after the end of a quarter, and what happens on them."""
