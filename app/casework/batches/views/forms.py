"""Forms of this room."""

from typing import Any

from wtforms import FileField, PasswordField, RadioField

from app.casework.batches.other_versions import take_line_over
from app.casework.batches.partner_lists import NO_KIND
from app.platform.web.commands import form_of
from app.platform.web.forms import AtMost, Filled, Form, to_choices


class AnswerFileForm(Form):
    file = FileField("Dokumen jawaban")


class PartnerListForm(Form):
    which = RadioField("Daftar yang mana", [Filled(NO_KIND)], choices=[])
    file = FileField("Dokumen daftar")


class PinForm(Form):
    pin = PasswordField("PIN Anda", [AtMost(6)])


TakeForm: Any = form_of(take_line_over, pin=True)


class OtherLineForm(TakeForm):
    """Which line of another PC it is about, and whether it is taken over or set aside."""

    which = RadioField("Catatan", [Filled("Pilih satu catatan.")], choices=[])
    deed = RadioField(
        "Keputusan",
        choices=to_choices([("ambil", "Ambil alih dengan nomor baru"), ("sisihkan", "Sisihkan, tidak dipakai")]),
    )
