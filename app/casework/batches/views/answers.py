"""Answers typed from the returned list, their second check, what differs, and lines of another PC of this office."""

from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.casework.batches import answers, other_versions, papers, queries, receipts
from app.casework.batches.other_versions import OtherLine
from app.casework.batches.partners import answer_value, find_partner_service, key_field, partner_of, result_labels
from app.casework.batches.views.forms import (
    AnswerFileForm,
    AnswerForm,
    OldAnswerForm,
    OtherLineForm,
    PinForm,
    RestForm,
    SettleForm,
)
from app.casework.batches.views.printing import (
    asked_service,
    case_words,
    find_partner_case,
    service_values,
    service_words,
    whole_number,
)
from app.casework.desk.opening import CaseFile
from app.casework.importing.answer_file import MOST_BYTES, read_uploaded_answers
from app.core.messages import LINE_KIND
from app.core.permissions import Actor, may
from app.platform.office import queries as office
from app.platform.people import queries as people
from app.platform.web.context import CaseSheet, current_actor, current_db, current_journal, current_time, surroundings
from app.platform.web.forms import Form, has_pin, redirect_to, run_command, show_page, to_choices
from app.platform.web.guard import needs_permission
from schema.body_limits import takes_body
from schema.database import Database
from schema.service_procedure import Definition

pages = Blueprint("answers", __name__, url_prefix="/pengiriman")


def answer_form(definition: Definition, data: dict[str, Any] | None = None) -> AnswerForm:
    form = AnswerForm(formdata=None, data=data) if data else AnswerForm()
    if partner_of(definition).advises:
        form.reason.label.text = "Pendapat"
    form.serial.label.text = f"Nomor seri {partner_of(definition).made}"
    form.value.label.text = value.label if (value := answer_value(definition)) else ""
    form.result.choices = to_choices(result_labels(definition).items())
    return form


def old_answer_form(definition: Definition, *, fresh: bool = False) -> OldAnswerForm:
    form = OldAnswerForm(formdata=None) if fresh else OldAnswerForm()
    form.result.choices = to_choices(
        (id_, label) for id_, label in result_labels(definition).items() if id_ != "accepted"
    )
    return form


@pages.get("/<int:dispatch_id>/jawaban")
@needs_permission("answer.type", "answer.check")
def show_typing(
    dispatch_id: int, status: int = 200, file_result: answers.FileResult | None = None, **forms: Form
) -> ResponseReturnValue:
    found = papers.find_sent_dispatch(current_db(), dispatch_id)
    lines = queries.list_lines(current_db(), dispatch_id)
    asked = whole_number(request.values.get("baris", "") or request.form.get("ordinal", ""))
    current = next((one for one in lines if one.ordinal == asked), None) or next_open_line(lines)
    definition = find_partner_service(current_db(), found.service)
    first = {"ordinal": current.ordinal if current else None}
    fresh = {"form": answer_form(definition, first), "pin_form": PinForm(formdata=None)}
    return show_page(
        "casework/batches/answers.html",
        status=status,
        **service_words(definition),
        found=found,
        lines=lines,
        current=current,
        reasons=next(one.reasons for one in partner_of(definition).answers if one.id == "refused"),
        unchecked=[one for one in lines if one.unchecked],
        awaits_receipt=receipts.awaits_receipt(current_db(), found),
        villages=office.area_names(current_db()),
        people=people.person_names(current_db()),
        me=current_actor().username,
        may_type=may(current_actor(), "answer.type"),
        file_result=file_result,
        has_pin=has_pin(),
        **({"file_form": AnswerFileForm(formdata=None)} | fresh | forms),
    )


def next_open_line(lines: list[queries.DispatchLineRow]) -> queries.DispatchLineRow | None:
    return next((one for one in lines if one.result == "waiting" and not one.unchecked), None) or next(
        (one for one in lines if one.open and not one.unchecked), None
    )


@pages.post("/<int:dispatch_id>/jawaban")
@needs_permission("answer.type")
def type_answer(dispatch_id: int) -> ResponseReturnValue:
    form = answer_form(find_partner_service(current_db(), queries.find_dispatch(current_db(), dispatch_id).service))
    return run_command(
        lambda: answers.type_answer(
            current_journal(),
            current_actor(),
            dispatch_id=dispatch_id,
            ordinal=form.ordinal.data,
            result=form.result.data,
            serial=form.serial.data,
            reason=form.reason.data,
            biometric=form.biometric.data,
            value=form.value.data,
            sealer=surroundings().sync.sealer() if form.value.data else None,
            now=current_time(),
        ),
        lambda _: show_typing(dispatch_id, 422, form=form),
        lambda _: redirect_to(
            url_for("answers.show_typing", dispatch_id=dispatch_id) + "#ketik",
            f"Baris {form.ordinal.data} diketik, menunggu pemeriksa kedua.",
        ),
        form=form,
    )


@pages.post("/<int:dispatch_id>/periksa/<int:ordinal>")
@needs_permission("answer.check")
def check_answer(dispatch_id: int, ordinal: int) -> ResponseReturnValue:
    agrees = request.form.get("cocok") == "ya"
    answers.check_typed_answer(
        current_journal(), current_actor(), dispatch_id=dispatch_id, ordinal=ordinal, agrees=agrees, now=current_time()
    )
    words = "cocok, jawaban berlaku." if agrees else "tidak cocok, harus diketik lagi."
    return redirect_to(
        url_for("answers.show_typing", dispatch_id=dispatch_id) + "#periksa", f"Baris {ordinal}: {words}"
    )


@pages.post("/<int:dispatch_id>/berkas")
@needs_permission("answer.type")
@takes_body(MOST_BYTES + 100_000)
def type_from_file(dispatch_id: int) -> ResponseReturnValue:
    """Type what a file of the partner says; its rows are read in a process of their own and never kept."""
    form, sent = AnswerFileForm(), request.files.get("file")
    found = queries.find_dispatch(current_db(), dispatch_id)
    definition = find_partner_service(current_db(), found.service)

    def read_file() -> answers.FileResult:
        label = carried.label if (carried := answer_value(definition)) else ""
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
        lambda _: show_typing(dispatch_id, 422, file_form=form),
        lambda result: show_typing(dispatch_id, file_result=result),
        form=form,
    )


@pages.post("/<int:dispatch_id>/periksa-semua")
@needs_permission("answer.check")
def check_all(dispatch_id: int) -> ResponseReturnValue:
    form = PinForm()
    return run_command(
        lambda: answers.check_all_typed(
            current_journal(), current_actor(), dispatch_id=dispatch_id, now=current_time()
        ),
        lambda _: show_typing(dispatch_id, 422, pin_form=form),
        lambda count: redirect_to(
            url_for("dispatch.show_dispatch", dispatch_id=dispatch_id), f"{count} jawaban cocok dan berlaku."
        ),
        form=form,
        pin=True,
    )


# -- the number that came with an answer: masked on the page of its case, shown on request -----------------------


def draw_value_sheet(
    db: Database, _actor: Actor, case: CaseFile, definition: Definition, _now: datetime, whole: str = ""
) -> CaseSheet | None:
    carried = answer_value(definition) if definition.partner else None
    held = answers.find_case_value(db, case.id) if carried else None
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
        address=request.remote_addr or "",
    )
    held = answers.find_case_value(current_db(), case_id)
    label = carried.label if (carried := answer_value(definition)) else ""
    return show_page(
        "casework/batches/value.html", "casework/batches/_value.html", case=case, held=held, whole=whole, label=label
    )


# -- two answers to one line ------------------------------------------------------------------------------------


@pages.get("/perbedaan")
@needs_permission("dispatch.view")
def show_conflicts(status: int = 200, wrong: SettleForm | None = None, asked: int | None = None) -> ResponseReturnValue:
    definition = asked_service()
    found = queries.list_conflicts(current_db(), definition.id)
    forms = {
        one.id: wrong if wrong is not None and one.id == asked else SettleForm(formdata=None, prefix=f"c{one.id}")
        for one in found
    }
    return show_page(
        "casework/batches/conflicts.html",
        status=status,
        **service_words(definition),
        found=found,
        forms=forms,
        wrong=wrong,
        settled=queries.list_conflicts(current_db(), definition.id, settled=True, limit=20),
        villages=office.area_names(current_db()),
        people=people.person_names(current_db()),
        has_pin=has_pin(),
    )


@pages.post("/perbedaan/<int:conflict_id>")
@needs_permission("dispatch.confirm")
def settle_conflict(conflict_id: int) -> ResponseReturnValue:
    form = SettleForm(prefix=f"c{conflict_id}")
    return run_command(
        lambda: answers.settle_conflict(
            current_journal(),
            current_actor(),
            conflict_id=conflict_id,
            holds=form.holds.data,
            note=form.note.data,
            now=current_time(),
        ),
        lambda _: show_conflicts(422, form, conflict_id),
        url_for("answers.show_conflicts", **service_values(asked_service())),
        "Diputuskan. Kedua jawaban tetap tersimpan di jurnal.",
        form=form,
        pin=True,
    )


# -- cases of an old register, which no dispatch of ours carried -------------------------------------------------


@pages.get("/hasil/<int:case_id>")
@needs_permission("dispatch.view")
def show_case_answer(case_id: int) -> ResponseReturnValue:
    """The dispatch that carried a case; a case of an old register gets a page of its own."""
    case, definition = find_partner_case(case_id)
    line = queries.newest_line_of(current_db(), case_id)
    if line:
        return redirect_to(
            url_for("dispatch.show_dispatch", dispatch_id=line.dispatch_id, baris="semua") + f"#baris-{line.ordinal}"
        )
    form = old_answer_form(definition, fresh=True)
    return show_page("casework/batches/old_answer.html", form=form, **case_words(case, definition))


@pages.post("/hasil/<int:case_id>")
@needs_permission("answer.type")
def type_old_answer(case_id: int) -> ResponseReturnValue:
    case, definition = find_partner_case(case_id)
    form = old_answer_form(definition)
    return run_command(
        lambda: answers.answer_old_case(
            current_journal(),
            current_actor(),
            case_id=case_id,
            result=form.result.data,
            reason=form.reason.data,
            now=current_time(),
        ),
        lambda _: show_page("casework/batches/old_answer.html", status=422, form=form, **case_words(case, definition)),
        url_for("cases.show_case", case_id=case_id),
        f"Jawaban {partner_of(definition).short} dicatat.",
        form=form,
    )


# -- lines of another PC of this office: each is taken over under a new number or set aside, by a person ----------

other_version_pages = Blueprint("other_versions", __name__, url_prefix="/jalan/kembar")


def line_key(line: OtherLine) -> str:
    """A line's name in the form: its place and the beginning of its hash."""
    return f"{line.place}/{line.hash[:12]}"


def line_label(line: OtherLine) -> str:
    """A line as a choice: number, name for those who may see it, and what the centre has of it."""
    if line.line is None:
        return f"Catatan {line.place}, tidak terbaca"
    name = f", {line.line.name}" if may(current_actor(), "case.view") else ""
    return f"{line.line.number}{name} ({line.line.kind_label})"


def other_cases() -> list[OtherLine]:
    waiting = other_versions.waiting_lines(current_journal())
    return [one for one in waiting if one.kind == LINE_KIND and not one.own]


def other_line_form(cases: list[OtherLine], *, fresh: bool = False) -> OtherLineForm:
    form = OtherLineForm(formdata=None) if fresh else OtherLineForm()
    form.which.choices = to_choices([(line_key(one), line_label(one)) for one in cases])
    return form


@other_version_pages.get("/", endpoint="page")
@needs_permission("office.settings")
def show_other_lines(status: int = 200, **forms: Form) -> ResponseReturnValue:
    cases = other_cases()
    fresh = {"form": other_line_form(cases, fresh=True), "rest_form": RestForm(formdata=None, prefix="rest")}
    return show_page(
        "casework/batches/other_versions.html",
        status=status,
        cases=[(line_label(one), one) for one in cases],
        rest=[one for one in other_versions.waiting_lines(current_journal()) if one.kind != LINE_KIND],
        unsent=len(other_versions.unsent_lines(current_journal())),
        has_pin=has_pin(),
        **(fresh | forms),
    )


@other_version_pages.post("/")
@needs_permission("office.settings")
def decide_line() -> ResponseReturnValue:
    cases = other_cases()
    form = other_line_form(cases)

    def decide() -> str:
        line = next(one for one in cases if line_key(one) == form.which.data)
        said: dict[str, Any] = {"place": line.place, "digest": line.hash, "note": form.note.data, "now": current_time()}
        if form.deed.data != "ambil":
            other_versions.set_line_aside(current_journal(), current_actor(), **said)
            return "Catatan disisihkan dengan alasannya."
        number = other_versions.take_line_over(current_journal(), current_actor(), heeded=form.heeded.data, **said)
        return f"Berkas diambil alih dengan nomor {number}."

    return run_command(
        decide,
        lambda _: show_other_lines(422, form=form),
        lambda toast: redirect_to(url_for("other_versions.page"), toast),
        form=form,
        pin=True,
    )


@other_version_pages.post("/sisa")
@needs_permission("office.settings")
def set_rest_aside() -> ResponseReturnValue:
    form = RestForm(prefix="rest")
    return run_command(
        lambda: other_versions.set_rest_aside(
            current_journal(), current_actor(), note=form.note.data, now=current_time()
        ),
        lambda _: show_other_lines(422, rest_form=form),
        lambda count: redirect_to(url_for("other_versions.page"), f"{count} catatan disisihkan."),
        form=form,
        pin=True,
    )


@other_version_pages.post("/kirim-ulang")
@needs_permission("office.settings")
def send_unsent_again() -> ResponseReturnValue:
    count = other_versions.send_unsent_again(current_journal(), current_actor(), current_time())
    return redirect_to(url_for("other_versions.page"), f"{count} berkas siap dikirim lagi di halaman Pengiriman.")
