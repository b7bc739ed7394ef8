"""Forms of recap and pledges."""

from wtforms import PasswordField

from app.web.forms import AtMost, Filled, Form, OfficeDate, TextLine


class ApproveForm(Form):
    pin = PasswordField("PIN persetujuan", [Filled("Isi PIN 6 angka."), AtMost(6)])


class PledgeForm(Form):
    what = TextLine("Janji", [Filled("Tulis apa yang dijanjikan."), AtMost(200)])
    who = TextLine("Oleh", [Filled("Tulis siapa yang melakukannya."), AtMost(100)])
    by_on = OfficeDate("Paling lambat", [Filled("Isi batasnya, misalnya 01062026.")], future=True)


class LaterPledgeForm(PledgeForm):
    pin = PasswordField("PIN Camat", [Filled("Isi PIN 6 angka."), AtMost(6)])


class CorrectForm(PledgeForm):
    reason = TextLine("Mengapa diperbaiki", [Filled("Tulis mengapa diperbaiki."), AtMost(200)])


class PostingForm(Form):
    on = OfficeDate("Dipasang tanggal", [Filled("Isi tanggalnya, misalnya 06042026.")])
    until = OfficeDate("Sampai tanggal", [Filled("Isi tanggalnya, misalnya 30062026.")], future=True)
    place = TextLine("Tempat", [Filled("Tulis tempatnya."), AtMost(100)])
