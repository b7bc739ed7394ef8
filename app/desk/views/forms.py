"""The application form as WTForms fields, built from a definition; every answer of the form in work hangs on it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from wtforms import BooleanField, IntegerField, RadioField, SelectField, StringField, TextAreaField

from app.core.dates import numeric_date, parse_date
from app.core.permissions import Actor
from app.core.problems import ValueProblem
from app.desk.form import FIELD_LIMIT, SEXES
from app.desk.opening import kinds_open_to
from app.office import queries as office
from app.procedure import engine
from app.web.context import current_date, current_db
from app.web.forms import AtMost, Filled, Form, TextLine, to_choices
from schema.service_procedure import Definition, Field


class DeadlineForm(Form):
    """A reaction to a limit that is over."""

    case_id = IntegerField()
    subject = StringField()
    limit = StringField()
    scope = StringField()
    note = TextLine("Apa yang sedang dilakukan", [Filled("Tulis apa yang sedang dilakukan."), AtMost(300)])


HAVE, HEEDED, RECEIVED, LATE = "@have", "@heeded", "@received_on", "@late_reason"
"""Keys of a draft beside the definition's fields: items brought, decisions, day of receipt and its reason."""

EXPLAIN = "explain-"
"""Name of the field that explains a finding, with the finding after it."""

SPANS = {"nik": "w12", "kk": "w12", "longtext": "w12", "rt": "w3 w-half", "rw": "w3 w-half", "tick": "w12"}
WIDE_ROLES = frozenset({"name"})
NUMERIC = frozenset({"nik", "kk", "date", "rt", "rw", "postcode"})
MANY_CHOICES = 8
"""A choice with more answers than this is a list, else radio buttons."""


def form_class(definition: Definition, actor: Actor) -> type[Form]:
    made = {one.id: field_control(definition, one, actor) for one in definition.fields}
    made["received_on"] = StringField("Tanggal terima")
    made["late_reason"] = StringField("Alasan tanggal mundur")
    return type("ServiceForm", (Form,), made)


def field_control(definition: Definition, one: Field, actor: Actor) -> Any:
    if one.type == "village":
        names = office.village_names(current_db())
        own = [(code, name) for code, name in names.items() if not actor.village_only or code == actor.area]
        first = [] if actor.village_only else [("", "Pilih desa")]
        return SelectField(one.label, choices=to_choices([*first, *own]), validate_choice=False)
    if one.type == "sex":
        return RadioField(one.label, choices=to_choices(SEXES.items()), validate_choice=False)
    if one.type == "choice":
        codes = (
            {form.id: f"{form.code}: " for form in definition.form_codes} if one.choices_from == "form_codes" else {}
        )
        offered = {kind.id for kind in kinds_open_to(definition, actor)} if one.choices_from == "kinds" else None
        choices = [
            (choice.value, codes.get(choice.value, "") + choice.label)
            for choice in engine.choices_of(definition, one)
            if offered is None or choice.value in offered
        ]
        if len(choices) > MANY_CHOICES or one.choices_from == "form_codes":
            return SelectField(one.label, choices=to_choices([("", "Pilih"), *choices]), validate_choice=False)
        return RadioField(one.label, choices=to_choices(choices), validate_choice=False)
    if one.type == "tick":
        return BooleanField(one.label)
    return TextAreaField(one.label) if one.type == "longtext" else StringField(one.label)


def filled_form(definition: Definition, actor: Actor, values: Mapping[str, str], errors: Mapping[str, str]) -> Form:
    """The form with these values, whatever they are, and errors at their fields."""
    form = form_class(definition, actor)(formdata=None, data=shown_values(definition, actor, values))
    for key, sentence in errors.items():
        field = form._fields.get(key)
        if field is not None:
            field.errors = [sentence]
    return form


def shown_values(definition: Definition, actor: Actor, values: Mapping[str, str]) -> dict[str, Any]:
    """Values as the controls show them: stored ISO dates as officers write them, ticks as truth."""
    data: dict[str, Any] = {one.id: values.get(one.id, "") for one in definition.fields}
    for one in definition.fields:
        if one.type == "tick":
            data[one.id] = bool(values.get(one.id))
        elif one.role == "area" and actor.village_only:
            data[one.id] = actor.area or ""
        elif one.type == "date" and is_iso(data[one.id]):
            data[one.id] = numeric_date(parse_date(data[one.id], current_date()))
        if len(str(data[one.id])) > FIELD_LIMIT:
            data[one.id] = str(data[one.id])[:FIELD_LIMIT]
    return data | {"received_on": values.get(RECEIVED, ""), "late_reason": values.get(LATE, "")}


def is_iso(text: str) -> bool:
    try:
        return len(text) == 10 and text[4] == "-" and parse_date(text, current_date()).isoformat() == text
    except ValueProblem:
        return False


def span(one: Field) -> str:
    if one.role in WIDE_ROLES or (one.type == "choice" and one.choices_from):
        return "w12"
    return SPANS.get(one.type, "w6")


def attrs(one: Field) -> dict[str, Any]:
    given: dict[str, Any] = {}
    if one.type in NUMERIC:
        given["inputmode"] = "numeric"
    if one.type == "phone":
        given["inputmode"] = "tel"
    return given


def aside_word(one: Field) -> str:
    """The quiet word beside a label."""
    words = ("misalnya 17081990" if one.type == "date" else "", "" if one.required else "boleh kosong")
    return ", ".join(word for word in words if word)


def posted_values(
    definition: Definition, sent: Mapping[str, str], lists: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """What a post holds of the form, in the keys of a draft. Absent ticks are cleared: the whole form was sent."""
    typed = {one.id: sent[one.id] for one in definition.fields if one.id in sent and one.type != "tick"}
    typed |= {one.id: "1" if one.id in sent else "" for one in definition.fields if one.type == "tick"}
    typed[HAVE] = " ".join(lists.get("have", ()))
    typed[HEEDED] = " ".join(lists.get("heeded", ()))
    typed |= {f"@{key}": text for key, text in sent.items() if key.startswith(EXPLAIN)}
    typed[RECEIVED], typed[LATE] = sent.get("received_on", ""), sent.get("late_reason", "")
    return typed


def changed_fields(definition: Definition, sent: Mapping[str, str], visible: Collection[str]) -> set[str]:
    """Fields that come or go with an answer. A field that stays is left alone: somebody may be typing in it already.

    A page sends every text field that it shows; radio buttons and ticks that are not chosen are not sent.
    """
    silent = {one.id for one in definition.fields if one.type in ("sex", "choice", "tick")}
    return {
        one.id
        for one in definition.fields
        if one.when
        and not (one.id in sent and one.id in visible)
        and (one.id in silent or one.id in sent or one.id in visible)
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
