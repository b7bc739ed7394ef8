"""A form that is typed where no office is: what it asks, what it takes, and the words for what became of a draft."""

from collections.abc import Iterable, Mapping
from datetime import date

from app.casework.desk.form import SEXES
from app.casework.desk.opening import kinds_open_to
from app.casework.villages.files import BroughtForm, DraftFate
from app.core.permissions import Actor
from app.core.problems import ValueProblem
from app.core.procedure import engine
from app.core.text import clean_field
from schema.service_fields import Field
from schema.service_procedure import Definition

HELD = "disimpan di kecamatan sampai administratornya memutuskan"


def shown_fields(definition: Definition, values: Mapping[str, str], today: date) -> list[Field]:
    """The fields of the form with these values that are a village's matter."""
    fields = engine.fields_for(definition, engine.facts_of(definition, values, today))
    return [field for field in fields if field.role != "sms"]


def asked_fields(definition: Definition, values: Mapping[str, str], today: date) -> list[Field]:
    """Those that the form asks: the village itself is not asked."""
    return [field for field in shown_fields(definition, values, today) if field.role != "area"]


def offered_choices(definition: Definition, field: Field, village: str, today: date) -> dict[str, str]:
    """Value → label of a choice, those that a village may take; empty for a field that is typed."""
    if field.type == "sex":
        return SEXES
    if field.type != "choice":
        return {}
    offered = {choice.value: choice.label for choice in engine.choices_of(definition, field)}
    if field.choices_from == "kinds":
        clerk = Actor(0, "Desa", "", frozenset({"village"}), area=village)
        return {kind.id: offered[kind.id] for kind in kinds_open_to(definition, clerk)}
    if field.choices_from == "form_codes":
        return {form.id: form.label for form in definition.form_codes if engine.is_offered(form, today)}
    return offered


def clean_typed(definition: Definition, field: Field, text: str, today: date) -> str:
    """One value in stored form. Raises ValueProblem with the sentence for whoever types."""
    known = engine.values_to_choose(definition, [field], {"sex": SEXES})
    return clean_field(field, text, today, known.get(field.id, ()))


FATES = {
    "waiting": "sudah di kecamatan, menunggu petugas",
    "registered": "menjadi berkas {number}",
    "returned": "dikembalikan: {reason}",
    "set_aside": "tidak diterima: {reason}",
    "lost": "tidak ada lagi di kecamatan; bawa lagi",
}
"""What a list says of a draft, in words."""


def written_words(name: str, count: int) -> str:
    """What is said of a file of drafts that was written, or of none."""
    if not name:
        return "Tidak ada draf yang perlu dibawa."
    return f"{count} draf ditulis: {name}. Bawa flashdisk ke kecamatan; hanya kecamatan yang dapat membukanya."


def fate_words(fate: DraftFate | None) -> str:
    if fate is None:
        return "belum dibawa"
    if fate.state == "waiting" and fate.reason:
        words = fate.reason
    else:
        words = FATES[fate.state]
    return words.format(number=fate.number, reason=fate.reason)


def given_words(form: BroughtForm, fate: DraftFate | None, village: str) -> str:
    """The number on the receipt of a draft, in words; what is to be said where the kecamatan does not use it."""
    if form.given is None:
        return "tanpa nomor"
    number = form.given.text(village)
    if fate is None or fate.state in ("lost", "set_aside") or fate.reason == HELD or fate.given == number:
        return f"nomor {number}"
    return f"nomor {number} tidak dipakai di kecamatan, sebut nama pemohon"


def read_typed(
    definition: Definition, typed: Mapping[str, str], village: str, today: date
) -> tuple[dict[str, str], dict[str, str]]:
    """What a form holds in stored form, and a sentence for each field that is not sound; empty fields are left out."""
    values: dict[str, str] = {}
    wrong: dict[str, str] = {}
    while field := next_unread(asked_fields(definition, values, today), typed, values, wrong):
        offered = offered_choices(definition, field, village, today)
        try:
            if offered and typed[field.id] not in offered:
                raise ValueProblem(f"Pilih {field.label.lower()} dari daftar.")
            values[field.id] = clean_typed(definition, field, typed[field.id], today)
        except ValueProblem as problem:
            wrong[field.id] = problem.sentence
    return values, wrong


def next_unread(asked: Iterable[Field], typed: Mapping[str, str], *read: Mapping[str, str]) -> Field | None:
    """The first asked field that holds something and was not read yet."""
    filled = (field for field in asked if typed.get(field.id, "").strip())
    return next((field for field in filled if not any(field.id in known for known in read)), None)
