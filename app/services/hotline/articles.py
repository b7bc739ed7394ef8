"""Desk information: answers that the team may give by itself, each with owner, validity and approval.

An article is offered in its newest approved revision, while that is valid and nothing since then was ended.
"""

from datetime import date, datetime, timedelta
from typing import Annotated

import msgspec

from app.casework.desk.moving import advance_case
from app.core.asked import Choice, Day, Text
from app.core.clock import office_date
from app.core.permissions import Actor
from app.core.problems import SENTENCES, Problem, check_found
from app.core.text import fold_text
from app.platform.office.queries import shown_standard
from app.platform.people.queries import list_people, profile_of
from app.room import office_command
from app.services.hotline.events import ArticleApproved, ArticleEnded, ArticleUsed, ArticleWritten
from app.services.hotline.queries import SERVICE, Contact, get_contact
from app.services.hotline.tables import Article
from schema.database import Database
from sync.journal import Journal

QUESTION_LIMIT = 300
ANSWER_LIMIT = 1000
WARNED_BEFORE, LONGEST_VALID = timedelta(days=14), timedelta(days=3 * 366)
"""So long before its end an article stands on its owner's desk; so long it may be valid."""
MOST_FOUND = 8
COMMON_WORDS = "ADA APA APAKAH BAGAIMANA BERAPA BISA DAN DENGAN ITU KAPAN MANA MAU SAYA UNTUK YANG"
COMMON = frozenset(COMMON_WORDS.split())
"""Words of nearly every question; they find nothing."""
OFFERED = (
    "a.revision = (SELECT max(n.revision) FROM article n WHERE n.article_id = a.article_id AND n.approved_at <> '')"
    " AND NOT EXISTS (SELECT 1 FROM article e WHERE e.article_id = a.article_id AND e.revision >= a.revision"
    " AND e.ended_at <> '') AND ? BETWEEN a.valid_from AND a.valid_until"
)
USES = "(SELECT count(*) FROM article_use u WHERE u.article_id = a.article_id)"
NEWEST = "a.revision = (SELECT max(n.revision) FROM article n WHERE n.article_id = a.article_id)"
STATES = {
    "waiting": ("wait", "Menunggu persetujuan"),
    "valid": ("good", "Berlaku"),
    "later": ("idle", "Belum berlaku"),
    "over": ("bad", "Habis masa berlaku"),
    "ended": ("idle", "Dicabut"),
}
UNTIL = "Isi sampai kapan artikel berlaku, paling cepat hari ini; sesudah itu tidak ditawarkan."


def fields(db: Database, on: date) -> dict[str, str]:
    """The fields of questions, as the hotline's definition names them."""
    return {kind.id: kind.label for kind in shown_standard(db, SERVICE, on)[0].kinds}


def owners(db: Database) -> dict[str, str]:
    """User name → name of those who may own an article: whoever may write or approve one."""
    rights = profile_of(db).rights
    able = rights["article.write"] | rights["article.approve"]
    return {person.username: person.name for person in list_people(db, active=True) if able & set(person.roles)}


class Draft(msgspec.Struct, frozen=True):
    """What a revision says, who answers for it, and its first and last day."""

    question: Annotated[str, Text("Pertanyaan", "Tulis pertanyaannya.", most=QUESTION_LIMIT, lines=True)]
    answer: Annotated[str, Text("Jawaban", "Tulis jawaban yang boleh diberikan.", most=ANSWER_LIMIT, lines=True)]
    field: Annotated[str, Choice("Bidang", SENTENCES["choose_from_list"], choices=fields)]
    owner: Annotated[
        str,
        Choice(
            "Pemilik",
            "Pilih pemilik artikel dari daftar.",
            choices=lambda db, _today: owners(db),
            none="Pilih pemilik",
        ),
    ]
    valid_from: Annotated[date, Day("Berlaku mulai", SENTENCES["from_day"], future=True)]
    valid_until: Annotated[date, Day("Berlaku sampai", UNTIL, future=True, past=UNTIL)]


@office_command("article.write")
def write_article(
    journal: Journal, actor: Actor, *, draft: Draft, now: datetime, article_id: int = 0, case_id: int | None = None
) -> int:
    """Write a new article, or the next revision of one. It is offered when another person has approved it.

    `case_id` is the contact that it answers. Raises Problem `invalid`, `not_found` for a case that is no contact.
    """
    if case_id is not None:
        get_contact(journal.db, case_id)
    check_validity(draft)
    revision = 1
    if article_id:
        revision = newest_revision(journal.db, article_id).revision + 1
    key = journal.next_id("article")
    said = msgspec.structs.asdict(draft) | {"question": " ".join(draft.question.split())}
    said |= {"valid_from": str(draft.valid_from), "valid_until": str(draft.valid_until)}
    body = ArticleWritten(id=key, article_id=article_id or key, revision=revision, case_id=case_id, **said)
    journal.record(body, subject=f"article/{body.article_id}", actor=actor.username, at=now)
    return body.article_id


def check_validity(draft: Draft) -> None:
    """The days in their order, not too far apart. Raises Problem `invalid`."""
    since = draft.valid_from
    until = draft.valid_until
    if until < since:
        raise Problem.of("invalid", {"valid_until": SENTENCES["until_before_from"]})
    if until > since + LONGEST_VALID:
        raise Problem.of("invalid", {"valid_until": "Paling lama tiga tahun, lalu ditinjau lagi."})


@office_command("article.approve")
def approve_article(journal: Journal, actor: Actor, *, article_id: int, revision: int, now: datetime) -> None:
    """Let the revision that was read be offered. The PIN was asked before. Raises Problem."""
    newest = newest_revision(journal.db, article_id)
    if newest.revision != revision or newest.approved_at or newest.ended_at:
        raise Problem.of("state", what="Artikel ini", state="ada revisi lain, sudah disetujui, atau sudah dicabut")
    if actor.username == newest.actor:
        raise Problem.of("conflict", why="Artikel yang Anda tulis disetujui orang lain.")
    body = ArticleApproved(newest.id)
    journal.record(body, subject=f"article/{article_id}", actor=actor.username, at=now)


@office_command("article.write")
def end_article(
    journal: Journal,
    actor: Actor,
    *,
    article_id: int,
    reason: Annotated[str, Text("Alasan mencabut", SENTENCES["reason"], most=300)],
    now: datetime,
) -> None:
    """Offer an article no longer; a further revision may bring it back. Raises Problem."""
    newest = newest_revision(journal.db, article_id)
    if newest.ended_at:
        raise Problem.of("state", what="Artikel ini", state="sudah dicabut")
    body = ArticleEnded(newest.id, reason)
    journal.record(body, subject=f"article/{article_id}", actor=actor.username, at=now)


@office_command("hotline.open")
def answer_with_article(journal: Journal, actor: Actor, *, case_id: int, article_id: int, now: datetime) -> None:
    """Answer a contact with an article: its answer is the text of the outcome, and the use is counted."""
    offered = next(iter(offered_articles(journal.db, office_date(now), article_id=article_id)), None)
    if offered is None:
        raise Problem.of("state", what="Artikel ini", state="tidak berlaku lagi atau belum disetujui")
    advance_case(journal, actor, case_id=case_id, outcome="answered_desk", note=offered.answer, now=now)
    body = ArticleUsed(article_id, offered.revision, case_id)
    journal.record(body, subject=f"case/{case_id}", actor=actor.username, at=now)


# -- reading -------------------------------------------------------------------------------------------------------


def search_articles(db: Database, text: str, today: date) -> list[Article]:
    """Articles that may be offered today and hold words of a question, the best first; each word may be unfinished."""
    words = ["".join(filter(str.isalnum, word)) for word in fold_text(text[:QUESTION_LIMIT]).split()]
    known = [word for word in dict.fromkeys(words) if len(word) > 1 and word not in COMMON][:20]
    query = " OR ".join(f'"{word}"*' for word in known)
    if not query:
        return []
    return offered_articles(db, today, query=query)


def offered_articles(db: Database, today: date, *, article_id: int = 0, query: str = "") -> list[Article]:
    """Revisions that may be offered today: of one article, or those that a query of the index finds."""
    found = "a.article_id = ?"
    order = "1"
    if query:
        found = "article_fts MATCH ?"
        order = "bm25(article_fts, 3.0, 1.0), a.id"
    if query:
        joined = "JOIN article_fts f ON f.rowid = a.id "
    else:
        joined = ""
    rest = f"{joined}WHERE {found} AND {OFFERED} ORDER BY {order} LIMIT {MOST_FOUND}"
    return Article.joined(db, "a", rest, (query or article_id, today.isoformat()), uses=USES)


def revisions_of(db: Database, article_id: int) -> list[Article]:
    """All revisions of an article, the newest first. Raises Problem `not_found`."""
    rows = Article.joined(db, "a", "WHERE a.article_id = ? ORDER BY a.revision DESC", (article_id,), uses=USES)
    return check_found(rows or None, "Artikel itu")


def newest_revision(db: Database, article_id: int) -> Article:
    return revisions_of(db, article_id)[0]


def list_articles(db: Database) -> list[Article]:
    """The newest revision of every article, what waits and what ends first at the top."""
    order = "a.ended_at <> '', a.approved_at <> '', a.valid_until, a.id"
    return Article.joined(db, "a", f"WHERE {NEWEST} ORDER BY {order}", uses=USES)


def state_of(article: Article, today: date) -> str:
    """Which of :data:`STATES` a revision is in."""
    if article.ended_at or not article.approved_at:
        if article.ended_at:
            return "ended"
        return "waiting"
    if article.valid_until < today.isoformat():
        return "over"
    if article.valid_from <= today.isoformat():
        return "valid"
    return "later"


def draft_from(contact: Contact, actor: Actor, today: date) -> Draft:
    """An article out of a contact: its question and its answer; who instructed owns it, where he wrote that himself."""
    instructed = contact.last("instructed")
    answered = contact.last("instructed", "answered")
    answer = answered.note if answered else ""
    if instructed:
        owner = instructed.actor
    else:
        owner = actor.username
    end = today + timedelta(days=365)
    return Draft(contact.question[:QUESTION_LIMIT], answer[:ANSWER_LIMIT], contact.kind, owner, today, end)
