"""Forms of the print room. Field names are those of the services' problems."""

from typing import Any

from wtforms import BooleanField, FileField, IntegerField, PasswordField, RadioField, SelectField, SelectMultipleField

from app.centre.forks import CHOICES
from app.centre.service import SPOILS
from app.core.holdings import EMPTY
from app.core.problems import SENTENCES, Problem
from app.platform.people.credentials import LONGEST
from app.platform.web.forms import AtMost, Filled, Form, TextLine, to_choices
from schema.zone import CHOICES as ZONE_CHOICES
from schema.zone import USUAL


class CountField(IntegerField):
    """A whole number; what cannot be read gets a sentence, an empty one is none."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = str(valuelist[0]).strip().replace(".", "").replace(" ", "") if valuelist else ""
        self.data = None
        if not text:
            raise ValueError("Isi jumlahnya dengan angka.")
        try:
            self.data = int(text) if len(text) < 10 else None
        except ValueError:
            self.data = None
        if self.data is None:
            raise ValueError("Tulis dengan angka, misalnya 500.")


class ReleaseForm(Form):
    reason = TextLine("Dengan apa dipastikan belum dicetak", [Filled(SENTENCES["reason"]), AtMost(300)])


class BarForm(Form):
    reason = TextLine("Alasan", [Filled(SENTENCES["reason"]), AtMost(300)])
    pin = PasswordField("PIN Anda", [AtMost(6)])


class PrintForm(Form):
    serial = TextLine("Nomor seri blangko", [Filled("Pindai atau ketik nomor seri blangko."), AtMost(60)])
    # Asked only of a line that contradicts itself; the service checks it.
    compared = TextLine("Dicocokkan dengan", [AtMost(300)])


class ValueForm(Form):
    value = TextLine("Nomor", [AtMost(60)])
    again = TextLine("Ketik sekali lagi", [AtMost(60)])


class AnswerFileForm(Form):
    file = FileField("Dokumen jawaban")


class SpoilForm(Form):
    spoil = SelectField("Apa yang rusak", choices=to_choices([("", "Pilih…"), *SPOILS.items()]))
    serial = TextLine("Nomor seri blangko", [AtMost(60)])


class RefuseForm(Form):
    reason = SelectField("Alasan", choices=[])
    words = TextLine("Keterangan", [AtMost(300)])
    biometric = BooleanField("Perlu rekam ulang")


class ReceiveForm(Form):
    count = CountField("Jumlah blangko")
    letter = TextLine("Nomor surat", [AtMost(100)])


class CorrectForm(Form):
    count = CountField("Selisih")
    reason = TextLine("Alasan", [AtMost(300)])


class CountForm(Form):
    counted = CountField("Hasil hitungan laci")
    note = TextLine("Dihitung oleh", [AtMost(200)])


class ChosenLines(SelectMultipleField):
    """Lines as ticks; what is not on the list is refused by the service, in a sentence."""

    def pre_validate(self, form: Any) -> None:
        """Nothing to compare with: the service knows which lines may be chosen."""


class AcceptForm(Form):
    lines = ChosenLines("Baris", validate_choice=False)


class ShipForm(Form):
    lines = ChosenLines("Kartu", validate_choice=False)
    counted = CountField("Jumlah kartu dihitung tangan")
    carrier = TextLine("Dibawa oleh", [AtMost(100)])


class PersonForm(Form):
    number = TextLine("Nomor", [Filled(EMPTY["number"]), AtMost(40)])
    name = TextLine("Nama", [Filled(EMPTY["name"]), AtMost(100)])
    own = SelectMultipleField("Miliknya", choices=[], validate_choice=False)


class InviteForm(Form):
    office = SelectField("Kantor", choices=[], validate_choice=False)
    name = TextLine("Nama lain (jika berbeda)", [AtMost(60)])


class PartnerInviteForm(Form):
    """At a partner that serves offices of any place."""

    office = TextLine("Kode kantor", [Filled("Isi kode kantor, 6 angka."), AtMost(6)])
    name = TextLine("Nama kantor", [Filled(SENTENCES["office_name"]), AtMost(60)])


class StickForm(Form):
    folder = SelectField("Flashdisk", choices=[], validate_choice=False)


class ClockForm(Form):
    note = TextLine("Dicocokkan dengan", [Filled(SENTENCES["clock_compared"]), AtMost(300)])


class ReturnForm(Form):
    note = TextLine("Yang sudah dilakukan", [Filled(SENTENCES["done"]), AtMost(300)])


class RotateForm(BarForm):
    way = RadioField(
        "Keadaan kunci lama",
        validate_choice=False,
        choices=to_choices(
            [
                ("announced", "Aman. Umumkan kunci baru dengan kunci lama"),
                ("stolen", "Dicuri atau bocor. Jangan diumumkan; semua kantor mendaftar lagi"),
            ]
        ),
    )


class IdentityForm(Form):
    """Who the centre is. Field names are setting keys with `_` for the dot."""

    centre_name = TextLine("Nama pusat", [Filled("Isi nama kantor ini."), AtMost(100)])
    centre_regency = TextLine("Pemerintah", [Filled(SENTENCES["regency"]), AtMost(80)])
    centre_place = TextLine("Tempat di surat", [Filled("Isi tempat yang ditulis di depan tanggal surat."), AtMost(40)])
    centre_postal = TextLine("Alamat kantor", [AtMost(150)])
    centre_contact = TextLine("Telepon atau surel", [AtMost(100)])
    centre_address = TextLine(
        "Alamat jaringan", [Filled("Isi alamat yang dipakai kantor, misalnya 10.8.0.1:8135."), AtMost(130)]
    )

    centre_zone = SelectField("Zona waktu", choices=to_choices(ZONE_CHOICES.items()), default=USUAL)

    def settings(self) -> dict[str, str]:
        return {
            key.replace("_", ".", 1): str(value or "") for key, value in self.data.items() if key.startswith("centre_")
        }

    def take(self, problem: Problem) -> None:
        """The service speaks of setting keys, the form of fields."""
        named = {key.replace(".", "_", 1): sentence for key, sentence in problem.fields.items()}
        super().take(Problem(problem.code, problem.status, problem.sentence, named))


class FirstRunForm(IdentityForm):
    centre_code = TextLine("Kode pusat", [Filled("Isi kode, misalnya dukcapil-3508 atau bank-3173."), AtMost(20)])
    name = TextLine("Nama lengkap", [Filled("Isi nama."), AtMost(100)])
    username = TextLine("Nama pengguna", [Filled(SENTENCES["username"]), AtMost(40)])
    password = PasswordField("Kata sandi", [Filled(SENTENCES["password"]), AtMost(LONGEST)])


class ForkForm(Form):
    place = TextLine("Jalur", [Filled(), AtMost(100)])
    goes_on = RadioField(
        "Yang diteruskan", [Filled("Pilih komputernya.")], choices=to_choices(CHOICES.items()), default=None
    )
    note = TextLine("Dasarnya", [Filled(SENTENCES["basis"]), AtMost(300)])
    pin = PasswordField("PIN Anda", [AtMost(6)])
