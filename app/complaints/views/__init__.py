"""Pages of the complaint book and the suggestion box."""

from app.complaints import suggestion_box
from app.complaints.limits import changed_lines
from app.complaints.tasks import TASKS, WATCHED, due_items
from app.complaints.views import book, box, lines, settings
from app.web.context import Nav, WebRoom

ROOM = WebRoom(
    (book.pages, box.pages, settings.pages, book.paper_pages),
    (
        Nav(
            "Buku pengaduan",
            "complaints.show_register",
            "complaint.view",
            group="Pengaduan",
            order=10,
            count=book.waiting_count,
        ),
        Nav("Kotak saran", "box.show_box", "complaint.view", group="Pengaduan", order=20),
        Nav(
            "Seksi dan batas waktu", "complaint_settings.show_settings", "complaint.limits", group="Pengaduan", order=60
        ),
    ),
    book.find_line_address,
    tasks=TASKS,
    due_changes=(changed_lines,),
    due_items=(due_items, suggestion_box.due_items),
    watched=WATCHED,
)
__all__ = ["ROOM", "lines"]
