"""Two sides on real files, each behind a real server on loopback; the centre's stays shut until somebody starts it."""

from pathlib import Path

from app.cli.serving import Running, free_port
from app.compose_centre import build_centre
from app.compose_office import make_office_app
from app.platform.people.credentials import put_password
from app.platform.people.hashing import hash_secret
from tests.platform.people import PASSWORD, keep_pin
from tests.proof.pair import CHEAP, STAFF, Pair, pair


def furnish(made: Pair) -> None:
    """Everybody has the password and PIN that they chose at their first sign-in."""
    hashed = hash_secret(PASSWORD, CHEAP)
    for node, names in ((made.office, [*STAFF, "desi"]), (made.centre, ["yuni"])):
        for name in names:
            actor = made.who(name)
            put_password(node.db, actor.person_id, hashed, must_change=False, now=made.now)
            keep_pin(node.db, actor.person_id, now=made.now)


class Stage:
    """An office that works and a centre that nobody can reach yet. Both have the same clock, moved by the test."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port(0)
        self.pair: Pair = pair(folder, address=f"127.0.0.1:{self.port}")
        furnish(self.pair)
        config = {"CLOCK": lambda: self.pair.now}
        self._office = Running(make_office_app(self.pair.office.journal, folder / "kantor", config), 0)
        self._centre: Running | None = None

    @property
    def office(self) -> str:
        """Where the office's pages are."""
        return f"http://{self._office.address}"

    @property
    def centre(self) -> str:
        """Where the centre's pages are, once it was started."""
        assert self._centre is not None, "the centre was not started yet"
        return f"http://{self._centre.address}"

    def start_centre(self) -> None:
        """From now on the centre answers."""
        self._centre = Running(build_centre(self.folder / "pusat", now=lambda: self.pair.now), self.port)

    def close(self) -> None:
        """Stop both servers, close both databases."""
        for server in (self._office, self._centre):
            if server is not None:
                server.stop()
        self.pair.close()
