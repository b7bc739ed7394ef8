"""Training offices behind a port of this machine."""

from dataclasses import dataclass
from pathlib import Path

from app import compose
from app.centre.queries import services_received
from app.cli.practice_centre import TrainingCentre, open_training_centre
from app.cli.serving import Running
from app.compose_centre import make_practice_app as make_centre_app
from app.compose_office import make_practice_app
from app.platform.office.queries import files_in_force, village_names
from app.platform.people.queries import actor_named
from app.platform.practice.founding import PASSWORD, found_practice
from app.platform.practice.service import Progress, progress_of, write_begun
from schema.database import open_office
from schema.migrations import Side, migrate_database
from sync.journal import Journal
from tests.platform.people import CHEAP, START, Clock
from tests.world.browser import Browser


@dataclass
class Training:
    folder: Path
    journal: Journal
    running: Running
    side: Side = "office"
    brought: TrainingCentre | None = None

    @property
    def address(self) -> str:
        return f"http://{self.running.address}/"

    def close(self) -> None:
        self.running.stop()
        self.journal.db.close()
        if self.brought:
            self.brought.close()

    def progress(self, role: str, exercise: str) -> Progress:
        actor = actor_named(self.journal.db, role, START.date())
        assert actor is not None
        db = self.journal.db
        if self.side == "office":
            villages, files = list(village_names(db).items()), files_in_force(db)
        else:
            villages, files = [], services_received(db)
        mine = progress_of(self.journal, self.folder, actor, START, files=files, villages=villages)
        return next(one for one in mine if one.exercise.id == exercise)

    def browser(self, role: str) -> Browser:
        made = Browser(self.address, role, PASSWORD)
        made.sign_in()
        return made


def open_training(folder: Path, kind: str) -> Training:
    """A new one of a kind of office, on the morning of START."""
    db = open_office(folder / "kantor.sqlite3")
    migrate_database(db, "office")
    journal = compose.journal("office", db)
    write_begun(folder, {})
    found_practice(journal, kind, START, CHEAP)
    compose.begin_rooms(journal, START)
    return Training(folder, journal, Running(make_practice_app(journal, folder, {"CLOCK": Clock()}), 0))


def open_centre_training(folder: Path) -> Training:
    """A new training centre, with the first dispatch of its sending office."""
    write_begun(folder, {})
    made = open_training_centre(folder, START, CHEAP)
    made.bring_people(START)
    app = make_centre_app(made.centre, folder, made.exchange, made.bring_people, {"CLOCK": Clock()})
    return Training(folder, made.centre, Running(app, 0), "centre", made)
