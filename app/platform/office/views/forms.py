"""Forms of this room."""

from collections.abc import Sequence
from typing import Any

from flask_wtf.file import FileField, FileRequired, FileSize
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
    SubmitField,
    TextAreaField,
)
from wtforms.validators import Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from app.core.problems import SENTENCES
from app.platform.office.settings import DEFAULTS
from app.platform.web.forms import AtMost, Filled, Form, NumberRange, OfficeDate, TextLine, to_choices

HOLIDAY_KINDS = to_choices(
    [("libur", "Libur nasional"), ("cuti_bersama", "Cuti bersama"), ("lokal", "Libur kantor ini")]
)
MOST_BYTES = 200_000
"""Of the text of a standard."""


class SettingsForm(Form):
    """A form of settings: its field names are their keys with `_` for the first dot."""

    def settings(self) -> dict[str, Any]:
        typed = {key.replace("_", ".", 1): value for key, value in self.data.items()}
        return {key: value for key, value in typed.items() if key in DEFAULTS}


class IdentityForm(SettingsForm):
    office_name = TextLine("Nama kantor", [Filled("Isi nama kantor, misalnya Kecamatan Yosowilangun."), AtMost(80)])
    office_short_name = TextLine("Nama pendek", [Filled("Isi nama pendek, misalnya Yosowilangun."), AtMost(40)])
    office_regency = TextLine("Pemerintah", [Filled(SENTENCES["regency"]), AtMost(80)])
    office_address = TextLine("Alamat", [AtMost(150)])
    office_phone = TextLine("Telepon", [AtMost(40)])
    office_email = TextLine("Surel", [AtMost(80)])
    office_report_to = TextLine("Laporan kebocoran data kepada", [AtMost(120)])
    office_postcode = TextLine("Kode pos", [AtMost(5)])
    office_place = TextLine("Tempat di surat", [Filled("Isi nama tempat di depan tanggal surat."), AtMost(40)])
    office_centre_name = TextLine("Nama dinas pencetak", [AtMost(120)])
    office_centre_place = TextLine("Tempat dinas", [AtMost(40)])


class VillageForm(Form):
    name = TextLine("Nama desa", [Filled("Isi nama desa."), AtMost(60)])
    head_name = TextLine("Kepala desa", [AtMost(100)])
    head_nip = TextLine("NIP", [AtMost(30)])


class SeriesForm(Form):
    pattern = TextLine("Pola", [Filled("Isi pola, misalnya {n:04}/{year}."), AtMost(60)])
    start = IntegerField("Mulai dari nomor", [NumberRange(1, 999_999, SENTENCES["up_to_999999"])])


class HolidayForm(Form):
    on_date = OfficeDate("Tanggal", [Filled("Isi tanggal.")], future=True)
    name = TextLine("Nama hari libur", [Filled("Isi namanya."), AtMost(100)])
    kind = SelectField("Jenis", choices=HOLIDAY_KINDS)
    basis = TextLine("Dasar", [Filled("Isi dasar hukumnya, misalnya SKB atau surat edaran."), AtMost(200)])


class HoursForm(Form):
    name = TextLine("Nama jam kerja", [Filled("Beri nama, misalnya Jam kerja biasa."), AtMost(80)])
    since = OfficeDate("Mulai tanggal", [Filled(SENTENCES["from_day"])], future=True)
    until = OfficeDate("Sampai tanggal (boleh kosong)", [Optional()], future=True)
    senin = TextLine("Senin", [AtMost(80)])
    selasa = TextLine("Selasa", [AtMost(80)])
    rabu = TextLine("Rabu", [AtMost(80)])
    kamis = TextLine("Kamis", [AtMost(80)])
    jumat = TextLine("Jumat", [AtMost(80)])
    sabtu = TextLine("Sabtu", [AtMost(80)])
    minggu = TextLine("Minggu", [AtMost(80)])
    basis = TextLine("Dasar", [Filled("Isi dasarnya, misalnya surat edaran."), AtMost(300)])


class ShiftForm(Form):
    day = OfficeDate("Tanggal", [Filled("Isi tanggal.")], future=True)
    shift_name = TextLine("Keterangan", [Filled("Isi keterangannya, misalnya Layanan Sabtu."), AtMost(80)])
    spans = TextLine("Jam", [AtMost(80)])


class ReasonForm(Form):
    reason = TextLine("Alasan", [Filled(SENTENCES["reason"]), AtMost(300)])


class MoveForm(ReasonForm):
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


class PausesForm(Form):
    """Which of the standard's listed reasons may stop the clock; none is the default."""

    enabled = SelectMultipleField(
        "Alasan jeda yang boleh dipakai", choices=[], widget=ListWidget(), option_widget=CheckboxInput()
    )


class ReadingsForm(Form):
    """Which limits the office reads in another way than their file does first."""

    chosen = SelectMultipleField(
        "Bacaan lain yang dipakai", choices=[], widget=ListWidget(), option_widget=CheckboxInput()
    )


class NetworkForm(Form):
    open = BooleanField("Buka untuk komputer lain di jaringan kantor")
    hosts = TextLine("Nama atau alamat komputer ini", [AtMost(300)])
    without_tls = BooleanField("Saya tahu: tanpa TLS, isian dan kata sandi dapat dibaca orang lain di jaringan ini")
    # Asked only for opening without TLS.
    pin = PasswordField("PIN Anda", [AtMost(6)])


class NoteForm(Form):
    note = TextLine("Catatan", [Filled(SENTENCES["done"]), AtMost(300)])


class ProposeForm(Form):
    """A revision to be signed; `faults` are those of its text, each with its line and key."""

    effective_on = OfficeDate("Berlaku sejak", [Filled("Isi tanggal mulai berlaku.")], future=True)
    text = TextAreaField("Naskah baku (TOML)", [AtMost(MOST_BYTES)])
    pin = PasswordField("PIN", [AtMost(20)])
    faults: Sequence[str] = ()


class NewServiceForm(ProposeForm):
    text = FileField(
        "Dokumen layanan",
        [
            FileRequired("Pilih dokumen layanan (.toml)."),
            FileSize(MOST_BYTES, message="Dokumen layanan paling besar 200 kB."),
        ],
    )


class SignForm(Form):
    """The text that was read, named by its digest, and the PIN of whoever signs it."""

    digest = HiddenField(validators=[AtMost(64)])
    pin = PasswordField("PIN", [AtMost(20)])


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
