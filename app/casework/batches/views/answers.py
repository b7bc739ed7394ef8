"""Answers typed from the returned list, their second check, what differs, and lines of another PC of this office."""

from datetime import datetime
from typing import Any

import msgspec
from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.casework.batches import answers, other_versions, papers, partner_lists, queries, receipts
from app.casework.batches.other_versions import OtherLine
from app.casework.batches.partners import (
    answer_value,
    find_partner_service,
    key_field,
    partner_of,
    result_labels,
    runs_loket,
)
from app.casework.batches.views.forms import AnswerFileForm, OtherLineForm, PartnerListForm
from app.casework.batches.views.printing import (
    asked_service,
    case_words,
    find_partner_case,
    seen_case,
    service_values,
    service_words,
    whole_number,
)
from app.casework.desk.opening import CaseFile
from app.casework.importing.answer_file import MOST_BYTES, read_uploaded_answers, read_uploaded_list
from app.core.messages import LINE_KIND
from app.core.permissions import Actor, may
from app.platform.office import queries as office
from app.platform.people import queries as people
from app.platform.web.commands import NOT_REFUSED, CommandForm, Refused, add_command, form_of
from app.platform.web.context import (
    CaseSheet,
    current_actor,
    current_db,
    current_journal,
    current_time,
    remote_address,
    surroundings,
)
from app.platform.web.forms import Form, has_pin, redirect_to, run_command, show_page, to_choices
from app.platform.web.guard import needs_permission
from schema.body_limits import SMALL, takes_body
from schema.database import Database
from schema.partner_lists import PartnerLists
from schema.service_procedure import Definition

MOST_SHOWN = 200
"""Rows of a partner's list that a page shows to be looked at."""
pages = Blueprint("answers", __name__, url_prefix="/pengiriman")


def name_fields(form: Form, definition: Definition) -> Form:
    """The form of an answer in the words of its service."""
    partner = partner_of(definition)
    value = answer_value(definition)
    form["result"].choices = to_choices(result_labels(definition).items())
    if partner.advises:
        form["reason"].label.text = "Pendapat"
    else:
        form["reason"].label.text = "Alasan penolakan"
    form["serial"].label.text = f"Nomor seri {partner.made}"
    if value:
        form["value"].label.text = value.label
    else:
        form["value"].label.text = ""
    return form


@pages.get("/<int:dispatch_id>/jawaban")
@needs_permission("answer.type", "answer.check")
def show_typing(
    dispatch_id: int,
    status: int = 200,
    refused: Refused = NOT_REFUSED,
    file_result: answers.FileResult | None = None,
) -> ResponseReturnValue:
    db = current_db()
    found = papers.find_sent_dispatch(db, dispatch_id)
    lines = queries.list_lines(db, dispatch_id)
    asked = whole_number(request.values.get("baris", "") or request.form.get("ordinal", ""))
    current = next((line for line in lines if line.ordinal == asked), None) or next_open_line(lines)
    definition = find_partner_service(db, found.service)
    return show_page(
        "casework/batches/answers.html",
        status=status,
        **service_words(definition),
        found=found,
        lines=lines,
        current=current,
        reasons=next(answer.reasons for answer in partner_of(definition).answers if answer.id == "refused"),
        unchecked=[line for line in lines if line.unchecked],
        awaits_receipt=receipts.awaits_receipt(db, found),
        villages=office.area_names(db),
        people=people.person_names(db),
        me=current_actor().username,
        may_type=may(current_actor(), "answer.type"),
        file_result=file_result,
        has_pin=has_pin(),
        **typing_forms(refused, definition, current),
    )


def typing_forms(refused: Refused, definition: Definition, current: queries.DispatchLineRow | None) -> dict[str, Any]:
    """One answer, a document of the partner, and the check of all that came by a file; with why a check was refused."""
    ordinal = None
    if current:
        ordinal = current.ordinal
    form = refused.form_for(answers.type_answer, ordinal=ordinal)
    file_form = refused.form_of_class(AnswerFileForm) or AnswerFileForm(formdata=None)
    return {
        "form": name_fields(form, definition),
        "pin_form": refused.form_for(answers.check_all_typed, pin=True),
        "file_form": file_form,
        "problem": refused.sentence_for(answers.check_typed_answer, answers.check_all_typed),
        "by_file": bool(answer_value(definition) or partner_lists.find_lists(current_db(), definition)),
    }


def next_open_line(lines: list[queries.DispatchLineRow]) -> queries.DispatchLineRow | None:
    untyped = [line for line in lines if line.open and not line.unchecked]
    return next((line for line in untyped if line.result == "waiting"), next(iter(untyped), None))


def with_sealer(dispatch_id: int) -> dict[str, Any]:
    """What seals a number that is typed with an answer."""
    sealer = None
    if request.form.get("value"):
        sealer = surroundings().sync.sealer()
    return {"dispatch_id": dispatch_id, "sealer": sealer}


def after_typing(_: None, dispatch_id: int, form: CommandForm) -> ResponseReturnValue:
    where = url_for("answers.show_typing", dispatch_id=dispatch_id)
    return redirect_to(f"{where}#ketik", f"Baris {form.values['ordinal']} diketik, menunggu pemeriksa kedua.")


def after_check(_: None, dispatch_id: int, ordinal: int, form: CommandForm) -> ResponseReturnValue:
    if form.values["agrees"]:
        words = "cocok, jawaban berlaku."
    else:
        words = "tidak cocok, harus diketik lagi."
    where = url_for("answers.show_typing", dispatch_id=dispatch_id)
    return redirect_to(f"{where}#periksa", f"Baris {ordinal}: {words}")


def after_checks(count: int, dispatch_id: int) -> ResponseReturnValue:
    where = url_for("dispatch.show_dispatch", dispatch_id=dispatch_id)
    return redirect_to(where, f"{count} jawaban cocok dan berlaku.")


TYPED = "/<int:dispatch_id>/jawaban"
CHECKED = "/<int:dispatch_id>/periksa/<int:ordinal>"
ALL_CHECKED = "/<int:dispatch_id>/periksa-semua"
add_command(pages, TYPED, answers.type_answer, show_typing, then=after_typing, named=with_sealer)
add_command(pages, CHECKED, answers.check_typed_answer, show_typing, then=after_check)
add_command(pages, ALL_CHECKED, answers.check_all_typed, show_typing, then=after_checks, pin=True)


@pages.post("/<int:dispatch_id>/berkas")
@needs_permission("answer.type")
@takes_body(MOST_BYTES + SMALL)
def type_from_file(dispatch_id: int) -> ResponseReturnValue:
    """Type what a file of the partner says; its rows are read in a process of their own and never kept."""
    form = AnswerFileForm()
    sent = request.files.get("file")
    found = queries.find_dispatch(current_db(), dispatch_id)
    definition = find_partner_service(current_db(), found.service)

    def read_file() -> answers.FileResult:
        label = ""
        if carried := answer_value(definition):
            label = carried.label
        return answers.type_answers_from_file(
            current_journal(),
            current_actor(),
            read_uploaded_answers(sent, key_field(definition).heading, label),
            dispatch_id=dispatch_id,
            now=current_time(),
            sealer=surroundings().sync.sealer(),
        )

    return run_command(
        read_file,
        lambda problem: show_typing(dispatch_id, 422, Refused(form=form, problem=problem)),
        lambda result: show_typing(dispatch_id, file_result=result),
        form=form,
    )


# -- lists that a partner made for itself -----------------------------------------------------------------------


def list_form(lists: PartnerLists | None, **more: Any) -> PartnerListForm:
    form = PartnerListForm(**more)
    kinds = lists.lists if lists else []
    form.which.choices = to_choices((kind.id, kind.label) for kind in kinds)
    return form


@pages.get("/daftar")
@needs_permission("answer.type")
def show_list_reading(
    status: int = 200, refused: Refused = NOT_REFUSED, result: partner_lists.ListResult | None = None
) -> ResponseReturnValue:
    definition = asked_service()
    sent = queries.sent_dispatches(current_db(), 1, service=definition.id)
    lists = None
    if sent:
        lists = partner_lists.find_lists(current_db(), definition)
    form = refused.form_of_class(PartnerListForm) or list_form(lists, formdata=None)
    return show_page(
        "casework/batches/partner_list.html",
        status=status,
        **service_words(definition),
        lists=lists,
        sent=sent,
        runs_loket=runs_loket(current_db(), definition),
        form=form,
        result=result,
        MOST_SHOWN=MOST_SHOWN,
    )


@pages.post("/daftar")
@needs_permission("answer.type")
@takes_body(MOST_BYTES + SMALL)
def type_partner_list() -> ResponseReturnValue:
    """Type what a list of the partner says; its rows are read in a process of their own and never kept."""
    definition = asked_service()
    form = list_form(partner_lists.find_lists(current_db(), definition))
    sent = request.files.get("file")

    def read_file() -> partner_lists.ListResult:
        headings = msgspec.structs.asdict(partner_lists.check_lists(current_db(), definition).headings)
        return partner_lists.type_partner_list(
            current_journal(),
            current_actor(),
            read_uploaded_list(sent, headings),
            service=definition.id,
            which=form.which.data,
            now=current_time(),
        )

    return run_command(
        read_file,
        lambda problem: show_list_reading(422, Refused(form=form, problem=problem)),
        lambda result: show_list_reading(result=result),
        form=form,
    )


# -- the number that came with an answer: masked on the page of its case, shown on request -----------------------


def draw_value_sheet(
    db: Database, _actor: Actor, case: CaseFile, definition: Definition, _now: datetime, whole: str = ""
) -> CaseSheet | None:
    carried = None
    if definition.partner:
        carried = answer_value(definition)
    held = None
    if carried:
        held = answers.find_case_value(db, case.id)
    if carried is None or held is None:
        return None
    body = render_template("casework/batches/_value.html", case=case, held=held, whole=whole, label=carried.label)
    return CaseSheet(carried.label, Markup(body))


@pages.post("/nilai/<int:case_id>")
@needs_permission("answer.value")
def show_value(case_id: int) -> ResponseReturnValue:
    """The whole number, in the place of the masked one; the access log keeps it, the page is never stored."""
    case, definition = find_partner_case(case_id)
    whole = answers.open_case_value(
        current_db(),
        current_actor(),
        surroundings().sync.sealer(),
        case_id=case_id,
        now=current_time(),
        address=remote_address(),
    )
    held = answers.find_case_value(current_db(), case_id)
    label = ""
    if carried := answer_value(definition):
        label = carried.label
    return show_page(
        "casework/batches/value.html", "casework/batches/_value.html", case=case, held=held, whole=whole, label=label
    )


# -- two answers to one line ------------------------------------------------------------------------------------


@pages.get("/perbedaan")
@needs_permission("dispatch.view")
def show_conflicts(status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    db = current_db()
    definition = asked_service()
    found = queries.list_conflicts(db, definition.id)
    settle = form_of(answers.settle_conflict, pin=True)
    forms: dict[int, Form | None] = {told.id: settle.holding(prefix=f"c{told.id}") for told in found}
    if (asked := refused.place.get("conflict_id")) in forms:
        forms[asked] = refused.form
    return show_page(
        "casework/batches/conflicts.html",
        status=status,
        **service_words(definition),
        found=found,
        forms=forms,
        settled=queries.list_conflicts(db, definition.id, settled=True, limit=20),
        villages=office.area_names(db),
        people=people.person_names(db),
        has_pin=has_pin(),
    )


def after_settling(_: None) -> ResponseReturnValue:
    where = url_for("answers.show_conflicts", **service_values(asked_service()))
    return redirect_to(where, "Diputuskan. Kedua jawaban tetap tersimpan di jurnal.")


add_command(
    pages,
    "/perbedaan/<int:conflict_id>",
    answers.settle_conflict,
    show_conflicts,
    then=after_settling,
    pin=True,
    prefix="c{conflict_id}",
)


# -- cases of an old register, which no dispatch of ours carried -------------------------------------------------


@pages.get("/hasil/<int:case_id>")
@needs_permission("dispatch.view")
def show_case_answer(case_id: int, status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    """The dispatch that carried a case; a case of an old register gets a page of its own."""
    case, definition = find_partner_case(case_id)
    line = queries.newest_line_of(current_db(), case_id)
    if line and not refused.command:
        where = url_for("dispatch.show_dispatch", dispatch_id=line.dispatch_id, baris="semua")
        return redirect_to(f"{where}#baris-{line.ordinal}")
    form = refused.form_for(answers.answer_old_case)
    final = {answer: label for answer, label in result_labels(definition).items() if answer != "accepted"}
    form["result"].choices = to_choices(final.items())
    return show_page("casework/batches/old_answer.html", status=status, form=form, **case_words(case, definition))


def after_old_answer(_: None, case_id: int) -> ResponseReturnValue:
    short = partner_of(find_partner_case(case_id)[1]).short
    return redirect_to(url_for("cases.show_case", case_id=case_id), f"Jawaban {short} dicatat.")


OLD = "/hasil/<int:case_id>"
add_command(pages, OLD, answers.answer_old_case, show_case_answer, then=after_old_answer, named=seen_case)


# -- lines of another PC of this office: each is taken over under a new number or set aside, by a person ----------

other_version_pages = Blueprint("other_versions", __name__, url_prefix="/jalan/kembar")


def line_key(line: OtherLine) -> str:
    """A line's name in the form: its place and the beginning of its hash."""
    return f"{line.place}/{line.hash[:12]}"


def line_label(line: OtherLine) -> str:
    """A line as a choice: number, name for those who may see it, and what the centre has of it."""
    if line.line is None:
        return f"Catatan {line.place}, tidak terbaca"
    name = ""
    if may(current_actor(), "case.view"):
        name = f", {line.line.name}"
    return f"{line.line.number}{name} ({line.line.kind_label})"


def other_cases() -> list[OtherLine]:
    waiting = other_versions.waiting_lines(current_journal())
    return [line for line in waiting if line.kind == LINE_KIND and not line.own]


def other_line_form(cases: list[OtherLine], **more: Any) -> OtherLineForm:
    form = OtherLineForm(**more)
    form.which.choices = to_choices([(line_key(line), line_label(line)) for line in cases])
    return form


@other_version_pages.get("/", endpoint="page")
@needs_permission("office.settings")
def page(status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    cases = other_cases()
    form = refused.form_of_class(OtherLineForm) or other_line_form(cases, formdata=None)
    return show_page(
        "casework/batches/other_versions.html",
        status=status,
        cases=[(line_label(line), line) for line in cases],
        rest=[line for line in other_versions.waiting_lines(current_journal()) if line.kind != LINE_KIND],
        unsent=len(other_versions.unsent_lines(current_journal())),
        has_pin=has_pin(),
        form=form,
        rest_form=refused.form_for(other_versions.set_rest_aside, pin=True, prefix="rest"),
    )


@other_version_pages.post("/")
@needs_permission("office.settings")
def decide_line() -> ResponseReturnValue:
    cases = other_cases()
    form = other_line_form(cases)

    def decide() -> str:
        line = next(line for line in cases if line_key(line) == form.which.data)
        said: dict[str, Any] = {"place": line.place, "digest": line.hash, "now": current_time()} | form.values
        if form.deed.data == "ambil":
            number = other_versions.take_line_over(current_journal(), current_actor(), **said)
            return f"Berkas diambil alih dengan nomor {number}."
        del said["heeded"]
        other_versions.set_line_aside(current_journal(), current_actor(), **said)
        return "Catatan disisihkan dengan alasannya."

    return run_command(
        decide,
        lambda problem: page(422, Refused(form=form, problem=problem)),
        lambda toast: redirect_to(url_for("other_versions.page"), toast),
        form=form,
        pin=True,
    )


def tell_aside(count: int) -> ResponseReturnValue:
    return redirect_to(url_for("other_versions.page"), f"{count} catatan disisihkan.")


def tell_again(count: int) -> ResponseReturnValue:
    told = f"{count} berkas siap dikirim lagi di halaman Pengiriman."
    return redirect_to(url_for("other_versions.page"), told)


SET_ASIDE = other_versions.set_rest_aside
add_command(other_version_pages, "/sisa", SET_ASIDE, page, then=tell_aside, pin=True, prefix="rest")
add_command(other_version_pages, "/kirim-ulang", other_versions.send_unsent_again, page, then=tell_again)
