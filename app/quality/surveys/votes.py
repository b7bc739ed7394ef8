"""One vote for each finished case: the code on its slip, the vote, and the box that is emptied in no order of time.

Nobody can see who voted what. The code is random, and its digest is kept with its case beside the journal: scrypt over
35 bits, which years of one PC find out. So nothing of a vote rests on its code: it lies in the box under a random
number, knows a month but no moment, and is counted together with others, in the order of these numbers. A code counts
once, as its row says; also after a restore: what a backup does not know of a code it does not know of its vote.
"""

import hashlib
import json
import secrets
from datetime import date, datetime, timedelta
from typing import Any

from app.casework.desk.tables import CaseFile
from app.core.clock import office_date
from app.core.codes import check_code, new_code
from app.core.dates import plain_date
from app.core.permissions import SYSTEM
from app.core.problems import Problem, ValueProblem
from app.platform.office import settings
from app.quality.surveys.answers import Said, check_said
from app.quality.surveys.events import Answer, VotesCounted
from app.quality.surveys.queries import DAYS, office_survey
from app.quality.surveys.tables import SurveyBox, SurveyCode
from schema.database import Database, first_value
from sync.journal import Journal

FEWEST_COUNTED = 5
"""So many votes are counted together at least, unless their month is over: one alone would tell its day."""
COST = 2**12
SLIP = b"loket survey slip"
UNKNOWN = (
    "Kode ini tidak dikenal di kantor ini, atau sudah diganti slip yang lebih baru. Periksa lagi slipnya, atau "
    "tunjukkan kepada petugas."
)
USED = "Kode ini sudah dipakai. Suara Anda sudah masuk, dan satu kode hanya untuk satu suara. Terima kasih."
OVER = "Kode ini berlaku sampai {on}. Minta lembar survei kepada petugas bila Anda tetap ingin menilai."


def digest_code(code: str) -> str:
    """The digest under which a code (in stored form) is kept."""
    return hashlib.scrypt(code.encode("ascii"), salt=SLIP, n=COST, r=8, p=1, dklen=32).hex()


# -- the code of a case ---------------------------------------------------------------------------------------------


def receipt_code(db: Database, case: CaseFile, now: datetime) -> str:
    """The code that the receipt of a handed-over case carries."""
    return give_code(db, case, office_date(now))


def give_code(db: Database, case: CaseFile, today: date) -> str:
    """A new code for the slip of a finished case (in stored form); it replaces one that was not used yet.

    Nothing for a case that is not finished, came from an old register, ended too long ago or has voted.
    """
    until = last_day(db, case)
    if until is None or until < today:
        return ""
    with db.writing():
        known = SurveyCode.first(db, case_id=case.id)
        if known is not None and known.used:
            return ""
        code = new_code(lambda code: find_digest(db, code))
        SurveyCode.put(db, case_id=case.id, digest=digest_code(code), used=0, until_on=until.isoformat())
    return code


def last_day(db: Database, case: CaseFile) -> date | None:
    """Until when a case may be judged; none where it may not be."""
    if not case.closed or case.origin == "import":
        return None
    return date.fromisoformat(case.closed_on) + timedelta(days=int(settings.get_setting(db, DAYS)))


def code_state(db: Database, case: CaseFile, today: date) -> str:
    """`used`, `given`, `possible`, or nothing where this case is not judged."""
    known = SurveyCode.first(db, case_id=case.id)
    if known is not None and known.used:
        return "used"
    until = last_day(db, case)
    if until is None or until < today:
        return ""
    return "given" if known else "possible"


# -- the vote --------------------------------------------------------------------------------------------------------


def find_code(db: Database, typed: str, today: date) -> tuple[str, SurveyCode]:
    """(code in stored form, its row) of a code that may vote now. Raises Problem `invalid` at `code`."""
    try:
        code = check_code(typed)
    except ValueProblem as problem:
        raise code_problem(problem.sentence) from problem
    known = find_digest(db, code)
    if known is None:
        raise code_problem(UNKNOWN)
    if known.used:
        raise code_problem(USED)
    if known.until_on < today.isoformat():
        raise code_problem(OVER.format(on=plain_date(date.fromisoformat(known.until_on))))
    return code, known


def find_digest(db: Database, code: str) -> SurveyCode | None:
    return SurveyCode.first(db, digest=digest_code(code))


def code_problem(sentence: str) -> Problem:
    return Problem.of("invalid", {"code": sentence})


def cast_vote(db: Database, typed: str, said: Said, now: datetime) -> None:
    """Put a vote into the box and mark its code as used, both or neither. Raises Problem `invalid`."""
    today = office_date(now)
    survey = office_survey(db)
    clean = check_said(survey, said)
    if clean.given < survey.fewest_answers:
        why = f"Jawab paling sedikit {survey.fewest_answers} pertanyaan, supaya suara Anda dapat dihitung."
        raise Problem.of("invalid", {"marks": why})
    with db.writing():
        _, known = find_code(db, typed, today)
        case = CaseFile.first(db, id=known.case_id)
        service = case.service if case else ""
        SurveyCode.alter(db, {"case_id": known.case_id}, used=1, until_on="")
        SurveyBox.add(
            db,
            ballot=secrets.token_hex(16),
            survey=survey.id,
            service=service,
            month=f"{today:%Y-%m}",
            marks=clean.marks,
            respondent=json.dumps(clean.respondent, sort_keys=True),
            comment=clean.comment,
        )


def waiting_votes(db: Database) -> int:
    return int(first_value(db, "SELECT count(*) FROM survey_box"))


def count_votes(journal: Journal, now: datetime) -> int:
    """Empty the box into the journal, all votes in one entry; returns how many. A few wait for more, or for the end of
    their month."""
    db = journal.db
    with journal.transaction():
        waiting = SurveyBox.rows(db, order="ballot")
        if not waiting or (len(waiting) < FEWEST_COUNTED and not is_month_over(waiting, now)):
            return 0
        first = journal.next_id("survey_answer")
        answers = [to_answer(first + place, row) for place, row in enumerate(waiting)]
        db.run("DELETE FROM survey_box")
        journal.record(VotesCounted(answers), subject="survey", actor=SYSTEM.username, at=now)
    return len(answers)


def is_month_over(waiting: list[SurveyBox], now: datetime) -> bool:
    return min(box.month for box in waiting) < f"{office_date(now):%Y-%m}"


def to_answer(id_: int, box: SurveyBox) -> Answer:
    said: dict[str, Any] = {name: getattr(box, name) for name in ("survey", "service", "month", "marks", "comment")}
    return Answer(id=id_, respondent=json.loads(box.respondent), ballot=box.ballot, **said)
