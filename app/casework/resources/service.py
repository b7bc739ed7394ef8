"""Commands on things and people: list a thing, say what broke, send it, take it back, replace it, write it off (clause
8); write down what somebody has learnt (clause 9)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, cast

from app.casework.resources.events import (
    Condition,
    FacilityAdded,
    FacilityDescribed,
    FacilityMoved,
    PersonQualified,
    Training,
)
from app.casework.resources.posts import EDUCATION, skills_asked_of
from app.casework.resources.queries import (
    LIVE,
    OUT_OF_ORDER,
    facility_key,
    facility_lines,
    keys_that_stop,
    load_item,
    newest_item,
    running_repair,
)
from app.casework.resources.tables import FacilityItem
from app.core.asked import Amount, Choice, Day, Offered, Seen, Text, YesNo
from app.core.clock import office_date
from app.core.dates import plain_date
from app.core.permissions import Actor
from app.core.problems import SENTENCES, Problem, check_found, check_nothing_wrong
from app.core.text import field_text
from app.platform.office.moves import Act, Move, Moves, Subject, become, check_unchanged, stay
from app.platform.people.queries import find_person
from app.room import office_command
from schema.database import Database
from sync.journal import Journal

STATES = {
    "working": "Berfungsi",
    "broken": "Rusak",
    "sent": "Sedang diperbaiki",
    "replaced": "Diganti",
    "written_off": "Dihapus",
}
KIND = "facility.moved"
MOVES: dict[str, Move] = {
    "describe": Move(("facility.manage",), stay(*LIVE), "facility.described"),
    "broken": Move(("device.note", "facility.manage"), become("broken", "working"), KIND),
    "sent": Move(("facility.manage",), become("sent", "broken"), KIND),
    "working": Move(("device.note", "facility.manage"), become("working", *OUT_OF_ORDER), KIND),
    "replaced": Move(("facility.manage",), become("replaced", *OUT_OF_ORDER), KIND),
    "written_off": Move(("facility.manage",), become("written_off", *LIVE), KIND),
}
"""Move → who may make it, state → next state, the journal kind. A move of :data:`KIND` is called like its state."""
WHAT_TO_SAY = {
    "broken": "Tulis apa yang rusak.",
    "sent": "Tulis ke mana dikirim.",
    "replaced": "Tulis digantikan apa.",
    "written_off": SENTENCES["reason"],
}
MOST_AT_ONCE = 50
MOST_COST = 10_000_000_000
WHOLE_RUPIAH = "Isi dengan angka bulat tanpa titik, misalnya 250000."
LABEL = Text("Nomor inventaris", most=40)
PLACE = Text("Tempat", most=80)


@office_command("facility.manage")
def add_items(
    journal: Journal,
    actor: Actor,
    *,
    name: Annotated[str, Text("Nama", "Pilih atau tulis namanya.", most=80)],
    count: Annotated[int, Amount("Jumlah", least=1, most=MOST_AT_ONCE)],
    label: Annotated[str, LABEL] = "",
    place: Annotated[str, PLACE] = "",
    on: Annotated[date | None, Day("Dipakai sejak", ahead=SENTENCES["not_in_future"])] = None,
    seen: Annotated[int | None, Seen("Barang terbaru")] = None,
    now: datetime,
) -> list[int]:
    """List things of one kind that are there from a day on. Raises Problem `invalid`.

    `seen` is the newest thing that the form knew: a form sent twice lists nothing twice (Problem `conflict`).
    """
    db = journal.db
    today = office_date(now)
    wrong = dict[str, str]()
    if label and count > 1:
        wrong["label"] = "Nomor inventaris hanya untuk satu barang; daftarkan satu per satu."
    if not facility_key(name):
        wrong["name"] = "Nama harus berisi huruf."
    check_nothing_wrong(wrong)
    check_unchanged(seen, newest_item(db))
    check_label(db, label)
    key = facility_key(name)
    known = next((line.name for line in facility_lines(db, today) if line.key == key), name)
    first = journal.next_id("facility_item")
    body = FacilityAdded(list(range(first, first + count)), key, known, (on or today).isoformat(), label, place)
    journal.record(body, subject=f"facility/{first}", actor=actor.username, at=now)
    return body.ids


def check_label(db: Database, label: str, own: int = 0) -> None:
    """No two things that are there bear one inventory number. Raises Problem `invalid`."""
    held = None
    if label:
        held = FacilityItem.first(db, label=label, state=LIVE)
    if held is not None and held.id != own:
        raise Problem.of("invalid", {"label": f"Nomor ini sudah dipakai {held.name}."})


def item_subject(db: Database, _actor: Actor, item_id: int, _today: date) -> Subject[FacilityItem]:
    held = load_item(db, item_id)
    return Subject(held, f"facility/{item_id}", f"{held.name} {held.label}".strip(), held.state, (), STATES)


move = Moves(MOVES, "item_id", item_subject)


@move("describe")
def describe_item(
    act: Act[FacilityItem],
    *,
    item_id: int,
    label: Annotated[str, LABEL],
    place: Annotated[str, PLACE],
    now: datetime,
) -> None:
    check_label(act.journal.db, label, item_id)
    act.record(FacilityDescribed(item_id, label, place))


@move.chosen_by("state", {name: name for name, rule in MOVES.items() if rule.kind == KIND})
def change_state(
    act: Act[FacilityItem],
    *,
    item_id: int,
    state: str,
    note: Annotated[str, Text("Keterangan", most=300, lines=True)],
    on: Annotated[date | None, Day("Tanggal", ahead=SENTENCES["not_in_future"])] = None,
    cost: Annotated[int | None, Amount("Biaya (Rp)", most=MOST_COST, optional=True, outside=WHOLE_RUPIAH)] = None,
    now: datetime,
) -> int | None:
    """A thing broke, was sent, works again, was replaced or written off; gives the id of the one that replaces it.

    Raises Problem `invalid` for a day before the last change or after today, `state` where it cannot become that.
    """
    if MOVES.get(state, MOVES["describe"]).kind != KIND:
        raise Problem.of("invalid", {"state": "Pilih keadaannya."})
    journal = act.journal
    day = on or act.today
    wrong = dict[str, str]()
    if not note and state in WHAT_TO_SAY:
        wrong["note"] = WHAT_TO_SAY[state]
    if day.isoformat() < act.thing.since:
        since = plain_date(date.fromisoformat(act.thing.since))
        wrong["on"] = f"Tanggal tidak boleh sebelum perubahan terakhir, {since}."
    check_nothing_wrong(wrong)
    repair = running_repair(journal.db, item_id)
    if state == "broken":
        repair_id = journal.next_id("repair")
    elif repair:
        repair_id = repair.id
    else:
        repair_id = None
    new_id = None
    if state == "replaced":
        new_id = journal.next_id("facility_item")
    sent_to = note if state == "sent" else ""
    if state == "sent":
        kept = act.thing.note
    else:
        kept = note
    ends = state not in OUT_OF_ORDER and repair_id is not None
    kind = cast(Condition, state)
    paid = cost if ends else None
    act.record(FacilityMoved(item_id, kind, day.isoformat(), kept, repair_id, sent_to, paid, new_id))
    return new_id


@office_command("device.note")
def note_facility(
    journal: Journal,
    actor: Actor,
    *,
    name: Annotated[str, Offered("Alat")],
    works: Annotated[bool, YesNo("Keadaan", words=("Berfungsi", "Rusak"))],
    note: Annotated[str, Text("Apa yang rusak", most=300)],
    now: datetime,
) -> None:
    """Say of a kind of thing as a whole that one of it broke, or that all work again; an unlisted one is listed so.

    Only of what a step stands still without: so says it a desk that does not keep the register. Raises Problem.
    """
    if not works and not note:
        raise Problem.of("invalid", {"note": WHAT_TO_SAY["broken"]})
    today = office_date(now)
    stopping = keys_that_stop(journal.db, today)
    line = next((line for line in facility_lines(journal.db, today) if line.key == facility_key(name)), None)
    if line is None or line.key not in stopping:
        raise Problem.of("invalid", {"name": "Pilih alat dari daftar."})
    states = {item.id: item.state for item in line.items}
    if not line.known:
        body = FacilityAdded([journal.next_id("facility_item")], line.key, line.name, today.isoformat())
        journal.record(body, subject=f"facility/{body.ids[0]}", actor=actor.username, at=now)
        states = {body.ids[0]: "working"}
    sound = [item_id for item_id, state in states.items() if state == "working"]
    if works:
        chosen = [item_id for item_id in states if item_id not in sound]
    else:
        chosen = sound[:1]
    if not works and not sound:
        raise Problem.of("invalid", {"name": f"{line.name} sudah dicatat tidak berfungsi."})
    for item_id in chosen:
        state = "working" if works else "broken"
        change_state(journal, actor, item_id=item_id, state=state, note=note, now=now)


# -- people (clause 9) ---------------------------------------------------------------------------------------------

MOST_TRAININGS = 6


@office_command("competence.manage")
def qualify_person(
    journal: Journal,
    actor: Actor,
    *,
    person_id: int,
    education: Annotated[str, Choice("Pendidikan terakhir", choices=EDUCATION, none="Belum diketahui")],
    study: Annotated[str, Text("Bidang studi", most=80)],
    working_since: Annotated[date | None, Day("Bekerja di bidang ini sejak", ahead=SENTENCES["not_in_future"])],
    trainings: Sequence[tuple[str, date | None]],
    skills: Sequence[str],
    now: datetime,
) -> None:
    """Write down what somebody has learnt, in place of what was known. Raises Problem `invalid`, `not_found`."""
    today = office_date(now)
    wrong = dict[str, str]()
    listed = []
    for n, (name, on) in enumerate(trainings, start=1):
        clean = field_text(wrong, f"training{n}", name, 100, "Pelatihan")
        if clean and (on is None or on > today):
            wrong[f"trained{n}"] = "Isi tanggalnya, paling lambat hari ini."
        elif clean and on is not None:
            listed.append(Training(clean, on.isoformat()))
        elif on is not None:
            wrong[f"training{n}"] = "Tulis nama pelatihannya."
    check_nothing_wrong(wrong)
    person = check_found(find_person(journal.db, person_id), "Petugas itu")
    if not set(skills) <= set(skills_asked_of(journal.db, person, today)):
        raise Problem.of("invalid", {"skills": SENTENCES["choose_from_list"]})
    since = None
    if working_since:
        since = working_since.isoformat()
    body = PersonQualified(person_id, education, study, since, listed[:MOST_TRAININGS], list(skills))
    journal.record(body, subject=f"qualification/{person_id}", actor=actor.username, at=now)
