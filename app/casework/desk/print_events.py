"""Prints of papers: which content was printed how often, and whether it came out right."""

from typing import Annotated, Any

import msgspec

from app.casework.desk.tables import PaperContent, PaperPrint
from schema.database import Database
from schema.person_fields import PersonMark
from sync.entries import NOBODY, Entry, Kind, to_utc_text

CONTENT_CLEARED = "-"


def cleared_content(content: Any, _holder: Any, _phrases: Any) -> str:
    if content:
        return CONTENT_CLEARED
    return ""


CLEARED = PersonMark(cleared_content)


class PaperPrinted(msgspec.Struct, frozen=True):
    """`copy` counts the prints of this `content` (a digest; entries from before have none and count every print)."""

    subject: str
    paper: str
    copy: int
    content: Annotated[str, CLEARED] = ""


class ContentsCleared(msgspec.Struct, frozen=True):
    """The digests of these papers' contents said too much: `content` stands in the place of each."""

    papers: list[str]
    content: str


class PaperJudged(msgspec.Struct, frozen=True):
    subject: str
    paper: str
    came_out: bool


def apply_printed(db: Database, entry: Entry) -> None:
    body: PaperPrinted = entry.body
    own = {"copies": body.copy, "last_at": to_utc_text(entry.at), "actor": entry.actor, "came_out": None}
    PaperPrint.put_from(db, body, **own)
    if body.content:
        PaperContent.put_from(db, body, copies=body.copy, came_out=None)


def without_content(body: PaperPrinted) -> PaperPrinted:
    return msgspec.structs.replace(body, content=CONTENT_CLEARED)


def apply_contents_cleared(db: Database, entry: Entry) -> None:
    body: ContentsCleared = entry.body
    for paper in body.papers:
        PaperContent.remove(db, paper=paper)
        db.run("UPDATE paper_print SET content = ? WHERE paper = ? AND content <> ''", (body.content, paper))


def apply_judged(db: Database, entry: Entry) -> None:
    body: PaperJudged = entry.body
    key = {"subject": body.subject, "paper": body.paper}
    right = int(body.came_out)
    PaperPrint.alter(db, key, came_out=right)
    if (newest := PaperPrint.first(db, **key)) and newest.content:
        PaperContent.alter(db, {**key, "content": newest.content}, came_out=right)


PRINT_KINDS = [
    Kind("paper.printed", 1, PaperPrinted, apply_printed),
    Kind("paper.contents_cleared", 1, ContentsCleared, apply_contents_cleared, NOBODY),
    Kind("paper.judged", 1, PaperJudged, apply_judged, NOBODY),
]
