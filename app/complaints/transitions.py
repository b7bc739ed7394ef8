"""What may happen to a line of the book, in which state, by whom and with what; for service, page and kiosk alike."""

from contextlib import AbstractContextManager
from datetime import datetime

from app.complaints.events import ColumnWritten
from app.complaints.queries import running_pause, standing_columns
from app.complaints.rights import can_act_on, load_line
from app.complaints.tables import Complaint
from app.complaints.words import STATES
from app.core.clock import office_date
from app.core.permissions import SYSTEM, Actor
from app.core.problems import Problem
from app.core.text import required_text
from app.core.transitions import Move, Subject, become, stay
from app.office.acts import Act, make_move
from schema.database import Database
from sync.journal import Journal

RUNNING = ("open", "followed", "answered")
ANY = (*RUNNING, "closed", "aside")
SAID = STATES | {"closed": "sudah selesai", "aside": "sedang disisihkan"}
COLUMN = "complaint.column_written"
NOT_ASIDE = {"aside": "Baris ini tidak sedang disisihkan."}

MOVES: dict[str, Move] = {
    "note": Move(("complaint.write",), stay(*ANY), COLUMN),
    "scan": Move(("complaint.write",), stay(*ANY), "complaint.scan_attached"),
    "link": Move(("complaint.class",), stay(*ANY), "complaint.linked"),
    "class": Move(("complaint.class",), stay(*RUNNING), "complaint.classed"),
    "route": Move(("complaint.route",), stay(*RUNNING), "complaint.routed"),
    "first_answer": Move(
        ("complaint.answer",),
        stay(*RUNNING),
        COLUMN,
        {
            "answerable": "Surat ini tanpa nama dan kontak, jadi tidak ada yang dapat dijawab.",
            "unanswered": "Jawaban pertama sudah ditulis. Tambahkan catatan, atau tulis jawaban.",
        },
    ),
    "follow": Move(("complaint.follow",), stay(*RUNNING) | {"open": "followed"}, COLUMN),
    "answer": Move(
        ("complaint.answer",),
        become("answered", *RUNNING),
        COLUMN,
        {"follow_up": "Kolom tindak lanjut masih kosong. Kasi mengisinya dulu."},
    ),
    "satisfaction": Move(("complaint.answer",), stay(*ANY), COLUMN, {"answered": "Pengaduan ini belum dijawab."}),
    "close": Move(
        ("complaint.close",),
        become("closed", *RUNNING),
        "complaint.closed",
        {
            "follow_up": "Belum bisa diselesaikan: kolom tindak lanjut masih kosong.",
            "answer": "Belum bisa diselesaikan: pengadu belum dijawab.",
            "counting": "Hitungan sedang dijeda. Lanjutkan dulu.",
        },
    ),
    "reopen": Move(
        ("complaint.class",),
        stay(*ANY) | {"closed": "followed"},
        "complaint.reopened",
        {"settled": "Baris ini belum selesai, jadi tidak perlu dibuka kembali."},
    ),
    "pause": Move(
        ("complaint.follow",), stay(*RUNNING), "complaint.paused", {"counting": "Hitungan baris ini sudah dijeda."}
    ),
    "resume": Move(
        ("complaint.follow",),
        stay(*RUNNING),
        "complaint.resumed",
        {"paused": "Hitungan baris ini tidak sedang dijeda."},
    ),
    "strike": Move(
        ("complaint.write",),
        stay(*RUNNING, "closed"),
        "complaint.column_struck",
        {"unsettled": "Baris ini sudah selesai. Buka kembali dulu kalau harus diperbaiki."},
    ),
    "slip": Move(
        ("complaint.slip",),
        stay(*ANY),
        "complaint.code_issued",
        {"slip": "Surat dari kotak saran tidak punya kode slip."},
    ),
    "aside": Move(("complaint.aside",), become("aside", *RUNNING), "complaint.set_aside"),
    "check_aside": Move(("complaint.aside_check",), stay(*ANY), "complaint.aside_checked", NOT_ASIDE),
    "object": Move((), stay(*ANY), "complaint.aside_objected", NOT_ASIDE),
    "take_back": Move(("complaint.take_back",), stay(*ANY), "complaint.taken_back", NOT_ASIDE),
}
"""Move → who may make it, state → next state, the journal kind, and what must hold of the line."""


def line_facts(db: Database, line: Complaint) -> set[str]:
    """What holds of a line now, as `Move.needs` names it."""
    standing, paused = standing_columns(db, line.id), running_pause(db, line.id) is not None
    holds = {
        "follow_up": "follow_up" in standing,
        "answer": not line.first_due_on or "answer" in standing,
        "answerable": bool(line.first_due_on),
        "unanswered": not line.first_answer_on,
        "answered": bool(line.answered_on),
        "counting": not paused,
        "paused": paused,
        "settled": line.state == "closed",
        "unsettled": line.state != "closed",
        "slip": line.channel != "box",
        "aside": bool(line.aside),
    }
    return {name for name, true in holds.items() if true}


def line_subject(db: Database, line: Complaint) -> Subject[Complaint]:
    key, title = f"complaint/{line.id}", f"Pengaduan {line.number}"
    return Subject(line, key, title, "aside" if line.aside else line.state, line_facts(db, line), SAID)


def move_line(
    journal: Journal, actor: Actor, move: str, complaint_id: int, now: datetime
) -> AbstractContextManager[Act[Complaint]]:
    """A move on a line in one transaction; the kiosk acts as SYSTEM. Raises Problem `forbidden`, `not_found`, `state`,
    `conflict`."""
    rule = MOVES[move]

    def load() -> Subject[Complaint]:
        line = load_line(journal.db, complaint_id)
        if actor is not SYSTEM and not can_act_on(journal.db, actor, line, rule.permissions[0], office_date(now)):
            raise Problem.of("forbidden")
        return line_subject(journal.db, line)

    return make_move(journal, actor, rule, now, load)


def write_column(act: Act[Complaint], name: str, text: str, state: str = "", satisfied: bool | None = None) -> None:
    """One more staff column; `state` is empty where the line's state stays."""
    clean = required_text(text, "text", "Tulis isinya dulu.", 4000, lines=True)
    column = act.journal.next_id("complaint_column")
    act.record(ColumnWritten(column, act.thing.id, name, clean, act.today.isoformat(), state, satisfied))
