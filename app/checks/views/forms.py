"""Forms of internal checks."""

from collections.abc import Sequence
from typing import Any

from wtforms import IntegerField, PasswordField, RadioField, SelectMultipleField, TextAreaField
from wtforms.widgets import CheckboxInput, HiddenInput

from app.checks.events import Plan
from app.checks.queries import VERDICTS
from app.checks.service import MOST_QUESTIONS, MOST_SAMPLED
from app.core.problems import SENTENCES
from app.web.forms import AtMost, Filled, Form, NumberRange, OfficeDate, TextLine, to_choices

SIZES = [NumberRange(0, MOST_SAMPLED, f"Isi antara 0 dan {MOST_SAMPLED}.")]
LONGEST = MOST_QUESTIONS * 220


class PlanForm(Form):
    on_date = OfficeDate("Tanggal pemeriksaan", [Filled("Isi tanggalnya.")], future=True)
    services = SelectMultipleField(
        "Layanan yang diperiksa", choices=[], validate_choice=False, option_widget=CheckboxInput()
    )
    purpose = TextAreaField("Lingkup dan tujuan", [AtMost(500)])
    from_on = OfficeDate("Hasil yang selesai sejak", [Filled(SENTENCES["from_day"])])
    until_on = OfficeDate("sampai", [Filled("Isi tanggal akhir.")])
    process_size = IntegerField("Sampel berkas berjalan (proses)", SIZES, default=5)
    product_size = IntegerField("Sampel berkas selesai (produk)", SIZES, default=5)
    process_questions = TextAreaField("Pertanyaan proses", [AtMost(LONGEST)])
    product_questions = TextAreaField("Pertanyaan produk", [AtMost(LONGEST)])
    seen = IntegerField(default=0, widget=HiddenInput())

    @property
    def plan(self) -> Plan:
        """What was typed; one question a line."""
        held: dict[str, Any] = {
            name: self[name].data for name in ("services", "process_size", "product_size", "purpose")
        }
        held |= {name: self[name].data.isoformat() for name in ("on_date", "from_on", "until_on")}
        held |= {name: (self[name].data or "").splitlines() for name in ("process_questions", "product_questions")}
        return Plan(**held)


class JudgeForm(Form):
    """One pair of fields for each question that a check can have."""

    def verdicts(self, count: int) -> Sequence[tuple[str, str]]:
        return [(self[f"verdict{n}"].data or "", self[f"note{n}"].data or "") for n in range(1, count + 1)]


for n in range(1, MOST_QUESTIONS + 1):
    choices = to_choices(VERDICTS.items())
    setattr(JudgeForm, f"verdict{n}", RadioField(f"Jawaban {n}", choices=choices, validate_choice=False))
    setattr(JudgeForm, f"note{n}", TextLine(f"Catatan {n}", [AtMost(500)]))


class AnswerForm(Form):
    answer = TextAreaField("Jawaban", [AtMost(1000)])
    action = TextAreaField("Tindakan", [AtMost(1000)])
    due_on = OfficeDate("Batas tindakan", [Filled(SENTENCES["action_due"])], future=True)


class EndForm(Form):
    note = TextAreaField("Kesimpulan", [AtMost(1000)])
    pin = PasswordField("PIN Anda", [AtMost(6)])
