"""What happens to some lines of the demo's book only: scans, receipts, links, other classes, strikes, lines left open.

It counts instead of drawing, so that each kind is there in every year that is long enough.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from datetime import date
from random import Random

from app.casework.desk import service as cases
from app.cli.demo.sides import Sides
from app.core.permissions import SYSTEM, Actor
from app.core.workdays import Calendar
from app.platform.office import queries as office
from app.services.complaints import limits, service, suggestion_box, transitions
from app.services.complaints.queries import staff_columns
from app.services.complaints.service import Visitor
from app.services.complaints.tables import Complaint
from tests.world.citizens import Citizens
from tests.world.grievances import GRIEVANCES, Grievance
from tests.world.office_day import Moments
from tests.world.recap_staff import CapaDesk, QuarterDesk

FIELD = ("comfort", "levy", "wrong_data")
"""Categories that somebody has to look at on the spot."""
STANDS = {
    "stands_open": "follow",
    "stands_followed": "answer",
    "stands_answered": "close",
    "stands_paused": "resume",
}
"""Fates of the last days: at which next deed such a line is left."""
LEFT_BEFORE = 12
"""Working days before the end on which those lines are written."""


def scanned_page(rows: int = 40, width: int = 120) -> bytes:
    """A small PNG of a ruled page: grey, with a line every fifth row."""
    raw = b"".join(b"\0" + (b"\x70" if n % 5 == 4 else b"\xf4") * width for n in range(rows))

    def part(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    return (
        b"\x89PNG\r\n\x1a\n"
        + part(b"IHDR", struct.pack(">IIBBBBB", width, rows, 8, 0, 0, 0, 0))
        + part(b"IDAT", zlib.compress(raw))
        + part(b"IEND", b"")
    )


class BookExtras:
    def __init__(self, year: ComplaintYear) -> None:
        self.year, self.count = year, 0

    def written(self, line: Line, *, code: bool) -> None:
        self.count += 1
        year, journal = self.year, self.year.journal
        if line.channel == "letter" or self.count % 23 == 0:
            service.attach_scan(journal, year.laila, complaint_id=line.id, data=scanned_page(), now=year.tick())
        if code and self.count % 4 == 0:
            who = SYSTEM if self.count % 8 == 0 else year.laila
            cases.record_print(journal, who, subject=f"complaint/{line.id}", paper="complaint_receipt", now=year.tick())
        if line.grievance.category in FIELD and self.count % 2:
            one = line.grievance
            service.classify_line(
                journal,
                year.laila,
                complaint_id=line.id,
                type_=one.type,
                category=one.category,
                weight=one.weight,
                handling="field",
                now=year.tick(),
            )
        if self.count % 9 == 0:
            self.link(line)

    def link(self, line: Line) -> None:
        alike = [
            one for one in self.year.lines if one.grievance.category == line.grievance.category and one is not line
        ]
        if alike:
            number = transitions.load_line(self.year.journal.db, alike[-1].id).number
            service.link_lines(
                self.year.journal, self.year.laila, complaint_id=line.id, number=number, now=self.year.tick()
            )

    def followed(self, line: Line) -> None:
        if line.fate != "rerouted":
            return
        year = self.year
        column = staff_columns(year.journal.db, [line.id])[line.id][-1]
        service.strike_column(
            year.journal,
            year.head(line),
            column_id=column.id,
            reason="Tertulis di baris yang salah",
            now=year.tick(),
        )
        service.write_follow_up(
            year.journal,
            year.head(line),
            text=line.grievance.follow_up,
            complaint_id=line.id,
            now=year.tick(),
        )

    def leave_open(self) -> None:
        if len(self.year.workdays) - self.year.workdays.index(self.year.today) == LEFT_BEFORE:
            for place, fate in enumerate(STANDS):
                self.year.write("telephone", GRIEVANCES[place], fate=fate)


LINES, SEED = 150, 110811
CHANNELS = {"desk": 46, "telephone": 14, "sms": 8, "letter": 7, "lapor": 9, "online": 6}
STUCK_BEFORE = 45
"""Working days before the end: a line that gets stuck sooner was noticed, and goes on."""
FATES = {"plain": 12, "slow": 3, "late": 1, "again": 1, "rerouted": 1, "paused": 1, "stuck": 1}
"""What becomes of every twenty lines, in another order each time."""
LEVY, LEVY_EVERY = next(one for one in GRIEVANCES if one.category == "levy"), 35
"""Illegal levies are rare, and every year has some."""
PAUSES = (
    ("other_body", "Menunggu Dispendukcapil."),
    ("complainant", "Menunggu fotokopi KK."),
    ("field", "Tukang datang pekan depan."),
)
HEADS = {"pelayanan": "agung", "umum": "sulis"}
"""Section → user name of its head."""
HEARD = 60
"""Working days at the end of the year whose unsatisfied complainants still wait for another answer."""
WEIGHTS = [
    3 if one.category in ("speed", "no_blanks", "requirements") else 0.5 if one.category == "levy" else 1
    for one in GRIEVANCES
]


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
    def __init__(self, sides: Sides, calendar: Calendar, workdays: list[date], lines: int = LINES) -> None:
        self.journal, self.calendar, self.workdays = sides.office.journal, calendar, workdays
        self.random = Random(SEED)
        self.citizens = Citizens(self.random, list(office.village_names(self.journal.db)))
        self.laila, self.agung, self.retno, self.wiji, self.hendra, self.sulis = (
            sides.actor(name, workdays[0]) for name in ("nurlaila", "agung", "retno", "wiji", "hendra", "sulis")
        )
        self.mean, self.owed, self.today = lines / len(workdays), 0.0, date.min
        self.lines: list[Line] = []
        self.deck: list[str] = []
        self.office, self.capas, self.extras = QuarterDesk(self), CapaDesk(self), BookExtras(self)
        self.pauses = self.boxed = 0

    def day(self, today: date, tick: Moments) -> None:
        self.tick = Moments(self.random, tick.at)
        self.tick.begin(today, 14, 40)
        if today == self.workdays[0]:
            limits.seed_office(self.journal, self.tick())
            names = limits.section_names(self.journal.db)
            for code, head in HEADS.items():
                limits.set_section(self.journal, self.wiji, code=code, name=names[code], head=head, now=self.tick())
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
        self.owed += self.mean * self.random.choice((0.3, 0.7, 1.0, 1.3, 1.7)) * 0.8
        while self.owed >= 1:
            self.owed -= 1
            channel = self.random.choices(list(CHANNELS), list(CHANNELS.values()))[0]
            grievance = self.random.choices(GRIEVANCES, WEIGHTS)[0]
            self.write(channel, LEVY if len(self.lines) % LEVY_EVERY == LEVY_EVERY - 1 else grievance)

    def write(self, channel: str, grievance: Grievance, received_on: date | None = None, fate: str = "") -> None:
        written = service.write_line(
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

    def adopt_lines(self) -> None:
        """Lines that others wrote, such as the hotline: they are looked after like any other."""
        known = {line.id for line in self.lines}
        for row in Complaint.rows(self.journal.db, Complaint.state != "closed", order="id"):
            if row.id not in known:
                answerable = bool(row.first_due_on)
                self.lines.append(Line(row.id, GRIEVANCES[0], "plain", row.channel, answerable))

    def next_fate(self) -> str:
        """The next card of a shuffled deck, so that each fate comes in every twenty lines."""
        if not self.deck:
            self.deck = [fate for fate, count in FATES.items() for _ in range(count)]
            self.random.shuffle(self.deck)
        return self.deck.pop()

    def add(self, line: Line, code: str) -> None:
        self.lines.append(line)
        self.extras.written(line, code=bool(code))

    def visitor(self, grievance: Grievance, *, boxed: bool = False) -> Visitor:
        who = self.citizens.draw(self.today, ages=(18, 66))
        other = self.citizens.draw(self.today, ages=(18, 66))
        words = grievance.words.format(
            name=other.spoken,
            phone=other.phone or who.phone or "081000000000",
            street=f"Dusun Krajan RT {other.rt} RW {other.rw}",
        )
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
        return self.calendar.add_workdays(self.today, self.random.randint(least, most))

    def act(self, line: Line) -> None:
        if STANDS.get(line.fate) == line.next:
            line.next = ""
            return
        getattr(self, f"on_{line.next}")(line)

    def on_first(self, line: Line) -> None:
        if line.answerable:
            service.write_first_answer(
                self.journal,
                self.laila,
                text="Pengaduan diterima dan diteruskan ke Kasi.",
                complaint_id=line.id,
                now=self.tick(),
            )
        if line.fate == "rerouted":
            section = Complaint.rows(self.journal.db, Complaint.id == line.id)[0].section
            service.route_line(
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
            service.pause_clock(
                self.journal,
                self.head(line),
                reason=reason,
                text=text,
                complaint_id=line.id,
                now=self.tick(),
            )
        stands = line.fate == "stuck" and len(self.workdays) - self.workdays.index(self.today) <= STUCK_BEFORE
        line.next = "" if stands else "resume" if line.fate.endswith("paused") else "follow"
        line.ready_on = self.after(*{"slow": (8, 14), "late": (17, 26), "paused": (4, 9)}.get(line.fate, (1, 6)))

    def head(self, line: Line) -> Actor:
        return self.agung if HEADS[transitions.load_line(self.journal.db, line.id).section] == "agung" else self.sulis

    def on_resume(self, line: Line) -> None:
        service.resume_clock(self.journal, self.head(line), complaint_id=line.id, now=self.tick())
        line.next, line.ready_on = "follow", self.after(1, 4)

    def on_follow(self, line: Line) -> None:
        service.write_follow_up(
            self.journal,
            self.head(line),
            text=line.grievance.follow_up,
            complaint_id=line.id,
            now=self.tick(),
        )
        self.extras.followed(line)
        line.next, line.ready_on = "answer" if line.answerable else "close", self.after(0, 2)

    def on_answer(self, line: Line) -> None:
        service.write_answer(
            self.journal, self.laila, text=line.grievance.answer, complaint_id=line.id, now=self.tick()
        )
        if self.random.random() < 0.4:
            happy, at = self.random.random() < 0.8, self.tick()
            service.record_satisfaction(self.journal, SYSTEM, satisfied=happy, text="", complaint_id=line.id, now=at)
            if not happy and len(self.workdays) - self.workdays.index(self.today) > HEARD:
                said = f"{line.grievance.answer} Silakan datang ke meja informasi, kami jelaskan lagi."
                service.write_answer(self.journal, self.laila, text=said, complaint_id=line.id, now=at)
        line.next, line.ready_on = "close", self.after(0, 2)

    def on_close(self, line: Line) -> None:
        why = "Sudah dijelaskan lagi di meja informasi; tidak ada yang dapat ditambah."
        service.close_line(self.journal, self.laila, complaint_id=line.id, now=self.tick(), reason=why)
        line.next, line.ready_on = ("reopen", self.after(4, 12)) if line.fate == "again" else ("", date.max)

    def on_reopen(self, line: Line) -> None:
        service.reopen_line(
            self.journal,
            self.laila,
            reason="Kejadian yang sama terulang.",
            complaint_id=line.id,
            now=self.tick(),
        )
        line.fate, line.next, line.ready_on = "plain", "follow", self.after(1, 4)

    def box(self) -> None:
        if self.workdays.index(self.today) in (40, 133):
            return
        if suggestion_box.unexplained_days(self.journal.db, self.today):
            why = "Petugas layanan informasi sakit; kotak dibuka hari kerja berikutnya."
            suggestion_box.explain_missed_days(self.journal, self.laila, reason=why, now=self.tick())
        slips = self.random.choices((0, 1, 2), (86, 12, 2))[0]
        chosen = [self.random.choice(GRIEVANCES) for _ in range(slips)]
        written = suggestion_box.open_box(
            self.journal,
            self.laila,
            slips=[self.visitor(one, boxed=True) for one in chosen],
            now=self.tick(),
            note="" if slips else "nihil",
        )
        for one, grievance in zip(written, chosen, strict=True):
            answerable = bool(transitions.load_line(self.journal.db, one.id).first_due_on)
            service.classify_line(
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
