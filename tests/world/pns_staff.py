"""The bureau of the demo: agencies ask for the cards of their civil servants, about one every week."""

from collections.abc import Callable
from datetime import date, timedelta

from app.casework.desk.moving import advance_case
from app.casework.desk.opening import Application, open_case
from app.casework.letters import agenda
from app.casework.letters import service as letters
from app.casework.letters.agenda import Incoming, Order
from app.casework.members import schedule
from app.casework.members import service as members
from app.casework.members.queries import member_rows
from app.core.permissions import Actor
from app.platform.office import queries as office
from tests.world.service_staff import Scene

SERVICE = "kartu-pns"
AGENCIES = ("Dinas Pendidikan", "Dinas Kesehatan", "Badan Kepegawaian", "Inspektorat", "Dinas Perhubungan")
GIVEN = ("Ahmad", "Siti", "Budi", "Rahmah", "Hasan", "Nurul", "Yusuf", "Dewi", "Anwar", "Laila")
FAMILY = ("Fauzan", "Hartini", "Saputra", "Maulida", "Pratama", "Khairani", "Ridhani", "Wulandari")
RANKS = ("Pengatur (II/c)", "Penata Muda (III/a)", "Penata (III/c)")


class Request:
    """A request on its way: `step` is the next deed, `letter` and `notice` are its letters."""

    def __init__(self, case_id: int, count: int) -> None:
        self.case_id, self.count, self.step, self.letter, self.notice = case_id, count, 0, 0, 0
        self.recorded_on = date.max


class CardBureau:
    """Everybody of the eleven steps: a request moves on by one or two of them on a working day."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.count, self.open = scene, 0, list[Request]()
        self.people, self.days = 0, set[date]()

    def day(self, today: date) -> None:
        for request in list(self.open):
            if self.scene.random.random() < 0.8:
                STEPS[request.step](self, request)
        self.open = [one for one in self.open if one.step < len(STEPS)]
        if self.scene.random.random() < 0.22 or not self.count:
            self.ask(today)

    def ask(self, today: date) -> None:
        """The letter of an agency comes, with its list."""
        scene, self.count = self.scene, self.count + 1
        clerk, agency = scene.actor("kasubbag_tu"), scene.random.choice(AGENCIES)
        raw = {"agency": agency, "letter_number": f"800/{100 + self.count}/{today.year}"}
        raw |= {"letter_date": (today - timedelta(days=scene.random.randint(1, 4))).isoformat()}
        made = open_case(
            scene.journal, clerk, Application(service=SERVICE, raw=raw, ticked={"request_letter": ""}), now=scene.tick()
        )
        rows = [self.person() for _ in range(scene.random.randint(3, 14))]
        members.add_members(scene.journal, clerk, case_id=made.id, rows=rows, now=scene.tick())
        request = Request(made.id, len(rows))
        line = Incoming(
            raw["letter_number"], date.fromisoformat(raw["letter_date"]), today, agency, "Permohonan pembuatan KTP PNS"
        )
        request.letter = agenda.register_incoming(
            scene.journal, clerk, line=line, case_id=made.id, letter="request", now=scene.tick()
        )
        self.open.append(request)

    def person(self) -> dict[str, str]:
        self.people += 1
        random = self.scene.random
        nip = f"19{random.randint(75, 95)}0{random.randint(1, 9)}{random.randint(10, 28)}2015011{self.people:03}"
        name = f"{random.choice(GIVEN)} {random.choice(FAMILY)}"
        return {
            "nip": nip,
            "name": name,
            "rank": random.choice(RANKS),
            "unit": random.choice(("Sekretariat", "Bidang I")),
        }

    def dispose(self, request: Request, by: str, to: str) -> None:
        scene = self.scene
        order = Order(role=scene.own_roles(to)[0], due_on=scene.tick.at.date() + timedelta(days=3))
        agenda.dispose_letter(
            scene.journal,
            scene.actor(by),
            letter_id=request.letter,
            orders=[order],
            instructions=["Selesaikan"],
            note="Proses sesuai SOP.",
            now=scene.tick(),
        )
        request.step += 1

    def plan(self, request: Request) -> None:
        """Days are opened, everybody gets a slot, and the notice is drafted and initialled."""
        scene, planner = self.scene, self.scene.actor("kasubbag_tal")
        first = self.open_day(planner, 4, 16)
        schedule.plan_members(scene.journal, planner, case_id=request.case_id, now=scene.tick())
        request.recorded_on = max(
            (date.fromisoformat(str(row.on_date)) for row in self.rows(request) if row.on_date), default=first
        )
        request.notice = letters.draft_letter(
            scene.journal, planner, case_id=request.case_id, letter="notice", now=scene.tick()
        )
        self.circulate(request, "kasubbag_tal", letters.submit_letter)

    def open_day(self, planner: Actor, after: int, places: int) -> date:
        """The next working day that has no slots yet, some days from now."""
        scene, calendar = self.scene, office.office_calendar(self.scene.db)
        day = calendar.add_workdays(scene.tick.at.date(), after)
        while day in self.days:
            day = calendar.add_workdays(day, 1)
        self.days.add(day)
        schedule.open_slots(
            scene.journal,
            planner,
            service=SERVICE,
            first=day,
            last=day,
            hours="08.00-12.00",
            capacity=places,
            place="Ruang Rekam",
            now=scene.tick(),
        )
        return day

    def circulate(self, request: Request, role: str, deed: Callable[..., object]) -> None:
        scene = self.scene
        deed(scene.journal, scene.actor(role), letter_id=request.notice, seen=1, now=scene.tick())
        request.step += 1

    def send(self, request: Request) -> None:
        scene, clerk = self.scene, self.scene.actor("kasubbag_tu")
        letters.number_letter(scene.journal, clerk, letter_id=request.notice, now=scene.tick())
        letters.send_letter(
            scene.journal,
            clerk,
            letter_id=request.notice,
            on=scene.tick.at.date(),
            way="messenger",
            proof=f"Ekspedisi {request.notice}",
            now=scene.tick(),
        )
        request.step += 1

    def record(self, request: Request) -> None:
        """On the day: nearly everybody comes; who stays away gets another slot and comes then."""
        today = self.scene.tick.at.date()
        waiting = self.rows(request, "scheduled")
        due = [row for row in waiting if str(row.on_date) <= today.isoformat()]
        away = due[-1:] if len(due) > 3 and today == request.recorded_on else []
        self.move(request, "attended", [row for row in due if row not in away])
        self.move(request, "stayed_away", away)
        if away:
            self.plan_again(request)
        if not self.rows(request, "scheduled") and not self.rows(request, "absent"):
            self.finish(request, "recorded")

    def plan_again(self, request: Request) -> None:
        scene, planner = self.scene, self.scene.actor("kasubbag_tal")
        day = self.open_day(planner, 2, 4)
        ids = [row.id for row in self.rows(request, "absent")]
        schedule.plan_members(scene.journal, planner, case_id=request.case_id, ids=ids, since=day, now=scene.tick())

    def make(self, request: Request) -> None:
        self.move(request, "finished", self.rows(request, "recorded"))
        self.finish(request, "produced")

    def hand_over(self, request: Request) -> None:
        self.move(request, "handed", self.rows(request, "made"))
        self.finish(request, "handed_over")

    def rows(self, request: Request, state: str = "") -> list:
        return member_rows(self.scene.db, request.case_id, state)

    def move(self, request: Request, move: str, rows: list) -> None:
        if rows:
            members.move_members(
                self.scene.journal,
                self.scene.actor("processor"),
                case_id=request.case_id,
                move_id=move,
                ids=[row.id for row in rows],
                now=self.scene.tick(),
            )

    def finish(self, request: Request, outcome: str) -> None:
        scene = self.scene
        advance_case(
            scene.journal, scene.actor("processor"), case_id=request.case_id, outcome=outcome, now=scene.tick()
        )
        request.step += 1


STEPS: tuple[Callable[[CardBureau, Request], None], ...] = (
    lambda bureau, one: bureau.dispose(one, "kepala_biro", "kabag_kpp"),
    lambda bureau, one: bureau.dispose(one, "kabag_kpp", "kasubbag_tal"),
    CardBureau.plan,
    lambda bureau, one: bureau.circulate(one, "kabag_kpp", letters.initial_letter),
    lambda bureau, one: bureau.circulate(one, "kepala_biro", letters.sign_letter),
    CardBureau.send,
    CardBureau.record,
    CardBureau.make,
    CardBureau.hand_over,
)
"""What becomes of a request, one after the other."""
