"""Pages of the queue."""

from app.core.late import late
from app.platform.office.settings import gives_numbers
from app.platform.web.context import Nav, WebRoom
from app.platform.web.own_flask import Pages

ROOM = WebRoom(
    (
        Pages("tickets", "/antrean", "app.services.tickets.views.counter:pages"),
        Pages("ticket_figures", "/waktu-tunggu", "app.services.tickets.views.figures:pages"),
        Pages("ticket_settings", "/pengaturan/antrean", "app.services.tickets.views.settings:pages"),
    ),
    (
        Nav(
            "Panggil antrean",
            "tickets.list_counters",
            "ticket.call",
            order=15,
            count=late("app.services.tickets.views.counter:count_for_rail"),
            counted="menunggu dipanggil",
            shown=gives_numbers,
            address="/antrean",
            key="a",
            also="nomor loket berikutnya",
        ),
        Nav(
            "Waktu tunggu",
            "ticket_figures.show_figures",
            "oversight.view",
            group="Mutu",
            order=53,
            shown=gives_numbers,
            address="/waktu-tunggu",
            also="antrean lama dilayani",
        ),
        Nav(
            "Nomor antrean",
            "ticket_settings.show_settings",
            "office.settings",
            group="Kantor",
            order=52,
            address="/pengaturan/antrean",
            also="kios layar panggilan",
        ),
    ),
    guide={
        "tickets": "antrean#di-loket",
        "ticket_figures": "antrean#menyalakan-dan-waktu-tunggu",
        "ticket_settings": "antrean#menyalakan-dan-waktu-tunggu",
    },
)
