"""A telephone with an authenticator app, for tests and walks."""

from datetime import timedelta

from app.core.problems import Problem
from app.platform.people import authenticator
from app.platform.people.authenticator import Asked
from app.platform.people.one_time_codes import code_of, step_at
from sync.journal import Journal
from tests.platform.people import CHEAP, Clock, actor_of


class Phone:
    """Somebody's telephone with the app; its clock may be off by `late` seconds."""

    def __init__(self, journal: Journal, clock: Clock, username: str = "ratna", late: int = 0) -> None:
        self.journal, self.clock, self.late = journal, clock, late
        self.actor = actor_of(journal.db, username, clock().date())
        authenticator.offer_app(journal.db, self.actor, clock())
        key = authenticator.offered_key(journal.db, self.actor.person_id, clock())
        assert key is not None
        self.key = key
        self.spare = authenticator.install_app(journal, self.asked(), self.code(), cost=CHEAP)

    def code(self, ahead: int = 0) -> str:
        """What the app shows now, or `ahead` steps later."""
        return code_of(self.key, step_at(self.clock() - timedelta(seconds=self.late)) + ahead)

    def asked(self, place: str = "", address: str = "10.0.0.5") -> Asked:
        """A try of this very moment."""
        return Asked(self.actor, self.clock(), address, place)

    def tries(self, typed: str, place: str = "", address: str = "10.0.0.5") -> str:
        """The problem of a try, nothing where it opens."""
        try:
            authenticator.check_code(self.journal.db, self.asked(place, address), typed)
        except Problem as problem:
            return problem.code
        return ""
