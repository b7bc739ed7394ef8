"""Secret codes are planted in an office; then somebody has the whole data folder, and its backups with their key.

He knows everything about each paper but the code on it. A code counts as recovered when a value that is kept anywhere
is a quick digest of it: alone, with a purpose before it, with a second word, or within the content of its paper.
"""

import base64
import hashlib
import json
import re
import shutil
import sqlite3
from binascii import Error as NoBase64
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pyrage

from app import compose
from app.casework.desk import service as cases
from app.casework.desk.events import CaseAdvanced, CaseOpened
from app.core.codes import show_code
from app.core.permissions import SYSTEM
from app.platform.office.events import Number
from app.platform.printing.data.common import Paper
from app.platform.printing.papers import content_digest
from app.quality.surveys import papers as survey_papers
from app.quality.surveys import votes
from app.quality.surveys.answers import Said
from app.services.complaints import limits
from app.services.complaints import papers as complaint_papers
from app.services.complaints.service import Visitor, write_line
from sync.backup import make_backup, open_stream
from sync.journal import Journal
from tests.cli.test_backup import office
from tests.proof.parts import Part

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
DIGEST = 16
"""Bytes of a digest that are compared: it may be kept whole or cut down to these."""
QUICK = ("sha256", "sha1", "md5", "blake2b", "blake2s", "sha512", "sha3_256")
PURPOSES = ("", "loket survey slip", "loket survey vote", "loket-slip-1", "loket-slip-1 ", "loket-word-1 ")
WORDS = ("melati", "rahasia", "kenanga")
"""Second words that somebody would try first; they are planted too."""
HEX, BASE64 = re.compile(rb"[0-9a-fA-F]{32,}"), re.compile(rb"[A-Za-z0-9+/_-]{22,}={0,2}")
PLAIN = re.compile(rb"(?<![0-9A-Za-z])[0-9A-Z]{4}-?[0-9A-Z]{4}(?![0-9A-Za-z])")


class Planted(NamedTuple):
    """A code in stored form and the paper that bears it."""

    code: str
    paper: Paper


def prove_planted_codes(folder: Path, _seed: int, *, count: int = 2000) -> Part:
    """Plant so many codes, copy everything that lies in the folder, and look for each of them."""
    data, copied = folder / "data", folder / "copied"
    data.mkdir()
    office(data)
    journal = compose.journal("office", compose.open_side("office", data))
    planted = [*plant_survey_codes(journal, count // 2), *plant_complaint_codes(journal, count - count // 2)]
    votes.count_votes(journal, NOW)
    keep_backup(journal, data)
    shutil.copytree(data, copied)  # with what still stands in the write-ahead log
    journal.db.close()
    kept = Kept(copied)
    found = [code.code for code in planted if kept.gives_away(code)]
    faults = [f"codes: {len(found)} of {len(planted)} recovered"] if found else []
    return Part(f"codes: {len(found)} of {len(planted)} recovered, {len(kept.digests)} values looked at", faults)


def plant_survey_codes(journal: Journal, count: int) -> list[Planted]:
    """Slips of finished cases; every second visitor votes."""
    planted = []
    for number in range(1, count + 1):
        finish_case(journal, number)
        case = cases.case_by_id(journal.db, number)
        assert case is not None
        slip = survey_papers.slip_paper(journal.db, case, SYSTEM, NOW)
        print_paper(journal, f"case/{number}", "survey_slip", slip)
        planted.append(Planted(slip.survey.qr, slip))
        if number % 2:
            votes.cast_vote(journal.db, slip.survey.qr, Said("333333333", {}, ""), NOW)
    return planted


def finish_case(journal: Journal, number: int) -> None:
    """A case from its opening to its end, as entries."""
    on, subject = NOW.date().isoformat(), f"case/{number}"
    opened = CaseOpened(
        id=number,
        service="ktp-el",
        revision="1",
        number=Number("case", 2026, number, f"{number:05d}/KTP/2026"),
        code=f"{number:08d}",
        kind="new",
        name=f"CONTOH {number}",
        area="",
        main_key=f"350899{number:010d}",
        fields={},
        step="check",
        place="counter",
        received_on=on,
    )
    ended = CaseAdvanced(number, "done", "check", "@done", "archive", on, closed=True)
    with journal.transaction():
        journal.record_many([(opened, subject), (ended, subject)], actor="wiji", at=NOW)


def plant_complaint_codes(journal: Journal, count: int) -> list[Planted]:
    """Receipts of complaints; every third is confidential, under one of the usual words."""
    limits.seed_office(journal, NOW)
    planted = []
    for number in range(count):
        confidential = number % 3 == 0
        visitor = Visitor(
            words="Antrean lama.",
            name=f"Pengadu {number}",
            contact="08000000000",
            confidential=confidential,
            second_word=WORDS[number // 3 % len(WORDS)] if confidential else "",
        )
        line = write_line(journal, SYSTEM, channel="desk", visitor=visitor, now=NOW)
        receipt = complaint_papers.receipt_paper(journal.db, line.id, line.code, "Kios", NOW)
        print_paper(journal, f"complaint/{line.id}", "complaint_receipt", receipt)
        planted.append(Planted(line.code, receipt))
    return planted


def print_paper(journal: Journal, subject: str, paper: str, data: Paper) -> None:
    """Write down that a paper was printed, as its page does."""
    cases.record_print(journal, SYSTEM, subject=subject, paper=paper, content=content_digest(data), now=NOW)


def keep_backup(journal: Journal, data: Path) -> None:
    """A backup in the data folder, and the same one opened with its key."""
    identity, folder = pyrage.x25519.Identity.generate(), data / "cadangan"
    folder.mkdir()
    made = make_backup(journal, "office", folder, str(identity.to_public()), NOW, data / "kerja")
    with made.path.open("rb") as sealed, (folder / "opened.sqlite3").open("wb") as plain:
        open_stream(sealed, plain, identity)


class Kept:
    """Everything that lies in a folder: the beginnings of all values that may be digests, and all that looks like a
    code."""

    def __init__(self, folder: Path) -> None:
        self.digests: set[bytes] = set()
        self.plain: set[bytes] = set()
        for path in sorted(file for file in folder.rglob("*") if file.is_file()):
            self.look_at(path.read_bytes())
        for path in sorted(folder.rglob("*.sqlite3")):
            for value in values_of(path):
                self.look_at(value)
                self.digests.add(value[:DIGEST])

    def look_at(self, raw: bytes) -> None:
        """Take the values out of a text or a file."""
        self.plain.update(found.replace(b"-", b"") for found in PLAIN.findall(raw))
        for run in HEX.findall(raw):
            self.digests.update(bytes.fromhex(run[start : start + 2 * DIGEST].decode()) for start in starts_in(run))
        for run in BASE64.findall(raw):
            self.digests.update(read_base64(run))

    def gives_away(self, one: Planted) -> bool:
        """Whether the code stands here, or a quick digest of it."""
        if one.code.encode() in self.plain:
            return True
        return any(quick[:DIGEST] in self.digests for text in guessed_texts(one) for quick in quick_digests(text))


def starts_in(run: bytes) -> range:
    """Where a digest may begin in a run of hex: a file has no sign between one column and the next."""
    return range(min(len(run) - 2 * DIGEST, 40) + 1)


def read_base64(run: bytes) -> Iterator[bytes]:
    """The first bytes of a run in both alphabets of base64."""
    start = run[:24].ljust(24, b"A")
    for alphabet in (b"+/", b"-_"):
        try:
            yield base64.b64decode(start, altchars=alphabet, validate=True)[:DIGEST]
        except NoBase64:
            continue


def values_of(path: Path) -> Iterator[bytes]:
    """Every text and blob of every table of a database."""
    db = sqlite3.connect(path)
    try:
        for (table,) in list(db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")):
            for row in db.execute(f'SELECT * FROM "{table}"'):
                yield from (value.encode() if isinstance(value, str) else value for value in row if is_long(value))
    except sqlite3.DatabaseError:
        return  # a file that is no database was looked at as bytes
    finally:
        db.close()


def is_long(value: Any) -> bool:
    return isinstance(value, str | bytes) and len(value) >= 8


def guessed_texts(one: Planted) -> Iterator[str]:
    """What somebody would take the digest of who guesses this code."""
    for code in (one.code, show_code(one.code)):
        yield from (purpose + code for purpose in PURPOSES)
        yield from (f"loket-word-1 {code} {word}" for word in WORDS)
    yield from contents(one.paper)


def contents(paper: Paper) -> Iterator[str]:
    """The content of a paper with its code in it: as a part of its own, or among the fields as before November 2026."""
    said = {
        name: msgspec.to_builtins(getattr(paper, name))
        for name in paper.__struct_fields__
        if name not in paper.beside_content
    }
    part = "survey" if "survey" in said else "slip"
    code = {name: said[part][name] for name in ("code", "qr")}
    loose = {name: value for name, value in said.items() if name != part} | code
    for shape in (said, said | {part: code}, loose):
        yield json.dumps(without_empty(shape), sort_keys=True, ensure_ascii=False)


def without_empty(value: Any) -> Any:
    """As contents have been written from the first: nothing is said by an empty value."""
    if isinstance(value, dict):
        return {name: without_empty(inner) for name, inner in value.items() if inner and name != "standing"}
    return [without_empty(inner) for inner in value] if isinstance(value, list | tuple) else value


def quick_digests(text: str) -> Iterator[bytes]:
    """The digests of a text that cost nothing, whole and of their hex once more."""
    for name in QUICK:
        digest = hashlib.new(name, text.encode()).digest()
        yield from chain([digest], [hashlib.new(name, digest.hex().encode()).digest()])
