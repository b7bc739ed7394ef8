"""Pages of the desk, the same for every service: new applications, cases, lists, papers, Meja kerja."""

from app.cases.calendar_effect import DUE_CHANGES
from app.cases.tasks import TASKS
from app.cases.views import (
    board,
    case_page,
    case_work,
    correction,
    desk,
    form,
    lists,
    oversight,
    papers,
    reserved,
)
from app.web.context import Nav, WebRoom

NAV = (
    Nav("Meja kerja", "desk.home", "desk.view", order=10, count=desk.waiting_count),
    Nav("Permohonan baru", "form.start", "case.open", order=20),
    Nav("Berkas", "cases.all_cases", "case.list", order=30),
    Nav("Kode siap diambil", "ready_codes.ready", "case.list", order=33),
    Nav("Jatuh tempo", "lists.due", "due.view", order=32),
    Nav("Buku register", "lists.register_book", "register.view", order=34),
    Nav("Pengawasan", "oversight.page", "oversight.view", group="Kantor", order=30, count=oversight.waiting),
)
ROOM = WebRoom(
    (desk.pages, form.pages, reserved.pages, lists.pages, lists.search_pages, case_page.pages, case_work.pages,
     correction.pages, papers.pages, oversight.pages, board.pages),
    NAV, tasks=TASKS, due_changes=DUE_CHANGES,
)  # fmt: skip
