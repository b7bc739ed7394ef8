"""Random work of the quarter: corrective action (LTPP), recaps on their way to the board, promises of improvement."""

from datetime import timedelta

from app.core.clock import office_date
from app.core.problems import Problem
from app.core.quarters import Quarter
from app.quality.capa import service as capa_service
from app.quality.quarter import service
from tests.proof.worker import Worker


def open_capa(worker: Worker) -> None:
    lines = [row[0] for row in worker.pair.office.db.run("SELECT id FROM complaint ORDER BY id")]
    chosen = worker.chance.sample(lines, min(len(lines), worker.chance.randint(0, 2)))
    worker.at_desk(
        capa_service.open_report,
        "laila",
        source=worker.chance.choice(list(capa_service.SOURCES)),
        problem="Antrean tidak bernomor",
        evidence="Foto",
        complaint_ids=chosen,
    )


def a_capa(worker: Worker, *states: str) -> int:
    """A random LTPP in one of some states, or an impossible one."""
    return worker.key(f"SELECT id FROM capa WHERE state IN ({', '.join('?' * len(states))}) ORDER BY id", *states)


def plan(worker: Worker) -> None:
    person = worker.chance.choice(["agung", "fajar", "laila"])
    due = office_date(worker.pair.now) + timedelta(days=worker.chance.randint(0, 4))
    body = capa_service.Plan(
        ["Tidak ada mesin antrean", "Belum dianggarkan"], "Nomor kertas", "Anggarkan mesin", person, due
    )
    worker.at_desk(capa_service.plan_round, "agung", capa_id=a_capa(worker, "open", "again"), plan=body)


def complete(worker: Worker) -> None:
    worker.at_desk(capa_service.complete_round, "fajar", capa_id=a_capa(worker, "open"), note="Nomor kertas dipakai")


def check_capa(worker: Worker) -> None:
    who, effective = worker.chance.choice(["wiji", "hendra"]), worker.chance.random() < 0.6
    worker.at_desk(
        capa_service.verify_round, who, capa_id=a_capa(worker, "done", "open"), effective=effective, note="Dilihat pagi"
    )


def add_line(worker: Worker) -> None:
    row = worker.one("SELECT number FROM complaint ORDER BY id")
    report = a_capa(worker, "open", "done", "again", "effective")
    worker.at_desk(capa_service.add_line, "laila", capa_id=report, number=str(row[0]) if row else "0")


# -- recaps ----------------------------------------------------------------------------------------------------


def a_quarter(worker: Worker) -> Quarter:
    """One of the last three quarters that are over."""
    found = Quarter.of(office_date(worker.pair.now)).before
    for _ in range(worker.chance.randint(0, 2)):
        found = found.before
    if found.year < 2000:  # a clock of 1971: no page and no command can name such a quarter
        raise Problem.of("not_found", what="Triwulan itu")
    return found


def a_recap(worker: Worker, *states: str) -> Quarter:
    """The quarter of a random recap in one of some states, or just any."""
    marks = ", ".join("?" * len(states))
    row = worker.one(f"SELECT quarter FROM recap WHERE state IN ({marks}) ORDER BY quarter", *states)
    return Quarter.parse(row[0]) if row else a_quarter(worker)


def draft(worker: Worker) -> None:
    hide = worker.chance.choice([None, ["Kartu anak"], []])
    worker.at_desk(service.draft_recap, "laila", quarter=a_quarter(worker), hide=hide)


def check_recap(worker: Worker) -> None:
    worker.at_desk(service.mark_checked, "wiji", quarter=a_recap(worker, "draft"), read_public=True)


def send_back(worker: Worker) -> None:
    who = worker.chance.choice(["wiji", "hendra"])
    worker.at_desk(service.return_recap, who, quarter=a_recap(worker, "draft", "checked"), note="Tambahkan sebabnya")


def approve(worker: Worker) -> None:
    worker.at_desk(service.approve_recap, "hendra", quarter=a_recap(worker, "checked"))


def add_addendum(worker: Worker) -> None:
    found = a_recap(worker, "approved", "published")
    worker.at_desk(service.add_addendum, "laila", quarter=found, text="Satu baris datang terlambat")


def post(worker: Worker) -> None:
    on = office_date(worker.pair.now)
    worker.at_desk(
        service.post_recap,
        "laila",
        quarter=a_recap(worker, "approved", "published"),
        on=on,
        until=on + timedelta(days=30),
        place="Papan depan",
    )


def give_pledge(worker: Worker) -> None:
    by_on = office_date(worker.pair.now) + timedelta(days=worker.chance.randint(0, 60))
    worker.at_desk(
        service.give_pledge,
        "laila",
        quarter=a_recap(worker, "draft", "checked"),
        what="Mesin antrean",
        who="Kasi Pelayanan",
        by_on=by_on,
    )


def a_pledge(worker: Worker) -> int:
    return worker.key("SELECT id FROM pledge WHERE kept_on IS NULL AND withdrawn_on IS NULL ORDER BY id")


def correct_pledge(worker: Worker) -> None:
    by_on = office_date(worker.pair.now) + timedelta(days=worker.chance.randint(0, 60))
    worker.at_desk(
        service.correct_pledge,
        "wiji",
        pledge_id=a_pledge(worker),
        what="Dua mesin antrean",
        who="Kasi",
        by_on=by_on,
        reason="Salah ketik",
    )


def keep_pledge(worker: Worker) -> None:
    kept = worker.chance.random() < 0.5
    worker.at_desk(service.keep_pledge, "laila", pledge_id=a_pledge(worker), kept=kept, note="Anggaran belum turun")


def withdraw_pledge(worker: Worker) -> None:
    worker.at_desk(service.withdraw_pledge, "hendra", pledge_id=a_pledge(worker), reason="Tidak dianggarkan")
