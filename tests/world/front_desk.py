"""Who looks after an office of the demo beside its services: complaints, suggestion box, recaps, internal checks."""

from datetime import date

from app.core.permissions import Actor, may
from app.core.quarters import Quarter
from app.platform.office import queries as office
from app.platform.office.queries import services_in_force
from app.platform.people.queries import actor_named
from app.quality.checks.queries import checked_on, finished_cases, running_cases
from app.quality.quarter import service as quarters
from app.services.complaints import service as book
from app.services.complaints import suggestion_box, transitions
from app.services.complaints.tables import Complaint
from tests.world.clause_staff import Checkers, run_check
from tests.world.service_staff import Scene

FIRST, FOLLOWED, ANSWERED, CLOSED = 1, 3, 4, 6
"""Working days after its receipt on which a line gets its columns; the newest ones lie about when the demo begins."""
CHECKED_BEFORE = 15
"""Working days before the end of a quarter from which its internal check is held, as soon as there is a sample."""


class FrontDesk:
    def __init__(self, scene: Scene) -> None:
        self.scene, self.begins = scene, scene.tick.at.date()
        self.first_answered, self.pledge = set[int](), 0

    def day(self, today: date) -> None:
        self.scene.tick.begin(today, 14, 40)
        self.open_box()
        for line in Complaint.rows(self.scene.db, Complaint.state != "closed", order="id"):
            self.look_after(line, today)
        self.write_recap(today)
        self.hold_check(today)

    def open_box(self) -> None:
        opener, now = self.scene.allowed("box.open"), self.scene.tick()
        suggestion_box.open_box(self.scene.journal, opener, slips=[], now=now, note="nihil")

    def look_after(self, line: Complaint, today: date) -> None:
        """The next column that is due."""
        scene, journal = self.scene, self.scene.journal
        age = office.office_calendar(scene.db).workdays_between(date.fromisoformat(line.received_on), today)
        answers = scene.allowed("box.open")
        if age >= FIRST and line.first_due_on and line.id not in self.first_answered:
            said = "Terima kasih, pengaduan Anda diteruskan kepada kepala seksinya."
            book.write_first_answer(journal, answers, complaint_id=line.id, text=said, now=scene.tick())
            self.first_answered.add(line.id)
        elif age >= FOLLOWED and line.state == "open":
            done = "Petugas diberi penjelasan; jawaban yang sama ditulis di desk information."
            book.write_follow_up(journal, self.head(line, today), complaint_id=line.id, text=done, now=scene.tick())
        elif age >= ANSWERED and line.state == "followed":
            text = "Mohon maaf atas jawaban yang kurang jelas. Penjelasan lengkapnya sudah kami sampaikan."
            book.write_answer(journal, answers, complaint_id=line.id, text=text, now=scene.tick())
        elif age >= CLOSED and line.state == "answered":
            book.close_line(journal, answers, complaint_id=line.id, now=scene.tick())

    def head(self, line: Complaint, today: date) -> Actor:
        """Who heads the section of a line. Raises StopIteration."""
        known = (actor_named(self.scene.db, person.username, today) for person in self.scene.demo.cast)
        able = (one for one in known if one is not None and may(one, "complaint.follow"))
        return next(one for one in able if transitions.is_section_head(self.scene.db, one, line.section, today))

    def write_recap(self, today: date) -> None:
        """The recap of the last quarter: drafted, checked, approved and on the board within eight working days."""
        scene, journal, last = self.scene, self.scene.journal, Quarter.of(today).before
        if last.end < self.begins:
            return
        day = office.office_calendar(scene.db).workdays_between(last.end, today)
        if day == 3:
            quarters.draft_recap(journal, scene.allowed("recap.draft"), quarter=last, now=scene.tick())
        elif day == 5:
            promised = "Jawaban yang sering ditanya ditempel di loket", "Petugas loket"
            by_on = office.office_calendar(scene.db).add_workdays(today, 20)
            drafter = scene.allowed("recap.draft")
            self.pledge = quarters.give_pledge(
                journal, drafter, quarter=last, what=promised[0], who=promised[1], by_on=by_on, now=scene.tick()
            )
            checker = scene.allowed("recap.check")
            quarters.mark_checked(journal, checker, quarter=last, read_public=True, now=scene.tick())
        elif day == 6:
            quarters.approve_recap(journal, scene.allowed("recap.approve"), quarter=last, now=scene.tick())
        elif day == 7:
            quarters.post_recap(
                journal,
                scene.allowed("board.post"),
                quarter=last,
                on=today,
                until=last.after.end,
                place="Papan pengumuman dekat loket",
                now=scene.tick(),
            )
        elif day == 20:
            drafter = scene.allowed("recap.draft")
            quarters.keep_pledge(journal, drafter, pledge_id=self.pledge, kept=True, note="", now=scene.tick())

    def hold_check(self, today: date) -> None:
        """Once in each quarter that the office saw from its beginning."""
        scene, quarter = self.scene, Quarter.of(today)
        left = office.office_calendar(scene.db).workdays_between(today, quarter.end)
        held = checked_on(scene.db, quarter.start, quarter.end)
        if quarter.start < self.begins or left > CHECKED_BEFORE or held:
            return
        checked = [service for service in services_in_force(scene.db, today) if self.can_be_checked(service.id, today)][
            :1
        ]
        if not checked:
            return
        who = Checkers(scene.allowed("check.make"), scene.allowed("check.answer"))
        run_check(scene.journal, who, checked, today, scene.tick(), closed=True)

    def can_be_checked(self, service: str, today: date) -> bool:
        """Whether a service has running and finished cases to draw from."""
        since = str(Quarter.of(today).start)
        return bool(
            running_cases(self.scene.db, [service]) and finished_cases(self.scene.db, [service], since, str(today))
        )
