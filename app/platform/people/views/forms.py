"""Forms of this room."""

from typing import TypeVar

from wtforms import BooleanField, PasswordField, SelectMultipleField
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from app.core.problems import SENTENCES
from app.platform.people.credentials import LONGEST, LONGEST_BEFORE
from app.platform.web.forms import AtMost, Filled, Form, TextLine


class SignInForm(Form):
    username = TextLine("Nama pengguna", [Filled(SENTENCES["username"]), AtMost(40)])
    password = PasswordField("Kata sandi", [Filled(SENTENCES["password"]), AtMost(LONGEST_BEFORE)])


class PasswordForm(Form):
    """One's own password; typed twice, because it cannot be read back."""

    old = PasswordField("Kata sandi sekarang", [Filled("Isi kata sandi sekarang."), AtMost(LONGEST_BEFORE)])
    new = PasswordField("Kata sandi baru", [Filled("Isi kata sandi baru."), AtMost(LONGEST)])
    again = PasswordField("Kata sandi baru sekali lagi", [Filled("Ketik sekali lagi."), AtMost(LONGEST)])
    # Asked at the first sign-in only, so that it is over in one page.
    pin = PasswordField("PIN persetujuan", [AtMost(6)])

    def validate_again(self, field: PasswordField) -> None:
        if field.data != self.new.data:
            raise ValidationError("Tidak sama dengan kata sandi baru. Ketik keduanya lagi.")


class PinForm(Form):
    """One's own PIN, confirmed with the password; with the old PIN the new one decides at once."""

    old_pin = PasswordField("PIN lama", [AtMost(6)])
    pin = PasswordField("PIN baru", [Filled(SENTENCES["pin"]), AtMost(6)])
    password = PasswordField("Kata sandi", [Filled(SENTENCES["password"]), AtMost(LONGEST_BEFORE)])


class DecidedForm(Form):
    pin = PasswordField("PIN Anda", [AtMost(6)])


AnyForm = TypeVar("AnyForm", bound=Form)


def give_own_ids(form: AnyForm, place: object) -> AnyForm:
    """The same form among others on one page: its fields get ids of their own."""
    for field in form:
        field.id = f"{field.id}-{place}"
    return form


class TickField(SelectMultipleField):
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class VouchForm(DecidedForm):
    """Everybody who stands beside the voucher, under one PIN."""

    people = TickField("Yang ada di depan Anda dan membuat PIN-nya sendiri", coerce=int, choices=[])


class SecondForm(DecidedForm):
    """The second person: in the own session the PIN, at the proposer's PC user name, password and a code too."""

    pin = PasswordField("PIN penyetuju", [AtMost(6)])
    username = TextLine("Nama pengguna penyetuju", [AtMost(40)])
    password = PasswordField("Kata sandi penyetuju", [AtMost(LONGEST_BEFORE)])
    other_code = PasswordField("Kode dari ponsel penyetuju", [AtMost(30)])


CODE = "Kode dari ponsel"


class CodeForm(Form):
    """The second step at sign-in."""

    app_code = PasswordField(CODE, [Filled("Isi kode yang tampil di aplikasi, atau satu kode cadangan."), AtMost(30)])
    remember = BooleanField("Ingat peramban ini 90 hari; jangan di komputer yang dipakai bersama")


class FirstCodeForm(Form):
    app_code = TextLine("Kode yang tampil di aplikasi", [Filled("Isi kode yang tampil di aplikasi."), AtMost(30)])


class OwnerForm(Form):
    """Who is at the screen proves it: the password, and a code where an app counts already."""

    password = PasswordField("Kata sandi", [Filled(SENTENCES["password"]), AtMost(LONGEST_BEFORE)])
    app_code = PasswordField(f"{CODE} yang sekarang, atau kode cadangan", [AtMost(30)])


class PhoneForm(DecidedForm):
    """Proposing that a lost telephone counts no more."""


class DemandForm(DecidedForm):
    roles = TickField("Wajib bagi peran", choices=[])
