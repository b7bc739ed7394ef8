"""What may happen to a line of the book, in which state, by whom and with what; for service, page and kiosk alike.

A permission names roles. On a line the role of a Kasi counts only for whoever heads the line's section, or acts for its
head by a decree (docs/decisions/0019-who-may-do-what.md): the Kasi of another section reads the book and does nothing
in it. What a Kasi may do by another role of his own, such as that of the information officer, he may on every line.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from app.core.clock import office_date
from app.core.permissions import Actor, may, permission_problem, refusal_naming, require
from app.core.problems import SENTENCES, Problem, check_found
from app.platform.office.moves import Act, Move, Subject, become, stay, true_names
from app.platform.people import queries as people
from app.platform.people.access_log import log_access
from app.services.complaints.events import ColumnWritten
from app.services.complaints.masks import CleanWords, clean_text, clean_words
from app.services.complaints.queries import running_pause, standing_columns
from app.services.complaints.tables import Complainant, Complaint, ComplaintColumn, ComplaintScan, SectionRow
from app.services.complaints.words import STATES
from schema.database import Database

RUNNING = ("open", "followed", "answered")
ANY = (*RUNNING, "closed", "aside")
SAID = STATES | {"closed": "sudah selesai", "aside": "sedang disisihkan"}
COLUMN = "complaint.column_written"
NOT_ASIDE = {"aside": SENTENCES["not_aside"]}

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
        {"follow_up": "Kolom tindak lanjut masih kosong. Kepala seksinya mengisi dulu."},
    ),
    "satisfaction": Move(("complaint.answer",), stay(*ANY), COLUMN, {"answered": "Pengaduan ini belum dijawab."}),
    "stop_sms": Move(
        ("complaint.write",),
        stay(*ANY),
        "complaint.sms_stopped",
        {"sms": "Pengadu ini memang tidak dikabari lewat SMS."},
    ),
    "close": Move(
        ("complaint.close",),
        become("closed", *RUNNING),
        "complaint.closed",
        {
            "follow_up": "Belum bisa diselesaikan: kolom tindak lanjut masih kosong.",
            "answer": "Belum bisa diselesaikan: pengadu belum dijawab.",
            "counting": "Hitungan sedang dijeda. Lanjutkan dulu.",
        },
        (COLUMN,),
    ),
    "reopen": Move(
        ("complaint.class",),
        stay(*ANY) | {"closed": "followed"},
        "complaint.reopened",
        {"settled": "Baris ini belum selesai, jadi tidak perlu dibuka kembali."},
        (COLUMN,),
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
        {"unsettled": "Baris ini sudah selesai. Buka kembali dulu jika harus diperbaiki."},
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
"""Move → who may make it, state → next state, the journal kind, what must hold of the line, and its note."""


def line_facts(db: Database, line: Complaint) -> set[str]:
    """What holds of a line now, as `Move.needs` names it."""
    standing = standing_columns(db, line.id)
    paused = running_pause(db, line.id) is not None
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
        "sms": bool(line.accepts_sms),
    }
    return true_names(holds)


def line_subject(db: Database, line: Complaint) -> Subject[Complaint]:
    key = f"complaint/{line.id}"
    title = f"Pengaduan {line.number}"
    state = "aside" if line.aside else line.state
    return Subject(line, key, title, state, line_facts(db, line), SAID)


def line_by_id(db: Database, _actor: Actor, complaint_id: int, _today: date) -> Subject[Complaint]:
    return line_subject(db, load_line(db, complaint_id))


def line_of_column(db: Database, _actor: Actor, column_id: int, _today: date) -> Subject[Complaint]:
    return line_subject(db, load_line(db, load_column(db, column_id).complaint_id))


def load_column(db: Database, column_id: int) -> ComplaintColumn:
    """A column that is not struck through. Raises Problem `not_found`."""
    standing = ComplaintColumn.struck_at.is_null()
    return check_found(ComplaintColumn.first(db, ComplaintColumn.id == column_id, standing), "Isian itu")


def check_may_act(db: Database, actor: Actor, line: Complaint, move: Move, today: date) -> None:
    """Raise Problem `forbidden` where the actor may not make a move on this line: the head of another section."""
    permission = move.permissions[0]
    if not can_act_on(db, actor, line, permission, today):
        raise line_problem(db, actor, line, permission, today)


def write_column(act: Act[Complaint], name: str, text: str, state: str = "", satisfied: bool | None = None) -> None:
    """One more staff column; `state` is empty where the line's state stays."""
    column = act.journal.next_id("complaint_column")
    act.record(ColumnWritten(column, act.thing.id, name, text, act.today.isoformat(), state, satisfied))


# -- who -----------------------------------------------------------------------------------------------------------


def load_line(db: Database, complaint_id: int) -> Complaint:
    return check_found(Complaint.first(db, id=complaint_id), "Baris pengaduan itu")


def is_section_head(db: Database, actor: Actor, section: str, today: date) -> bool:
    """Whether the actor heads a section or acts (Plt., Plh.) for its head; every head does where nobody is named."""
    row = SectionRow.first(db, code=section)
    if row is None or actor.profile.section_head not in actor.roles:
        return False
    return not row.head or section in people.headed_sections(db, actor.person_id, actor.username, today)


def roles_on(db: Database, actor: Actor, line: Complaint, today: date) -> frozenset[str]:
    """The actor's roles that count on this line: that of a head only where he heads its section."""
    head = actor.profile.section_head
    elsewhere = head in actor.roles and not is_section_head(db, actor, line.section, today)
    if elsewhere:
        return actor.roles - {head}
    return actor.roles


def can_act_on(db: Database, actor: Actor, line: Complaint, permission: str, today: date) -> bool:
    """Whether the actor may do what a permission stands for on this line. Raises KeyError for an unknown permission."""
    if not actor.roles & actor.profile.rights[permission]:
        return False
    return bool(roles_on(db, actor, line, today) & actor.profile.rights[permission])


def line_problem(db: Database, actor: Actor, line: Complaint, permission: str, today: date) -> Problem:
    """Problem `forbidden` of somebody who may not act on a line: it says who may, of the heads that of its section."""
    if roles_on(db, actor, line, today) == actor.roles:
        return permission_problem(actor, permission)
    profile = actor.profile
    able = actor.profile.rights[permission]
    others = [profile.short(role) for role in profile.side_roles("office") if role in able - {profile.section_head}]
    return refusal_naming(" atau ".join(filter(None, (", ".join(others), profile.head_of(line.section)))))


def can_strike(db: Database, actor: Actor, line: Complaint, name: str, writer: str, today: date) -> bool:
    """Whether the actor may strike through a column of a line: its writer; for the follow-up whoever heads the section;
    for first answers, answers and notes the information officer. A complainant's verdict stays with whoever wrote it.
    """
    if not can_act_on(db, actor, line, "complaint.write", today):
        return False
    if writer == actor.username:
        return True
    if name == "follow_up":
        return is_section_head(db, actor, line.section, today)
    return name in ("first_answer", "answer", "note") and may(actor, "box.open")


def strike_problem(actor: Actor, line: Complaint, name: str) -> Problem:
    """Problem `forbidden`: who may strike through a column, beside whoever wrote it."""
    profile = actor.profile
    able = {"follow_up": profile.head_of(line.section), "satisfaction": ""}.get(name, profile.who_may("box.open"))
    if able:
        return refusal_naming(f"yang menulisnya atau {able}")
    return refusal_naming("yang menulisnya")


def reveal_complainant(
    db: Database, actor: Actor, *, complaint_id: int, now: datetime, address: str = ""
) -> Complainant:
    """The complainant of a line; writes one line of the access log. Raises Problem `forbidden`, `not_found`."""
    require(actor, "complaint.identity")
    load_line(db, complaint_id)
    found = check_found(Complainant.first(db, complaint_id=complaint_id), "Pengadu baris itu")
    log_look(db, actor, complaint_id, now, address)
    return found


def readable_words(
    db: Database, actor: Actor, lines: Sequence[Complaint], today: date
) -> Mapping[int, CleanWords | None]:
    """Id → the words of lines as the actor may read them; None where he reads them whole."""
    masked = [line.id for line in lines if not can_open_scans(db, actor, line, today)]
    return {line.id: None for line in lines} | clean_words(db, masked)


def readable_text(db: Database, actor: Actor, line: Complaint, text: str, today: date) -> str:
    if not text or can_open_scans(db, actor, line, today):
        return text
    return clean_text(db, line.id, text)


def can_open_scans(db: Database, actor: Actor, line: Complaint, today: date) -> bool:
    if may(actor, "complaint.identity"):
        return True
    return not line.anonymous and not line.confidential and can_act_on(db, actor, line, "complaint.scan", today)


def open_scan(
    db: Database, actor: Actor, *, complaint_id: int, scan_id: int, now: datetime, address: str = ""
) -> ComplaintScan:
    """A scan with its bytes; writes one line of the access log. Raises Problem `forbidden`, `not_found`."""
    line = load_line(db, complaint_id)
    on = office_date(now)
    if not can_open_scans(db, actor, line, on):
        if line.anonymous or line.confidential:
            raise permission_problem(actor, "complaint.identity")
        raise line_problem(db, actor, line, "complaint.scan", on)
    found = check_found(ComplaintScan.first(db, id=scan_id, complaint_id=complaint_id), "Pindaian itu")
    log_look(db, actor, complaint_id, now, address, "pindaian")
    return found


def log_look(db: Database, actor: Actor, complaint_id: int, now: datetime, address: str, detail: str = "") -> None:
    subject = f"complaint/{complaint_id}"
    who = actor.person_id
    with db.writing():
        log_access(
            db, at=now, person_id=who, action="complaint.identity", detail=detail, subject=subject, address=address
        )
