"""Forms of this room."""

from typing import Any

from wtforms import BooleanField, FileField, IntegerField, PasswordField, RadioField, SelectMultipleField
from wtforms.validators import ValidationError

from app.casework.batches.products import means_for
from app.core.problems import SENTENCES
from app.platform.office.views.forms import ReasonForm
from app.platform.people.views.forms import TickField
from app.platform.web.forms import AtMost, Filled, Form, OfficeDate, TextLine, to_choices


class SendForm(Form):
    letter = TextLine("Nomor surat pengantar", [AtMost(60)])
    minutes = TextLine("Nomor berita acara", [AtMost(60)])
    seen = SelectMultipleField("Baris dengan perbedaan", coerce=int, choices=[], validate_choice=False)
    pin = PasswordField("PIN Anda", [Filled("Isi PIN."), AtMost(6)])


class ReachedForm(Form):
    on = OfficeDate("Tanggal diserahkan", [Filled(SENTENCES["reached_on"])])
    at = TextLine("Jam", [Filled("Isi jamnya, misalnya 09.40."), AtMost(5)])
    handed_to = TextLine("Nama penerima", [Filled(SENTENCES["reached_by"]), AtMost(100)])


class RecallForm(ReasonForm):
    pin = PasswordField("PIN Anda", [Filled("Isi PIN."), AtMost(6)])


class AnswerForm(Form):
    ordinal = IntegerField("Baris", [Filled("Isi nomor baris.")])
    result = RadioField("Jawaban", choices=[])
    serial = TextLine("Nomor seri", [AtMost(40)])
    value = TextLine("Nomor", [AtMost(60)])
    reason = TextLine("Alasan penolakan", [AtMost(300)])
    biometric = BooleanField("Ditolak karena rekaman tidak dapat dipakai")


class AnswerFileForm(Form):
    file = FileField("Dokumen jawaban")


class OldAnswerForm(Form):
    result = RadioField("Jawaban", choices=[])
    reason = TextLine("Alasan penolakan", [AtMost(300)])


class SettleForm(Form):
    holds = RadioField(
        "Yang benar", choices=to_choices([("held", "Jawaban semula"), ("received", "Jawaban yang baru")])
    )
    note = TextLine("Dasarnya", [Filled(SENTENCES["basis"]), AtMost(300)])
    pin = PasswordField("PIN Anda", [Filled("Isi PIN."), AtMost(6)])


class ArrivalForm(Form):
    counted = IntegerField("Jumlah kartu dihitung tangan", [Filled("Tulis hasil hitungan.")])
    note = TextLine("Catatan", [AtMost(300)])
    on = OfficeDate("Tiba sebelum hari ini")


class CallForm(Form):
    means = RadioField("Cara", choices=[])
    reached = RadioField(
        "Hasil", choices=to_choices([("ya", "Tersambung, akan diambil"), ("tidak", "Belum tersambung")])
    )
    note = TextLine("Catatan", [AtMost(300)])

    def offer(self, area: str) -> None:
        """The ways to reach whoever lives there."""
        self.means.choices = to_choices(means_for(area).items())


class HandOverForm(Form):
    relation = RadioField("Yang mengambil", choices=[])
    receiver = TextLine("Nama penerima", [Filled("Tulis nama penerima."), AtMost(100)])
    authority = TextLine("Surat kuasa", [AtMost(200)])
    surrendered = TextLine("Kartu lama yang ditarik", [AtMost(200)])
    compared = TickField("Cocokkan bersama penerima", choices=[])
    # Only for a hand-over that was written on paper first.
    on = OfficeDate("Tanggal diserahkan")
    note = TextLine("Mengapa baru dicatat", [AtMost(300)])
    pin = PasswordField("PIN Anda", [AtMost(6)])

    def validate_compared(self, field: Any) -> None:
        """Everything was read on the card together, or the card is not handed over."""
        left = [str(choice.value) for choice in field.choices if choice.value not in (field.data or [])]
        if left:
            raise ValidationError(f"Belum dicocokkan: {', '.join(left)}. Ada yang berbeda? Tekan Salah cetak.")


class PinForm(Form):
    pin = PasswordField("PIN Anda", [AtMost(6)])


class RepairForm(Form):
    how = RadioField(
        "Tindak lanjut",
        [Filled(SENTENCES["choose_one"])],
        choices=to_choices(
            [("repaired", "Sudah diperbaiki, ikut pengiriman berikutnya"), ("again", "Perlu direkam ulang")]
        ),
    )
    note = TextLine("Yang diperbaiki", [Filled("Tulis apa yang diperbaiki."), AtMost(500)])


class RestForm(Form):
    note = TextLine("Dasarnya", [Filled(SENTENCES["basis"]), AtMost(300)])
    pin = PasswordField("PIN Anda", [Filled("Isi PIN."), AtMost(6)])


class OtherLineForm(RestForm):
    which = RadioField("Catatan", [Filled("Pilih satu catatan.")], choices=[])
    deed = RadioField(
        "Keputusan",
        choices=to_choices([("ambil", "Ambil alih dengan nomor baru"), ("sisihkan", "Sisihkan, tidak dipakai")]),
    )
    heeded = BooleanField("NIK yang sama sudah diperiksa, tetap diambil alih")
