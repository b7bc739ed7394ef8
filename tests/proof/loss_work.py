"""The office's PC is lost: yesterday's copy goes on in another epoch and gets back what it had sent."""

from pathlib import Path

from app import compose
from app.centre import queries, service
from app.platform.backups import returns
from sync import nodes
from sync.evidence import OLDER, open_return_epoch
from sync.incoming_entries import apply_waiting_entries
from sync.nodes import Node
from sync.restore import begin_again, put_in_place
from tests.proof.pair import OFFICE
from tests.proof.sync_work import enrol_again, keys_of
from tests.proof.worker import Worker

COPY = "cadangan.sqlite3"


def back_up(worker: Worker) -> None:
    """A copy of the office's database, as a backup holds it."""
    copy = worker.pair.folder / COPY
    copy.unlink(missing_ok=True)
    worker.pair.office.db.run(f"VACUUM INTO '{copy}'")


def restore(worker: Worker) -> None:
    """The copy takes the place of the database; what was sent since comes back from the centre."""
    stage = worker.pair
    copy, place = stage.folder / COPY, compose.place("office", stage.folder / "kantor")
    if not copy.exists() or not isinstance(place, Path):
        return
    stage.office.db.close()
    begin_again(
        copy,
        stage.folder / "uji.sqlite3",
        "office",
        lambda db: compose.journal("office", db),
        stage.now,
        keys_of(stage, "office"),
    )
    (stage.folder / "uji.sqlite3").unlink()
    put_in_place(copy, place, stage.now)
    db = compose.open_side("office", place.parent)
    db.run("PRAGMA synchronous=OFF")
    worker.unknown.pop("office", None)  # the program on the new PC is today's
    journal = compose.journal("office", db)
    apply_waiting_entries(journal, stage.now)
    stage.office = Node(journal, nodes.keys_in_force(db, keys_of(stage, "office"), OFFICE), stage.office.label)
    enrol_again(worker)
    report = stage.sync()
    assert report.ok, report.sentences


def centre_comes_back(worker: Worker) -> None:
    """The centre's database was exchanged: lines are held, one is let go, the rest waits for the office."""
    stage = worker.pair
    open_return_epoch(stage.centre.journal, OLDER, stage.now)
    for line in queries.list_held_lines(stage.centre.db, 1):
        worker.at_floor(service.release_line, office=OFFICE, line=line.line, reason="Laci dicek")
    report = stage.sync()
    assert report.ok, report.sentences
    assert queries.list_held_lines(stage.centre.db) == []


def confirm_return(worker: Worker) -> None:
    """Somebody has read that a side came back."""
    if worker.chance.random() < 0.5:
        worker.at_desk(returns.confirm_return, "wiji", note="Dibaca")
    else:
        worker.at_floor(returns.confirm_return, note="Dibaca")
