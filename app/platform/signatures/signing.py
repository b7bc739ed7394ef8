"""Electronic signatures: a paper is handed out as PDF, and the signed PDF becomes that paper (decision 93).

Whoever owns the paper asks first whether the actor may, and says by which subject it is known.
"""

import json
import re
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from app.core.permissions import Actor
from app.core.problems import Problem
from app.core.text import fold_text
from app.platform.files.content import PDF, Content
from app.platform.files.queries import read_file
from app.platform.files.service import keep_content, keep_file
from app.platform.office import settings
from app.platform.people.queries import list_people
from app.platform.printing.data.common import Official, Paper
from app.platform.printing.papers import render_paper, with_empty_form
from app.platform.signatures.events import PaperHandedOut, PaperTakenBack
from app.platform.signatures.judging import judge_signed
from app.platform.signatures.queries import find_root_named, signing_of, trusted_roots
from app.platform.signatures.service import check_installed, missing_words
from app.platform.signatures.tables import PaperSigning
from app.platform.signatures.verdict import UNCHECKED, Verdict
from schema.database import Database
from schema.service_standard import FileRule
from sync.journal import Journal

TO_SIGN = "to_sign"
SIGNED = FileRule(id="signed", label="PDF bertanda tangan elektronik", types=("pdf",), max_kb=5000)
SIGNED_BYTES = SIGNED.max_kb * 1000
TITLE = re.compile(r"\b(?:PROF|DR|DRS|DRA|IR|H|HJ|KH|APT|NS)\b\.?", re.IGNORECASE)
FOREIGN = (
    "PDF ini ditandatangani {signer}, sedangkan surat ini ditandatangani {post}, yaitu {holder}. Minta {holder} "
    "menandatangani PDF yang diserahkan dengan sertifikatnya sendiri."
)
ALREADY_OUT = "PDF surat ini sudah diserahkan untuk ditandatangani. Unduh yang itu."
NOT_OUT = "Surat ini tidak sedang menunggu tanda tangan elektronik. Serahkan dulu PDF-nya, atau muat ulang halaman."


class SignedPaper(NamedTuple):
    """A paper that may be signed electronically: what it is known by (`outgoing/3`, `answer/7`), the subject that its
    files and its entries belong to, and the name of its files without ending."""

    subject: str
    owner: str
    name: str


def hand_out_paper(
    journal: Journal, actor: Actor, paper: SignedPaper, *, kind: str, data: Paper, now: datetime
) -> PaperHandedOut:
    """Make the PDF that is to be signed and keep it; what the journal then has to say of it. `data` leaves a place for
    the visible block; an empty form is added, so that a signature adds and changes nothing else. Raises Problem."""
    check_installed()
    if signing_of(journal.db, paper.subject) is not None:
        raise Problem.of("conflict", why=ALREADY_OUT)
    pdf = with_empty_form(render_paper(kind, data, size=settings.get_setting(journal.db, "paper.size")))
    kept = keep_content(journal, actor, Content(pdf, PDF), TO_SIGN, paper.owner, f"{paper.name}.pdf", now)
    return PaperHandedOut(paper.subject, kept.id)


def judge_returned(db: Database, paper: SignedPaper, data: bytes, holder: Official, now: datetime) -> Verdict:
    """What a PDF that comes back is worth: it takes a process and seconds, so it runs before the transaction. `holder`
    is whose signature the paper waits for. Raises Problem with what is wrong with it."""
    check_installed()
    signing = check_out(db, paper)
    verdict = judge_signed(data, read_file(db, signing.handed_file_id).content, trusted_roots(db), now)
    check_signer(verdict, holder)
    if has_namesake(db, holder.name):
        return msgspec.structs.replace(verdict, unchecked=(*verdict.unchecked, "namesake"))
    return verdict


def check_out(db: Database, paper: SignedPaper) -> PaperSigning:
    """The signature that a paper waits for. Raises Problem `conflict` where it waits for none."""
    signing = signing_of(db, paper.subject)
    if signing is None or signing.taken_at:
        raise Problem.of("conflict", why=NOT_OUT)
    return signing


def keep_returned(
    journal: Journal, actor: Actor, paper: SignedPaper, *, data: bytes, name: str, verdict: Verdict, now: datetime
) -> PaperTakenBack:
    """Keep the signed PDF; what the journal then has to say of it. Raises Problem."""
    check_out(journal.db, paper)
    kept = keep_file(journal, actor, data=data, rule=SIGNED, subject=paper.owner, name=name, now=now, field="signed")
    return PaperTakenBack(
        subject=paper.subject,
        file_id=kept.id,
        signer=verdict.signer,
        organisation=verdict.organisation,
        issuer=verdict.issuer,
        root=verdict.root,
        valid_from=verdict.valid_from,
        valid_until=verdict.valid_until,
        claimed_at=verdict.claimed_at,
        stamped_at=verdict.stamped_at,
        unchecked=list(verdict.unchecked),
    )


def check_signer(verdict: Verdict, holder: Official) -> None:
    """Refuse the signature of anybody but who signs this paper. Raises Problem `invalid` at `signed`."""
    if bare_name(verdict.signer) != bare_name(holder.name):
        who = verdict.signer or "seseorang tanpa nama di sertifikatnya"
        said = FOREIGN.format(signer=who, post=holder.post, holder=holder.name)
        raise Problem.of("invalid", {"signed": said})


def has_namesake(db: Database, name: str) -> bool:
    """Whether more than one person of the office bears this name: a certificate then does not say which of them."""
    names = [bare_name(person.name) for person in list_people(db, active=True)]
    return names.count(bare_name(name)) > 1


def bare_name(name: str) -> str:
    """A name without its titles: what stands after the first comma, and those before it."""
    words = TITLE.sub(" ", name.partition(",")[0].replace(".", ". "))
    return " ".join(re.findall(r"\w+", fold_text(words)))


def signing_values(db: Database, signing: PaperSigning | None) -> dict[str, Any]:
    """What the page of a paper says of its electronic signature (`platform/signatures/_signing.html`)."""
    unchecked = []
    root = None
    if signing:
        unchecked = json.loads(signing.unchecked)
        root = find_root_named(db, signing.root)
    return {
        "signing": signing,
        "signing_missing": missing_words(),
        "unchecked": [UNCHECKED[key] for key in unchecked],
        "root": root,
    }
