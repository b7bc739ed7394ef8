"""Pages of targets, realisation and evaluation."""

from app.indicators.queries import may_see_evidence
from app.indicators.tasks import TASKS, due_items
from app.indicators.views import dashboard, documents, figures, reviews, targets
from app.web.context import Nav, WebRoom

ROOM = WebRoom(
    (dashboard.pages, figures.pages, targets.pages, reviews.pages, documents.pages),
    (
        Nav("Sasaran mutu", "indicators.show_dashboard", "indicator.view", group="Mutu", order=10),
        Nav("Evaluasi kinerja", "reviews.list_reviews", "indicator.view", group="Mutu", order=20),
    ),
    tasks=TASKS,
    due_items=(due_items,),
    file_readers={"realisation": may_see_evidence},
    file_pages={"realisation": figures.figure_page},
)
