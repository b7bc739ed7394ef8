"""Random troubles of the exchange: other keys, clocks that differ, programs of different ages, useless lines."""

from datetime import datetime, timedelta
from pathlib import Path

from msgspec.structs import replace

from app.centre import offices, settings
from app.platform.office.exchange import OfficeExchange
from sync import answers, enrolment, nodes
from sync.carriers import MemoryCarrier
from sync.enrolment import EnrolmentCode
from sync.entries import Entry, Kind
from sync.exchange import sync_now
from sync.incoming_entries import apply_waiting_entries
from sync.journal import Journal
from tests.proof.desk_work import daily_round
from tests.proof.pair import ADDRESS, CENTRE, OFFICE, Pair
from tests.proof.printing_work import tell_state
from tests.proof.worker import Worker

SENT_TO = {
    "centre": (
        "dispatch.line",
        "dispatch.sent",
        "line.recall_asked",
        "line.paper_answered",
        "heads.anchored",
        "recap.published",
        "case.state_published",
    ),
    "office": (
        "line.accepted",
        "line.refused",
        "line.printed",
        "line.spoiled",
        "shipment.sent",
        "centre.state",
    ),
}
"""Side → kinds that it only ever receives."""
STUMBLES = {"centre": ("heads.anchored", "line.recall_asked"), "office": ("centre.state", "line.accepted")}
"""Side → received kinds that it can do without: what depends on them goes on."""


def journal_of(stage: Pair, side: str) -> Journal:
    return (stage.centre if side == "centre" else stage.office).journal


# -- keys ------------------------------------------------------------------------------------------------------


def keys_of(stage: Pair, side: str) -> Path:
    return stage.folder / ("pusat" if side == "centre" else "kantor") / "keys"


def change_keys(worker: Worker, way: str) -> None:
    """The centre's administrator changes the keys, as the page does."""
    stage = worker.pair

    def rotate(announced: bool, reason: str, actor: str, now: datetime) -> None:
        nodes.rotate_keys(
            stage.centre, keys_of(stage, "centre"), announced=announced, reason=reason, actor=actor, now=now
        )

    worker.at_floor(settings.rotate_keys, way=way, reason="Tahun baru", rotate=rotate)
    keys = nodes.keys_in_force(stage.centre.db, keys_of(stage, "centre"), CENTRE)
    stage.centre = replace(stage.centre, keys=keys)


def announce_keys(worker: Worker) -> None:
    """New keys that every office follows by itself."""
    change_keys(worker, "announced")


def keys_stolen(worker: Worker) -> None:
    """New keys that nobody follows: the office enrols again."""
    change_keys(worker, "stolen")
    enrol_again(worker)


def bar_and_admit(worker: Worker) -> None:
    """The centre's administrator bars the office and lifts the bar: nothing travels meanwhile, nothing is lost."""
    worker.at_floor(offices.change_bar, office=OFFICE, reason="Pengirimannya diperiksa", lift=False)
    assert worker.pair.sync().code == "barred"
    worker.at_floor(offices.change_bar, office=OFFICE, reason="Sudah diperiksa", lift=True)


def enrol_again(worker: Worker) -> None:
    """The office gets a new code: other keys, and the next epoch of its journal."""
    stage, now = worker.pair, worker.pair.now
    code = enrolment.issue_code(stage.centre, OFFICE, "Yosowilangun", address=ADDRESS, actor="yuni", now=now)
    typed, known = EnrolmentCode.read(code.text()), stage.centre.keys.public
    keys = nodes.keys_for_code(stage.office.journal, keys_of(stage, "office"), typed.token_hash)
    fresh = replace(stage.office, keys=keys)
    request, _ = enrolment.request_file(fresh, typed, known, now)
    enrolment.finish_enrolment(fresh, enrolment.accept_office(stage.centre, request, now), known, typed.address, now)
    keys = nodes.keys_in_force(stage.office.db, keys_of(stage, "office"), OFFICE)
    stage.office = replace(stage.office, keys=keys)


# -- clocks ----------------------------------------------------------------------------------------------------


def clocks_differ(worker: Worker) -> None:
    """One exchange in which the two clocks show different times; nothing is refused for it."""
    stage, now = worker.pair, worker.pair.now
    there = now + worker.chance.choice([timedelta(hours=-2), timedelta(hours=6), timedelta(days=4)])
    carrier = MemoryCarrier(
        lambda data: answers.answer_batch(stage.centre, OFFICE, data, there),
        lambda after: answers.answer_fetch(stage.centre, OFFICE, after, there),
        lambda: answers.answer_state(stage.centre, OFFICE, there),
    )
    assert sync_now(stage.office, stage.peer, carrier, now).ok


# -- programs --------------------------------------------------------------------------------------------------


def other_age(worker: Worker) -> None:
    """One side's program turns out to be older than the other's; or it is updated, and takes up what waited."""
    side = worker.chance.choice(list(SENT_TO))
    if worker.unknown.get(side):
        update(worker, side)
        return
    journal = journal_of(worker.pair, side)
    names = worker.chance.sample(SENT_TO[side], 2)
    worker.unknown[side] = [journal.kinds.pop(name) for name in names]


def update(worker: Worker, side: str) -> None:
    """This side knows every kind again."""
    journal = journal_of(worker.pair, side)
    journal.kinds |= {kind.name: kind for kind in worker.unknown.pop(side, [])}
    apply_waiting_entries(journal, worker.pair.now)


def stumble(worker: Worker) -> None:
    """A fault in one side's program: lines of a kind cannot be applied there, and are set aside for ever."""
    side = worker.chance.choice(list(STUMBLES))
    journal, name = journal_of(worker.pair, side), worker.chance.choice(STUMBLES[side])
    kind = journal.kinds.get(name)
    if kind is None:
        return
    (daily_round if side == "centre" else tell_state)(worker)
    journal.kinds[name] = faulty(kind)
    try:
        worker.pair.sync()
    finally:
        journal.kinds[name] = kind
    assert worker.pair.sync().ok


def faulty(kind: Kind) -> Kind:
    """The same kind with an `apply` that fails."""

    def fail(_db: object, _entry: Entry) -> None:
        raise ValueError("a fault of this program")

    return replace(kind, apply=fail, apply_many=None)


def settle_line(worker: Worker) -> None:
    """Somebody has dealt with a line that the centre could not use."""
    desk = OfficeExchange(worker.pair.office.journal, worker.pair.folder / "kantor")
    waiting = sorted(line.place for line in desk.unused_lines())
    place = worker.chance.choice(waiting) if waiting else ""
    desk.settle_line(worker.pair.who("wiji"), place, "Dikirim lewat surat", worker.pair.now)
