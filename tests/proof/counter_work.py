"""Random work at the counter: open, check, return, record, dispatch, sync."""

import random
from datetime import timedelta

from app.casework.batches import dispatch
from app.casework.desk import moving, opening, service
from app.core.clock import office_date
from app.platform.office import service as office
from app.services.ktp import recording
from app.services.ktp.queries import status_rows
from app.services.ktp.rules import KtpRules, unready_record
from tests.proof.worker import Worker, other_people

NAMES = (
    "SLAMET WIDODO",
    "TUMINI",
    "ABDUL GHOFUR",
    "EKA WULANSARI",
    "ANISA RAHMAWATI",
    "NANIK SUHARTINI",
    "SITI AMINAH",
)
KINDS = ("baru", "hilang", "rusak", "perubahan_data", "pindah_datang", "luar_domisili")
VILLAGES = ("3508072001", "3508072002", "3508072007")
ON_PAPER = 0.15
"""How likely a dispatch goes on paper."""


def a_form(worker: Worker, number: int) -> dict[str, str]:
    """The form of one of a few hundred invented people; the same number is the same person."""
    chance = random.Random(number)
    day, month, year = chance.randint(1, 28), chance.randint(1, 12), chance.randint(1950, 2008)
    female = chance.random() < 0.5
    nik = f"350899{day + (40 if female else 0):02d}{month:02d}{year % 100:02d}{number % 9999 + 1:04d}"
    return {
        "kind": worker.chance.choice(KINDS),
        "form_code": "f_1_02",
        "nik": nik,
        "kk": f"350899010120{number % 9999 + 1:04d}",
        "full_name": chance.choice(NAMES) + f" {chance.choice('ABCDEFGHIJKLM')}{number}",
        "birth_place": "LUMAJANG",
        "birth_on": f"{day:02d}{month:02d}{year}",
        "sex": "female" if female else "male",
        "marital_status": "kawin",
        "changes": "Alamat",
        "village": chance.choice(VILLAGES),
        "rt": "3",
        "rw": "1",
        **dict.fromkeys(
            (f"home_{part}" for part in ("address", "village", "kecamatan", "regency", "province")), "Jember"
        ),
    }


def open_one(worker: Worker) -> None:
    number = worker.chance.randint(1, 400)
    ticked = {item: "" for item in ("village_letter", "photo", "kk_copy") if worker.chance.random() < 0.8}
    who = worker.pair.who(worker.chance.choice(["retno", "fajar", "desi"]))
    raw = a_form(worker, number)
    other_people(
        lambda heeded: opening.open_case(
            worker.pair.office.journal,
            who,
            opening.Application(service="ktp-el", raw=raw, ticked=ticked, heeded=heeded),
            now=worker.pair.now,
            rules=KtpRules(),
        )
    )


def receive(worker: Worker) -> None:
    act(worker, "submit", "received")


def check_all(worker: Worker) -> None:
    case_id = worker.case_in("validate")
    names = [row[0] for row in worker.pair.office.db.run("SELECT item FROM case_item WHERE case_id = ?", (case_id,))]
    states = dict.fromkeys(names, ("present", "dicocokkan"))
    service.check_items(
        worker.pair.office.journal,
        worker.pair.who("retno"),
        case_id=case_id,
        states=states,
        now=worker.pair.now,
        seen={"photo": worker.chance.choice(["merah", "biru"])},
    )


def act(worker: Worker, step: str, outcome: str, note: str = "") -> None:
    moving.advance_case(
        worker.pair.office.journal,
        worker.pair.who("retno"),
        case_id=worker.case_in(step),
        outcome=outcome,
        now=worker.pair.now,
        note=note,
    )


def complete(worker: Worker) -> None:
    act(worker, "validate", "complete")


def give_back(worker: Worker) -> None:
    act(worker, "validate", "returned", "Foto belum ada")


def resubmit(worker: Worker) -> None:
    act(worker, "returned", "resubmitted")


def record(worker: Worker) -> None:
    status = worker.chance.choice(["bio_captured", "sfe", "print_ready", "efac", "duplicate"])
    ground = worker.chance.choice(["", "", "efac", "deletion_granted"])
    recording.note_recording(
        worker.pair.office.journal,
        worker.pair.who(worker.chance.choice(["fajar", "agung"])),
        case_id=worker.case_in("record"),
        status=status,
        on=office_date(worker.pair.now),
        place="Kecamatan",
        now=worker.pair.now,
        how="already" if worker.chance.random() < 0.3 else "here",
        ground=ground,
        note="catatan" if ground else "",
    )


def schedule(worker: Worker) -> None:
    on = office_date(worker.pair.now) + timedelta(days=worker.chance.randint(0, 5))
    recording.schedule_recording(
        worker.pair.office.journal,
        worker.pair.who("fajar"),
        case_id=worker.case_in("record"),
        on=on,
        now=worker.pair.now,
    )


def draft(worker: Worker) -> None:
    """Whatever may go; a record that is not ready goes with a reason."""
    for row in status_rows(worker.pair.office.db, None):
        case = service.case_by_id(worker.pair.office.db, row.id)
        asked = unready_record(worker.pair.office.db, case) if case is not None else []
        if asked:
            worker.at_desk(
                service.explain_case,
                "retno",
                case_id=row.id,
                rules=KtpRules(),
                reasons={asked[0].id: "diminta Dispenduk Capil"},
            )
    found = [
        one.id
        for one in dispatch.ready_cases(worker.pair.office.db, "ktp-el", office_date(worker.pair.now))
        if not one.why_not
    ]
    chosen = worker.chance.sample(found, min(len(found), worker.chance.randint(1, 6)))
    dispatch.draft_dispatch(worker.pair.office.journal, worker.pair.who("retno"), case_ids=chosen, now=worker.pair.now)


def send(worker: Worker) -> None:
    """A dispatch leaves; now and then on paper, because Dispenduk Capil's Loket rests that day."""
    row = worker.one("SELECT id FROM dispatch WHERE state = 'draft'")
    on_paper = row is not None and worker.chance.random() < ON_PAPER
    if on_paper:
        runs_loket(worker, False)
    try:
        dispatch.send_dispatch(
            worker.pair.office.journal,
            worker.pair.who(worker.chance.choice(["agung", "hendra"])),
            dispatch_id=int(row[0]) if row else 0,
            now=worker.pair.now,
            seen=[case for (case,) in worker.pair.office.db.run("SELECT case_id FROM dispatch_pick")],
        )
    finally:
        if on_paper:
            runs_loket(worker, True)


def runs_loket(worker: Worker, runs: bool) -> None:
    worker.at_desk(office.change_setting, "wiji", key="centre.runs_loket", value=runs)


def sync(worker: Worker) -> None:
    assert worker.pair.sync().ok
