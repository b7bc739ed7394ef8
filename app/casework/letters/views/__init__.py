"""Pages of letters."""

from app.core.late import late
from app.platform.web.context import Finder, Nav, Sheet, WebRoom
from app.platform.web.own_flask import Pages

ROOM = WebRoom(
    (
        Pages("incoming", "/surat-masuk", "app.casework.letters.views.incoming:pages"),
        Pages("outgoing", "/surat-keluar", "app.casework.letters.views.drafting:pages"),
        Pages("letter_lists", "/surat", "app.casework.letters.views.lists:pages"),
    ),
    (
        Nav("Surat masuk", "incoming.list_letters", "letter.view", group="Surat", order=10, address="/surat-masuk"),
        Nav("Surat keluar", "outgoing.list_letters", "letter.view", group="Surat", order=20, address="/surat-keluar"),
    ),
    acts=(
        Nav(
            "Surat masuk baru", "incoming.new_letter", "letter.agenda", address="/surat-masuk/baru", also="agenda catat"
        ),
        Nav(
            "Surat keluar baru",
            "outgoing.new_letter",
            "letter.draft",
            address="/surat-keluar/baru",
            also="konsep tulis",
        ),
    ),
    finders=(Finder("Surat", "letter.view", late("app.casework.letters.views.outgoing:find_letters")),),
    # of every case: a letter that came can be linked to any
    sheets=(Sheet(draw=late("app.casework.letters.views.outgoing:case_sheet")),),
    files={
        "incoming": late("app.casework.letters.views.incoming:FILES"),
        "outgoing": late("app.casework.letters.views.outgoing:FILES"),
    },
    desk=late("app.casework.letters.tasks:DESK"),
    guide={
        "": "surat",
        "incoming": "surat#surat-masuk",
        "outgoing": "surat#surat-keluar",
    },
)
