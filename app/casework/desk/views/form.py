"""New applications: the form in work, saved field by field, until it becomes a case. Its WTForms fields are built from
the definition; every answer of the form hangs on them.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any

from flask import Blueprint, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from htmx_flask import request
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField

from app.casework.desk import drafts, opening
from app.casework.desk.findings import NO_RULES, FormReview, first_values, is_depended_on, review_form
from app.casework.desk.form import SEXES
from app.casework.desk.opening import check_may_register, kinds_open_to, services_open_to
from app.casework.desk.views.case_page import act_words
from app.core.dates import numeric_date, parse_date
from app.core.permissions import Actor
from app.core.problems import SENTENCES, Problem, ValueProblem
from app.core.procedure import deadline, engine
from app.core.text import FIELD_LIMIT
from app.platform.office import queries as office
from app.platform.web.context import (
    call_command,
    current_actor,
    current_date,
    current_db,
    current_loket,
    current_time,
    service_rules,
)
from app.platform.web.filters import short_holiday
from app.platform.web.forms import Form, redirect_to, run_command, show_page, to_choices
from app.platform.web.guard import needs_permission, record_access
from schema.service_procedure import Definition, Field

pages = Blueprint("form", __name__, url_prefix="/permohonan")

HAVE, HEEDED, RECEIVED, LATE = "@have", "@heeded", "@received_on", "@late_reason"
"""Keys of a draft beside the definition's fields: items brought, decisions, day of receipt and its reason."""

EXPLAIN = "explain-"
"""Name of the field that explains a finding, with the finding after it."""

SPANS = {"nik": "w12", "kk": "w12", "longtext": "w12", "rt": "w3 w-half", "rw": "w3 w-half", "tick": "w12"}
WIDE_ROLES = frozenset({"name"})
NUMERIC = frozenset({"nik", "kk", "date", "rt", "rw", "postcode"})
MANY_CHOICES = 8
"""A choice with more answers than this is a list, else radio buttons."""


@pages.get("/baru")
@needs_permission("case.open")
def start_application() -> ResponseReturnValue:
    services = services_open_to(current_db(), current_actor(), current_date())
    first = services[0] if services else None
    chosen = next((definition for definition in services if definition.id == request.args.get("layanan")), first)
    key = None
    if chosen:
        key = engine.field_with_role(chosen, "key")
    return show_page(
        "casework/desk/start.html",
        services=services,
        chosen=chosen,
        in_force=bool(office.services_in_force(current_db(), current_date())),
        drafts=draft_lines(services),
        key=key,
    )


@pages.post("/baru")
@needs_permission("case.open")
def begin_application() -> ResponseReturnValue:
    """Begin a draft, or go on with the one that already holds this number (a second click makes no second draft)."""
    definition = office.current_definition(current_db(), request.form.get("layanan", ""), current_date())
    check_may_register(current_db(), definition, current_actor())
    key = engine.field_with_role(definition, "key")
    typed = request.form.get("kunci", "")[:40].strip()
    fields = {key.id: typed} if key else {}
    draft_id = drafts.resume_draft(
        current_db(), current_actor(), service=definition.id, now=current_time(), fields=fields
    )
    return redirect(url_for("form.show_draft", draft_id=draft_id), 303)


@pages.get("/draf/<int:draft_id>")
@needs_permission("case.open")
def show_draft(draft_id: int) -> ResponseReturnValue:
    draft = drafts.get_draft(current_db(), current_actor(), draft_id)
    if draft.case_id is not None:
        return redirect(url_for("cases.show_case", case_id=draft.case_id), 303)
    return draw_form(draft, drafts.draft_fields(draft))


@pages.post("/draf/<int:draft_id>/isian")
@needs_permission("case.open")
def save_field(draft_id: int) -> ResponseReturnValue:
    """A field was left: save what stands in the form, answer with what it means."""
    db = current_db()
    actor = current_actor()
    now = current_time()
    draft = drafts.get_draft(db, actor, draft_id)
    definition = office.current_definition(db, draft.service, current_date())
    typed, too_long = split_storable(posted_values(definition, actor))
    held = drafts.save_draft(db, actor, draft_id, typed, now)
    name = request.headers.get("HX-Trigger-Name", "")
    reading = review_now(definition, held)
    values = form_values(draft, reading, held, typed_errors(reading, held) | too_long)
    changed = is_depended_on(definition, name)
    if changed:
        redrawn = changed_fields(definition, request.form, values["visible"])
    else:
        redrawn = set()
    return make_response(render_template("casework/desk/_answers.html", changed=changed, redrawn=redrawn, **values))


@pages.post("/draf/<int:draft_id>")
@needs_permission("case.open")
def send_form(draft_id: int) -> ResponseReturnValue:
    """The buttons of the form: register, save, take over a suggestion, later. What was typed is saved first."""
    db = current_db()
    actor = current_actor()
    now = current_time()
    today = current_date()
    draft = drafts.get_draft(db, actor, draft_id)
    if draft.case_id is not None:
        return redirect(url_for("papers.show_paper", case_id=draft.case_id, name="tanda-terima"), 303)
    definition = office.current_definition(db, draft.service, today)
    sent = posted_values(definition, actor)
    fits, too_long = split_storable(sent)
    held = drafts.save_draft(db, actor, draft_id, fits, now)
    if too_long:
        return draw_form(draft, held | sent, too_long, status=422)
    if "pakai" in request.form:
        return take_suggestion(draft_id, definition, held, request.form["pakai"])
    if request.form.get("aksi") == "daftar":
        return register_case(draft, held)
    if request.form.get("aksi") == "nanti":
        where = url_for(current_loket().shell.home)
    else:
        where = url_for("form.show_draft", draft_id=draft_id)
    return redirect_to(where, "Draf disimpan.")


@pages.post("/draf/<int:draft_id>/buang")
@needs_permission("case.open")
def drop_draft(draft_id: int) -> ResponseReturnValue:
    drafts.drop_draft(current_db(), current_actor(), draft_id)
    return redirect_to(url_for("form.start_application"), SENTENCES["draft_dropped"])


# -- what stands behind the views ------------------------------------------------------------------------------


def posted_values(definition: Definition, actor: Actor) -> dict[str, str]:
    """The form of this request in the keys of a draft. Absent ticks are cleared: the whole form was sent.

    The fixed village of a village clerk is not asked again.
    """
    sent = request.form
    typed = {field.id: sent[field.id] for field in definition.fields if field.id in sent and field.type != "tick"}
    ticks = [field.id for field in definition.fields if field.type == "tick"]
    typed |= dict.fromkeys(ticks, "") | {tick: "1" for tick in ticks if tick in sent}
    typed |= {key: " ".join(sent.getlist(key.removeprefix("@"))) for key in (HAVE, HEEDED)}
    typed |= {key: sent.get(key.removeprefix("@"), "") for key in (RECEIVED, LATE)}
    typed |= {f"@{key}": text for key, text in sent.items() if key.startswith(EXPLAIN)}
    if actor.village_only:
        typed |= {known_field.id: actor.area or "" for known_field in definition.fields if known_field.role == "area"}
    return typed


def take_suggestion(draft_id: int, definition: Definition, held: Mapping[str, str], wanted: str) -> ResponseReturnValue:
    """Put a suggested value into its field (without script; with it the page fills the field itself), or the value
    that a finding offers; `wanted` names the field or the finding."""
    reading = review_now(definition, held)
    taken = {}
    field = wanted
    suggestion = reading.suggestions.get(wanted)
    if suggestion is not None:
        taken = {wanted: suggestion.value, **dict(suggestion.also)}
    elif (notice := reading.offering(wanted)) is not None and notice.offer is not None:
        taken = {notice.field: notice.offer.value}
        field = notice.field
        record_access(notice.offer.noted, f"draft/{draft_id}", notice.field)
    if taken:
        drafts.save_draft(current_db(), current_actor(), draft_id, taken, current_time())
    return redirect(url_for("form.show_draft", draft_id=draft_id, _anchor=field), 303)


def register_case(draft: drafts.Draft, held: dict[str, str]) -> ResponseReturnValue:
    """Open the case and go to its receipt; anything that is missing comes back with the form."""

    def open_case() -> opening.Opened:
        return call_command(
            opening.open_case, application=held_application(draft, held), rules=service_rules(draft.service, NO_RULES)
        )

    def draw_again(problem: Problem) -> ResponseReturnValue:
        return draw_form(draft, held, problem.fields, problem, status=problem.status)

    def show_receipt(opened: opening.Opened) -> ResponseReturnValue:
        where = url_for("papers.show_paper", case_id=opened.id, name="tanda-terima")
        return redirect_to(where, act_words(opened.number, "terdaftar", "cetak tanda terima"))

    return run_command(open_case, draw_again, show_receipt)


def held_application(draft: drafts.Draft, held: Mapping[str, str]) -> opening.Application:
    """The application that a draft holds. Raises Problem `invalid` for a day that is none."""
    ticked, chosen = brought_items(held_words(held, HAVE))
    return opening.Application(
        service=draft.service,
        raw=held,
        ticked=dict.fromkeys(ticked, ""),
        chosen=chosen,
        heeded=held_words(held, HEEDED),
        reasons=held_reasons(held),
        received_on=typed_day(held.get(RECEIVED, ""), "received_on"),
        late_reason=held.get(LATE, ""),
        form_code=draft.form_code,
        draft_id=draft.id,
    )


def brought_items(words: Iterable[str]) -> tuple[list[str], dict[str, str]]:
    """Items that a form ticks, and which of its alternatives was brought: `proof:diploma` → proof, diploma."""
    pairs = [word.partition(":") for word in words]
    return [item for item, _, _ in pairs], {item: choice for item, _, choice in pairs if choice}


def typed_day(text: str, field: str) -> date | None:
    """A day as typed, or None for an empty field. Raises Problem `invalid` at the field."""
    try:
        if not text.strip():
            return None
        return parse_date(text.strip(), current_date())
    except ValueProblem as problem:
        raise Problem.of("invalid", {field: problem.sentence}) from problem


def typed_errors(reading: FormReview, held: Mapping[str, str]) -> dict[str, str]:
    """Errors of fields that hold something; what is still empty is no error while typing."""
    return {key: sentence for key, sentence in reading.form.errors.items() if held.get(key, "").strip()}


def draw_form(
    draft: drafts.Draft,
    held: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
    problem: Problem | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    definition = office.current_definition(current_db(), draft.service, current_date())
    held = {**first_values(current_db(), definition, current_date()), **held}
    reading = review_now(definition, held)
    if errors is not None:
        shown = dict(errors)
    else:
        shown = typed_errors(reading, held)
    start = ""
    if not shown and problem is None:
        start = first_empty_field(reading, held)
    return show_page(
        "casework/desk/form.html",
        status=status,
        summary=faults_summary(reading, shown, problem),
        problem=problem,
        changed=True,
        start=start,
        **form_values(draft, reading, held, shown),
    )


def review_now(definition: Definition, held: Mapping[str, str]) -> FormReview:
    actor = current_actor()
    return review_form(
        current_db(),
        definition,
        service_rules(definition.id, NO_RULES),
        held,
        current_date(),
        inside=actor.own_area,
    )


def first_empty_field(reading: FormReview, held: Mapping[str, str]) -> str:
    """The field where typing begins: the first that is asked and holds nothing; empty when all are filled."""
    asked = [field for field in reading.fields if not (field.role == "area" and current_actor().village_only)]
    return next((question.id for question in asked if not held.get(question.id, "").strip()), "")


def faults_summary(reading: FormReview, errors: Mapping[str, str], problem: Problem | None) -> list[tuple[str, str]]:
    """(element id, sentence) of everything to mend, in the order of the form; nothing while it is only being typed."""
    if problem is None and not errors:
        return []
    if isinstance(problem, opening.Undecided):
        return [(f"found-{notice.id}", notice.sentence) for notice in problem.notices]
    places = {field.id: place for place, field in enumerate(reading.definition.fields)}
    return sorted(errors.items(), key=lambda pair: places.get(pair[0], len(places)))


def form_values(
    draft: drafts.Draft, reading: FormReview, held: Mapping[str, str], errors: Mapping[str, str]
) -> dict[str, Any]:
    definition = reading.definition
    return {
        "draft": draft,
        "definition": definition,
        "reading": reading,
        "shape": FIELD_LOOKS,
        "held": held,
        "form": filled_form(definition, current_actor(), held, errors),
        "errors": errors,
        "visible": {each.id for each in reading.fields},
        "have": held_words(held, HAVE),
        "heeded": held_words(held, HEEDED),
        **promise_if_complete(definition),
        "action": url_for("form.send_form", draft_id=draft.id),
        "save": url_for("form.save_field", draft_id=draft.id),
        "village_only": current_actor().village_only,
    }


def promise_if_complete(definition: Definition) -> dict[str, Any]:
    days = list(deadline.explain_due(definition, office.office_calendar(current_db()), current_date()))
    names = [short_holiday(day.reason) for day in days if day.kind == "off"]
    return {"promise_days": days, "days_off": list(dict.fromkeys(filter(None, names)))}


def draft_lines(services: Sequence[Definition]) -> list[tuple[drafts.Draft, str, str]]:
    known = {service.id: service for service in services}
    lines = []
    for draft in drafts.own_drafts(current_db(), current_actor()):
        definition = known.get(draft.service)
        name = ""
        service = draft.service
        if definition:
            service = definition.short_name
            name = next(
                (drafts.draft_fields(draft).get(each.id, "") for each in definition.fields if each.role == "name"),
                "",
            )
        lines.append((draft, name or "Belum bernama", service))
    return lines


# -- the form as fields -----------------------------------------------------------------------------------------


def form_class(definition: Definition, actor: Actor, held: Mapping[str, str]) -> type[Form]:
    made = {field.id: field_control(definition, field, actor, held.get(field.id, "")) for field in definition.fields}
    made["received_on"] = StringField("Tanggal terima")
    made["late_reason"] = StringField("Alasan tanggal mundur")
    return type("ServiceForm", (Form,), made)


def field_control(definition: Definition, field: Field, actor: Actor, held: str) -> Any:
    """The control of a field; `held` is its value, which stays to choose although it is offered to nobody new."""
    if field.type == "village":
        names = office.village_names(current_db())
        own = [(code, name) for code, name in names.items() if not actor.village_only or code == actor.area]
        if actor.village_only:
            first = []
        else:
            first = [("", "Pilih desa")]
        return SelectField(field.label, choices=to_choices([*first, *own]), validate_choice=False)
    if field.type == "sex":
        return RadioField(field.label, choices=to_choices(SEXES.items()), validate_choice=False)
    if field.type == "choice":
        forms = definition.form_codes if field.choices_from == "form_codes" else ()
        codes = {form.id: f"{form.code}: " for form in forms}
        offered = None
        if field.choices_from == "kinds":
            offered = {kind.id for kind in kinds_open_to(definition, actor)}
        if forms:
            offered = {held, *(form.id for form in forms if engine.is_offered(form, current_date()))}
        choices = [
            (choice.value, codes.get(choice.value, "") + choice.label)
            for choice in engine.choices_of(definition, field)
            if offered is None or choice.value in offered
        ]
        if len(choices) > MANY_CHOICES or field.choices_from == "form_codes":
            return SelectField(field.label, choices=to_choices([("", "Pilih"), *choices]), validate_choice=False)
        return RadioField(field.label, choices=to_choices(choices), validate_choice=False)
    if field.type == "tick":
        return BooleanField(field.label)
    if field.type == "longtext":
        return TextAreaField(field.label)
    return StringField(field.label)


def filled_form(definition: Definition, actor: Actor, values: Mapping[str, str], errors: Mapping[str, str]) -> Form:
    """The form with these values, whatever they are, and errors at their fields."""
    form = form_class(definition, actor, values)(formdata=None, data=shown_values(definition, actor, values))
    for key, sentence in errors.items():
        field = form._fields.get(key)
        if field is not None:
            field.errors = [sentence]
    return form


def shown_values(definition: Definition, actor: Actor, values: Mapping[str, str]) -> dict[str, Any]:
    """Values as the controls show them: stored ISO dates as officers write them, ticks as truth."""
    data: dict[str, Any] = {asked_field.id: values.get(asked_field.id, "") for asked_field in definition.fields}
    for field in definition.fields:
        if field.type == "tick":
            data[field.id] = bool(values.get(field.id))
        elif field.role == "area" and actor.village_only:
            data[field.id] = actor.area or ""
        elif field.type == "date" and is_iso(data[field.id]):
            data[field.id] = numeric_date(parse_date(data[field.id], current_date()))
        if len(str(data[field.id])) > FIELD_LIMIT:
            data[field.id] = str(data[field.id])[:FIELD_LIMIT]
    return data | {"received_on": values.get(RECEIVED, ""), "late_reason": values.get(LATE, "")}


def is_iso(text: str) -> bool:
    try:
        return len(text) == 10 and text[4] == "-" and parse_date(text, current_date()).isoformat() == text
    except ValueProblem:
        return False


def span(field: Field) -> str:
    if field.role in WIDE_ROLES or (field.type == "choice" and field.choices_from):
        return "w12"
    return SPANS.get(field.type, "w6")


def attrs(field: Field) -> dict[str, Any]:
    given: dict[str, Any] = {}
    if field.type in NUMERIC:
        given["inputmode"] = "numeric"
    if field.type == "phone":
        given["inputmode"] = "tel"
    return given


def aside_word(field: Field) -> str:
    """The quiet word beside a label."""
    words = []
    if field.type == "date":
        words.append("misalnya 17081990")
    if not field.required:
        words.append("boleh kosong")
    return ", ".join(words)


FIELD_LOOKS = SimpleNamespace(span=span, attrs=attrs, aside_word=aside_word)
"""How a field stands on the page, for the templates."""


def changed_fields(definition: Definition, sent: Mapping[str, str], visible: Collection[str]) -> set[str]:
    """Fields that come or go with an answer. A field that stays is left alone: somebody may be typing in it already.

    A page sends every text field that it shows; radio buttons and ticks that are not chosen are not sent.
    """
    silent = {field.id for field in definition.fields if field.type in ("sex", "choice", "tick")}
    return {
        asked_field.id
        for asked_field in definition.fields
        if asked_field.when
        and not (asked_field.id in sent and asked_field.id in visible)
        and (asked_field.id in silent or asked_field.id in sent or asked_field.id in visible)
    }


def split_storable(typed: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    fits = {key: text for key, text in typed.items() if len(text) <= FIELD_LIMIT}
    long = {
        key: f"Isian ini terlalu panjang: {len(text):,} huruf, batasnya {FIELD_LIMIT:,}. Pendekkan.".replace(",", ".")
        for key, text in typed.items()
        if len(text) > FIELD_LIMIT
    }
    return fits, {key.lstrip("@"): sentence for key, sentence in long.items()}


def held_words(held: Mapping[str, str], key: str) -> list[str]:
    return held.get(key, "").split()


def held_reasons(held: Mapping[str, str]) -> dict[str, str]:
    """Finding → the reason typed for it, of a draft or of a post."""
    return {
        key.lstrip("@").removeprefix(EXPLAIN): text for key, text in held.items() if key.lstrip("@").startswith(EXPLAIN)
    }
