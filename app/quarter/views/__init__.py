"""Pages of recap, pledges and the notice board."""

from app.core.late import late
from app.web.context import Nav, WebRoom
from app.web.late_pages import Pages

ROOM = WebRoom(
    (
        Pages("recap", "/rekap", "app.quarter.views.recaps:pages"),
        Pages("board", "/papan-pengumuman", "app.quarter.views.waiting_room:board_pages"),
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
    tasks=late("app.quarter.tasks:TASKS"),
    due_items=(late("app.quarter.tasks:due_items"),),
)
