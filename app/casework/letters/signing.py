"""Electronic signatures: a numbered letter is handed out as PDF, and the signed PDF becomes its paper (decision 93)."""

import re
from datetime import datetime
from functools import partial

import msgspec

from app.casework.letters import events
from app.casework.letters.papers import letter_paper, paper_kind, signer_official
from app.casework.letters.tables import LetterSigning, OutgoingLetter
from app.casework.letters.transitions import OUTGOING_MOVES, load_outgoing, outgoing_subject
from app.core.clock import office_date
from app.core.permissions import Actor, require
from app.core.problems import Problem
from app.core.text import fold_text
from app.platform.files.content import PDF, Content
from app.platform.files.queries import read_file
from app.platform.files.service import keep_content, keep_file
from app.platform.office import settings
from app.platform.office.moves import Act, Moves, make_move
from app.platform.printing.papers import render_paper, with_empty_form
from app.platform.signatures.judging import judge_signed
from app.platform.signatures.queries import trusted_roots
from app.platform.signatures.service import check_installed
from app.platform.signatures.verdict import Verdict
from schema.database import Database
from schema.service_standard import FileRule
from sync.journal import Journal

TO_SIGN = "to_sign"
SIGNED = FileRule(id="signed", label="Surat bertanda tangan elektronik", types=("pdf",), max_kb=5000)
TITLE = re.compile(r"\b(?:PROF|DR|DRS|DRA|IR|H|HJ|KH|APT|NS)\b\.?", re.IGNORECASE)
FOREIGN = (
    "PDF ini ditandatangani {signer}, sedangkan surat ini ditandatangani {post}, yaitu {holder}. Minta {holder} "
    "menandatangani PDF yang diserahkan dengan sertifikatnya sendiri."
)

move = Moves(OUTGOING_MOVES, "letter_id", outgoing_subject)


def signing_of(db: Database, letter_id: int) -> LetterSigning | None:
    """The electronic signature of a letter, where its PDF was handed out."""
    return LetterSigning.first(db, letter_id=letter_id)


@move("hand_out")
def hand_out_letter(act: Act[OutgoingLetter], *, letter_id: int, now: datetime) -> int:
    """Make the PDF that is to be signed and keep it; returns the id of its file. Raises Problem."""
    check_installed()
    journal, row = act.journal, act.thing
    pdf = pdf_to_sign(journal.db, row, act.actor, now)
    kept = keep_content(journal, act.actor, Content(pdf, PDF), TO_SIGN, act.subject.key, f"surat-{row.id}.pdf", now)
    act.record(events.LetterHandedOut(letter_id, kept.id))
    return kept.id


def pdf_to_sign(db: Database, row: OutgoingLetter, actor: Actor, now: datetime) -> bytes:
    """The letter with a free place for the visible block and an empty form, so that a signature adds and changes
    nothing else."""
    data = msgspec.structs.replace(letter_paper(db, row, actor, now), electronic=True)
    return with_empty_form(render_paper(paper_kind(row), data, size=settings.get_setting(db, "paper.size")))


def take_back_letter(
    journal: Journal, actor: Actor, *, letter_id: int, data: bytes, name: str, now: datetime
) -> Verdict:
    """Check the signed PDF and make it the paper of the letter. Raises Problem with what is wrong with it."""
    require(actor, "letter.agenda")
    check_installed()
    db = journal.db
    row, signing = load_outgoing(db, actor, letter_id), signing_of(db, letter_id)
    if signing is None:
        raise Problem.of("conflict", why="PDF surat ini belum diserahkan untuk ditandatangani. Serahkan dulu.")
    handed = read_file(db, signing.handed_file_id).content
    verdict = judge_signed(data, handed, trusted_roots(db), now)
    check_signer(db, row, verdict, now)
    load = partial(outgoing_subject, db, actor, letter_id, office_date(now))
    with make_move(journal, actor, OUTGOING_MOVES["take_back"], now, load) as act:
        kept = keep_file(
            journal, actor, data=data, rule=SIGNED, subject=act.subject.key, name=name, now=now, field="signed"
        )
        act.record(taken_back(letter_id, kept.id, verdict))
    return verdict


def taken_back(letter_id: int, file_id: int, verdict: Verdict) -> events.LetterTakenBack:
    return events.LetterTakenBack(
        letter_id,
        file_id,
        verdict.signer,
        verdict.organisation,
        verdict.issuer,
        verdict.root,
        verdict.valid_from,
        verdict.valid_until,
        verdict.claimed_at,
        verdict.stamped_at,
        list(verdict.unchecked),
    )


def check_signer(db: Database, row: OutgoingLetter, verdict: Verdict, now: datetime) -> None:
    """Refuse the signature of anybody but who signed this letter here. Raises Problem `invalid` at `signed`."""
    holder = signer_official(db, row, office_date(now))
    if bare_name(verdict.signer) != bare_name(holder.name):
        who = verdict.signer or "seseorang tanpa nama di sertifikatnya"
        said = FOREIGN.format(signer=who, post=holder.post, holder=holder.name)
        raise Problem.of("invalid", {"signed": said})


def bare_name(name: str) -> str:
    """A name without its titles: what stands after the first comma, and those before it."""
    words = TITLE.sub(" ", name.partition(",")[0].replace(".", ". "))
    return " ".join(re.findall(r"\w+", fold_text(words)))
