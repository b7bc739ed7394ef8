"""Pages of the complaint book and the quarter."""

from app.complaints.oversight import WATCHED
from app.complaints.tasks import TASKS
from app.complaints.views import (
    board_page,
    book_page,
    box_page,
    capa_page,
    line_page,
    line_work,
    pledge_page,
    printing,
    recap_page,
    recap_work,
    settings_page,
    writing,
)
from app.web.context import Nav, WebRoom

NAV = (
    Nav("Buku pengaduan", "complaints.register", "complaint.view", group="Pengaduan", order=10,
        count=book_page.waiting_count),
    Nav("Kotak saran", "box.overview", "complaint.view", group="Pengaduan", order=20),
    Nav("LTPP", "capa.overview", "complaint.view", group="Pengaduan", order=30),
    Nav("Rekap triwulan", "recap.overview", "recap.view", group="Pengaduan", order=40),
    Nav("Papan pengumuman", "board.overview", "recap.view", group="Pengaduan", order=50),
    Nav("Seksi dan batas waktu", "complaint_settings.overview", "complaint.limits", group="Pengaduan", order=60),
)  # fmt: skip
ROOM = WebRoom(
    (book_page.pages, box_page.pages, capa_page.pages, recap_page.pages, board_page.pages, settings_page.pages,
     printing.pages),
    NAV,
    book_page.find_line,
    tasks=TASKS, watched=WATCHED,
)  # fmt: skip
__all__ = ["NAV", "ROOM", "line_page", "line_work", "pledge_page", "recap_work", "writing"]
