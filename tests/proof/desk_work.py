"""Random work at the desk beside the straight way: notes, pauses, blank forms, papers of a power cut, supervision."""

from datetime import timedelta

from app.casework.batches import answers, daily, dispatch, products
from app.casework.desk import moving, opening, oversight, service
from app.casework.importing.file_formats import read_bytes
from app.casework.importing.service import Source, examine_register, load_report
from app.core.clock import office_date
from app.platform.office import settings
from app.services.ktp import recording
from app.services.ktp.register_cases import ktp_bodies, ktp_words
from app.services.ktp.rules import KtpRules
from tests.proof.counter_work import NAMES, a_form
from tests.proof.worker import Worker, other_people

WORDS = (
    "belum rekam",
    "sudah rekam",
    "dikirim",
    "sudah cetak",
    "sudah jadi",
    "diambil",
    "dikembalikan",
    "batal",
)
"""What an old register says of the state of a file."""
HEAD = "NO;TGL;NIK;NO KK;NAMA LENGKAP;TEMPAT, TGL LAHIR;L/P;ALAMAT RT/RW;DESA;JENIS;KET"


def note(worker: Worker) -> None:
    action = worker.chance.choice(list(service.NOTE_ACTIONS))
    worker.at_desk(service.note_on_case, "laila", case_id=worker.any_case(), action=action, text="Menanyakan kartunya")


def put_away(worker: Worker) -> None:
    place = worker.chance.choice(["village", "counter", "folder", "archive"])
    number = str(worker.chance.randint(1, 30))
    worker.at_desk(service.place_case, "retno", case_id=worker.any_case(), place=place, number=number)


def pause(worker: Worker) -> None:
    running = "SELECT id FROM case_file WHERE closed = 0 AND due_on IS NOT NULL AND kept_on IS NULL ORDER BY id"
    reason = worker.chance.choice(settings.get_setting(worker.pair.office.db, "pauses.enabled") or ["blanks_out"])
    worker.at_desk(service.pause_case, "agung", case_id=worker.key(running), reason=reason, text="Menunggu")


def resume(worker: Worker) -> None:
    paused = worker.key("SELECT case_id FROM case_pause WHERE to_on IS NULL ORDER BY id")
    worker.at_desk(service.resume_case, "agung", case_id=paused)


def reserve(worker: Worker) -> None:
    count, who = worker.chance.randint(1, 4), worker.chance.choice(["retno", "desi"])
    worker.at_desk(service.reserve_forms, who, service="ktp-el", count=count, area="3508072001")


def open_by_form(worker: Worker) -> None:
    """A blank form of the village comes back filled in, written some days ago."""
    row = worker.one("SELECT code FROM reserved_form WHERE case_id IS NULL ORDER BY number")
    raw = a_form(worker, worker.chance.randint(1, 400))
    received = office_date(worker.pair.now) - timedelta(days=worker.chance.randint(0, 3))
    other_people(
        lambda heeded: worker.at_desk(
            opening.open_case,
            "retno",
            opening.Application(
                "ktp-el",
                raw,
                {"photo": ""},
                heeded=heeded,
                received_on=received,
                late_reason="Listrik padam",
                form_code=row[0] if row else "-",
            ),
            rules=KtpRules(),
        )
    )


def attend(worker: Worker) -> None:
    case_id = worker.key(
        "SELECT c.id FROM case_file c JOIN recording_slot s ON s.case_id = c.id WHERE c.step = 'record' ORDER BY c.id"
    )
    worker.at_desk(recording.note_attendance, "fajar", case_id=case_id, attended=worker.chance.random() < 0.5)


def not_recorded(worker: Worker) -> None:
    worker.at_desk(
        recording.note_failed_recording, "fajar", case_id=worker.case_in("record"), reason="Perangkat perekaman rusak"
    )


def central_status(worker: Worker) -> None:
    status = worker.chance.choice(["print_ready", "card_printed", "efac", "duplicate", "unregistered"])
    on = office_date(worker.pair.now)
    worker.at_desk(recording.update_status, "agung", case_id=worker.any_case(), status=status, on=on, place="Pusat")


# -- dispatch and answers --------------------------------------------------------------------------------------


def drop_draft(worker: Worker) -> None:
    drafted = worker.key("SELECT id FROM dispatch WHERE state = 'draft' ORDER BY id")
    worker.at_desk(dispatch.drop_draft, "retno", dispatch_id=drafted, reason="Dibuat ulang besok")


def order_anew(worker: Worker) -> None:
    """A draft gets another order, and loses a case on the way."""
    drafted = worker.key("SELECT id FROM dispatch WHERE state = 'draft' ORDER BY id")
    rows = worker.pair.office.db.run("SELECT case_id FROM dispatch_pick WHERE dispatch_id = ?", (drafted,))
    held = sorted(row[0] for row in rows)
    chosen = worker.chance.sample(held, max(len(held) - 1, min(len(held), 1)))
    worker.at_desk(dispatch.draft_dispatch, "retno", case_ids=chosen, dispatch_id=drafted)


def send_by_agenda(worker: Worker) -> None:
    """Letter and minutes bear numbers that somebody typed from the paper agenda."""
    drafted, n = (
        worker.key("SELECT id FROM dispatch WHERE state = 'draft' ORDER BY id"),
        worker.chance.randint(1, 60),
    )
    worker.at_desk(
        dispatch.send_dispatch, "hendra", dispatch_id=drafted, letter=f"470/{n}/427.86/2026", minutes=f"BA {n}"
    )


def ask_back(worker: Worker) -> None:
    row = worker.one(
        "SELECT dispatch_id, ordinal FROM dispatch_line WHERE result IN ('waiting', 'accepted')"
        " AND recall = '' ORDER BY dispatch_id, ordinal"
    )
    where = {"dispatch_id": row[0] if row else 0, "ordinal": row[1] if row else 0}
    worker.at_desk(dispatch.ask_line_back, "agung", **where, reason="Pemohon meninggal")


def answer_paper(worker: Worker) -> None:
    """The list of a dispatch on paper comes back; another person compares it."""
    row = worker.one(
        "SELECT l.dispatch_id, l.ordinal FROM dispatch_line l JOIN dispatch d ON d.id = l.dispatch_id"
        " WHERE d.road = 'paper' AND l.result IN ('waiting', 'accepted')"
        " ORDER BY l.dispatch_id, l.ordinal"
    )
    where = {"dispatch_id": row[0] if row else 0, "ordinal": row[1] if row else 0}
    result = worker.chance.choice(["printed", "refused"])
    worker.at_desk(answers.type_answer, "retno", **where, result=result, reason="Foto buram", serial="")
    worker.at_desk(answers.check_typed_answer, "fajar", **where, agrees=True)


def contradict(worker: Worker) -> None:
    """The returned paper list says something else than the exchange did; another person compares it."""
    row = worker.one(
        "SELECT dispatch_id, ordinal, result FROM dispatch_line WHERE result IN ('printed', 'refused')"
        " ORDER BY dispatch_id, ordinal"
    )
    where = {"dispatch_id": row[0] if row else 0, "ordinal": row[1] if row else 0}
    result = "refused" if row and row[2] == "printed" else "printed"
    worker.serial += 1
    serial = f"K{worker.serial:06d}" if result == "printed" else ""
    worker.at_desk(answers.type_answer, "retno", **where, result=result, reason="Data berbeda", serial=serial)
    worker.at_desk(answers.check_typed_answer, "fajar", **where, agrees=worker.chance.random() < 0.9)


def settle(worker: Worker) -> None:
    conflict = worker.key("SELECT id FROM answer_conflict WHERE settled_by = '' ORDER BY id")
    holds = worker.chance.choice(["held", "received"])
    worker.at_desk(answers.settle_conflict, "agung", conflict_id=conflict, holds=holds, note="Menurut surat pusat")


def answer_old(worker: Worker) -> None:
    """The answer to a case that an old register had sent."""
    case_id = worker.key("SELECT id FROM case_file WHERE step = 'print' AND origin = 'import' ORDER BY id")
    result = worker.chance.choice(["printed", "refused"])
    worker.at_desk(answers.answer_old_case, "retno", case_id=case_id, result=result, reason="Foto buram")


def daily_round(worker: Worker) -> None:
    for one in daily.DAILY:
        one(worker.pair.office.journal, worker.pair.now)


# -- cards -----------------------------------------------------------------------------------------------------


def arrive_on_paper(worker: Worker) -> None:
    """A shipping list that was counted on paper days ago; a card of it may be missing."""
    row = worker.one("SELECT number, sent_on FROM shipment WHERE arrived_on IS NULL ORDER BY number")
    listed = [card.id for card in products.expected_cards(worker.pair.office.db, "ktp-el", row[0] if row else "")]
    came = worker.chance.sample(listed, max(1, len(listed) - 1)) if listed else []
    on = office_date(worker.pair.now) - timedelta(days=worker.chance.randint(0, 2))
    worker.at_desk(
        products.count_cards_in,
        "retno",
        case_ids=came,
        counted=len(came),
        shipment=row[0] if row else "",
        note="Listrik padam, dicatat di kertas",
        on=on,
    )


def hand_over_on_paper(worker: Worker) -> None:
    on = office_date(worker.pair.now) - timedelta(days=worker.chance.randint(0, 2))
    worker.at_desk(
        products.hand_card_over,
        "fajar",
        case_id=worker.case_in("hand_over"),
        receiver="Anak pemohon",
        relation="authorised",
        authority="Kuasa 1 Maret",
        surrendered="Kartu lama",
        on=on,
        note="Listrik padam",
    )


def never_fetched(worker: Worker) -> None:
    worker.at_desk(
        moving.leave_case, "agung", case_id=worker.case_in("hand_over"), exit_id="uncollected", reason="Tidak diambil"
    )


def fetch_after_all(worker: Worker) -> None:
    worker.at_desk(products.reopen_uncollected, "retno", case_id=worker.case_in("@uncollected"))


# -- supervision and the old register --------------------------------------------------------------------------


def supervise(worker: Worker) -> None:
    row = worker.one("SELECT number FROM case_file ORDER BY id") if worker.chance.random() < 0.7 else None
    worker.at_desk(oversight.write_note, "wiji", text="Berkas ini lama diam", number=row[0] if row else "")


def answer_supervision(worker: Worker) -> None:
    asked = worker.key("SELECT id FROM oversight_note WHERE answered_at IS NULL ORDER BY id")
    worker.at_desk(oversight.answer_note, "agung", note_id=asked, text="Sudah dikerjakan")


def import_register(worker: Worker) -> None:
    """A few lines of an old register; some of them are known already from the time before."""
    lines = [register_line(worker, number) for number in worker.chance.sample(range(1, 200), 6)]
    content = "\n".join([HEAD, *lines]).encode()
    db, today = worker.pair.office.db, office_date(worker.pair.now)
    report = examine_register(ktp_words(), read_bytes(content, "JAN"), db, today)
    worker.at_desk(load_report, "agung", report, source=Source("register.csv", "ab" * 32), bodies=ktp_bodies)


def register_line(worker: Worker, number: int) -> str:
    """One line of the register; the same number is the same person, perhaps at another step."""
    day, month = number % 28 + 1, number % 12 + 1
    words = worker.chance.choice(WORDS)
    return (
        f"{number};{day:02d}/{month:02d}/2025;350899{day:02d}{month:02d}80{number:04d};350899010180{number:04d};"
        f"{NAMES[number % len(NAMES)]};LUMAJANG, {day:02d}-{month:02d}-1980;L;DUSUN KIDUL RT 3 RW 1;KRAI;hilang;"
        f"{words}"
    )
