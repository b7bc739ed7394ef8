"""Forms of this room."""

from __future__ import annotations

from wtforms import BooleanField, RadioField, SelectField, TextAreaField

from app.complaints.limits import area_names, service_names
from app.complaints.service import WORDS_LIMIT, Visitor
from app.complaints.words import CATEGORIES, CHANNELS, TYPES, WEIGHTS
from app.web.context import current_date, current_db
from app.web.forms import AtMost, Filled, Form, OfficeDate, TextLine, to_choices

SEXES = (("", "Tidak disebut"), ("female", "Perempuan"), ("male", "Laki-laki"))


class WordsForm(Form):
    words = TextAreaField(
        "Isi pengaduan", [Filled("Tulis isi pengaduan dengan kata pengadu sendiri."), AtMost(WORDS_LIMIT)]
    )
    hope = TextAreaField("Harapan pengadu", [AtMost(WORDS_LIMIT)])
    area = SelectField("Desa", choices=[], validate_choice=False)
    service = SelectField("Layanan", choices=[], validate_choice=False)
    about = TextLine("Yang diadukan", [AtMost(150)])

    def offer(self) -> WordsForm:
        villages = area_names(current_db()).items()
        self.area.choices = to_choices([("", "Tidak disebut"), *villages])
        self.service.choices = to_choices([("", "Tidak disebut"), *service_names(current_db(), current_date()).items()])
        return self


class WriteForm(WordsForm):
    channel = SelectField(
        "Sarana", choices=to_choices((key, word) for key, word in CHANNELS.items() if key != "box"), default="desk"
    )
    received_on = OfficeDate("Diterima tanggal")
    type = RadioField("Jenis", choices=to_choices(TYPES.items()), default="complaint")
    category = SelectField(
        "Tentang", choices=to_choices((key, one.label) for key, one in CATEGORIES.items()), default="other"
    )
    weight = RadioField("Kadar", choices=to_choices(WEIGHTS.items()), default="medium")
    name = TextLine("Nama", [AtMost(150)])
    sex = SelectField("Jenis kelamin", choices=to_choices(SEXES))
    address = TextLine("Alamat", [AtMost(150)])
    contact = TextLine("Telepon atau surel", [AtMost(100)])
    anonymous = BooleanField("Tanpa nama")
    confidential = BooleanField("Nama dirahasiakan")
    second_word = TextLine("Kata rahasia", [AtMost(150)])

    def visitor(self) -> Visitor:
        return Visitor(
            words=self.words.data or "",
            hope=self.hope.data or "",
            name=self.name.data,
            sex=self.sex.data or "",
            address=self.address.data,
            contact=self.contact.data,
            about=self.about.data,
            area=self.area.data or "",
            service=self.service.data or "",
            anonymous=bool(self.anonymous.data),
            confidential=bool(self.confidential.data),
            second_word=self.second_word.data,
        )


class SectionForm(Form):
    code = TextLine("Kode", [Filled("Isi kode, misalnya trantib."), AtMost(20)])
    name = TextLine("Nama seksi", [Filled("Isi nama seksi."), AtMost(80)])
    head = SelectField("Kepala seksi", choices=[], validate_choice=False)


class LimitForm(Form):
    days = TextLine("Hari", [Filled("Isi banyaknya hari."), AtMost(3)])
    unit = SelectField(
        "Satuan", choices=to_choices((("working_days", "hari kerja"), ("calendar_days", "hari kalender")))
    )
    source = TextLine("Dasar", [Filled("Tulis dasarnya."), AtMost(200)])
