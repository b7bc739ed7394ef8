"""Desk information: answers that the team may give by itself, each with owner, validity and approval.

An article is offered in its newest approved revision, while that is valid and the article was not ended.
"""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from app.core.clock import office_date
from app.core.permissions import Actor, require
from app.core.problems import SENTENCES, Problem, check_found
from app.core.text import field_text, fold_text, required_text
from app.desk.moving import advance_case
from app.hotline.article_events import ArticleApproved, ArticleEnded, ArticleUsed, ArticleWritten
from app.hotline.queries import SERVICE, Contact
from app.hotline.tables import Article, ArticleRevision
from app.office import queries as office
from app.people.queries import list_people, profile_of
from schema.database import Database
from sync.journal import Journal

QUESTION_LIMIT, ANSWER_LIMIT = 300, 1000
WARNED_BEFORE = timedelta(days=14)
"""So long before its end an article stands on its owner's desk."""
LONGEST_VALID = timedelta(days=3 * 366)
MOST_FOUND = 8
COMMON = {"ADA", "APA", "APAKAH", "BAGAIMANA", "BISA", "DAN", "DENGAN", "ITU", "MAU", "SAYA", "UNTUK", "YANG"}
"""Words of nearly every question; they find nothing."""
LAST = "r.revision = (SELECT max(n.revision) FROM article_revision n WHERE n.article_id = r.article_id"
OFFERED = f"a.ended_at = '' AND {LAST} AND n.approved_at <> '') AND r.valid_from <= ? AND r.valid_until >= ?"
BESIDE = {
    "uses": "(SELECT count(*) FROM article_use u WHERE u.article_id = r.article_id)",
    "ended_why": "a.ended_why",
}
STATES = {"waiting": ("wait", "Menunggu persetujuan"), "valid": ("good", "Berlaku"), "later": ("idle", "Belum berlaku"),
          "over": ("bad", "Habis masa berlaku"), "ended": ("idle", "Dicabut")}  # fmt: off


class Draft(NamedTuple):
    """What is typed of an article."""

    question: str
    answer: str
    field: str
    owner: str
    valid_from: date | None
    valid_until: date | None


# -- writing, approving, ending ------------------------------------------------------------------------------------


def write_article(
    journal: Journal, actor: Actor, *, draft: Draft, now: datetime, article_id: int = 0, case_id: int | None = None
) -> int:
    """Write a new article, or the next revision of one. It is offered when another person has approved it."""
    require(actor, "article.write")
    with journal.transaction():
        clean = check_draft(journal.db, draft, office_date(now))
        revision = 1
        if article_id:
            check_not_ended(journal.db, article_id)
            revision = newest_revision(journal.db, article_id).revision + 1
        key = article_id or journal.next_id("article")
        body = ArticleWritten(key, revision, clean.field, clean.question, clean.answer, clean.owner,
                              str(clean.valid_from), str(clean.valid_until), case_id)  # fmt: off
        record_article(journal, actor, body, now)
    return key


def check_draft(db: Database, draft: Draft, today: date) -> Draft:
    """The draft within its limits. Raises Problem `invalid` with a sentence for each field."""
    wrong: dict[str, str] = {}
    question = field_text(wrong, "question", draft.question, QUESTION_LIMIT, "Pertanyaan", empty="Tulis pertanyaannya.")
    answer = field_text(
        wrong, "answer", draft.answer, ANSWER_LIMIT, "Jawaban", lines=True, empty="Tulis jawaban yang boleh diberikan."
    )
    if draft.field not in fields(db, today):
        wrong["field"] = SENTENCES["choose_from_list"]
    if draft.owner not in dict(owners(db)):
        wrong["owner"] = "Pilih pemilik artikel dari daftar."
    since, until = draft.valid_from, draft.valid_until
    if since is None:
        wrong["valid_from"] = SENTENCES["from_day"]
    if until is None:
        wrong["valid_until"] = "Isi sampai kapan artikel berlaku; sesudah itu tidak ditawarkan lagi."
    elif since is not None and not since <= until <= since + LONGEST_VALID:
        early = until < since
        wrong["valid_until"] = (
            SENTENCES["until_before_from"] if early else "Paling lama tiga tahun, lalu ditinjau lagi."
        )
    elif until < today:
        wrong["valid_until"] = "Tanggal akhir sudah lewat."
    if wrong:
        raise Problem.of("invalid", wrong)
    return draft._replace(question=question, answer=answer)


def approve_article(journal: Journal, actor: Actor, *, article_id: int, revision: int, now: datetime) -> None:
    """Let the revision that was read be offered. The PIN was asked before. Raises Problem."""
    require(actor, "article.approve")
    with journal.transaction():
        check_not_ended(journal.db, article_id)
        newest = newest_revision(journal.db, article_id)
        if newest.revision != revision or newest.approved_at:
            raise Problem.of("state", what="Artikel ini", state="sudah ada revisi lain atau sudah disetujui")
        if actor.username == newest.actor:
            raise Problem.of("conflict", why="Artikel yang Anda tulis disetujui orang lain.")
        record_article(journal, actor, ArticleApproved(article_id, revision), now)


def end_article(journal: Journal, actor: Actor, *, article_id: int, reason: str, now: datetime) -> None:
    require(actor, "article.write")
    why = required_text(reason, "reason", SENTENCES["reason"], 300)
    with journal.transaction():
        check_not_ended(journal.db, article_id)
        record_article(journal, actor, ArticleEnded(article_id, why), now)


def check_not_ended(db: Database, article_id: int) -> None:
    if check_found(Article.first(db, id=article_id), "Artikel itu").ended_at:
        raise Problem.of("state", what="Artikel ini", state="sudah dicabut")


def record_article(
    journal: Journal, actor: Actor, body: ArticleWritten | ArticleApproved | ArticleEnded, now: datetime
) -> None:
    journal.record(body, subject=f"article/{body.article_id}", actor=actor.username, at=now)


def answer_with_article(journal: Journal, actor: Actor, *, case_id: int, article_id: int, now: datetime) -> None:
    """Answer a contact with an article: its answer is the text of the outcome, and the use is counted."""
    require(actor, "hotline.open")
    with journal.transaction():
        offered = offered_article(journal.db, article_id, office_date(now))
        advance_case(journal, actor, case_id=case_id, outcome="answered_desk", note=offered.answer, now=now)
        body = ArticleUsed(article_id, offered.revision, case_id)
        journal.record(body, subject=f"case/{case_id}", actor=actor.username, at=now)


# -- reading -------------------------------------------------------------------------------------------------------


def search_articles(db: Database, text: str, today: date, limit: int = MOST_FOUND) -> list[ArticleRevision]:
    """Articles that may be offered today and hold words of a question, the best first; each word may be unfinished."""
    words = ["".join(one for one in word if one.isalnum()) for word in fold_text(text[:QUESTION_LIMIT]).split()]
    known = [word for word in dict.fromkeys(words) if len(word) > 1 and word not in COMMON][:20]
    if not known:
        return []
    query, day = " OR ".join(f'"{word}"*' for word in known), today.isoformat()
    rest = (
        "JOIN article a ON a.id = r.article_id JOIN article_fts f ON f.rowid = r.article_id"
        f" WHERE article_fts MATCH ? AND {OFFERED} ORDER BY bm25(article_fts, 3.0, 1.0), r.article_id LIMIT ?"
    )
    return ArticleRevision.joined(db, "r", rest, (query, day, day, limit), **BESIDE)


def offered_article(db: Database, article_id: int, today: date) -> ArticleRevision:
    """The revision that may be offered today. Raises Problem `state` for one that is over, ended or not approved."""
    day = today.isoformat()
    rest = f"JOIN article a ON a.id = r.article_id WHERE r.article_id = ? AND {OFFERED}"
    found = ArticleRevision.joined(db, "r", rest, (article_id, day, day), **BESIDE)
    if not found:
        raise Problem.of("state", what="Artikel ini", state="tidak berlaku lagi atau belum disetujui")
    return found[0]


def newest_revision(db: Database, article_id: int) -> ArticleRevision:
    return revisions_of(db, article_id)[0]


def revisions_of(db: Database, article_id: int) -> list[ArticleRevision]:
    """All revisions of an article, the newest first. Raises Problem `not_found`."""
    rest = "JOIN article a ON a.id = r.article_id WHERE r.article_id = ? ORDER BY r.revision DESC"
    rows = ArticleRevision.joined(db, "r", rest, (article_id,), **BESIDE)
    check_found(rows or None, "Artikel itu")
    return rows


def list_articles(db: Database, limit: int = 200) -> list[ArticleRevision]:
    """The newest revision of every article, what waits and what ends first at the top."""
    rest = (
        f"JOIN article a ON a.id = r.article_id WHERE {LAST})"
        " ORDER BY a.ended_at <> '', r.approved_at <> '', r.valid_until, a.id LIMIT ?"
    )
    return ArticleRevision.joined(db, "r", rest, (limit,), **BESIDE)


def state_of(one: ArticleRevision, today: date) -> str:
    """Which of :data:`STATES` a revision is in."""
    if one.ended_why or not one.approved_at:
        return "ended" if one.ended_why else "waiting"
    if one.valid_until < today.isoformat():
        return "over"
    return "valid" if one.valid_from <= today.isoformat() else "later"


def fields(db: Database, on: date) -> dict[str, str]:
    """The fields of questions, as the hotline's definition names them."""
    definition, _ = office.shown_standard(db, SERVICE, on)
    return {one.id: one.label for one in definition.kinds}


def owners(db: Database) -> list[tuple[str, str]]:
    """(user name, name) of those who may own an article: whoever may write or approve one."""
    profile = profile_of(db)
    able = profile.rights["article.write"] | profile.rights["article.approve"]
    return [(one.username, one.name) for one in list_people(db, active=True) if able & set(one.roles)]


def draft_from(contact: Contact, actor: Actor, today: date) -> Draft:
    """An article out of a contact: its question and the answer that Kabag or Wadir gave, who own it then."""
    said = contact.last("instructed", "instructed_by_word", "answered")
    answer, owner = (said.note, said.actor) if said else ("", actor.username)
    end = today + timedelta(days=365)
    return Draft(contact.question[:QUESTION_LIMIT], answer[:ANSWER_LIMIT], contact.kind, owner, today, end)
