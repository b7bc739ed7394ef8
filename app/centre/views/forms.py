"""Forms of the print room. Field names are those of the services' problems."""

from wtforms import FileField, PasswordField, RadioField, SelectField, SelectMultipleField

from app.core.holdings import EMPTY
from app.core.problems import SENTENCES, Problem
from app.platform.people.credentials import LONGEST
from app.platform.web.forms import AtMost, Filled, Form, TextLine, to_choices
from schema.zone import CHOICES as ZONE_CHOICES
from schema.zone import USUAL


class AnswerFileForm(Form):
    file = FileField("Dokumen jawaban")


class PersonForm(Form):
    number = TextLine("Nomor", [Filled(EMPTY["number"]), AtMost(40)])
    name = TextLine("Nama", [Filled(EMPTY["name"]), AtMost(100)])
    own = SelectMultipleField("Miliknya", choices=[], validate_choice=False)


class InviteForm(Form):
    office = SelectField("Kantor", choices=[], validate_choice=False)
    name = TextLine("Nama lain (jika berbeda)", [AtMost(60)])


class StickForm(Form):
    folder = SelectField("Flashdisk", choices=[], validate_choice=False)


class RotateForm(Form):
    reason = TextLine("Alasan", [Filled(SENTENCES["reason"]), AtMost(300)])
    pin = PasswordField("PIN Anda", [AtMost(6)])
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
    centre_full_name = TextLine("Nama lengkap di kertas", [AtMost(100)])
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
