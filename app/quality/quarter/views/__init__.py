"""Pages of recap, pledges and the notice board."""

from app.core.late import late
from app.platform.web.context import Nav, WebRoom
from app.platform.web.own_flask import Pages

ROOM = WebRoom(
    (
        Pages("recap", "/rekap", "app.quality.quarter.views.recaps:pages"),
        Pages("board", "/papan-pengumuman", "app.quality.quarter.views.waiting_room:board_pages"),
    ),
    (
        Nav("Rekap triwulan", "recap.list_recaps", "recap.view", group="Pengaduan", order=40, address="/rekap"),
        Nav(
            "Papan pengumuman",
            "board.show_board",
            "recap.view",
            group="Pengaduan",
            order=50,
            address="/papan-pengumuman",
        ),
    ),
    desk=late("app.quality.quarter.tasks:DESK"),
    guide={
        "": "pengaduan-sekretaris#memeriksa-rekap-triwulan camat#rekap-triwulan informasi#setiap-triwulan",
        "board": "informasi#setiap-triwulan",
    },
)
