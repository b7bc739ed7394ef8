"""Forms of this room."""

from typing import Any

from wtforms import IntegerField, RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.widgets import CheckboxInput, ListWidget

from app.casework.letters import agenda
from app.casework.letters.events import LetterText
from app.casework.letters.service import MOST_TEXT
from app.casework.letters.transitions import URGENCIES
from app.core.problems import SENTENCES
from app.platform.web.commands import form_of
from app.platform.web.context import current_db
from app.platform.web.forms import AtMost, Filled, Form, TextLine, to_choices
from schema.profiles import Profile

NO_CODE = ("", "Tanpa kode")


def keep_code(form: Form) -> None:
    """A code that the list no longer has stays to be chosen."""
    field = form["code"]
    if field.data and field.data not in {choice.value for choice in field.choices}:
        field.choices = [*field.choices, *to_choices([(field.data, field.data)])]


class LetterForm(Form):
    """What letters of ours have beside their text."""

    code = SelectField("Kode klasifikasi", choices=[], validate_choice=False)
    urgency = RadioField("Sifat", choices=to_choices(URGENCIES.items()), default="ordinary")

    def offer_codes(self) -> None:
        self.code.choices = to_choices([NO_CODE, *agenda.class_codes(current_db()).items()])
        keep_code(self)


AgendaForm: Any = form_of(agenda.register_incoming)


class IncomingForm(AgendaForm):
    """A letter that came, and the number of its case where it has one."""

    case_number = TextLine("Nomor berkas yang terkait", [AtMost(60)])


class DraftForm(LetterForm):
    subject = TextLine("Hal", [Filled(SENTENCES["letter_subject"]), AtMost(300)])
    addressed_to = TextAreaField("Kepada", [Filled(SENTENCES["letter_to"]), AtMost(1000)])
    text = TextAreaField("Isi surat", [Filled(SENTENCES["letter_text"]), AtMost(MOST_TEXT)])
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
            [(role, profile.label(role)) for role in profile.roles if role in able["letter.initial"]]
        )
        self.signatory.choices = to_choices(
            [(post, profile.label(post)) for post in profile.posts if post in able["letter.sign"]]
        )

    def initials_in_order(self) -> list[str]:
        chosen: list[Any] = self.initials.data or []
        return [str(choice.value) for choice in self.initials.choices if choice.value in chosen]


class ListsForm(Form):
    codes = TextAreaField("Kode klasifikasi", [AtMost(8000)])
    instructions = TextAreaField("Instruksi disposisi", [AtMost(4000)])
