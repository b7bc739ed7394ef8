"""Journal kinds of desk information."""

import msgspec

from app.hotline.tables import Article, ArticleRevision, ArticleUse
from app.room import add_row_of
from schema.database import Database
from sync.entries import Entry, Kind, to_utc_text


class ArticleWritten(msgspec.Struct, frozen=True, omit_defaults=True):
    """A revision of an article; the first one makes the article, out of a contact where `case_id` names one."""

    article_id: int
    revision: int
    field: str
    question: str
    answer: str
    owner: str
    valid_from: str
    valid_until: str
    case_id: int | None = None


class ArticleApproved(msgspec.Struct, frozen=True):
    article_id: int
    revision: int


class ArticleEnded(msgspec.Struct, frozen=True):
    article_id: int
    reason: str


class ArticleUsed(msgspec.Struct, frozen=True):
    article_id: int
    revision: int
    case_id: int


def apply_written(db: Database, entry: Entry) -> None:
    body: ArticleWritten = entry.body
    written = {"at": to_utc_text(entry.at), "actor": entry.actor}
    if body.revision == 1:
        Article.add(db, id=body.article_id, case_id=body.case_id, **written)
    ArticleRevision.add(db, **ArticleRevision.take(body, **written))


def apply_approved(db: Database, entry: Entry) -> None:
    body: ArticleApproved = entry.body
    key = {"article_id": body.article_id, "revision": body.revision}
    ArticleRevision.alter(db, key, approved_at=to_utc_text(entry.at), approved_by=entry.actor)
    drop_from_index(db, body.article_id)
    db.run(
        "INSERT INTO article_fts (rowid, question, answer) SELECT article_id, question, answer FROM article_revision"
        " WHERE article_id = ? AND revision = ?",
        tuple(key.values()),
    )


def apply_ended(db: Database, entry: Entry) -> None:
    body: ArticleEnded = entry.body
    ended = {"ended_at": to_utc_text(entry.at), "ended_by": entry.actor, "ended_why": body.reason}
    Article.alter(db, {"id": body.article_id}, **ended)
    drop_from_index(db, body.article_id)


def drop_from_index(db: Database, article_id: int) -> None:
    db.run("DELETE FROM article_fts WHERE rowid = ?", (article_id,))


KINDS = [
    Kind("article.written", 1, ArticleWritten, apply_written),
    Kind("article.approved", 1, ArticleApproved, apply_approved),
    Kind("article.ended", 1, ArticleEnded, apply_ended),
    Kind("article.used", 1, ArticleUsed, add_row_of(ArticleUse)),
]
