"""Random work on the two sides themselves: people, acting officials, settings, calendar, series, devices, standards."""

from datetime import timedelta

from app.casework.desk.limits import changed_promises
from app.casework.resources import service as facilities
from app.centre import settings
from app.core.clock import office_date
from app.core.permissions import Actor
from app.platform.office import documents, health, standards
from app.platform.office import queries as office_queries
from app.platform.office import service as office
from app.platform.office.deadlines import note_deadline
from app.platform.office.events import HolidayData
from app.platform.people import changes as people
from app.platform.people import queries, service
from app.platform.people.changes import AnyChange
from app.services.complaints import limits
from app.services.complaints.limits import changed_lines
from schema.database import first_value
from schema.definitions import SERVICES, definition_text
from sync.journal import Journal
from tests.proof.pair import CHEAP, PASSWORD
from tests.proof.worker import Worker

SETTINGS: dict[str, list[object]] = {
    "pauses.enabled": [["blanks_out"], []],
    "promise.kept_when": ["arrived", "handed_over"],
    "recap.to_regency": [True, True, False],
    "uncollected.after_days": [5, 10],
}


def side(worker: Worker) -> tuple[Journal, Actor]:
    """One of the two sides with whoever administrates it."""
    if worker.chance.random() < 0.5:
        return worker.pair.office.journal, worker.pair.who("wiji")
    return worker.pair.centre.journal, worker.pair.who("yuni")


def guest(worker: Worker, journal: Journal, active: bool) -> int:
    """Somebody who joined later and does nothing in these sequences, or nobody."""
    rows = list(
        journal.db.run("SELECT id FROM person WHERE username LIKE 'tamu%' AND active = ? ORDER BY id", (int(active),))
    )
    return int(worker.chance.choice(rows)[0]) if rows else 0


def agree(worker: Worker, journal: Journal, admin: Actor, change: AnyChange, password: str = "") -> None:
    """Two people of the office agree on a change; the centre's one officer uses the command on the PC."""
    own = change.person_id == admin.person_id
    proposer = worker.pair.who("hendra") if own else admin
    number = service.propose_change(journal, proposer, change, now=worker.pair.now, password=password, cost=CHEAP)
    if "admin" in admin.roles:
        service.confirm_proposal(journal, worker.pair.who("agung"), number, now=worker.pair.now)
    else:
        service.confirm_proposal_alone(journal, number, now=worker.pair.now)


def add_person(worker: Worker) -> None:
    journal, admin = side(worker)
    worker.serial += 1
    roles = ["counter"] if worker.chance.random() < 0.5 else [admin_role(admin)]
    newcomer = people.AddPerson(f"tamu{worker.serial}", "Tamu Contoh", tuple(roles))
    agree(worker, journal, admin, newcomer, PASSWORD)


def change_person(worker: Worker) -> None:
    journal, admin = side(worker)
    rank = worker.chance.choice(["Penata", "Pengatur", ""])
    service.change_person(
        journal,
        admin,
        guest(worker, journal, True),
        name="Tamu Contoh",
        nip="",
        rank=rank,
        title="Pelaksana",
        now=worker.pair.now,
    )


def change_roles(worker: Worker) -> None:
    journal, admin = side(worker)
    roles, area = worker.chance.choice(
        [(["operator", "counter"], None), (["village"], "3508072007"), (["information"], None)]
    )
    agree(worker, journal, admin, people.SetRoles(guest(worker, journal, True), tuple(roles), area))


def disable(worker: Worker) -> None:
    journal, admin = side(worker)
    agree(worker, journal, admin, people.Disable(guest(worker, journal, True), "Pindah tugas"))


def enable(worker: Worker) -> None:
    journal, admin = side(worker)
    agree(worker, journal, admin, people.Enable(guest(worker, journal, False), "Kembali"))


def admin_role(admin: Actor) -> str:
    return "admin" if "admin" in admin.roles else "centre_admin"


def reset_admin(worker: Worker) -> None:
    """An administrator gets in again by a command on the PC, also one who was shut out."""
    journal, admin = side(worker)
    found = [person.username for person in queries.list_people(journal.db) if admin_role(admin) in person.roles]
    service.reset_administrator(journal, worker.chance.choice(sorted(found)), PASSWORD, worker.pair.now, CHEAP)


def appoint(worker: Worker) -> None:
    journal, admin = side(worker)
    today = office_date(worker.pair.now)
    post, kind = worker.chance.choice(["camat", "kasi"]), worker.chance.choice(["plh", "plt", "an"])
    until = today + timedelta(days=3) if worker.chance.random() < 0.8 else None
    others = [
        person.id for person in queries.list_people(journal.db) if post in person.roles and person.id != admin.person_id
    ]
    instead_of = worker.chance.choice([None, *others])
    person_id = admin.person_id if "admin" in admin.roles else guest(worker, journal, True)
    decree = people.Appoint(person_id, post, kind, "SK 1 Maret", today, until, instead_of)
    agree(worker, journal, admin, decree)


def end_acting(worker: Worker) -> None:
    journal, admin = side(worker)
    rows = [official.id for official in queries.acting_officials(journal.db)]
    acting = worker.chance.choice(sorted(rows)) if rows else 0
    until = office_date(worker.pair.now) + timedelta(days=1)
    agree(worker, journal, admin, people.ending_of(journal.db, acting, until))


def confirm_clock(worker: Worker) -> None:
    """Somebody looks at the clock of a side; there is something to confirm only after a jump."""
    stage, words = worker.pair, "Dicocokkan dengan jam dinding"
    if stage.centre.journal.clock_at(stage.now) != "ok" and worker.chance.random() < 0.5:
        worker.at_floor(settings.confirm_clock, note=words)
    else:
        worker.at_desk(health.confirm_clock, "wiji", note=words)


# -- the office ------------------------------------------------------------------------------------------------


def change_setting(worker: Worker) -> None:
    key = worker.chance.choice(list(SETTINGS))
    worker.at_desk(office.change_setting, "wiji", key=key, value=worker.chance.choice(SETTINGS[key]))


def change_village(worker: Worker) -> None:
    head = worker.chance.choice(["Kades Satu", "Kades Dua"])
    worker.at_desk(office.set_village, "wiji", code="3508072007", name="Krai", head_name=head)


def change_calendar(worker: Worker) -> None:
    """A local day off comes or goes; promises already given stay."""
    on = (office_date(worker.pair.now) + timedelta(days=worker.chance.randint(1, 20))).isoformat()
    days = [HolidayData(on, "Hari desa", "lokal", "SK Bupati", "surat")] if worker.chance.random() < 0.7 else []
    worker.at_desk(office.set_holidays, "wiji", days=days, removed=[] if days else [on], reason="Surat Bupati")


def change_hours(worker: Worker) -> None:
    """Shorter hours for some days, or one day with hours of its own."""
    on = office_date(worker.pair.now) + timedelta(days=worker.chance.randint(0, 9))
    if worker.chance.random() < 0.5:
        worker.at_desk(office.set_shift, "wiji", day=on, name="Piket", spans="08.00-11.00")
        return
    week = office.Week(**dict.fromkeys(("senin", "selasa", "rabu", "kamis", "jumat"), "08.00-14.00"))
    until = on + timedelta(days=worker.chance.randint(0, 30))
    worker.at_desk(office.set_hours, "wiji", name="Puasa", since=on, until=until, week=week, basis="SE Bupati")


def move_due_date(worker: Worker) -> None:
    """Open cases take the date of today's calendar."""
    db = worker.pair.office.db
    for change in [*changed_promises(db)[:3], *changed_lines(db)[:3]]:
        change.move(worker.pair.office.journal, worker.pair.who("wiji"), "Hari libur baru", worker.pair.now)


def note_late(worker: Worker) -> None:
    late = worker.one(
        "SELECT subject, limit_id, scope FROM deadline WHERE stopped = '' AND void = 0 AND due < ?",
        office_date(worker.pair.now).isoformat(),
    )
    subject, limit, scope = late or ("case/1", "promise", "")
    worker.at_desk(
        note_deadline, "agung", subject=str(subject), limit=str(limit), scope=str(scope), note="Ditelepon pagi ini"
    )


def change_series(worker: Worker) -> None:
    name, start = (
        worker.chance.choice(["letter", "minutes", "dispatch", "case"]),
        worker.chance.randint(1, 500),
    )
    pattern = {"letter": "470/{n}/427.86/{year}", "minutes": "BA/{n}/{month}/{year}"}.get(
        name, "{n:05}/" + name[:3].upper() + "/{year}"
    )
    worker.at_desk(office.set_series, "wiji", name=name, pattern=pattern, start=start)


def note_device(worker: Worker) -> None:
    """What a desk says of its equipment, and what the register does with a thing; most of it is refused."""
    chance, name = worker.chance, worker.chance.choice(("Komputer", "Kamera", "Meja"))
    worker.at_desk(facilities.note_facility, "fajar", name=name, works=chance.random() < 0.5, note="Macet")
    worker.at_desk(facilities.add_items, "wiji", name=name, count=chance.randint(1, 3))
    held = first_value(worker.pair.office.db, "SELECT max(id) FROM facility_item")
    state = chance.choice(("broken", "sent", "working", "replaced", "written_off"))
    worker.at_desk(facilities.change_state, "wiji", item_id=chance.randint(1, held), state=state, note="Teknisi")


def adopt_standard(worker: Worker) -> None:
    """A new revision of the standard; running cases keep the one with which they began."""
    control_document(worker)
    n = len(office_queries.list_standards(worker.pair.office.db)) + 1
    if n > 3:
        return
    text = definition_text(SERVICES / "ktp-el.toml").replace('revision = "01"', f'revision = "{n:02d}"')
    text = text.replace("12 (dua belas) hari kerja", "{promise}")
    days = worker.chance.choice([8, 10, 14])
    text = text.replace("days = 12", f"days = {days}")
    text += '\n[[distribution]]\nnumber = 1\nholder = "Camat"\nroles = ["camat"]\n'
    if standards.find_proposal(worker.pair.office.db, "ktp-el") is None:
        effective_on = office_date(worker.pair.now) + timedelta(days=1)
        worker.at_desk(standards.propose_standard, "wiji", text=text, effective_on=effective_on)
        if worker.chance.random() < 0.5:
            worker.at_desk(standards.withdraw_standard, "wiji", service="ktp-el", reason="Salah naskah")
            return
    for name in ("agung", "wiji", "hendra"):
        proposal = standards.find_proposal(worker.pair.office.db, "ktp-el")
        if proposal is not None:
            worker.at_desk(standards.sign_standard, name, service="ktp-el", digest=proposal.digest)


def control_document(worker: Worker) -> None:
    """Prints of the standard with their stamps; whoever holds a copy that was printed says that it came."""
    db, on = worker.pair.office.db, office_date(worker.pair.now)
    definition, _ = office_queries.shown_standard(db, "ktp-el", on)
    for copy in (None, 0, *(one.number for one in definition.distribution)):
        worker.at_desk(documents.record_document_print, "wiji", service="ktp-el", form="sop", copy=copy, on=on)
    for line in documents.copy_lines(db, definition, worker.pair.who("hendra")):
        if line.mine:
            worker.at_desk(documents.receive_copy, "hendra", service="ktp-el", number=line.number)


def set_section(worker: Worker) -> None:
    head = worker.chance.choice(["agung", ""])
    code = worker.chance.choice(["pelayanan", "umum", "trantib"])
    worker.at_desk(
        limits.set_section,
        "wiji",
        code=code,
        name=code.title(),
        head=head,
        active=code != "trantib" or worker.chance.random() < 0.5,
    )


def set_limit(worker: Worker) -> None:
    worker.at_desk(
        limits.set_limit,
        "hendra",
        name=worker.chance.choice(["first_answer", "desk", "field"]),
        days=worker.chance.randint(1, 20),
        unit=worker.chance.choice(["working_days", "calendar_days"]),
        source="SK Camat",
    )
