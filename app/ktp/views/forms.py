"""Forms of the recording and of the register import."""

from wtforms import PasswordField, RadioField, SelectField

from app.ktp.recording import GROUNDS, STATUSES
from app.office.queries import DEVICES
from app.web.forms import AtMost, Filled, Form, OfficeDate, TextLine, to_choices

STATUS_CHOICES = [("", "Pilih status"), *((key, code) for key, (code, _say) in STATUSES.items())]


class RecordingForm(Form):
    """The result of a recording, made here or found in the central system."""

    how = RadioField(
        "Perekaman", choices=to_choices([("here", "Direkam di sini"), ("already", "Sudah pernah direkam")])
    )
    status = SelectField(
        "Status di sistem pusat", [Filled("Pilih status dari daftar.")], choices=to_choices(STATUS_CHOICES)
    )
    # Empty means today and here, which is true of a recording made here only.
    on = OfficeDate("Tanggal perekaman")
    place = TextLine("Tempat perekaman", [AtMost(100)])
    # Shown only for somebody recorded before; the service checks it.
    ground = SelectField(
        "Dasar perekaman ulang",
        choices=to_choices([("", "Bukan perekaman ulang"), *GROUNDS.items()]),
        validate_choice=False,
    )
    note = TextLine("Catatan", [AtMost(500)])
    # Asked only together with a ground.
    pin = PasswordField("PIN Anda", [AtMost(6)])


class StatusForm(Form):
    status = SelectField("Status sekarang", [Filled("Pilih status dari daftar.")], choices=to_choices(STATUS_CHOICES))
    on = OfficeDate("Tanggal perekaman")
    place = TextLine("Tempat perekaman", [AtMost(100)])
    note = TextLine("Catatan", [AtMost(500)])


class NotRecordedForm(Form):
    reason = SelectField("Sebabnya", [Filled("Pilih sebabnya.")], choices=[])
    more = TextLine("Keterangan", [AtMost(300)])


class DeviceForm(Form):
    name = SelectField("Alat", choices=to_choices([(name, name) for name in DEVICES]))
    works = RadioField("Keadaan", choices=to_choices([("ya", "Berfungsi"), ("tidak", "Rusak")]))
    note = TextLine("Apa yang rusak", [AtMost(300)])


class DayForm(Form):
    on = OfficeDate("Hari", [Filled("Isi harinya.")], future=True)
