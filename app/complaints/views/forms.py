"""Forms of this room."""

from __future__ import annotations

from wtforms import BooleanField, PasswordField, RadioField, SelectField, TextAreaField

from app.complaints.book import WORDS_LIMIT, Visitor
from app.complaints.limits import area_names, service_names
from app.complaints.words import CATEGORIES, CHANNELS, TYPES, WEIGHTS
from app.web.context import db, today
from app.web.forms import AtMost, Filled, Form, OfficeDate, TextLine, options

SEXES = (("", "Tidak disebut"), ("female", "Perempuan"), ("male", "Laki-laki"))


class WordsForm(Form):
    """What a visitor says and who says it, as the officer writes it down."""

    words = TextAreaField(
        "Isi pengaduan", [Filled("Tulis isi pengaduan dengan kata pengadu sendiri."), AtMost(WORDS_LIMIT)]
    )
    hope = TextAreaField("Harapan pengadu", [AtMost(WORDS_LIMIT)])
    area = SelectField("Desa", choices=[], validate_choice=False)
    service = SelectField("Layanan", choices=[], validate_choice=False)
    about = TextLine("Yang diadukan", [AtMost(150)])

    def offer(self) -> WordsForm:
        """Fill the lists of villages and services; an empty one comes first."""
        villages = area_names(db()).items()
        self.area.choices = options([("", "Tidak disebut"), *villages])
        self.service.choices = options([("", "Tidak disebut"), *service_names(db(), today()).items()])
        return self


class WriteForm(WordsForm):
    """A new line of the book."""

    channel = SelectField("Sarana", choices=options((key, word) for key, word in CHANNELS.items() if key != "box"),
                          default="desk")  # fmt: skip
    received_on = OfficeDate("Diterima tanggal")
    type = RadioField("Jenis", choices=options(TYPES.items()), default="complaint")
    category = SelectField(
        "Tentang", choices=options((key, one.label) for key, one in CATEGORIES.items()), default="other"
    )
    weight = RadioField("Kadar", choices=options(WEIGHTS.items()), default="medium")
    name = TextLine("Nama", [AtMost(150)])
    sex = SelectField("Jenis kelamin", choices=options(SEXES))
    address = TextLine("Alamat", [AtMost(150)])
    contact = TextLine("Telepon atau surel", [AtMost(100)])
    anonymous = BooleanField("Tanpa nama")
    confidential = BooleanField("Nama dirahasiakan")
    second_word = TextLine("Kata rahasia", [AtMost(150)])

    def visitor(self) -> Visitor:
        """What was said, as the service takes it."""
        return Visitor(
            words=self.words.data or "", hope=self.hope.data or "", name=self.name.data, sex=self.sex.data or "",
            address=self.address.data, contact=self.contact.data, about=self.about.data, area=self.area.data or "",
            service=self.service.data or "", anonymous=bool(self.anonymous.data),
            confidential=bool(self.confidential.data), second_word=self.second_word.data,
        )  # fmt: skip


class SectionForm(Form):
    """A section and its head."""

    code = TextLine("Kode", [Filled("Isi kode, misalnya trantib."), AtMost(20)])
    name = TextLine("Nama seksi", [Filled("Isi nama seksi."), AtMost(80)])
    head = SelectField("Kepala seksi", choices=[], validate_choice=False)


class LimitForm(Form):
    """A time limit with its unit and source."""

    days = TextLine("Hari", [Filled("Isi banyaknya hari."), AtMost(3)])
    unit = SelectField(
        "Satuan", choices=options((("working_days", "hari kerja"), ("calendar_days", "hari kalender")))
    )
    source = TextLine("Dasar", [Filled("Tulis dasarnya."), AtMost(200)])


class CapaForm(Form):
    """A report of nonconformity."""

    source = SelectField("Sumber", choices=[])
    trouble = TextAreaField("Uraian masalah", [Filled("Tulis apa yang tidak sesuai."), AtMost(3000)])
    evidence = TextAreaField("Bukti", [AtMost(3000)])
    immediate = TextAreaField("Koreksi segera", [AtMost(3000)])


class PlanForm(Form):
    """Causes and actions of a round."""

    why1 = TextLine("1. Mengapa terjadi?", [Filled("Tulis paling sedikit satu sebab."), AtMost(3000)])
    why2 = TextLine("2. Mengapa begitu?", [AtMost(3000)])
    why3 = TextLine("3. Mengapa begitu?", [AtMost(3000)])
    why4 = TextLine("4. Mengapa begitu?", [AtMost(3000)])
    why5 = TextLine("5. Akar masalahnya", [AtMost(3000)])
    corrective = TextAreaField("Tindakan perbaikan", [Filled("Tulis tindakan perbaikannya."), AtMost(3000)])
    preventive = TextAreaField("Tindakan pencegahan", [AtMost(3000)])
    person = SelectField(
        "Penanggung jawab", [Filled("Pilih penanggung jawabnya.")], choices=[], validate_choice=False
    )
    due_on = OfficeDate("Batas waktu", [Filled("Isi batas waktunya, misalnya 10042026.")], future=True)

    @property
    def whys(self) -> list[str]:
        """The lines of the five whys, empty ones too."""
        return [str(self[f"why{n}"].data or "") for n in range(1, 6)]


class CheckForm(Form):
    """The verification of an effect."""

    effective = RadioField("Hasilnya", choices=options((("1", "Efektif"), ("0", "Tidak efektif, diulang"))))
    note = TextAreaField(
        "Cara dan yang dilihat", [Filled("Tulis bagaimana dan apa yang dilihat."), AtMost(1000)]
    )


class DoneForm(Form):
    """What was done for an LTPP."""

    note = TextAreaField("Yang dikerjakan", [Filled("Tulis apa yang sudah dikerjakan."), AtMost(1000)])


class ApproveForm(Form):
    """The Camat's approval."""

    pin = PasswordField("PIN persetujuan", [Filled("Isi PIN 6 angka."), AtMost(6)])


class PledgeForm(Form):
    """A promise of improvement."""

    what = TextLine("Janji", [Filled("Tulis apa yang dijanjikan."), AtMost(200)])
    who = TextLine("Oleh", [Filled("Tulis siapa yang melakukannya."), AtMost(100)])
    by_on = OfficeDate("Paling lambat", [Filled("Isi batasnya, misalnya 01062026.")], future=True)


class LaterPledgeForm(PledgeForm):
    """A promise that the Camat adds after he has approved the recap."""

    pin = PasswordField("PIN Camat", [Filled("Isi PIN 6 angka."), AtMost(6)])


class CorrectForm(PledgeForm):
    """A promise put right, with the reason."""

    reason = TextLine("Mengapa diperbaiki", [Filled("Tulis mengapa diperbaiki."), AtMost(200)])


class PostingForm(Form):
    """When and where a recap hangs."""

    on = OfficeDate("Dipasang tanggal", [Filled("Isi tanggalnya, misalnya 06042026.")])
    until = OfficeDate("Sampai tanggal", [Filled("Isi tanggalnya, misalnya 30062026.")], future=True)
    place = TextLine("Tempat", [Filled("Tulis tempatnya."), AtMost(100)])
