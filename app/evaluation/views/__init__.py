"""Pages of monitoring and evaluation, and of the documents of quality."""

from app.evaluation.tasks import TASKS, due_items
from app.evaluation.views import cycles, documents, sheets
from app.evaluation.views.cycles import can_see_supervision
from app.evaluation.views.kiosk import policy_sheet
from app.web.context import Nav, WebRoom

ROOM = WebRoom(
    (cycles.pages, sheets.pages, documents.pages),
    (
        Nav("Pemantauan dan evaluasi", "evaluation.list_cycles", "evaluation.view", group="Mutu", order=40),
        Nav("Dokumen mutu", "quality.list_documents", "standard.view", group="Mutu", order=50),
    ),
    tasks=TASKS,
    due_items=(due_items,),
    file_readers={"supervision": can_see_supervision},
    board=(policy_sheet,),
)
