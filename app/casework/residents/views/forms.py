"""Forms of this room."""

from wtforms import FileField, PasswordField, SelectField

from app.core.problems import SENTENCES
from app.platform.web.forms import AtMost, Filled, Form, OfficeDate, TextLine


class ListForm(Form):
    file = FileField("Dokumen daftar penduduk")
    as_of = OfficeDate("Data per tanggal", [Filled("Tulis tanggal data itu, misalnya 01112026.")])
    village = SelectField("Desa", choices=[], validate_choice=False)


class DestroyForm(Form):
    reason = TextLine("Alasan memusnahkan", [Filled(SENTENCES["reason"]), AtMost(300)])
    pin = PasswordField("PIN Anda", [Filled("Isi PIN."), AtMost(6)])
