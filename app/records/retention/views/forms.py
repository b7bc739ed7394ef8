"""Forms of this room."""

from wtforms import IntegerField, PasswordField, SelectField, SelectMultipleField

from app.core.problems import SENTENCES
from app.platform.web.forms import AtMost, Filled, Form, TextLine
from app.records.retention.queries import WHY


class ProposeForm(Form):
    groups = SelectMultipleField("Yang dimusnahkan", choices=[], validate_choice=False)
    reason = TextLine("Dasar pemusnahan", [Filled(WHY), AtMost(300)])
    pin = PasswordField("PIN Anda", [Filled("Isi PIN."), AtMost(6)])


class ConfirmForm(Form):
    pin = PasswordField("PIN Anda", [Filled("Isi PIN."), AtMost(6)])


class WithdrawForm(Form):
    reason = TextLine("Mengapa ditarik", [Filled(SENTENCES["reason"]), AtMost(300)])


class PeriodForm(Form):
    kind = SelectField("Jenis berkas", choices=[], validate_choice=False)
    years = IntegerField("Masa simpan, tahun sesudah selesai", [Filled("Isi tahunnya.")])
    reason = TextLine("Dasar perubahan", [Filled(WHY), AtMost(300)])


class LiftForm(Form):
    hold = SelectField("Yang ditahan", choices=[], validate_choice=False)
    reason = TextLine("Mengapa dilepas", [Filled(SENTENCES["reason"]), AtMost(300)])


class HoldForm(Form):
    number = TextLine("Nomor berkas", [Filled("Tulis nomornya."), AtMost(100)])
    reason = TextLine("Alasan ditahan", [Filled(SENTENCES["reason"]), AtMost(300)])
