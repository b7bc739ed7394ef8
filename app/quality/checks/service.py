"""Internal checks by whoever oversees (SP 10): plan, draw, judge, send, answer, close, by one table of moves."""

import secrets
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from typing import cast

import msgspec

from app.core.clock import office_date
from app.core.permissions import Actor, require
from app.core.problems import CATALOGUE, SENTENCES, Problem, check_found, check_nothing_wrong
from app.core.text import field_text, required_text
from app.platform.office.moves import Act, Move, Subject, become, check_unchanged, make_move, stay
from app.platform.office.numbers import next_number
from app.platform.office.queries import services_in_force
from app.quality.capa.service import open_report
from app.quality.checks.events import (
    AnswerReturned,
    CaseJudged,
    CheckChanged,
    CheckEnded,
    CheckPlanned,
    Finding,
    FindingAnswered,
    FindingReported,
    FindingsSent,
    Part,
    Plan,
    SampleDrawn,
    Verdict,
)
from app.quality.checks.queries import (
    FAULTS,
    STATES,
    VERDICTS,
    FindingLine,
    draw_sample,
    faults_of,
    find_sampled,
    findings_of,
    finished_cases,
    load_check,
    may_answer,
    most_questions,
    newest_check,
    pack_ids,
    questions_of,
    running_cases,
    sampled_cases,
    section_of_case,
)
from app.quality.checks.tables import InternalCheck
from app.room import office_command
from schema.database import Database
from sync.journal import Journal

SERIES = "check"
MOST_SAMPLED, MOST_AHEAD = 100, timedelta(days=366)
JUDGED = {"judged": "Belum semua sampel diperiksa."}
MOVES: dict[str, Move] = {
    "change": Move(("check.make",), stay("planned"), "check.changed"),
    "draw": Move(
        ("check.make",), become("judging", "planned"), "check.drawn", {"day": "Sampel ditarik pada hari pemeriksaan."}
    ),
    "judge": Move(("check.make",), stay("judging"), "check.judged"),
    "send": Move(
        ("check.make",),
        become("answering", "judging"),
        "check.sent",
        JUDGED | {"faults": "Tidak ada temuan untuk dikirim."},
    ),
    "answer": Move(("check.answer",), stay("answering"), "check.answered"),
    "return": Move(("check.close",), stay("answering"), "check.returned"),
    "report": Move(("check.make", "check.answer"), stay("answering"), "check.reported"),
    "close": Move(
        ("check.close",),
        become("closed", "judging", "answering"),
        "check.ended",
        JUDGED | {"answered": "Masih ada temuan yang belum dijawab.", "another": CATALOGUE["second_person"].sentence},
    ),
    "cancel": Move(("check.make",), become("cancelled", "planned", "judging"), "check.ended"),
}
"""Move → who may make it, state → next state, the journal kind, and what must hold besides."""


def check_facts(db: Database, check: InternalCheck, actor: Actor, today: date) -> set[str]:
    """What holds of a check now, as `Move.needs` names it. Findings that were not sent yet are not answered."""
    sample, faults, findings = sampled_cases(db, check.id), faults_of(db, check.id), findings_of(db, check)
    held = {
        "day": check.on_date <= today.isoformat(),
        "judged": bool(sample) and all(one.judged for one in sample),
        "faults": bool(faults),
        "answered": len(findings) == len(faults) and all(one.row.answer for one in findings),
        "another": all(one.row.answered_by != actor.username for one in findings),
    }
    return {name for name, holds in held.items() if holds}


def move_check(
    journal: Journal, actor: Actor, move: str, check_id: int, now: datetime
) -> AbstractContextManager[Act[InternalCheck]]:
    """A move on a check in one transaction. Raises Problem `forbidden`, `not_found`, `state`, `conflict`."""

    def load() -> Subject[InternalCheck]:
        found = load_check(journal.db, check_id)
        facts = check_facts(journal.db, found, actor, office_date(now))
        return Subject(found, f"check/{check_id}", f"Pemeriksaan {found.number}", found.state, facts, STATES)

    return make_move(journal, actor, MOVES[move], now, load)


# -- plan ----------------------------------------------------------------------------------------------------------


@office_command("check.make")
def plan_check(journal: Journal, actor: Actor, *, plan: Plan, now: datetime, seen: int | None = None) -> int:
    """Plan a check. Raises Problem `invalid` with a sentence at each field.

    `seen` is the newest check that the form knew: a form sent twice plans one check (Problem `conflict`).
    """
    today = office_date(now)
    check_unchanged(seen, newest_check(journal.db))
    clean = checked_plan(journal.db, plan, today)
    number = next_number(journal.db, SERIES, today, journal.epoch)
    body = CheckPlanned(journal.next_id("internal_check"), number, clean)
    journal.record(body, subject=f"check/{body.id}", actor=actor.username, at=now)
    return body.id


def change_plan(journal: Journal, actor: Actor, *, check_id: int, plan: Plan, now: datetime) -> None:
    with move_check(journal, actor, "change", check_id, now) as act:
        act.record(CheckChanged(check_id, checked_plan(journal.db, plan, act.today)))


def checked_plan(db: Database, plan: Plan, today: date) -> Plan:
    """The plan with trimmed texts. Raises Problem `invalid`."""
    wrong = dict[str, str]()
    purpose = field_text(
        wrong, "purpose", plan.purpose, 500, "Tujuan", lines=True, empty="Tulis apa yang diperiksa dan mengapa."
    )
    chosen = [one for one in services_in_force(db, today) if one.id in plan.services]
    if not chosen or len(chosen) < len(set(plan.services)):
        wrong["services"] = "Pilih paling sedikit satu layanan yang berlaku."
    if not today <= date.fromisoformat(plan.on_date) <= today + MOST_AHEAD:
        wrong["on_date"] = "Tanggal pemeriksaan mulai hari ini, paling lama satu tahun ke depan."
    if plan.until_on < plan.from_on:
        wrong["until_on"] = SENTENCES["until_before_from"]
    if not plan.process_size + plan.product_size > 0:
        wrong["process_size"] = "Isi banyaknya sampel, paling sedikit satu."
    questions = {
        name: clean_questions(wrong, name, getattr(plan, name), size, most_questions(chosen))
        for name, size in (("process_questions", plan.process_size), ("product_questions", plan.product_size))
    }
    for name in ("process_size", "product_size"):
        if not 0 <= getattr(plan, name) <= MOST_SAMPLED:
            wrong[name] = f"Isi antara 0 dan {MOST_SAMPLED}."
    check_nothing_wrong(wrong)
    services = list(dict.fromkeys(plan.services))
    return msgspec.structs.replace(plan, purpose=purpose, services=services, **questions)


def clean_questions(wrong: dict[str, str], field: str, questions: Sequence[str], size: int, most: int) -> list[str]:
    """Each typed question once; without a chosen service `most` is 0 and is not what is wrong."""
    asked = [field_text(wrong, field, question, 200, "Pertanyaan") for question in questions]
    clean = list(dict.fromkeys(filter(None, asked)))
    if size and not clean:
        wrong.setdefault(field, "Tulis paling sedikit satu pertanyaan untuk sampel ini.")
    if 0 < most < len(clean):
        wrong[field] = f"Paling banyak {most} pertanyaan untuk layanan yang dipilih; di sini ada {len(clean)}."
    return clean


# -- draw and judge ------------------------------------------------------------------------------------------------


def draw_cases(journal: Journal, actor: Actor, *, check_id: int, now: datetime) -> int:
    """Draw the sample, once: the seed is new, the populations are what runs and what was finished. Gives its size.

    Raises Problem `conflict` where there is nothing to draw from.
    """
    with move_check(journal, actor, "draw", check_id, now) as act:
        db, check = journal.db, act.thing
        services = msgspec.json.decode(check.services, type=list[str])
        seed = secrets.token_hex(16)
        process = running_cases(db, services) if check.process_size else []
        product = finished_cases(db, services, check.from_on, check.until_on) if check.product_size else []
        drawn = (
            draw_sample(seed, "process", process, check.process_size),
            draw_sample(seed, "product", product, check.product_size),
        )
        if not any(drawn):
            raise Problem.of("conflict", why="Tidak ada berkas dalam lingkup pemeriksaan ini. Ubah lingkupnya.")
        act.record(SampleDrawn(check_id, seed, pack_ids(process), pack_ids(product), *drawn))
    return sum(map(len, drawn))


def judge_case(
    journal: Journal,
    actor: Actor,
    *,
    check_id: int,
    part: str,
    ordinal: int,
    verdicts: Sequence[tuple[str, str]],
    now: datetime,
) -> None:
    """Answer every question for one sampled case: (verdict, note) each; what does not conform needs a note.

    Raises Problem `invalid` at `verdictN` or `noteN`.
    """
    with move_check(journal, actor, "judge", check_id, now) as act:
        find_sampled(journal.db, check_id, part, ordinal)
        asked, wrong, found = questions_of(act.thing, part), dict[str, str](), list[Verdict]()
        for n, (word, note) in enumerate(verdicts[: len(asked)], start=1):
            empty = "Tulis apa yang dilihat." if word in FAULTS else ""
            clean = field_text(wrong, f"note{n}", note, 500, "Catatan", lines=True, empty=empty)
            if word not in VERDICTS:
                wrong[f"verdict{n}"] = SENTENCES["choose_one"]
            else:
                found.append(Verdict(word, clean))  # type: ignore[arg-type]  # one of VERDICTS
        if wrong or len(found) < len(asked):
            raise Problem.of("invalid", wrong or {"verdict1": SENTENCES["choose_one"]})
        act.record(CaseJudged(check_id, cast(Part, part), ordinal, found))


def send_findings(journal: Journal, actor: Actor, *, check_id: int, now: datetime) -> int:
    """Send what does not conform to the heads of the sections; gives how many findings there are."""
    with move_check(journal, actor, "send", check_id, now) as act:
        db = journal.db
        sections = {(one.part, one.ordinal): section_of_case(db, one) for one in sampled_cases(db, check_id)}
        findings = [
            Finding(n, one.part, one.ordinal, one.question, sections[one.part, one.ordinal])
            for n, one in enumerate(faults_of(db, check_id), start=1)
        ]
        act.record(FindingsSent(check_id, findings))
    return len(findings)


# -- answer and close ----------------------------------------------------------------------------------------------


def find_finding(db: Database, check: InternalCheck, number: int) -> FindingLine:
    return check_found(next((one for one in findings_of(db, check) if one.row.number == number), None), "Temuan itu")


def answer_finding(
    journal: Journal, actor: Actor, *, check_id: int, number: int, answer: str, action: str, due_on: date, now: datetime
) -> None:
    """The head of the section says why and what is done by when; may be changed until the check is closed."""
    with move_check(journal, actor, "answer", check_id, now) as act:
        finding = find_finding(journal.db, act.thing, number)
        if not may_answer(actor, finding.row):
            require(actor, "check.answer", finding.row.section)
        wrong = dict[str, str]()
        texts = (
            field_text(wrong, "answer", answer, 1000, "Jawaban", lines=True, empty="Tulis jawaban atas temuan ini."),
            field_text(wrong, "action", action, 1000, "Tindakan", lines=True, empty="Tulis tindakannya."),
        )
        if due_on < act.today:
            wrong["due_on"] = "Batas tindakan tidak boleh sudah lewat."
        check_nothing_wrong(wrong)
        act.record(FindingAnswered(check_id, number, *texts, due_on.isoformat()))


def return_answer(journal: Journal, actor: Actor, *, check_id: int, number: int, reason: str, now: datetime) -> None:
    """The answer is not enough: it goes back, with what is still to be said."""
    with move_check(journal, actor, "return", check_id, now) as act:
        if not find_finding(journal.db, act.thing, number).row.answer:
            raise Problem.of("conflict", why="Temuan ini belum dijawab.")
        why = required_text(reason, "reason", SENTENCES["what_to_mend"], 500, lines=True)
        act.record(AnswerReturned(check_id, number, why))


def report_finding(journal: Journal, actor: Actor, *, check_id: int, number: int, now: datetime) -> int:
    """Open an LTPP for a heavy finding; gives its id. Raises Problem `conflict` for another one, or a second time."""
    with move_check(journal, actor, "report", check_id, now) as act:
        finding, check = find_finding(journal.db, act.thing, number), act.thing
        if finding.weight != "heavy" or finding.row.capa_id is not None:
            raise Problem.of("conflict", why="LTPP dibuka sekali, hanya untuk temuan berat.")
        capa_id = open_report(
            journal,
            actor,
            source="audit",
            problem=f"{finding.question} {finding.note}",
            evidence=f"Pemeriksaan internal {check.number}, temuan {number}, berkas {finding.number}",
            now=now,
        )
        act.record(FindingReported(check_id, number, capa_id))
    return capa_id


def close_check(journal: Journal, actor: Actor, *, check_id: int, note: str, now: datetime) -> None:
    """Close a check whose findings are all answered. Whoever answered one does not close it."""
    with move_check(journal, actor, "close", check_id, now) as act:
        words = required_text(note, "note", SENTENCES["conclusion"], 1000, lines=True)
        act.record(CheckEnded(check_id, "closed", words))


def cancel_check(journal: Journal, actor: Actor, *, check_id: int, reason: str, now: datetime) -> None:
    """Give a check up before its findings were sent; it stays in the list with the reason."""
    with move_check(journal, actor, "cancel", check_id, now) as act:
        words = required_text(reason, "reason", SENTENCES["reason"], 500)
        act.record(CheckEnded(check_id, "cancelled", words))
