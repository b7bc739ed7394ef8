"""Pages of student cards."""

from app.core.late import late
from app.platform.web.context import FileOwner, Finder, Nav, ServicePages, Sheet, WebRoom
from app.platform.web.own_flask import Pages
from app.services.ktm.words import CHECKING, MAKING, SERVICE, is_card_service

ROOM = WebRoom(
    (
        Pages("student_cards", "/ktm", "app.services.ktm.views.intakes:pages"),
        Pages("student_card", "/ktm/kartu", "app.services.ktm.views.cards:pages"),
        Pages("ktm_photos", "/ktm/foto", "app.services.ktm.views.photos:pages"),
    ),
    (
        Nav(
            "Angkatan dan kartu",
            "student_cards.show_intakes",
            "ktm.view",
            order=70,
            shown=late("app.services.ktm.queries:has_cards"),
            address="/ktm/",
        ),
        Nav(
            "Foto mahasiswa",
            "ktm_photos.show_photos",
            "ktm.intake",
            order=71,
            shown=late("app.services.ktm.photos:has_photos"),
            address="/ktm/foto",
        ),
    ),
    finders=(Finder("Kartu", "ktm.view", late("app.services.ktm.views.cards:find_cards"), typing=False),),
    special={CHECKING: "student_cards.show_case_work", MAKING: "student_cards.show_case_work"},
    sheets=(Sheet(named_by=is_card_service, draw=late("app.services.ktm.views.cards:draw_card_sheet")),),
    files={"case": FileOwner(can_remove=late("app.services.ktm.photos:can_remove_photo"))},
    services={SERVICE: ServicePages(register=late("app.services.ktm.register_cases:read_register"))},
    desk=late("app.services.ktm.tasks:DESK"),
    guide={
        "": "ktm",
        "ktm_photos": "foto",
    },
)
