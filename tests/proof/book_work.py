"""Random work with the complaint book: lines, columns, classes, routes, pauses, scans, the suggestion box."""

from datetime import timedelta

from app.casework.desk import service as cases
from app.core.clock import office_date
from app.core.permissions import SYSTEM
from app.services.complaints import kiosk, papers, service, suggestion_box
from app.services.complaints.service import Visitor
from app.services.complaints.words import CATEGORIES, HANDLINGS, PAUSES, TYPES, WEIGHTS
from tests.platform.files.pictures import jpeg, pdf, png
from tests.proof.worker import Worker

SAID = (
    "Antrean jam delapan tidak bernomor.",
    "Kartu anak saya salah nama, sudah dua kali ke sini.",
    "Petugas di loket menjawab ramah, terima kasih.",
    "Diminta uang oleh orang di luar kantor.",
)


def visitor(worker: Worker) -> Visitor:
    """Somebody with or without a name, of whom a few want it kept secret."""
    named, secret = worker.chance.random() < 0.6, worker.chance.random() < 0.2
    return Visitor(
        worker.chance.choice(SAID),
        hope="Diperbaiki",
        name="Pengadu Contoh" if named else "",
        anonymous=not named,
        contact="081234567890" if named else "",
        area=worker.chance.choice(["3508072001", ""]),
        confidential=secret,
        second_word="kenanga" if secret else "",
    )


def line_in(worker: Worker, *states: str) -> int:
    """A random line of the book in one of some states, or an impossible one."""
    marks = ", ".join("?" * len(states))
    return worker.key(f"SELECT id FROM complaint WHERE state IN ({marks}) ORDER BY id", *states)


def an_open_line(worker: Worker) -> int:
    return line_in(worker, "open", "followed", "answered")


def write(worker: Worker) -> None:
    """A line that came in some time ago, on paper or by telephone."""
    received = office_date(worker.pair.now) - timedelta(days=worker.chance.choice([0, 1, 5, 40, 120]))
    worker.at_desk(
        service.write_line,
        "laila",
        channel=worker.chance.choice(["desk", "telephone", "letter", "lapor"]),
        visitor=visitor(worker),
        type_=worker.chance.choice(list(TYPES)),
        received_on=received,
        category=worker.chance.choice(list(CATEGORIES)),
    )


def write_at_kiosk(worker: Worker) -> None:
    journal, now = worker.pair.office.journal, worker.pair.now
    about = worker.chance.choice(list(kiosk.ABOUT))
    made = kiosk.write_at_kiosk(journal, visitor(worker), type_="complaint", about=about, now=now)
    cases.record_print(journal, SYSTEM, subject=f"complaint/{made.id}", paper=kiosk.SLIP, now=now)


def judge_at_kiosk(worker: Worker) -> None:
    complaint_id, satisfied = line_in(worker, "answered", "closed"), worker.chance.random() < 0.6
    kiosk.judge_answer(worker.pair.office.journal, complaint_id, satisfied, worker.pair.now)


def write_note(worker: Worker) -> None:
    line = line_in(worker, "open", "followed", "answered", "closed")
    worker.at_desk(service.add_note, "laila", complaint_id=line, text="Pengadu menelepon lagi")


def strike(worker: Worker) -> None:
    column = worker.key("SELECT id FROM complaint_column WHERE struck_at IS NULL ORDER BY id")
    row = worker.pair.office.db.one("SELECT actor FROM complaint_column WHERE id = ?", (column,))
    writer = row[0] if row and row[0] != SYSTEM.username else "laila"
    worker.at_desk(service.strike_column, writer, column_id=column, reason="Salah baris")


def attach(worker: Worker) -> None:
    grey = worker.chance.randint(1, 90)
    data = worker.chance.choice((png(30, 40, colour=grey), jpeg(80, 80, grey=grey), pdf(f"Halaman {grey}")))
    line = line_in(worker, "open", "followed", "answered", "closed")
    worker.at_desk(service.attach_scan, "laila", complaint_id=line, data=data)


def link(worker: Worker) -> None:
    other = worker.one("SELECT number FROM complaint ORDER BY id")
    line = line_in(worker, "open", "followed", "answered", "closed")
    worker.at_desk(service.link_lines, "laila", complaint_id=line, number=other[0] if other else "")


def open_box(worker: Worker) -> None:
    slips = [visitor(worker) for _ in range(worker.chance.randint(0, 2))]
    worker.at_desk(suggestion_box.open_box, "laila", slips=slips)


def explain_box(worker: Worker) -> None:
    worker.at_desk(suggestion_box.explain_missed_days, "laila", reason="Petugas sakit")


def classify(worker: Worker) -> None:
    worker.at_desk(
        service.classify_line,
        "laila",
        complaint_id=an_open_line(worker),
        type_=worker.chance.choice(list(TYPES)),
        category=worker.chance.choice(list(CATEGORIES)),
        weight=worker.chance.choice(list(WEIGHTS)),
        handling=worker.chance.choice(list(HANDLINGS)),
    )


def route(worker: Worker) -> None:
    section = worker.chance.choice(["pelayanan", "umum", "trantib"])
    worker.at_desk(service.route_line, "wiji", complaint_id=an_open_line(worker), section=section, reason="Lebih tahu")


def first_answer(worker: Worker) -> None:
    worker.at_desk(service.write_first_answer, "laila", complaint_id=an_open_line(worker), text="Sudah kami terima.")


def follow_up(worker: Worker) -> None:
    worker.at_desk(service.write_follow_up, "agung", complaint_id=an_open_line(worker), text="Loket ditambah satu.")


def answer(worker: Worker) -> None:
    """The answer, printed at once: the letter gets its number."""
    line = line_in(worker, "followed")
    worker.at_desk(service.write_answer, "laila", complaint_id=line, text="Sudah ditambah.")
    worker.at_desk(papers.number_answer, "laila", complaint_id=line)


def close(worker: Worker) -> None:
    worker.at_desk(
        service.close_line, "laila", complaint_id=line_in(worker, "answered", "followed"), reason="Sudah jelas."
    )


def reopen(worker: Worker) -> None:
    worker.at_desk(service.reopen_line, "laila", complaint_id=line_in(worker, "closed"), reason="Belum beres")


def pause(worker: Worker) -> None:
    reason = worker.chance.choice(list(PAUSES))
    worker.at_desk(
        service.pause_clock, "agung", complaint_id=an_open_line(worker), reason=reason, text="Menunggu surat"
    )


def issue_code(worker: Worker) -> None:
    line = an_open_line(worker)
    worker.at_desk(service.issue_code, "laila", complaint_id=line, reason="Dikenali dari KTP", second_word="melati")


def set_aside(worker: Worker) -> None:
    worker.at_desk(service.set_line_aside, "laila", complaint_id=an_open_line(worker), reason="Bukan pengaduan")


def answer_for_aside(worker: Worker) -> None:
    """What follows a setting aside: a second look, an objection at the kiosk, a way back."""
    line = worker.key("SELECT complaint_id FROM complaint_aside WHERE back_at IS NULL ORDER BY id")
    after = worker.chance.random()
    if after < 0.3:
        worker.at_desk(service.confirm_aside, "wiji", complaint_id=line)
    elif after < 0.6:
        service.object_to_aside(worker.pair.office.journal, line, "Ini pengaduan", worker.pair.now)
    else:
        worker.at_desk(service.take_back_line, "wiji", complaint_id=line, reason="Ternyata pengaduan")


def resume(worker: Worker) -> None:
    paused = worker.key("SELECT complaint_id FROM complaint_pause WHERE to_on IS NULL ORDER BY id")
    worker.at_desk(service.resume_clock, "agung", complaint_id=paused)
