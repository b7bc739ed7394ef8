"""Forms of this room."""

from typing import Any

from wtforms import TextAreaField

from app.casework.letters import agenda
from app.platform.web.commands import form_of
from app.platform.web.context import current_db
from app.platform.web.forms import AtMost, Form, TextLine, to_choices
from schema.letter_kinds import MOST_CHARACTERS
from schema.profiles import Profile

NO_CODE = ("", "Tanpa kode")


def keep_code(form: Form) -> None:
    """A code that the list no longer has stays to be chosen."""
    field = form["code"]
    if field.data and field.data not in {choice.value for choice in field.choices}:
        field.choices = [*field.choices, *to_choices([(field.data, field.data)])]


AgendaForm: Any = form_of(agenda.register_incoming)


class IncomingForm(AgendaForm):
    """A letter that came, and the number of its case where it has one."""

    case_number = TextLine("Nomor berkas yang terkait", [AtMost(60)])


def offer_codes(form: Form) -> None:
    form["code"].choices = to_choices([NO_CODE, *agenda.class_codes(current_db()).items()])
    keep_code(form)


def offer_roles(form: Form, profile: Profile) -> None:
    """Whoever may initial a letter that no procedure asks for, the lowest first; who may sign, the highest first."""
    able = profile.rights
    initialling = [(role, profile.label(role)) for role in profile.roles if role in able["letter.initial"]]
    form["initials"].choices = to_choices(initialling)
    signing = [(post, profile.label(post)) for post in profile.posts if post in able["letter.sign"]]
    form["signatory"].choices = to_choices(signing)


class ListsForm(Form):
    codes = TextAreaField("Kode klasifikasi", [AtMost(8000)])
    kinds = TextAreaField("Jenis surat kantor ini", [AtMost(MOST_CHARACTERS)])
    instructions = TextAreaField("Instruksi disposisi", [AtMost(4000)])
