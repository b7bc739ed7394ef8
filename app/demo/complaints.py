"""The complaint book of the demo's year: some 150 lines in every state, the daily box, LTPPs, recaps.

It draws from a seed of its own, so that the year of applications stays what it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from app.complaints import book, follow, limits, openings
from app.complaints.book import Visitor
from app.complaints.tables import Complaint
from app.complaints.words import SECTIONS
from app.core.permissions import SYSTEM, Actor
from app.core.workdays import Calendar
from app.demo.book_extras import STANDS, BookExtras
from app.demo.capa_desk import CapaDesk
from app.demo.grievances import GRIEVANCES, Grievance
from app.demo.hands import Moments
from app.demo.people import Citizens
from app.demo.quarter_desk import QuarterDesk
from app.demo.sides import Sides
from app.office import service as office

LINES, SEED = 150, 110811
CHANNELS = {"desk": 46, "telephone": 14, "sms": 8, "letter": 7, "lapor": 9, "online": 6}
FATES = {"plain": 12, "slow": 3, "late": 1, "again": 1, "rerouted": 1, "paused": 1, "stuck": 1}
"""What becomes of every twenty lines, in another order each time."""
LEVY, LEVY_EVERY = next(one for one in GRIEVANCES if one.category == "levy"), 35
"""Illegal levies are rare, and every year has some."""
PAUSES = (("other_body", "Menunggu Dispendukcapil."), ("complainant", "Menunggu fotokopi KK."),
          ("field", "Tukang datang pekan depan."))  # fmt: skip
HEADS = {"pelayanan": "agung", "umum": "sulis"}
"""Section → user name of its head."""
HEARD = 60
"""Working days at the end of the year whose unsatisfied complainants still wait for another answer."""
WEIGHTS = [3 if one.category in ("speed", "no_blanks", "requirements") else 0.5 if one.category == "levy" else 1
           for one in GRIEVANCES]  # fmt: skip


@dataclass
class Line:
    """A line on its way: what it is about, what shall become of it, what is next and from which day on."""

    id: int
    grievance: Grievance
    fate: str
    channel: str
    answerable: bool = True
    next: str = "first"
    ready_on: date = date.min


class ComplaintYear:
    """The information officer and those who answer, day by day."""

    def __init__(self, sides: Sides, calendar: Calendar, workdays: list[date], lines: int = LINES) -> None:
        self.journal, self.calendar, self.workdays = sides.office.journal, calendar, workdays
        self.random = Random(SEED)
        self.citizens = Citizens(self.random, list(office.village_names(self.journal.db)))
        self.laila, self.agung, self.retno, self.wiji, self.hendra, self.sulis = (
            sides.actor(name, workdays[0])
            for name in ("nurlaila", "agung", "retno", "wiji", "hendra", "sulis"))  # fmt: skip
        self.mean, self.owed, self.today = lines / len(workdays), 0.0, date.min
        self.lines: list[Line] = []
        self.deck: list[str] = []
        self.office, self.capas, self.extras = QuarterDesk(self), CapaDesk(self), BookExtras(self)
        self.pauses = self.boxed = 0

    def day(self, today: date, tick: Moments) -> None:
        """What happens to the book on a working day, in the afternoon."""
        self.tick = Moments(self.random, tick.at)
        self.tick.begin(today, 14, 40)
        if today == self.workdays[0]:
            limits.seed(self.journal, self.tick())
            for code, head in HEADS.items():
                limits.set_section(
                    self.journal, self.wiji, code=code, name=SECTIONS[code], head=head, now=self.tick()
                )
        self.today = today
        self.newcomers()
        self.extras.leave_open()
        for line in self.lines:
            if line.ready_on <= today and line.next:
                self.act(line)
        self.box()
        self.capas.day()
        self.office.day(today, self.tick)
        tick.at = max(tick.at, self.tick.at)

    # -- lines -------------------------------------------------------------------------------------------------

    def newcomers(self) -> None:
        """Who complains today."""
        self.owed += self.mean * self.random.choice((0.3, 0.7, 1.0, 1.3, 1.7)) * 0.8
        while self.owed >= 1:
            self.owed -= 1
            channel = self.random.choices(list(CHANNELS), list(CHANNELS.values()))[0]
            grievance = self.random.choices(GRIEVANCES, WEIGHTS)[0]
            self.write(channel, LEVY if len(self.lines) % LEVY_EVERY == LEVY_EVERY - 1 else grievance)

    def write(
        self, channel: str, grievance: Grievance, received_on: date | None = None, fate: str = ""
    ) -> None:
        """A line with a complainant of its own."""
        written = book.write(
            self.journal,
            self.laila if channel != "desk" else self.random.choice((self.laila, self.retno)),
            channel=channel,
            visitor=self.visitor(grievance),
            now=self.tick(),
            type_=grievance.type,
            category=grievance.category,
            weight=grievance.weight,
            received_on=received_on,
        )
        fate = fate or self.next_fate()
        self.add(Line(written.id, grievance, fate, channel, ready_on=self.after(0, 2)), written.code)

    def next_fate(self) -> str:
        """The next card of a shuffled deck, so that each fate comes in every twenty lines."""
        if not self.deck:
            self.deck = [fate for fate, count in FATES.items() for _ in range(count)]
            self.random.shuffle(self.deck)
        return self.deck.pop()

    def add(self, line: Line, code: str) -> None:
        """Keep a line that was just written."""
        self.lines.append(line)
        self.extras.written(line, code=bool(code))

    def visitor(self, grievance: Grievance, *, boxed: bool = False) -> Visitor:
        """Somebody with these words; others' names and numbers stand in them, as they do in real ones."""
        who = self.citizens.draw(self.today, ages=(18, 66))
        other = self.citizens.draw(self.today, ages=(18, 66))
        words = grievance.words.format(name=other.spoken, phone=other.phone or who.phone or "081000000000",
                                       street=f"Dusun Krajan RT {other.rt} RW {other.rw}")  # fmt: skip
        self.boxed += boxed
        anonymous = self.boxed % 4 > 0 if boxed else self.random.random() < 0.1
        confidential = not anonymous and (grievance.category == "levy" or self.random.random() < 0.06)
        return Visitor(
            words,
            hope=grievance.hope,
            name=who.name,
            sex=who.sex,
            address=f"{who.street} RT {who.rt} RW {who.rw}".strip(),
            contact=who.phone,
            area=who.village if self.random.random() < 0.93 else "",
            service="ktp-el",
            anonymous=anonymous,
            confidential=confidential,
            second_word="melati" if confidential else "",
        )

    def after(self, least: int, most: int) -> date:
        """A working day some days ahead."""
        return self.calendar.add_workdays(self.today, self.random.randint(least, most))

    def act(self, line: Line) -> None:
        """The next thing for a line, unless it is to be left there."""
        if STANDS.get(line.fate) == line.next:
            line.next = ""
            return
        getattr(self, f"on_{line.next}")(line)

    def on_first(self, line: Line) -> None:
        """The first answer; some lines are routed or paused on the way."""
        if line.answerable:
            follow.first_answer(
                self.journal,
                self.laila,
                text="Pengaduan diterima dan diteruskan ke Kasi.",
                complaint_id=line.id,
                now=self.tick(),
            )
        if line.fate == "rerouted":
            section = Complaint.rows(self.journal.db, Complaint.id == line.id)[0].section
            follow.route(
                self.journal,
                self.laila,
                section="umum" if section == "pelayanan" else "pelayanan",
                reason="Menyangkut sarana kantor.",
                complaint_id=line.id,
                now=self.tick(),
            )
        if line.fate in ("paused", "stands_paused"):
            reason, text = PAUSES[self.pauses % len(PAUSES)]
            self.pauses += 1
            follow.pause(
                self.journal,
                self.head(line),
                reason=reason,
                text=text,
                complaint_id=line.id,
                now=self.tick(),
            )
        line.next = "" if line.fate == "stuck" else "resume" if line.fate.endswith("paused") else "follow"
        line.ready_on = self.after(
            *{"slow": (8, 14), "late": (17, 26), "paused": (4, 9)}.get(line.fate, (1, 6))
        )

    def head(self, line: Line) -> Actor:
        """The head of the section that a line lies with."""
        return self.agung if HEADS[book.get(self.journal.db, line.id).section] == "agung" else self.sulis

    def on_resume(self, line: Line) -> None:
        """The clock runs again."""
        follow.resume(self.journal, self.head(line), complaint_id=line.id, now=self.tick())
        line.next, line.ready_on = "follow", self.after(1, 4)

    def on_follow(self, line: Line) -> None:
        """The Kasi writes the follow-up."""
        follow.follow_up(
            self.journal,
            self.head(line),
            text=line.grievance.follow_up,
            complaint_id=line.id,
            now=self.tick(),
        )
        self.extras.followed(line)
        line.next, line.ready_on = "answer" if line.answerable else "close", self.after(0, 2)

    def on_answer(self, line: Line) -> None:
        """The answer to the complainant, what he thinks of it, and another one where that was not good."""
        follow.answer(
            self.journal, self.laila, text=line.grievance.answer, complaint_id=line.id, now=self.tick()
        )
        if self.random.random() < 0.4:
            happy, at = self.random.random() < 0.8, self.tick()
            follow.satisfaction(self.journal, SYSTEM, satisfied=happy, text="", complaint_id=line.id, now=at)
            if not happy and len(self.workdays) - self.workdays.index(self.today) > HEARD:
                said = f"{line.grievance.answer} Silakan datang ke meja informasi, kami jelaskan lagi."
                follow.answer(self.journal, self.laila, text=said, complaint_id=line.id, now=at)
        line.next, line.ready_on = "close", self.after(0, 2)

    def on_close(self, line: Line) -> None:
        """Settled; a few are taken up again later."""
        follow.close(self.journal, self.laila, complaint_id=line.id, now=self.tick())
        line.next, line.ready_on = ("reopen", self.after(4, 12)) if line.fate == "again" else ("", date.max)

    def on_reopen(self, line: Line) -> None:
        """The same thing happened again."""
        follow.reopen(
            self.journal,
            self.laila,
            reason="Kejadian yang sama terulang.",
            complaint_id=line.id,
            now=self.tick(),
        )
        line.fate, line.next, line.ready_on = "plain", "follow", self.after(1, 4)

    def box(self) -> None:
        """The suggestion box at the end of the day: mostly nothing; twice in the year it was forgotten."""
        if self.workdays.index(self.today) in (40, 133):
            return
        slips = self.random.choices((0, 1, 2), (86, 12, 2))[0]
        chosen = [self.random.choice(GRIEVANCES) for _ in range(slips)]
        written = openings.open_box(self.journal, self.laila, slips=[self.visitor(one, boxed=True) for one in chosen],
                                now=self.tick(), note="" if slips else "nihil")  # fmt: skip
        for one, grievance in zip(written, chosen, strict=True):
            answerable = bool(book.get(self.journal.db, one.id).first_due_on)
            follow.classify(
                self.journal,
                self.laila,
                complaint_id=one.id,
                type_=grievance.type,
                category=grievance.category,
                weight=grievance.weight,
                handling="desk",
                now=self.tick(),
            )
            self.add(Line(one.id, grievance, "plain", "box", answerable, ready_on=self.after(1, 3)), one.code)
