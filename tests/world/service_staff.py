"""What whoever plays a service of the demo needs: journal, clock, chance, the people of the office by their roles."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING

from app.core.clock import at_office
from app.core.permissions import Actor, may
from app.platform.people.queries import actor_named
from schema.database import Database
from schema.profiles import load_profile
from sync.journal import Journal
from tests.world.office_day import Moments

if TYPE_CHECKING:
    from app.cli.demo.offices import DemoOffice
    from app.cli.demo.sides import Sides


@dataclass
class Scene:
    """An office of the demo and its days, up to `last`; `sides` where a partner runs Loket too."""

    journal: Journal
    demo: "DemoOffice"
    tick: Moments
    random: Random
    last: date
    sides: "Sides | None" = None

    @property
    def db(self) -> Database:
        return self.journal.db

    def own_roles(self, role: str) -> tuple[str, ...]:
        """The roles of this office that fill one which a service names."""
        return load_profile(self.demo.profile).filled_by(role)

    def holders(self, role: str) -> list[str]:
        """User names of those who fill a role that a service names, in the order of the cast."""
        own = set(self.own_roles(role))
        return [person.username for person in self.demo.cast if own & set(person.roles)]

    def actor(self, role: str, n: int = 0) -> Actor:
        """Somebody who fills a role today. Raises LookupError."""
        found = actor_named(self.db, self.holders(role)[n], self.tick.at.date())
        if found is None:
            raise LookupError(role)
        return found

    def allowed(self, permission: str) -> Actor:
        """The first of the cast who may do something today. Raises StopIteration."""
        known = (actor_named(self.db, person.username, self.tick.at.date()) for person in self.demo.cast)
        return next(one for one in known if may(one, permission) and one is not None)

    def is_ending(self, today: date, days: int) -> bool:
        """Whether these are the last days, whose work lies about when the demo begins."""
        return (self.last - today).days < days

    def evening(self, today: date) -> None:
        """Both sides are brought level, as one evening does."""
        self.tick.at = max(self.tick.at, at_office(today, 16, 45))
        if self.sides:
            self.sides.exchange(self.tick() + timedelta(minutes=1))
