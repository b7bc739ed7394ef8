"""Pages of letters."""

from app.core.late import late
from app.platform.web.context import Finder, Nav, WebRoom
from app.platform.web.own_flask import Pages

ROOM = WebRoom(
    (
        Pages("incoming", "/surat-masuk", "app.casework.letters.views.incoming:pages"),
        Pages("outgoing", "/surat-keluar", "app.casework.letters.views.outgoing:pages"),
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
    tasks=late("app.casework.letters.tasks:TASKS"),
    due_items=(late("app.casework.letters.tasks:due_items"),),
    case_sheets=(late("app.casework.letters.views.outgoing:case_sheet"),),
    file_readers={
        "incoming": late("app.casework.letters.transitions:can_see_incoming"),
        "outgoing": late("app.casework.letters.transitions:can_see_outgoing"),
    },
    file_pages={
        "incoming": late("app.casework.letters.views.incoming:name_letter"),
        "outgoing": late("app.casework.letters.views.outgoing:name_letter"),
    },
    file_removers={
        "incoming": late("app.casework.letters.transitions:can_remove_scan"),
        "outgoing": late("app.casework.letters.transitions:can_remove_scan"),
    },
    file_rights={"incoming": ("letter.view", "letter.agenda"), "outgoing": ("letter.view", "letter.agenda")},
)
