"""Forms of this room. Field names are those of the services' problems."""

from wtforms import IntegerField, PasswordField, RadioField

from app.core.problems import SENTENCES
from app.ktm.words import GIVEN_BACK, LEAVING, WHY
from app.web.forms import AtMost, Filled, Form, TextLine, to_choices

WITHDRAWN_FOR = [(why, WHY[why]) for why in (*LEAVING, "lost", "damaged")]


class BeginForm(Form):
    intake = TextLine("Angkatan", [Filled(SENTENCES["intake"]), AtMost(9)])


class EndForm(Form):
    attended = IntegerField("Mahasiswa yang hadir", [Filled("Tulis berapa yang hadir.")])
    note = TextLine("Catatan", [AtMost(300)])


class TickedForm(Form):
    """Students ticked on the page of an intake; the boxes are read from the request."""


class WithdrawForm(Form):
    why = RadioField("Alasan", [Filled(SENTENCES["choose_one"])], choices=to_choices(WITHDRAWN_FOR))
    given_back = RadioField("Kartunya", [Filled(SENTENCES["choose_one"])], choices=to_choices(GIVEN_BACK.items()))
    note = TextLine("Keterangan", [AtMost(300)])
    pin = PasswordField("PIN Anda", [AtMost(6)])


class ReturnForm(Form):
    given_back = RadioField(
        "Kartunya",
        [Filled(SENTENCES["choose_one"])],
        choices=to_choices(list(GIVEN_BACK.items())[:2]),
    )
    note = TextLine("Keterangan", [AtMost(300)])
