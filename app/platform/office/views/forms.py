"""Forms of this room."""

from collections.abc import Sequence
from typing import Any

from flask_wtf.file import FileField, FileRequired, FileSize
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
    SubmitField,
    TextAreaField,
)
from wtforms.validators import Optional, Regexp

from app.core.problems import SENTENCES
from app.platform.office.legal_basis import CHOICES, LONGEST, MOST_ADDED
from app.platform.office.settings import DEFAULTS
from app.platform.web.forms import AtMost, Filled, Form, NumberRange, OfficeDate, TextLine, to_choices
from schema.service_procedure import Definition

MOST_BYTES = 200_000
"""Of the text of a standard."""


class SettingsForm(Form):
    """A form of settings: its field names are their keys with `_` for the first dot."""

    def settings(self) -> dict[str, Any]:
        typed = {key.replace("_", ".", 1): value for key, value in self.data.items()}
        return {key: value for key, value in typed.items() if key in DEFAULTS}


class MoveForm(Form):
    reason = TextLine("Alasan", [Filled(SENTENCES["reason"]), AtMost(300)])
    all = SubmitField("Pakai tanggal baru untuk semuanya")


def true_or_false(value: object) -> bool:
    """One of two choices. Raises ValueError for anything else, which the form tells as a wrong choice."""
    if str(value) not in ("True", "False"):
        raise ValueError(SENTENCES["choose_one"])
    return str(value) == "True"


class WorkForm(SettingsForm):
    promise_kept_when = SelectField("Janji ditepati saat", choices=[])
    paper_size = SelectField("Ukuran kertas", choices=to_choices([("F4", "F4 (215 × 330 mm)"), ("A4", "A4")]))
    paper_slip = SelectField("Ukuran slip", choices=to_choices([("80mm", "Rol 80 mm"), ("quarter", "Seperempat F4")]))
    recording_slots_per_day = IntegerField("Perekaman per hari", [NumberRange(1, 999, SENTENCES["up_to_999"])])
    uncollected_after_days = IntegerField("Dianggap lama setelah (hari)", [NumberRange(1, 999, SENTENCES["up_to_999"])])
    checks_remind_days = IntegerField("Ingatkan pemeriksaan (hari)", [NumberRange(1, 999, SENTENCES["up_to_999"])])
    centre_runs_loket = SelectField(
        "Mitra memakai Loket",
        choices=to_choices([("True", "Ya, pengiriman lewat Loket"), ("False", "Tidak, kertas dan XLSX")]),
        coerce=true_or_false,
    )


class NoteForm(Form):
    note = TextLine("Catatan", [Filled(SENTENCES["done"]), AtMost(300)])


class RevisionForm(Form):
    """A revision to be signed."""

    effective_on = OfficeDate("Berlaku sejak", [Filled("Isi tanggal mulai berlaku.")], future=True)
    pin = PasswordField("PIN", [AtMost(6)])


class LawForm(RevisionForm):
    """What becomes of each entry of a legal basis; :func:`form_of_basis` adds `choice0`, `law0` and so on."""

    seen = HiddenField(validators=[AtMost(20)])
    added = TextAreaField("Tambahan", [AtMost(MOST_ADDED * LONGEST)])


def form_of_basis(definition: Definition) -> type[LawForm]:
    fields = {}
    for n, entry in enumerate(definition.legal_basis):
        choices = to_choices(CHOICES.items())
        fields[f"choice{n}"] = RadioField(f"Butir {entry.number}", choices=choices, validate_choice=False)
        fields[f"law{n}"] = TextLine(f"Pengganti butir {entry.number}", [AtMost(LONGEST)])
    return type("LawForm", (LawForm,), fields)


class ProposeForm(RevisionForm):
    """A revision by its text; `faults` are those of it, each with its line and key."""

    text = TextAreaField("Naskah baku (TOML)", [AtMost(MOST_BYTES)])
    faults: Sequence[str] = ()


class NewServiceForm(ProposeForm):
    text = FileField(
        "Dokumen layanan",
        [
            FileRequired("Pilih dokumen layanan (.toml)."),
            FileSize(MOST_BYTES, message="Dokumen layanan paling besar 200 kB."),
        ],
    )


class PrintForm(Form):
    """What is printed, and as which copy: 0 is the original, empty an uncontrolled print."""

    naskah = StringField(validators=[AtMost(8)])
    salinan = StringField(validators=[AtMost(3), Regexp(r"^[0-9]*$")])


class CopyForm(Form):
    received_by = TextLine("Nama penerima", [AtMost(80)])
    old_returned = BooleanField("Salinan revisi sebelumnya sudah ditarik")


class CodeForm(Form):
    code = TextLine("Kode pendaftaran", [Filled("Ketik kode dari pusat."), AtMost(200)])
    folder = SelectField("Flashdisk", choices=[], validators=[Optional()], validate_choice=False)


class StickForm(Form):
    folder = SelectField("Flashdisk", choices=[])
