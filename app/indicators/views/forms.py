"""Forms of figures, targets and evaluation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from wtforms import RadioField, SelectField, TextAreaField

from app.core.dates import parse_date
from app.core.problems import ValueProblem
from app.indicators.service import NewTarget, Plan, Typed
from app.web.forms import AtMost, Form, TextLine, to_choices


class FigureForm(Form):
    """One figure. Which of its fields are asked is a matter of the indicator's formula."""

    period = SelectField("Periode", choices=[], validate_choice=False)
    numerator = TextLine("Pembilang", [AtMost(40)])
    denominator = TextLine("Penyebut", [AtMost(40)])
    value = TextLine("Angka", [AtMost(40)])
    note = TextAreaField("Keterangan", [AtMost(500)])
    reason = TextLine("Alasan perubahan", [AtMost(300)])

    @property
    def typed(self) -> Typed:
        names = ("numerator", "denominator", "value", "note", "reason")
        fields = (self.find_field(name) for name in names)
        return Typed(*(str(field.data or "") if field else "" for field in fields))


class JudgeForm(Form):
    agreed = RadioField("Sesuai dengan buktinya?", choices=to_choices((("1", "Sesuai"), ("0", "Tidak, kembalikan"))))
    check_note = TextAreaField("Yang dilihat", [AtMost(500)])


class AnalysisForm(Form):
    text = TextAreaField("Analisis", [AtMost(3000)])


class CloseForm(Form):
    conclusion = TextAreaField("Kesimpulan", [AtMost(3000)])
    pin = TextLine("PIN", [AtMost(6)])


class PinForm(Form):
    pin = TextLine("PIN", [AtMost(6)])


MOST_PLANS = 12


def plan_lines(posted: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """(what, who, by when) of each follow-up of a posted form as typed; lines that hold nothing are left out."""
    names = (("what", "person", "by_on"),) * MOST_PLANS
    lines = [tuple(posted.get(f"{name}-{n}", "").strip() for name in one) for n, one in enumerate(names, start=1)]
    return [(what, person, by_on) for what, person, by_on in lines if what or by_on]


def typed_plans(posted: Mapping[str, str], today: date) -> list[Plan]:
    return [Plan(what, person, typed_day(by_on, today)) for what, person, by_on in plan_lines(posted)]


def typed_day(text: str, today: date) -> date | None:
    try:
        return parse_date(text, today, future=True)
    except ValueProblem:
        return None


def typed_targets(posted: Mapping[str, str]) -> list[NewTarget]:
    """Targets of a posted form, `target-KEY` with `reason-KEY` and `unit-KEY`; empty ones are left out."""
    keys = [name.removeprefix("target-") for name in posted if name.startswith("target-")]
    return [
        NewTarget(key, text, posted.get(f"reason-{key}", ""), posted.get(f"unit-{key}", ""))
        for key in keys
        if (text := posted[f"target-{key}"].strip())
    ]
