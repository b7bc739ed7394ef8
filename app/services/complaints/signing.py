"""The electronic signature of an answer letter: its PDF is handed out, and the signed one becomes its paper.

The PDF may name the complainant and quote his own words. So only who may see complainants hands it out, takes it back
or opens it, and every look is in the access log.
"""

from datetime import datetime

import msgspec

from app.core.clock import office_date
from app.core.permissions import Actor, require
from app.core.problems import Problem
from app.platform.files.queries import FileBytes, read_file
from app.platform.signatures.queries import signing_of
from app.platform.signatures.signing import NOT_OUT, SignedPaper, hand_out_paper, judge_returned, keep_returned
from app.platform.signatures.tables import PaperSigning
from app.platform.signatures.verdict import Verdict
from app.room import office_command
from app.services.complaints.papers import answer_paper, check_answers, last_answer, letter_signer, number_answer
from app.services.complaints.transitions import log_look
from schema.database import Database
from sync.journal import Journal

LOOK = "surat jawaban"


def signed_paper(db: Database, complaint_id: int) -> SignedPaper:
    """The answer that stands. Raises Problem `conflict` where there is none."""
    answer = last_answer(db, complaint_id)
    return SignedPaper(f"answer/{answer.id}", f"complaint/{complaint_id}", f"jawaban-{complaint_id}")


def signing_of_answer(db: Database, complaint_id: int) -> PaperSigning | None:
    """The electronic signature of the answer that stands, where its PDF was handed out. Raises Problem `conflict` where
    nothing was answered."""
    return signing_of(db, signed_paper(db, complaint_id).subject)


@office_command("complaint.identity")
def hand_out_answer(journal: Journal, actor: Actor, *, complaint_id: int, now: datetime, address: str = "") -> int:
    """Make the PDF that is to be signed and keep it; returns the id of its file. Raises Problem."""
    db = journal.db
    check_answers(db, actor, complaint_id, office_date(now))
    paper = signed_paper(db, complaint_id)
    data = answer_paper(journal, actor, complaint_id, now, address)
    electronic = msgspec.structs.replace(data, electronic=True)
    handed = hand_out_paper(journal, actor, paper, kind="answer_letter", data=electronic, now=now)
    journal.record(handed, subject=paper.owner, actor=actor.username, at=now)
    return handed.handed_file_id


def take_back_answer(
    journal: Journal, actor: Actor, *, complaint_id: int, data: bytes, name: str, now: datetime
) -> Verdict:
    """Check the signed PDF and make it the paper of the answer. Raises Problem with what is wrong with it."""
    require(actor, "complaint.identity")
    db = journal.db
    check_answers(db, actor, complaint_id, office_date(now))
    paper = signed_paper(db, complaint_id)
    holder = letter_signer(db, number_answer(journal, actor, complaint_id, now))
    verdict = judge_returned(db, paper, data, holder, now)
    with journal.transaction():
        back = keep_returned(journal, actor, paper, data=data, name=name, verdict=verdict, now=now)
        journal.record(back, subject=paper.owner, actor=actor.username, at=now)
    return verdict


def open_answer(
    journal: Journal, actor: Actor, *, complaint_id: int, signed: bool, now: datetime, address: str = ""
) -> FileBytes:
    """The PDF that was handed out, or the `signed` one that came back, with its bytes; writes one line of the access
    log. Raises Problem."""
    require(actor, "complaint.identity")
    db = journal.db
    check_answers(db, actor, complaint_id, office_date(now))
    signing = signing_of_answer(db, complaint_id)
    file_id = None
    if signing:
        file_id = signing.file_id if signed else signing.handed_file_id
    if not file_id:
        raise Problem.of("conflict", why=NOT_OUT)
    log_look(db, actor, complaint_id, now, address, LOOK)
    return read_file(db, file_id)
