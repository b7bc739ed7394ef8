"""Forms of this room."""

from datetime import datetime

from wtforms import IntegerField, PasswordField, RadioField, SelectMultipleField, TextAreaField
from wtforms.validators import Optional, ValidationError

from app.core.clock import at_office
from app.core.holdings import EMPTY
from app.core.problems import SENTENCES
from app.platform.web.commands import CLOCK
from app.platform.web.forms import AtMost, Filled, Form, NumberRange, OfficeClock, OfficeDate, TextLine, to_choices
from app.records.privacy import service
from app.records.privacy.events import IncidentFacts, LineText


def moment_of(day: OfficeDate, clock: OfficeClock) -> datetime:
    """The moment (UTC) of a day and a time that were typed and found right."""
    assert day.data is not None
    assert clock.moment is not None
    return at_office(day.data, clock.moment.hour, clock.moment.minute)


class RequestForm(Form):
    kind = RadioField(
        "Yang diminta", choices=to_choices((key, one.label) for key, one in service.REQUESTS.items()), default="access"
    )
    name = TextLine("Nama pemilik data", [Filled(service.EMPTY["name"]), AtMost(100)])
    asked_by = TextLine("Yang mewakili (boleh kosong)", [AtMost(300)])
    shown = TextLine("Bukti diri yang diperlihatkan", [Filled(service.EMPTY["shown"]), AtMost(300)])
    contact = TextLine("Jawaban dikirim ke", [AtMost(300)])
    wish = TextAreaField("Isi permintaan", [AtMost(3000)])
    received_on = OfficeDate("Diterima tanggal", [Filled("Isi tanggal permintaan diterima.")])
    received_clock = OfficeClock("Pukul", [Filled(CLOCK), AtMost(5)])


class SearchForm(Form):
    number = TextLine("Nomor", [Filled(EMPTY["number"]), AtMost(40)])
    name = TextLine("Nama", [Filled(EMPTY["name"]), AtMost(100)])
    phone = TextLine("Nomor telepon (boleh kosong)", [AtMost(20)])
    code = TextLine("Kode slip pengaduan (boleh kosong)", [AtMost(20)])
    word = TextLine("Kata rahasianya (boleh kosong)", [AtMost(100)])
    own = SelectMultipleField("Miliknya", choices=[], validate_choice=False)


class AnswerForm(Form):
    decision = RadioField("Keputusan", choices=to_choices(service.DECISIONS.items()))
    reason = TextAreaField("Alasan dan yang sudah dilakukan", [AtMost(3000)])


class FactsForm(Form):
    happened = TextAreaField("Apa, kapan, dan bagaimana terjadi", [Filled(service.EMPTY["happened"]), AtMost(3000)])
    exposed = TextAreaField("Data yang terungkap", [Filled(service.EMPTY["exposed"]), AtMost(3000)])
    subjects = TextLine("Data siapa", [Filled(service.EMPTY["subjects"]), AtMost(300)])
    people = IntegerField(
        "Jumlah orang (kosongkan bila belum diketahui)",
        [Optional(), NumberRange(0, 100_000_000, "Isi dengan angka, atau kosongkan.")],
    )
    measures = TextAreaField("Penanganan dan pemulihan", [AtMost(3000)])

    @property
    def facts(self) -> IncidentFacts:
        happened, exposed, subjects, measures = (
            str(one.data or "") for one in (self.happened, self.exposed, self.subjects, self.measures)
        )
        return IncidentFacts(happened, exposed, subjects, self.people.data, measures)


class IncidentForm(FactsForm):
    known_on = OfficeDate("Diketahui tanggal", [Filled("Isi tanggal diketahui.")])
    known_clock = OfficeClock("Pukul", [Filled(CLOCK), AtMost(5)])


class NoticeForm(Form):
    audience = RadioField("Kepada", choices=to_choices(service.AUDIENCES.items()))
    told_on = OfficeDate("Diberi tahu tanggal", [Optional()])
    told_clock = OfficeClock("Pukul", [AtMost(5)])
    way = TextLine("Caranya", [AtMost(300)])
    why_not = TextAreaField("Bila tidak diberi tahu, mengapa", [AtMost(3000)])

    def validate_told_clock(self, field: OfficeClock) -> None:
        if self.told_on.data and not field.data:
            raise ValidationError(CLOCK)

    @property
    def told_at(self) -> datetime | None:
        return moment_of(self.told_on, self.told_clock) if self.told_on.data else None


class CloseForm(Form):
    conclusion = TextAreaField(
        "Simpulan, dan yang diubah supaya tidak terulang", [Filled(service.EMPTY["conclusion"]), AtMost(3000)]
    )
    pin = PasswordField("PIN Anda", [Filled(SENTENCES["pin"]), AtMost(6)])


class LineForm(Form):
    activity = TextLine(service.LINE_LABELS["activity"], [AtMost(300)])
    subjects = TextLine(service.LINE_LABELS["subjects"], [AtMost(300)])
    data = TextLine(service.LINE_LABELS["data"], [AtMost(300)])
    purpose = TextLine(service.LINE_LABELS["purpose"], [AtMost(300)])
    basis = TextLine(service.LINE_LABELS["basis"], [AtMost(300)])
    receivers = TextLine(service.LINE_LABELS["receivers"], [AtMost(300)])
    kept = TextLine(service.LINE_LABELS["kept"], [AtMost(300)])
    protection = TextLine(service.LINE_LABELS["protection"], [AtMost(300)])

    @property
    def line(self) -> LineText:
        return LineText(*(str(self[name].data or "") for name in service.LINE_LABELS))
