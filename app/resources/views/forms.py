"""Forms of things and of what people have learnt."""

from wtforms import IntegerField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, HiddenInput

from app.resources.posts import EDUCATION
from app.resources.service import MOST_AT_ONCE, MOST_COST, MOST_TRAININGS
from app.web.forms import AtMost, Form, NumberRange, OfficeDate, TextLine, to_choices


class ItemForm(Form):
    name = SelectField("Sarana", choices=[], validate_choice=False)
    other = TextLine("Nama lain", [AtMost(80)])
    count = IntegerField("Jumlah", [NumberRange(1, MOST_AT_ONCE, f"Isi antara 1 dan {MOST_AT_ONCE}.")], default=1)
    label = TextLine("Nomor inventaris", [AtMost(40)])
    place = TextLine("Tempat", [AtMost(80)])
    on = OfficeDate("Dipakai sejak")
    seen = IntegerField(default=0, widget=HiddenInput())


class DescribeForm(Form):
    label = TextLine("Nomor inventaris", [AtMost(40)])
    place = TextLine("Tempat", [AtMost(80)])


class StateForm(Form):
    note = TextAreaField("Keterangan", [AtMost(300)])
    on = OfficeDate("Tanggal")
    cost = IntegerField(
        "Biaya (Rp)", [Optional(), NumberRange(0, MOST_COST, "Isi dengan angka bulat tanpa titik, misalnya 250000.")]
    )


class QualificationForm(Form):
    education = SelectField("Pendidikan terakhir", choices=to_choices([("", "Belum diketahui"), *EDUCATION.items()]))
    study = TextLine("Bidang studi", [AtMost(80)])
    working_since = OfficeDate("Bekerja di bidang ini sejak")
    skills = SelectMultipleField(
        "Keterampilan dan pengetahuan yang dinilai ada",
        choices=[],
        validate_choice=False,
        option_widget=CheckboxInput(),
    )


for n in range(1, MOST_TRAININGS + 1):
    setattr(QualificationForm, f"training{n}", TextLine(f"Pelatihan {n}", [AtMost(100)]))
    setattr(QualificationForm, f"trained{n}", OfficeDate(f"Tanggal {n}"))
