"""Internal checks by whoever oversees (SP 10): plan, draw, judge, send, answer, close, by one table of moves."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, cast

import msgspec
from msgspec.structs import replace

from app.core.asked import Amount, Day, Lines, Seen, Several, Text
from app.core.clock import office_date
from app.core.permissions import Actor, require
from app.core.problems import CATALOGUE, SENTENCES, Problem, check_found, check_nothing_wrong
from app.core.text import field_text
from app.platform.office.moves import Act, Move, Moves, Subject, become, check_unchanged, stay
from app.platform.office.numbers import next_number
from app.platform.office.queries import service_names, services_in_force
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
MOST_SAMPLED = 100
MOST_AHEAD = timedelta(days=366)
MOST_LINES = 300
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
    sample = sampled_cases(db, check.id)
    faults = faults_of(db, check.id)
    findings = findings_of(db, check)
    facts = set()
    if check.on_date <= today.isoformat():
        facts.add("day")
    if sample and all(case.judged for case in sample):
        facts.add("judged")
    if faults:
        facts.add("faults")
    if len(findings) == len(faults) and all(finding.row.answer for finding in findings):
        facts.add("answered")
    if actor.username not in [finding.row.answered_by for finding in findings]:
        facts.add("another")
    return facts


def check_subject(db: Database, actor: Actor, check_id: int, today: date) -> Subject[InternalCheck]:
    check = load_check(db, check_id)
    facts = check_facts(db, check, actor, today)
    return Subject(check, f"check/{check_id}", f"Pemeriksaan {check.number}", check.state, facts, STATES)


move = Moves(MOVES, "check_id", check_subject)


# -- plan ----------------------------------------------------------------------------------------------------------


class CheckPlan(msgspec.Struct, frozen=True):
    """What is to be checked: day, services, why, in which days a finished case was finished, sizes, questions."""

    on_date: Annotated[date, Day("Tanggal pemeriksaan", "Isi tanggalnya.", future=True)]
    services: Annotated[
        Sequence[str],
        Several(
            "Layanan yang diperiksa",
            "Pilih paling sedikit satu layanan yang berlaku.",
            choices=service_names,
        ),
    ]
    purpose: Annotated[str, Text("Lingkup dan tujuan", "Tulis apa yang diperiksa dan mengapa.", most=500, lines=True)]
    from_on: Annotated[date, Day("Hasil yang selesai sejak", SENTENCES["from_day"])]
    until_on: Annotated[date, Day("sampai", "Isi tanggal akhir.")]
    process_size: Annotated[int, Amount("Sampel berkas berjalan (proses)", most=MOST_SAMPLED)]
    product_size: Annotated[int, Amount("Sampel berkas selesai (produk)", most=MOST_SAMPLED)]
    process_questions: Annotated[Sequence[str], Lines("Pertanyaan proses", most=200, times=MOST_LINES)]
    product_questions: Annotated[Sequence[str], Lines("Pertanyaan produk", most=200, times=MOST_LINES)]


@office_command("check.make")
def plan_check(
    journal: Journal,
    actor: Actor,
    *,
    plan: CheckPlan,
    now: datetime,
    seen: Annotated[int | None, Seen("Pemeriksaan terakhir")] = None,
) -> int:
    """Plan a check. Raises Problem `invalid` with a sentence at each field.

    `seen` is the newest check that the form knew: a form sent twice plans one check (Problem `conflict`).
    """
    today = office_date(now)
    check_unchanged(seen, newest_check(journal.db))
    recorded = plan_to_record(journal.db, plan, today)
    number = next_number(journal.db, SERIES, today, journal.epoch)
    body = CheckPlanned(journal.next_id("internal_check"), number, recorded)
    journal.record(body, subject=f"check/{body.id}", actor=actor.username, at=now)
    return body.id


@move("change")
def change_plan(act: Act[InternalCheck], *, check_id: int, plan: CheckPlan, now: datetime) -> None:
    act.record(CheckChanged(check_id, plan_to_record(act.journal.db, plan, act.today)))


def plan_to_record(db: Database, plan: CheckPlan, today: date) -> Plan:
    """The plan as the journal holds it, each question once. Raises Problem `invalid`."""
    wrong = dict[str, str]()
    if not today <= plan.on_date <= today + MOST_AHEAD:
        wrong["on_date"] = "Tanggal pemeriksaan mulai hari ini, paling lama satu tahun ke depan."
    if plan.until_on < plan.from_on:
        wrong["until_on"] = SENTENCES["until_before_from"]
    if not plan.process_size + plan.product_size:
        wrong["process_size"] = "Isi banyaknya sampel, paling sedikit satu."
    chosen = [service for service in services_in_force(db, today) if service.id in plan.services]
    most = most_questions(chosen)
    questions = {
        name: check_questions(wrong, name, getattr(plan, name), size, most)
        for name, size in (("process_questions", plan.process_size), ("product_questions", plan.product_size))
    }
    check_nothing_wrong(wrong)
    return msgspec.convert(msgspec.to_builtins(replace(plan, **questions)), Plan)


def check_questions(wrong: dict[str, str], field: str, questions: Sequence[str], size: int, most: int) -> list[str]:
    """Each question of a part once; there is one for a sample that is drawn, and not more than `most`."""
    asked = list(dict.fromkeys(questions))
    if size and not asked:
        wrong[field] = "Tulis paling sedikit satu pertanyaan untuk sampel ini."
    if len(asked) > most:
        wrong[field] = f"Paling banyak {most} pertanyaan untuk layanan yang dipilih; di sini ada {len(asked)}."
    return asked


# -- draw and judge ------------------------------------------------------------------------------------------------


@move("draw")
def draw_cases(act: Act[InternalCheck], *, check_id: int, now: datetime) -> int:
    """Draw the sample, once: the seed is new, the populations are what runs and what was finished. Gives its size.

    Raises Problem `conflict` where there is nothing to draw from.
    """
    db = act.journal.db
    check = act.thing
    services = msgspec.json.decode(check.services, type=list[str])
    seed = secrets.token_hex(16)
    if check.process_size:
        process = running_cases(db, services)
    else:
        process = []
    if check.product_size:
        product = finished_cases(db, services, check.from_on, check.until_on)
    else:
        product = []
    drawn = (
        draw_sample(seed, "process", process, check.process_size),
        draw_sample(seed, "product", product, check.product_size),
    )
    if not any(drawn):
        raise Problem.of("conflict", why="Tidak ada berkas dalam lingkup pemeriksaan ini. Ubah lingkupnya.")
    act.record(SampleDrawn(check_id, seed, pack_ids(process), pack_ids(product), *drawn))
    return sum(map(len, drawn))


@move("judge")
def judge_case(
    act: Act[InternalCheck],
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
    find_sampled(act.journal.db, check_id, part, ordinal)
    asked = questions_of(act.thing, part)
    wrong = dict[str, str]()
    found = list[Verdict]()
    for n, (word, note) in enumerate(verdicts[: len(asked)], start=1):
        if word in FAULTS:
            empty = "Tulis apa yang dilihat."
        else:
            empty = ""
        clean = field_text(wrong, f"note{n}", note, 500, "Catatan", lines=True, empty=empty)
        if word not in VERDICTS:
            wrong[f"verdict{n}"] = SENTENCES["choose_one"]
        else:
            found.append(Verdict(word, clean))  # type: ignore[arg-type]  # one of VERDICTS
    if wrong or len(found) < len(asked):
        raise Problem.of("invalid", wrong or {"verdict1": SENTENCES["choose_one"]})
    act.record(CaseJudged(check_id, cast(Part, part), ordinal, found))


@move("send")
def send_findings(act: Act[InternalCheck], *, check_id: int, now: datetime) -> int:
    """Send what does not conform to the heads of the sections; gives how many findings there are."""
    db = act.journal.db
    sections = {(case.part, case.ordinal): section_of_case(db, case) for case in sampled_cases(db, check_id)}
    findings = [
        Finding(n, fault.part, fault.ordinal, fault.question, sections[fault.part, fault.ordinal])
        for n, fault in enumerate(faults_of(db, check_id), start=1)
    ]
    act.record(FindingsSent(check_id, findings))
    return len(findings)


# -- answer and close ----------------------------------------------------------------------------------------------


def find_finding(db: Database, check: InternalCheck, number: int) -> FindingLine:
    findings = {finding.row.number: finding for finding in findings_of(db, check)}
    return check_found(findings.get(number), "Temuan itu")


@move("answer")
def answer_finding(
    act: Act[InternalCheck],
    *,
    check_id: int,
    number: int,
    answer: Annotated[str, Text("Jawaban", "Tulis jawaban atas temuan ini.", lines=True)],
    action: Annotated[str, Text("Tindakan", "Tulis tindakannya.", lines=True)],
    due_on: Annotated[
        date,
        Day(
            "Batas tindakan",
            SENTENCES["action_due"],
            future=True,
            past="Batas tindakan tidak boleh sudah lewat.",
        ),
    ],
    now: datetime,
) -> None:
    """The head of the section says why and what is done by when; may be changed until the check is closed."""
    finding = find_finding(act.journal.db, act.thing, number)
    require(act.actor, "check.answer", finding.row.section)
    act.record(FindingAnswered(check_id, number, answer, action, due_on.isoformat()))


@move("return")
def return_answer(
    act: Act[InternalCheck],
    *,
    check_id: int,
    number: int,
    reason: Annotated[str, Text("Yang masih harus dijawab", SENTENCES["what_to_mend"], most=500, lines=True)],
    now: datetime,
) -> None:
    """The answer is not enough: it goes back, with what is still to be said."""
    if not find_finding(act.journal.db, act.thing, number).row.answer:
        raise Problem.of("conflict", why="Temuan ini belum dijawab.")
    act.record(AnswerReturned(check_id, number, reason))


@move("report")
def report_finding(act: Act[InternalCheck], *, check_id: int, number: int, now: datetime) -> int:
    """Open an LTPP for a heavy finding; gives its id. Raises Problem `conflict` for another one, or a second time."""
    finding = find_finding(act.journal.db, act.thing, number)
    check = act.thing
    if finding.weight != "heavy" or finding.row.capa_id is not None:
        raise Problem.of("conflict", why="LTPP dibuka sekali, hanya untuk temuan berat.")
    capa_id = open_report(
        act.journal,
        act.actor,
        source="audit",
        problem=f"{finding.question} {finding.note}",
        evidence=f"Pemeriksaan internal {check.number}, temuan {number}, berkas {finding.number}",
        now=now,
    )
    act.record(FindingReported(check_id, number, capa_id))
    return capa_id


@move("close")
def close_check(
    act: Act[InternalCheck],
    *,
    check_id: int,
    note: Annotated[str, Text("Kesimpulan", SENTENCES["conclusion"], lines=True)],
    now: datetime,
) -> None:
    """Close a check whose findings are all answered. Whoever answered one does not close it."""
    act.record(CheckEnded(check_id, "closed", note))


@move("cancel")
def cancel_check(
    act: Act[InternalCheck],
    *,
    check_id: int,
    reason: Annotated[str, Text("Alasannya", SENTENCES["reason"], most=500)],
    now: datetime,
) -> None:
    """Give a check up before its findings were sent; it stays in the list with the reason."""
    act.record(CheckEnded(check_id, "cancelled", reason))
