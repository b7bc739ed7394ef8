"""States and moves of a cycle, of its sheets, of follow-ups and of documents: one table each, for service and page."""

import json
from datetime import date, datetime
from typing import Annotated, Any

from app.core.asked import Text
from app.core.clock import office_date
from app.core.permissions import Actor
from app.core.problems import Problem, check_found
from app.platform.office.events import SignatureDue
from app.platform.office.moves import Act, Move, Moves, Subject, become, stay, true_names
from app.platform.office.standards import TWICE, check_turn, signers_of
from app.platform.people.queries import profile_of
from app.platform.people.two_people import held_post
from app.quality.evaluation.events import QualitySigned
from app.quality.evaluation.queries import next_signature, signatures_of
from app.quality.evaluation.tables import (
    EvaluationCycle,
    EvaluationRow,
    EvaluationSheet,
    FollowUp,
    QualityDocument,
    QualitySignature,
    Supervision,
)
from schema.database import Database, first_value

TEAM = ("evaluation.assess",)
ANSWERS = ("evaluation.answer",)
CHIEF = ("evaluation.evaluate",)
OUTSIDE = {"in_team": "Anda bukan anggota tim siklus ini."}
RUNS = {"running": "Siklus ini tidak berjalan lagi; lembarnya tidak berubah."}

CYCLE_STATES = {
    "running": "Berjalan",
    "drafted": "Laporan menunggu tanda tangan",
    "reported": "Menunggu evaluasi pimpinan",
    "evaluated": "Menunggu tindak lanjut",
    "closed": "Ditutup",
    "withdrawn": "Dibatalkan",
}
ANOTHER_EVALUATES = {"another": "Laporan dievaluasi orang lain, bukan satu-satunya yang menandatanganinya."}
SHEETS_CLOSED = {"sheets_closed": "Masih ada lembar audit yang belum ditutup."}
CYCLE_MOVES: dict[str, Move] = {
    "withdraw": Move(
        TEAM, become("withdrawn", "running"), "evaluation.withdrawn", OUTSIDE | {"untouched": "Lembarnya sudah diisi."}
    ),
    "draft": Move(TEAM, become("drafted", "running", "drafted"), "evaluation.reported", OUTSIDE | SHEETS_CLOSED),
    "reject": Move(TEAM, become("running", "drafted"), "evaluation.report_rejected", OUTSIDE),
    "sign": Move(TEAM, stay("drafted"), "quality.signed", SHEETS_CLOSED, ("evaluation.report_adopted",)),
    "evaluate": Move(CHIEF, become("evaluated", "reported"), "evaluation.evaluated", ANOTHER_EVALUATES),
    "close": Move(
        CHIEF,
        become("closed", "evaluated"),
        "evaluation.closed",
        SHEETS_CLOSED
        | {
            "followed": "Masih ada tindak lanjut yang belum selesai diperiksa. Selesaikan, atau lanjutkan ke siklus "
            "berikutnya dengan alasan."
        },
    ),
    "follow": Move((*TEAM, *ANSWERS), stay("running", "drafted", "reported", "evaluated"), "follow_up.set"),
    "supervise": Move(
        TEAM, stay("running", "drafted", "reported", "evaluated", "closed"), "evaluation.supervised", OUTSIDE
    ),
}
"""Move → who may make it, state → next state, the journal kind, and what must hold."""

SHEET_STATES = {
    "open": "Diisi tim",
    "sent": "Menunggu jawaban unit",
    "answered": "Dijawab, diperiksa tim",
    "closed": "Ditutup",
}
SHEET_MOVES: dict[str, Move] = {
    "assess": Move(TEAM, stay("open"), "evaluation.row_assessed", RUNS | OUTSIDE),
    "send": Move(
        TEAM,
        become("sent", "open"),
        "evaluation.sheet_sent",
        RUNS | OUTSIDE | {"assessed": "Masih ada baris yang belum dinilai."},
    ),
    "answer": Move(
        ANSWERS,
        become("answered", "sent", "answered"),
        "evaluation.sheet_answered",
        RUNS
        | {
            "own_unit": "Lembar ini dijawab unitnya sendiri.",
            "outside": "Yang menilai tidak menjawab lembar yang sama.",
        },
    ),
    "return": Move(TEAM, become("open", "sent", "answered"), "evaluation.sheet_returned", RUNS | OUTSIDE),
    "close": Move(
        TEAM,
        become("closed", "answered"),
        "evaluation.sheet_closed",
        RUNS
        | OUTSIDE
        | {
            "another": "Lembar ditutup orang lain, bukan yang menjawabnya.",
            "followed": "Temuan minor dan mayor masing-masing perlu tindak lanjut. Tambahkan dulu.",
        },
    ),
}
WEIGHTS = {"conform": "Sesuai", "observation": "Observasi", "minor": "Temuan minor", "major": "Temuan mayor"}
FAULTS = ("minor", "major")
"""Weights of findings that ask for a follow-up."""

FOLLOW_UP_STATES = {
    "open": "Dikerjakan",
    "done": "Menunggu pemeriksaan",
    "checked": "Selesai diperiksa",
    "carried": "Dilanjutkan ke siklus berikutnya",
}
OTHER = {"another": "Tindak lanjut diperiksa orang lain, bukan penanggung jawabnya."}
LIVE = {"live": "Siklusnya sudah ditutup."}
FOLLOW_UP_MOVES: dict[str, Move] = {
    "complete": Move(
        ("evaluation.view",),
        become("done", "open"),
        "follow_up.done",
        LIVE | {"own": "Tindak lanjut ini dinyatakan selesai oleh penanggung jawabnya."},
    ),
    "accept": Move(TEAM, become("checked", "done"), "follow_up.checked", LIVE | OUTSIDE | OTHER),
    "refuse": Move(TEAM, become("open", "done"), "follow_up.checked", LIVE | OUTSIDE | OTHER),
    "carry": Move(TEAM, become("carried", "open"), "follow_up.carried", LIVE | OUTSIDE),
}
DOCUMENT_STATES = {
    "signing": "Draf, menunggu tanda tangan",
    "in_force": "Berlaku",
    "replaced": "Diganti revisi baru",
    "withdrawn": "Dibatalkan",
}
DOCUMENT_MOVES: dict[str, Move] = {
    "sign": Move(("standard.sign",), stay("signing"), "quality.signed", also=("quality.adopted",)),
    "withdraw": Move(("quality.draft",), become("withdrawn", "signing"), "quality.withdrawn"),
}


def load_cycle(db: Database, cycle_id: int) -> EvaluationCycle:
    return check_found(EvaluationCycle.first(db, id=cycle_id), "Siklus itu")


def load_sheet(db: Database, sheet_id: int) -> EvaluationSheet:
    return check_found(EvaluationSheet.first(db, id=sheet_id), "Lembar audit itu")


def load_follow_up(db: Database, follow_up_id: int) -> FollowUp:
    return check_found(FollowUp.first(db, id=follow_up_id), "Tindak lanjut itu")


def load_document(db: Database, document_id: int) -> QualityDocument:
    return check_found(QualityDocument.first(db, id=document_id), "Dokumen itu")


def load_supervision(db: Database, supervision_id: int) -> Supervision:
    return check_found(Supervision.first(db, id=supervision_id), "Pembinaan itu")


def team_members(cycle: EvaluationCycle) -> set[str]:
    return {name for names in json.loads(cycle.team).values() for name in names}


def heads_unit(actor: Actor, unit: str) -> bool:
    """Whether somebody answers for a unit: a role that he holds or fills, a section that he heads; "" is anybody's."""
    if not unit or unit in actor.profile.roles:
        return not unit or unit in actor.profile.fills(actor.roles)
    return actor.profile.section_head in actor.roles and unit in (actor.sections or ())


def cycle_facts(db: Database, cycle: EvaluationCycle, actor: Actor) -> set[str]:
    """What holds of a cycle for this person now, as `Move.needs` names it."""
    sheets = {sheet.state for sheet in EvaluationSheet.rows(db, cycle_id=cycle.id)}
    follow_ups = {row.state for row in FollowUp.rows(db, cycle_id=cycle.id)}
    signers = {signature.username for signature in signatures_of(db, f"evaluation/{cycle.id}")}
    holds = {
        "in_team": actor.username in team_members(cycle),
        "another": bool(signers - {"", actor.username}),
        "untouched": sheets | follow_ups <= {"open"} and not assessed_rows(db, cycle.id),
        "sheets_closed": sheets <= {"closed"},
        "followed": follow_ups <= {"checked", "carried"},
    }
    return true_names(holds)


def assessed_rows(db: Database, cycle_id: int) -> int:
    query = (
        "SELECT count(*) FROM evaluation_row r JOIN evaluation_sheet s ON s.id = r.sheet_id"
        " WHERE s.cycle_id = ? AND r.weight <> ''"
    )
    return int(first_value(db, query, (cycle_id,)))


def sheet_facts(db: Database, sheet: EvaluationSheet, actor: Actor) -> set[str]:
    cycle = load_cycle(db, sheet.cycle_id)
    rows = EvaluationRow.rows(db, sheet_id=sheet.id)
    followed = {row.indicator for row in FollowUp.rows(db, cycle_id=sheet.cycle_id, unit=sheet.unit)}
    faults = {row.indicator for row in rows if row.weight in FAULTS}
    holds = {
        "running": cycle.state == "running",
        "in_team": actor.username in team_members(cycle),
        "assessed": all(row.weight for row in rows),
        "own_unit": heads_unit(actor, sheet.unit),
        "outside": actor.username not in {row.assessed_by for row in rows},
        "another": sheet.answered_by != actor.username,
        "followed": faults <= followed,
    }
    return true_names(holds)


def follow_up_facts(db: Database, follow_up: FollowUp, actor: Actor) -> set[str]:
    cycle = load_cycle(db, follow_up.cycle_id)
    own = follow_up.person == actor.username
    holds = {
        "live": cycle.state not in ("closed", "withdrawn"),
        "in_team": actor.username in team_members(cycle),
        "own": own,
        "another": not own,
    }
    return true_names(holds)


def cycle_subject(db: Database, actor: Actor, cycle_id: int, _today: date) -> Subject[EvaluationCycle]:
    cycle = load_cycle(db, cycle_id)
    facts = cycle_facts(db, cycle, actor)
    return Subject(cycle, f"evaluation/{cycle_id}", f"Siklus {cycle.number}", cycle.state, facts, CYCLE_STATES)


def sheet_subject(db: Database, actor: Actor, sheet_id: int, _today: date) -> Subject[EvaluationSheet]:
    sheet = load_sheet(db, sheet_id)
    facts = sheet_facts(db, sheet, actor)
    return Subject(sheet, f"evaluation/{sheet.cycle_id}", "Lembar audit ini", sheet.state, facts, SHEET_STATES)


def follow_up_subject(db: Database, actor: Actor, follow_up_id: int, _today: date) -> Subject[FollowUp]:
    follow_up = load_follow_up(db, follow_up_id)
    facts = follow_up_facts(db, follow_up, actor)
    return Subject(
        follow_up, f"follow_up/{follow_up.id}", "Tindak lanjut ini", follow_up.state, facts, FOLLOW_UP_STATES
    )


def document_subject(db: Database, _actor: Actor, document_id: int, _today: date) -> Subject[QualityDocument]:
    document = load_document(db, document_id)
    return Subject(document, f"quality/{document.id}", "Dokumen ini", document.state, (), DOCUMENT_STATES)


move_cycle = Moves(CYCLE_MOVES, "cycle_id", cycle_subject)
move_sheet = Moves(SHEET_MOVES, "sheet_id", sheet_subject)
move_follow_up = Moves(FOLLOW_UP_MOVES, "follow_up_id", follow_up_subject)
move_document = Moves(DOCUMENT_MOVES, "document_id", document_subject)


def is_late(follow_up: FollowUp, now: datetime) -> bool:
    return follow_up.state == "open" and date.fromisoformat(follow_up.due_on) < office_date(now)


def waiting_words(sheet: EvaluationSheet, actor: Actor) -> str:
    """Whom a sheet waits for, where that is not this person."""
    if sheet.state == "sent" and not heads_unit(actor, sheet.unit):
        return "Menunggu jawaban unitnya."
    return ""


# -- signatures of reports and documents -----------------------------------------------------------------------------

CHANGED = "Isinya sudah diganti. Muat ulang halaman dan baca lagi."
Digest = Annotated[str, Text("Yang dibaca", most=64)]
"""The digest of what the person read, hidden on the form."""


def signature_due(db: Database, label: str, role: str, section: str = "") -> SignatureDue:
    profile = profile_of(db)
    if role == profile.section_head:
        post = profile.head_of(section)
    else:
        post = profile.label(role)
    return SignatureDue(role, label, post, [role], section)


def sign_next(act: Act[Any], subject: str, digest: str, read: str) -> bool:
    """Give the signature that is due; True when it was the last. The PIN was asked before.

    `read` is the digest of what the person read. Raises Problem `conflict`.
    """
    db = act.journal.db
    actor = act.actor
    due = next_signature(db, subject)
    if due is None or digest != read:
        raise Problem.of("conflict", why=CHANGED)
    signer = check_turn(db, due, actor, act.today)
    rows = signatures_of(db, subject)
    if any(row.username == actor.username for row in rows):
        raise Problem.of("conflict", why=TWICE)
    post = f"{signer.prefix}{due.post}"
    act.record(QualitySigned(subject, due.ordinal, digest, actor.name, post, held_post(db, signer)))
    return due.ordinal == len(rows)


def signs_now(db: Database, subject: str, actor: Actor, on: date) -> QualitySignature | None:
    due = next_signature(db, subject)
    mine = due is not None and any(signer.person_id == actor.person_id for signer in signers_of(db, due, on))
    return due if mine else None
