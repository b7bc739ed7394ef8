"""Desk information: searched while one types, answered with in one click, written, approved, ended."""

from datetime import date
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from app.casework.desk.opening import Opened
from app.casework.desk.views.case_page import draw_case
from app.core.permissions import Actor, may
from app.platform.people import queries as people
from app.platform.web.commands import NOT_REFUSED, Refused, add_command, form_of
from app.platform.web.context import (
    CaseSheet,
    Found,
    current_actor,
    current_date,
    current_db,
    current_journal,
    current_time,
)
from app.platform.web.forms import Form, asked_id, asked_slice, redirect_to, run_command, show_page
from app.platform.web.guard import needs_permission
from app.services.hotline import articles, queries
from app.services.hotline.articles import Draft
from app.services.hotline.reports import definition_of
from app.services.hotline.service import open_contact
from app.services.hotline.views.contacts import ContactForm, show_contacts
from schema.database import Database
from schema.service_procedure import Definition

pages = Blueprint("articles", __name__, url_prefix="/hotline/artikel")
ASKED_AT = "desk"
"""Step in which a contact is answered from desk information."""


# -- searching and answering ---------------------------------------------------------------------------------------


@pages.post("/cari")
@needs_permission("hotline.view")
def search_articles() -> ResponseReturnValue:
    """What is found while one types. Posted, because a question may hold what belongs in no address."""
    asked = request.form.get("question", "")
    found = articles.search_articles(current_db(), asked, current_date())
    case_id = request.form.get("case_id", "")
    return render_template("services/hotline/_found.html", found=found, asked=asked.strip(), case_id=case_id)


@pages.post("/jawab/<int:case_id>")
@needs_permission("hotline.open")
def answer_contact(case_id: int) -> ResponseReturnValue:
    return run_command(
        lambda: articles.answer_with_article(
            current_journal(),
            current_actor(),
            case_id=case_id,
            article_id=asked_id("article_id") or 0,
            now=current_time(),
        ),
        lambda problem: draw_case(case_id, problem.status, problem=problem),
        url_for("cases.show_case", case_id=case_id),
        "Terjawab dari desk information.",
    )


@pages.post("/jawab")
@needs_permission("hotline.open")
def answer_call() -> ResponseReturnValue:
    """Write a contact down and answer it with an article, both or neither: one click while the caller speaks.

    Where no field was chosen, it is that of the article.
    """
    form = ContactForm().offer(definition_of(current_db(), current_date()))
    article_id = asked_id("article_id") or 0
    if not form.kind.data:
        answering = articles.offered_articles(current_db(), current_date(), article_id=article_id)
        form.kind.process(MultiDict((form.kind.name, article.field) for article in answering))

    def write() -> Opened:
        said = {name: str(form[name].data or "") for name in ("question", "kind", "channel", "number", "caller")}
        with current_journal().transaction():
            opened = open_contact(current_journal(), current_actor(), now=current_time(), **said)
            articles.answer_with_article(
                current_journal(),
                current_actor(),
                case_id=opened.id,
                article_id=article_id,
                now=current_time(),
            )
        return opened

    return run_command(
        write,
        lambda _: show_contacts(422, form),
        lambda opened: redirect_to(url_for("hotline.show_contacts"), f"Kontak {opened.number} terjawab."),
        form=form,
    )


def find_articles(db: Database, _actor: Actor, text: str) -> list[Found]:
    """For the search: articles that may be offered today."""
    found = articles.search_articles(db, text, current_date())
    return [
        Found(article.question, article.answer[:80], url_for("articles.show_article", article_id=article.article_id))
        for article in found
    ]


def article_sheet(db: Database, actor: Actor, case: Any, _definition: Definition, _now: Any) -> CaseSheet | None:
    """On the page of a contact: the search with its question, or the way to make its answer an article."""
    if not may(actor, "hotline.view"):
        return None
    contact = queries.get_contact(db, case.id)
    if case.step == ASKED_AT:
        found = articles.search_articles(db, contact.question, current_date())
    else:
        found = []
    answered = contact.last("instructed", "instructed_by_word", "answered") is not None
    if case.step != ASKED_AT and not answered:
        return None
    words = {"contact": contact, "found": found, "asks": case.step == ASKED_AT, "answered": answered}
    body = render_template("services/hotline/_articles.html", asked=contact.question, case_id=str(case.id), **words)
    return CaseSheet("Desk information", Markup(body), wide=True)


# -- the articles themselves ---------------------------------------------------------------------------------------


def words() -> dict[str, Any]:
    db = current_db()
    today = current_date()
    return {
        "fields": articles.fields(db, today),
        "names": people.person_names(db),
        "states": articles.STATES,
        "state_of": lambda article: articles.state_of(article, today),
    }


@pages.get("")
@needs_permission("hotline.view")
def list_articles() -> ResponseReturnValue:
    return show_page(
        "services/hotline/articles.html", part=asked_slice(articles.list_articles(current_db())), **words()
    )


@pages.get("/baru")
@needs_permission("article.write")
def new_article() -> ResponseReturnValue:
    """An empty form, or one that holds question and answer of a contact (`dari`)."""
    case_id = asked_id("dari") or 0
    today = current_date()
    draft = Draft("", "", "general", current_actor().username, today, date(today.year, 12, 31))
    if case_id:
        draft = articles.draft_from(queries.get_contact(current_db(), case_id), current_actor(), today)
    return draw_form(form_of(articles.write_article).holding(draft), case_id)


def draw_form(form: Form, case_id: int, status: int = 200, article_id: int = 0) -> ResponseReturnValue:
    values = {"form": form, "case_id": case_id, "article_id": article_id}
    return show_page("services/hotline/article_form.html", status=status, **values)


@pages.post("/baru")
@needs_permission("article.write")
def write_article() -> ResponseReturnValue:
    return save_article(0, asked_id("dari") or 0)


@pages.get("/<int:article_id>/revisi")
@needs_permission("article.write")
def new_revision(article_id: int) -> ResponseReturnValue:
    last = articles.newest_revision(current_db(), article_id)
    return draw_form(form_of(articles.write_article).holding(last), 0, article_id=article_id)


@pages.post("/<int:article_id>/revisi")
@needs_permission("article.write")
def write_revision(article_id: int) -> ResponseReturnValue:
    articles.newest_revision(current_db(), article_id)
    return save_article(article_id, 0)


def save_article(article_id: int, case_id: int) -> ResponseReturnValue:
    form = form_of(articles.write_article)()
    given: dict[str, Any] = {"article_id": article_id, "case_id": case_id or None, "now": current_time()}
    return run_command(
        lambda: articles.write_article(current_journal(), current_actor(), **given, **form.values),
        lambda _: draw_form(form, case_id, 422, article_id),
        lambda made: redirect_to(
            url_for("articles.show_article", article_id=made), "Tersimpan; ditawarkan sesudah disetujui orang lain."
        ),
        form=form,
    )


@pages.get("/<int:article_id>")
@needs_permission("hotline.view")
def show_article(article_id: int, status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    rows = articles.revisions_of(current_db(), article_id)
    return show_page(
        "services/hotline/article.html",
        status=status,
        rows=rows,
        one=rows[0],
        problem=refused.form,
        approve_form=refused.form_for(articles.approve_article, pin=True),
        end_form=refused.form_for(articles.end_article),
        **words(),
    )


APPROVED = "Disetujui; mulai ditawarkan."
ENDED = "Artikel dicabut; tidak ditawarkan lagi."
APPROVAL = "/<int:article_id>/setujui/<int:revision>"
add_command(pages, APPROVAL, articles.approve_article, show_article, APPROVED, pin=True)
add_command(pages, "/<int:article_id>/cabut", articles.end_article, show_article, ENDED)
