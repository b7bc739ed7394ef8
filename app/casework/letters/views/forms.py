"""Forms of this room."""

from typing import Any

from wtforms import IntegerField, PasswordField, RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.widgets import CheckboxInput, ListWidget

from app.casework.letters import agenda
from app.casework.letters.agenda import Incoming
from app.casework.letters.events import LetterText
from app.casework.letters.service import WAYS
from app.casework.letters.transitions import URGENCIES
from app.core.permissions import Actor
from app.core.problems import SENTENCES
from app.platform.web.context import current_date, current_db
from app.platform.web.forms import AtMost, Filled, Form, NumberRange, OfficeDate, TextLine, to_choices
from schema.profiles import Profile

NO_CODE = ("", "Tanpa kode")


class LetterForm(Form):
    """What letters in both directions have; a code that the list no longer has stays to be chosen."""

    code = SelectField("Kode klasifikasi", choices=[], validate_choice=False)
    urgency = RadioField("Sifat", choices=to_choices(URGENCIES.items()), default="ordinary")

    def offer_codes(self) -> None:
        codes = agenda.class_codes(current_db())
        kept = str(self.code.data or "")
        own = [] if kept in ("", *codes) else [(kept, kept)]
        self.code.choices = to_choices([NO_CODE, *codes.items(), *own])


class IncomingForm(LetterForm):
    sender = TextLine("Dari", [Filled(SENTENCES["letter_sender"]), AtMost(200)])
    letter_number = TextLine("Nomor surat", [Filled(SENTENCES["letter_number"]), AtMost(100)])
    letter_date = OfficeDate("Tanggal surat", [Filled("Isi tanggal surat, misalnya 02032026.")])
    received_on = OfficeDate("Diterima tanggal", [Filled("Isi tanggal diterima.")])
    subject = TextLine("Hal", [Filled(SENTENCES["letter_subject"]), AtMost(300)])
    attachments = IntegerField("Banyaknya lampiran", [NumberRange(0, 999, "Isi angka antara 0 dan 999.")], default=0)
    to_role = SelectField("Diajukan kepada", choices=[], validate_choice=False)
    case_number = TextLine("Nomor berkas yang terkait", [AtMost(60)])
    reason = TextLine("Alasan perbaikan", [AtMost(300)])

    def offer(self, actor: Actor) -> None:
        profile = actor.profile
        self.offer_codes()
        self.to_role.choices = to_choices([(one, profile.label(one)) for one in profile.posts])
        if not self.to_role.data:
            self.to_role.data = profile.chief
        if not self.is_submitted() and self.received_on.data is None:
            self.received_on.data = current_date()

    def line(self) -> Incoming:
        names = ("letter_number", "letter_date", "received_on", "sender", "subject", "code", "urgency", "to_role")
        return Incoming(**{name: self[name].data for name in names}, attachments=self.attachments.data or 0)


class DraftForm(LetterForm):
    subject = TextLine("Hal", [Filled(SENTENCES["letter_subject"]), AtMost(300)])
    addressed_to = TextAreaField("Kepada", [Filled(SENTENCES["letter_to"]), AtMost(1000)])
    text = TextAreaField("Isi surat", [Filled(SENTENCES["letter_text"]), AtMost(8000)])
    attachment = TextLine("Lampiran", [AtMost(200)])
    copies = TextAreaField("Tembusan", [AtMost(2000)])
    reason = TextLine("Mengapa diperbaiki", [AtMost(300)])
    seen = IntegerField()

    def letter_text(self) -> LetterText:
        names = ("subject", "addressed_to", "text", "attachment", "code", "urgency")
        copies = str(self.copies.data or "").splitlines()
        return LetterText(**{name: self[name].data or "" for name in names}, copies=copies)


class FreeDraftForm(DraftForm):
    """A letter that no procedure asks for: who initials and who signs is chosen; the order is that of the posts."""

    initials = SelectMultipleField(
        "Pemaraf",
        choices=[],
        validate_choice=False,
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    signatory = SelectField("Penanda tangan", choices=[], validate_choice=False)

    def offer(self, profile: Profile) -> None:
        """Whoever may initial, the lowest first, and whoever may sign, the highest first."""
        self.offer_codes()
        able = profile.rights
        self.initials.choices = to_choices(
            [(one, profile.label(one)) for one in profile.roles if one in able["letter.initial"]]
        )
        self.signatory.choices = to_choices(
            [(one, profile.label(one)) for one in profile.posts if one in able["letter.sign"]]
        )

    def initials_in_order(self) -> list[str]:
        chosen: list[Any] = self.initials.data or []
        return [str(one.value) for one in self.initials.choices if one.value in chosen]


class SeenForm(Form):
    """A decision about the version that was read, with the PIN where one is asked and a reason where it returns."""

    seen = IntegerField()
    pin = PasswordField("PIN")
    reason = TextAreaField("Yang harus diperbaiki", [AtMost(1000)])


class SendForm(Form):
    on = OfficeDate("Tanggal kirim", [Filled("Isi tanggal kirim.")])
    way = SelectField("Cara", choices=to_choices(WAYS.items()))
    proof = TextLine("Bukti", [Filled(SENTENCES["sending_proof"]), AtMost(300)])


class ReceiverForm(Form):
    receiver = TextLine("Diterima oleh", [Filled(SENTENCES["letter_receiver"]), AtMost(100)])


class NoteForm(Form):
    note = TextAreaField("Catatan", [Filled(SENTENCES["text_first"]), AtMost(1000)])
    pin = PasswordField("PIN")


class ListsForm(Form):
    codes = TextAreaField("Kode klasifikasi", [AtMost(8000)])
    instructions = TextAreaField("Instruksi disposisi", [AtMost(4000)])
