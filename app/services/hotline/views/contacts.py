"""The quick page of the hotline, and what is done with a contact beside its steps: number, complaint, papers."""

from datetime import date, timedelta
from typing import Any, NamedTuple

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from wtforms import RadioField

from app.casework.desk.limits import LimitLine, case_limit_lines
from app.casework.desk.opening import CaseFile, Opened
from app.casework.desk.views.case_page import draw_case
from app.casework.desk.views.papers import file_answer, printed_answer
from app.core.permissions import Actor, may
from app.core.problems import SENTENCES, check_found
from app.core.procedure import engine
from app.platform.web.commands import NOT_REFUSED, Refused, add_command
from app.platform.web.context import (
    MOST_OF_A_KIND,
    CaseSheet,
    Found,
    current_actor,
    current_date,
    current_db,
    current_journal,
    current_time,
)
from app.platform.web.forms import (
    PER_PAGE,
    AtMost,
    Filled,
    Form,
    Slice,
    TextLine,
    asked_day,
    cut_slice,
    page_number,
    redirect_to,
    run_command,
    show_page,
    to_choices,
)
from app.platform.web.guard import needs_permission, record_access
from app.services.complaints.service import WrittenLine
from app.services.complaints.views.book import keep_code
from app.services.hotline import papers, queries, reports, service
from app.services.hotline.queries import Contact, is_in_use
from app.services.hotline.reports import channel_words, definition_of
from schema.body_limits import takes_body
from schema.database import Database
from schema.service_procedure import Definition

pages = Blueprint("hotline", __name__, url_prefix="/hotline")
CASE_PAGE = "cases.show_case"


class ContactForm(Form):
    """What one can type while the caller speaks; Ctrl+Enter in any field saves."""

    question = TextLine("Yang dibutuhkan", [Filled("Tulis apa yang dibutuhkan pelanggan."), AtMost(1000)])
    kind = RadioField("Bidang", [Filled(SENTENCES["choose_one"])], choices=[])
    channel = RadioField("Sarana", choices=[], default="telephone")
    number = TextLine("Nomor telepon", [AtMost(40)])
    caller = TextLine("Nama pelanggan", [AtMost(100)])

    def offer(self, definition: Definition) -> "ContactForm":
        self.kind.choices = to_choices((kind.id, kind.label) for kind in definition.kinds)
        self.channel.choices = to_choices(channel_words(definition).items())
        return self


class OpenLine(NamedTuple):
    """A contact that is not finished: its state, and the limit that ends first."""

    contact: Contact
    kind: str
    state: str
    limit: LimitLine | None


def open_lines(db: Database) -> Slice[OpenLine]:
    definition = definition_of(db, current_date())
    lines = list[OpenLine]()
    number = page_number()
    for contact in queries.open_contacts(db, PER_PAGE + 1, (number - 1) * PER_PAGE):
        running = [line for line in case_limit_lines(db, definition, contact.id, current_time()) if line.runs]
        state = engine.state_named(definition, contact.step).state_label
        lines.append(
            OpenLine(contact, engine.kind_named(definition, contact.kind).label, state, next(iter(running), None))
        )
    return cut_slice(lines, number, PER_PAGE)


@pages.get("")
@needs_permission("hotline.view")
def show_contacts(status: int = 200, form: ContactForm | None = None) -> ResponseReturnValue:
    db = current_db()
    if not queries.is_in_use(db):
        return show_page("services/hotline/contacts.html", form=None)
    form = form or ContactForm(formdata=None).offer(definition_of(db, current_date()))
    return show_page("services/hotline/contacts.html", status=status, form=form, part=open_lines(db))


@pages.post("")
@needs_permission("hotline.open")
def open_contact() -> ResponseReturnValue:
    form = ContactForm().offer(definition_of(current_db(), current_date()))

    def write() -> Opened:
        said = {name: str(form[name].data or "") for name in ("question", "kind", "channel", "number", "caller")}
        return service.open_contact(current_journal(), current_actor(), now=current_time(), **said)

    return run_command(
        write,
        lambda _: show_contacts(422, form),
        lambda opened: redirect_to(
            url_for("cases.show_case", case_id=opened.id), f"Kontak {opened.number} tercatat. Cari jawabannya."
        ),
        form=form,
    )


# -- one contact -------------------------------------------------------------------------------------------------


def contact_sheet(db: Database, actor: Actor, case: CaseFile, definition: Definition, _now: Any) -> CaseSheet | None:
    """On the page of a contact: its number on request, its papers, and the complaint that it is or can become;
    nothing for whom there is nothing to do."""
    if not may(actor, "hotline.view"):
        return None
    contact = queries.get_contact(db, case.id)
    line = queries.complaint_of(db, case.id)
    reported = contact.last(*service.REPORTED) is not None
    pictures = papers.pictures_of(db, contact)
    if reported or contact.closed:
        others = []
    else:
        others = [kind for kind in definition.kinds if kind.id != contact.kind]
    shown = {"reported": reported, "pictures": pictures, "other_fields": others}
    body = Markup(render_template("services/hotline/_contact.html", contact=contact, line=line, **shown))
    if body.striptags() or shown["pictures"]:
        return CaseSheet("Kontak", body)
    return None


def find_contacts(db: Database, _actor: Actor, text: str) -> list[Found]:
    """For the search: contacts by words of what was asked; number and name find them among the cases."""
    found = queries.contacts_asking(db, text, MOST_OF_A_KIND)
    return [
        Found(contact.question, contact.number, url_for("cases.show_case", case_id=contact.id)) for contact in found
    ]


def line_link(db: Database, actor: Actor, complaint_id: int) -> tuple[str, str] | None:
    """The contact that a line of the book comes from: label and address."""
    found = None
    if may(actor, "hotline.view"):
        found = queries.contact_of_line(db, complaint_id)
    if not found:
        return None
    return ("Buka kontaknya", url_for("cases.show_case", case_id=found))


@pages.post("/kontak/<int:case_id>/nomor")
@needs_permission("hotline.open")
def reveal_number(case_id: int) -> ResponseReturnValue:
    """The whole telephone number, for whoever calls back; the look is written into the access log."""
    queries.get_contact(current_db(), case_id)
    record_access("case.reveal", f"case/{case_id}")
    return draw_case(case_id, full=True)


def show_contact(case_id: int, status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    """The page of a contact, once more where something on it was refused."""
    return draw_case(case_id, status, problem=refused.problem)


def go_to_receipt(line: WrittenLine) -> ResponseReturnValue:
    keep_code(line.id, line.code)
    where = url_for("complaints.show_receipt", complaint_id=line.id)
    return redirect_to(where, f"Tertulis di buku pengaduan sebagai {line.number}.")


add_command(pages, "/kontak/<int:case_id>/pengaduan", service.make_complaint, show_contact, then=go_to_receipt)
add_command(pages, "/kontak/<int:case_id>/bidang", service.set_field, show_contact, "Bidang diganti.", to=CASE_PAGE)


@pages.post("/kontak/<int:case_id>/gambar")
@needs_permission("hotline.open")
@takes_body(service.PICTURE.max_kb * 1000 + 100_000)
def attach_picture(case_id: int) -> ResponseReturnValue:
    sent = request.files.get("picture")
    found: dict[str, Any] = {"data": b"", "name": ""}
    if sent:
        found = {"data": sent.read(), "name": sent.filename}
    return run_command(
        lambda: service.attach_picture(
            current_journal(), current_actor(), case_id=case_id, now=current_time(), **found
        ),
        lambda problem: draw_case(case_id, problem.status, problem=problem),
        url_for("cases.show_case", case_id=case_id),
        "Gambar pesan dilampirkan.",
    )


@pages.post("/kontak/<int:case_id>/cetak/<word>")
@needs_permission("hotline.view")
def print_sheet(case_id: int, word: str) -> Response:
    paper = check_found(papers.PAPERS.get(word), "Lembar itu")
    contact = queries.get_contact(current_db(), case_id)
    data = papers.information_sheet(current_db(), contact, paper, current_actor(), current_time())
    return printed_answer(paper, data, f"case/{case_id}", f"{word}-{case_id}.pdf")


# -- what came in ----------------------------------------------------------------------------------------------------

report_pages = Blueprint("hotline_reports", __name__, url_prefix="/hotline")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST = timedelta(days=366)


def asked_past_day(name: str, usual: date) -> date:
    """A day of the address or form; a day to come asks for today."""
    return min(asked_day(name, usual), current_date())


@report_pages.get("/laporan")
@needs_permission("hotline.report")
def show_day() -> ResponseReturnValue:
    if not is_in_use(current_db()):
        return show_contacts()
    on = asked_past_day("tanggal", current_date())
    report = reports.analyse(current_db(), on, on)
    definition = reports.definition_of(current_db(), on)
    lines = [(contact, papers.contact_words(definition, contact)) for contact in report.contacts]
    day = timedelta(days=1)
    return show_page(
        "services/hotline/day.html", report=report, lines=lines, before=on - day, after=min(on + day, current_date())
    )


@report_pages.post("/laporan/cetak")
@needs_permission("hotline.report")
def print_day() -> Response:
    on = asked_past_day("tanggal", current_date())
    data = papers.daily_paper(current_db(), reports.analyse(current_db(), on, on), current_actor(), current_time())
    return printed_answer("daily_needs", data, f"hotline/{on}", f"kebutuhan-{on}.pdf")


def asked_analysis() -> reports.Analysis:
    """From the first of the month to today, unless other days are asked for; at most a year."""
    last = asked_past_day("sampai", current_date())
    first = min(asked_past_day("dari", last.replace(day=1)), last)
    return reports.analyse(current_db(), max(first, last - LONGEST), last)


@report_pages.get("/analisis")
@needs_permission("hotline.report")
def show_analysis() -> ResponseReturnValue:
    if not is_in_use(current_db()):
        return show_contacts()
    return show_page("services/hotline/analysis.html", found=asked_analysis())


@report_pages.post("/analisis/unduh")
@needs_permission("hotline.report")
def download_analysis() -> Response:
    found = asked_analysis()
    name = f"analisis-hotline-{found.first}-{found.last}.xlsx"
    record_access("hotline.export", name)
    return file_answer(papers.analysis_book(current_db(), found, current_time()), XLSX, name)
