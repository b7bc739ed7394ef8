"""The queue of the demo's last weeks: visitors draw numbers at the kiosk, two counters call them, some do not come."""

from datetime import date, datetime, timedelta
from random import Random

from app.core.clock import at_office
from app.core.permissions import SYSTEM, Actor
from app.core.workdays import wall_time
from app.platform.office.queries import working_time
from app.services.ktp.tables import SERVICE
from app.services.tickets import queries, service
from schema.database import Database
from tests.world.office_day import OfficeDay

DAYS = 15
"""Working days before the end on which the office gives numbers."""
VISITORS, MINUTES = 16, 90
"""Those of a morning, and how long it may take until the last of them was served."""


def hold_queue(hands: OfficeDay, today: date, workdays: list[date]) -> None:
    """The queue of a morning, where the office is open; the clock of the day goes on behind it."""
    days, begins = workdays[-DAYS:], max(hands.tick.at, at_office(today, 8, 5))
    if today not in days:
        return
    if today == days[0]:
        counters = ["Loket 1", "Loket 2"]
        keeper = hands.actors["wiji"]
        service.change_ticket_settings(
            hands.journal, keeper, on=True, services=[SERVICE], counters=counters, now=hands.tick.at
        )
    ends = begins + timedelta(minutes=MINUTES)
    if all(working_time(hands.db).is_open(wall_time(moment)) for moment in (begins, ends)):
        Morning(hands, today).live(begins)
        hands.tick.at = max(hands.tick.at, ends)


class Morning:
    """Minute by minute, with chances of its own: what else the demo draws stays as it was."""

    def __init__(self, hands: OfficeDay, today: date) -> None:
        self.hands, self.today, self.random = hands, today, Random(today.toordinal())
        self.arrivals = sorted(self.random.randrange(MINUTES // 2) for _ in range(VISITORS))
        self.busy_until: dict[int, int] = {}

    def live(self, begins: datetime) -> None:
        for minute in range(MINUTES):
            now = begins + timedelta(minutes=minute)
            for _ in range(self.arrivals.count(minute)):
                self.draw(now)
            for counter, clerk in enumerate((self.hands.retno, self.hands.fajar), start=1):
                self.serve(counter, clerk, minute, now)

    def draw(self, now: datetime) -> None:
        favoured = self.random.random() < 0.15
        service.take_ticket(self.hands.journal, SYSTEM, service=SERVICE, priority=favoured, now=now)

    def serve(self, counter: int, clerk: Actor, minute: int, now: datetime) -> None:
        """The next deed at a counter: begin with whoever was called, note that nobody came, or call the next one."""
        journal, present = self.hands.journal, queries.ticket_at(self.hands.db, counter, self.today)
        if present is not None and present.state == "called":
            if self.random.random() < 0.1:
                service.mark_absent(journal, clerk, ticket_id=present.id, now=now)
            else:
                service.begin_serving(journal, clerk, ticket_id=present.id, now=now)
                self.busy_until[counter] = minute + self.random.randint(3, 8)
        elif self.busy_until.get(counter, 0) > minute:
            return
        elif waits(self.hands.db, self.today):
            service.call_next(journal, clerk, counter=counter, now=now)
        elif present is not None:
            service.finish_serving(journal, clerk, ticket_id=present.id, now=now)


def waits(db: Database, today: date) -> bool:
    return sum(queries.count_waiting(db, today).values()) > 0
