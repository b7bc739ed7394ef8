"""Forms of this room."""

from __future__ import annotations

from wtforms import BooleanField, IntegerField, PasswordField, RadioField, SelectField, SelectMultipleField

from app.ktp.answers import RESULTS
from app.ktp.cards import MEANS, RELATIONS
from app.ktp.recording import GROUNDS, STATUSES
from app.office.service import DEVICES
from app.web.forms import AtMost, Filled, Form, OfficeDate, TextLine, options

STATUS_CHOICES = [("", "Pilih status"), *((key, code) for key, (code, _say) in STATUSES.items())]


class RecordingForm(Form):
    """The result of a recording, made here or found in the central system."""

    how = RadioField(
        "Perekaman", choices=options([("here", "Direkam di sini"), ("already", "Sudah pernah direkam")])
    )
    status = SelectField(
        "Status di sistem pusat", [Filled("Pilih status dari daftar.")], choices=options(STATUS_CHOICES)
    )
    # Empty means today and here, which is true of a recording made here only.
    on = OfficeDate("Tanggal perekaman")
    place = TextLine("Tempat perekaman", [AtMost(100)])
    # Shown only for somebody recorded before; the service checks it.
    ground = SelectField("Dasar perekaman ulang", choices=options([("", "Bukan perekaman ulang"), *GROUNDS.items()]),
                         validate_choice=False)  # fmt: skip
    note = TextLine("Catatan", [AtMost(500)])
    # Asked only together with a ground.
    pin = PasswordField("PIN Anda", [AtMost(6)])


class StatusForm(Form):
    """A newer central status of somebody recorded before."""

    status = SelectField(
        "Status sekarang", [Filled("Pilih status dari daftar.")], choices=options(STATUS_CHOICES)
    )
    on = OfficeDate("Tanggal perekaman")
    place = TextLine("Tempat perekaman", [AtMost(100)])
    note = TextLine("Catatan", [AtMost(500)])


class NotRecordedForm(Form):
    """Why the recording has not happened."""

    reason = SelectField("Sebabnya", [Filled("Pilih sebabnya.")], choices=[])
    more = TextLine("Keterangan", [AtMost(300)])


class DeviceForm(Form):
    """A piece of equipment works, or does not."""

    name = SelectField("Alat", choices=options([(name, name) for name in DEVICES]))
    works = RadioField("Keadaan", choices=options([("ya", "Berfungsi"), ("tidak", "Rusak")]))
    note = TextLine("Apa yang rusak", [AtMost(300)])


class DayForm(Form):
    """One day of the schedule."""

    on = OfficeDate("Hari", [Filled("Isi harinya.")], future=True)


class SendForm(Form):
    """Numbers of the letters, and the PIN of whoever confirms."""

    letter = TextLine("Nomor surat pengantar", [AtMost(60)])
    minutes = TextLine("Nomor berita acara", [AtMost(60)])
    seen = SelectMultipleField("Baris dengan perbedaan", coerce=int, choices=[], validate_choice=False)
    pin = PasswordField("PIN Anda", [Filled("Isi PIN."), AtMost(6)])


class ReasonForm(Form):
    """A reason in the officer's own words."""

    reason = TextLine("Alasan", [Filled("Tulis alasannya."), AtMost(300)])


class RecallForm(ReasonForm):
    """Why a line is asked back, and the PIN of whoever asks."""

    pin = PasswordField("PIN Anda", [Filled("Isi PIN."), AtMost(6)])


class AnswerForm(Form):
    """One line of the returned list."""

    ordinal = IntegerField("Baris", [Filled("Isi nomor baris.")])
    result = RadioField("Jawaban", choices=options(RESULTS.items()))
    serial = TextLine("Nomor seri kartu", [AtMost(40)])
    reason = TextLine("Alasan penolakan", [AtMost(300)])
    biometric = BooleanField("Ditolak karena rekaman tidak dapat dipakai")


class OldAnswerForm(Form):
    """What Dukcapil says of a case that was sent before Loket was here."""

    result = RadioField("Jawaban", choices=options([("printed", "Dicetak"), ("refused", "Ditolak")]))
    reason = TextLine("Alasan penolakan", [AtMost(300)])


class SettleForm(Form):
    """Which of two answers holds, and on what basis."""

    holds = RadioField(
        "Yang benar", choices=options([("held", "Jawaban semula"), ("received", "Jawaban yang baru")])
    )
    note = TextLine("Dasarnya", [Filled("Tulis dasarnya, misalnya menelepon siapa."), AtMost(300)])
    pin = PasswordField("PIN Anda", [Filled("Isi PIN."), AtMost(6)])


class ArrivalForm(Form):
    """Counting cards in; the ticks stand beside it."""

    counted = IntegerField("Jumlah kartu dihitung tangan", [Filled("Tulis hasil hitungan.")])
    note = TextLine("Catatan", [AtMost(300)])
    on = OfficeDate("Tiba sebelum hari ini")


class CallForm(Form):
    """A call made by hand."""

    means = RadioField("Cara", choices=options(MEANS.items()))
    reached = RadioField(
        "Hasil", choices=options([("ya", "Tersambung, akan diambil"), ("tidak", "Belum tersambung")])
    )
    note = TextLine("Catatan", [AtMost(300)])


class HandOverForm(Form):
    """Who fetches the card."""

    relation = RadioField("Yang mengambil", choices=options(RELATIONS.items()))
    receiver = TextLine("Nama penerima", [Filled("Tulis nama penerima."), AtMost(100)])
    authority = TextLine("Surat kuasa", [AtMost(200)])
    surrendered = TextLine("Kartu lama yang ditarik", [AtMost(200)])
    # Only for a hand-over that was written on paper first.
    on = OfficeDate("Tanggal diserahkan")
    note = TextLine("Mengapa baru dicatat", [AtMost(300)])
    pin = PasswordField("PIN Anda", [AtMost(6)])


class PinForm(Form):
    """The PIN alone, for a file that holds whole numbers."""

    pin = PasswordField("PIN Anda", [AtMost(6)])


class RepairForm(Form):
    """How a refused case was put right."""

    how = RadioField("Tindak lanjut", choices=options([("repaired", "Sudah diperbaiki, ikut pengiriman berikutnya"),
                                               ("again", "Perlu direkam ulang")]))  # fmt: skip
    note = TextLine("Yang diperbaiki", [Filled("Tulis apa yang diperbaiki."), AtMost(500)])


class RestForm(Form):
    """Why something is left unused, and the PIN of whoever decides."""

    note = TextLine("Dasarnya", [Filled("Tulis dasarnya, misalnya menelepon siapa."), AtMost(300)])
    pin = PasswordField("PIN Anda", [Filled("Isi PIN."), AtMost(6)])


class TwinForm(RestForm):
    """What becomes of one line of another PC."""

    which = RadioField("Catatan", [Filled("Pilih satu catatan.")], choices=[])
    deed = RadioField(
        "Keputusan",
        choices=options([("ambil", "Ambil alih dengan nomor baru"), ("sisihkan", "Sisihkan, tidak dipakai")]),
    )
    heeded = BooleanField("NIK yang sama sudah diperiksa, tetap diambil alih")
