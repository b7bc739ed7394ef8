"""The code on a complainant's slip: the office keeps a digest only, so nobody of the staff can read or use it.

Whoever holds the code reads the answer at the kiosk and says there whether it is good. Lines written before step 0014
keep their code in the table; no page shows it. A lost code is replaced, never told (docs/decisions/0023-slip-codes.md).
"""

import hashlib
from datetime import datetime
from typing import NamedTuple

from app.complaints.events import SlipCodeIssued
from app.complaints.tables import Complaint, ComplaintCode
from app.complaints.transitions import move_line
from app.core.codes import new_code
from app.core.permissions import Actor, require
from app.core.problems import Problem
from schema.database import Database
from sync.journal import Journal

REASON_LIMIT = 300
GONE = (
    "Kode slip ini tidak disimpan kantor, jadi tidak bisa ditampilkan atau dicetak lagi. Pengadu yang kehilangan "
    "slipnya dibuatkan kode baru oleh petugas layanan informasi."
)


class Slip(NamedTuple):
    """What a code opens: its line, the hash of the second word, and the moment of the newer code that replaced it."""

    complaint_id: int
    second_word: str
    replaced_at: str


def code_digest(code: str) -> str:
    """The digest of a code in stored form. Slow on purpose: 50 random bits would be found by trying with SHA-256."""
    return hashlib.scrypt(code.encode(), salt=b"loket-slip-1", n=1024, r=8, p=1, dklen=32).hex()


def second_word_hash(word: str, code: str) -> str:
    """SHA-256 of the second word under the line's own code; spaces and case do not matter."""
    plain = "".join(word.split()).casefold()
    return hashlib.sha256(f"loket-word-1 {code} {plain}".encode()).hexdigest() if plain else ""


def find_slip(db: Database, code: str) -> Slip | None:
    issued = ComplaintCode.first(db, ComplaintCode.digest == code_digest(code))
    if issued is not None:
        return Slip(issued.complaint_id, issued.second_word, newer_code_at(db, issued.complaint_id, issued.id))
    old = Complaint.first(db, Complaint.code == code)
    return Slip(old.id, old.second_word, newer_code_at(db, old.id, 0)) if old is not None else None


def newer_code_at(db: Database, complaint_id: int, code_id: int) -> str:
    """The moment (UTC stamp) of the first code that a line got after another one, or nothing."""
    row = db.one("SELECT min(at) FROM complaint_code WHERE complaint_id = ? AND id > ?", (complaint_id, code_id))
    return str(row[0] or "") if row else ""


def reissued_codes(db: Database, complaint_id: int) -> list[ComplaintCode]:
    where = ComplaintCode.complaint_id == complaint_id, ComplaintCode.reason != ""
    return ComplaintCode.rows(db, *where, order=ComplaintCode.id)


def issue_code(
    journal: Journal, actor: Actor, *, complaint_id: int, reason: str, second_word: str, now: datetime
) -> str:
    """Another code for a complainant who stands here without the slip; the old one ends. Returns it, for this once.

    A confidential line takes a new second word along. Raises Problem.
    """
    require(actor, "complaint.slip")
    wrong = {}
    if not reason.strip() or len(reason) > REASON_LIMIT:
        wrong["reason"] = "Tulis bagaimana pengadunya dikenali, paling panjang 300 huruf."
    with move_line(journal, actor, "slip", complaint_id, now) as act:
        if act.thing.confidential and not act.thing.anonymous and not 0 < len(second_word.strip()) <= 150:
            wrong["word"] = "Pengaduan ini rahasia. Minta pengadu mengetik kata rahasia yang baru."
        if wrong:
            raise Problem.of("invalid", wrong)
        code, row = new_code(), journal.next_id("complaint_code")
        hashed = code_digest(code), second_word_hash(second_word, code)
        act.record(SlipCodeIssued(row, complaint_id, *hashed, reason.strip()))
    return code
