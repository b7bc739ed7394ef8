"""Pages of recap, pledges and the notice board."""

from app.quarter.tasks import TASKS, due_items
from app.quarter.views import recaps, waiting_room
from app.web.context import Nav, WebRoom

ROOM = WebRoom(
    (recaps.pages, waiting_room.board_pages),
    (
        Nav("Rekap triwulan", "recap.list_recaps", "recap.view", group="Pengaduan", order=40),
        Nav("Papan pengumuman", "board.show_board", "recap.view", group="Pengaduan", order=50),
    ),
    tasks=TASKS,
    due_items=(due_items,),
)
