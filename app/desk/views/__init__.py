"""Pages of the desk, the same for every service: new applications, cases, lists, papers, Meja kerja."""

from app.desk.limits import DUE_CHANGES, due_items
from app.desk.opening import can_remove_file, can_see_case
from app.desk.tasks import TASKS
from app.desk.views import case_page, case_work, desk, form, lists, oversight, papers
from app.web.context import Nav, WebRoom

NAV = (
    Nav("Meja kerja", "desk.show_desk", "desk.view", order=10, count=desk.waiting_count),
    Nav("Permohonan baru", "form.start_application", "case.open", order=20),
    Nav("Berkas", "cases.show_cases", "case.list", order=30),
    Nav("Kode siap diambil", "ready_codes.show_ready_codes", "case.list", order=33),
    Nav("Jatuh tempo", "lists.show_due", "due.view", order=32),
    Nav("Buku register", "lists.show_register", "register.view", order=34),
    Nav("Pengawasan", "oversight.page", "oversight.view", group="Kantor", order=30, count=oversight.open_note_count),
)
ROOM = WebRoom(
    (
        desk.pages,
        form.pages,
        papers.reserved_pages,
        lists.pages,
        lists.search_pages,
        case_page.pages,
        case_work.pages,
        case_work.correction_pages,
        papers.pages,
        oversight.pages,
        papers.board_pages,
    ),
    NAV,
    tasks=TASKS,
    due_changes=DUE_CHANGES,
    due_items=(due_items,),
    file_readers={"case": can_see_case},
    file_pages={"case": case_page.name_case},
    file_removers={"case": can_remove_file},
)
