"""Pages of targets, realisation and evaluation."""

from app.core.permissions import Actor, may
from app.indicators.queries import load_figure
from app.indicators.tasks import TASKS, due_items
from app.indicators.views import dashboard, documents, figures, reviews, targets
from app.web.context import Nav, WebRoom
from schema.database import Database


def may_see_evidence(db: Database, actor: Actor, figure_id: int, _now: object) -> bool:
    load_figure(db, figure_id)
    return may(actor, "indicator.view")


ROOM = WebRoom(
    (dashboard.pages, documents.pages, figures.pages, targets.pages, reviews.pages),
    (
        Nav("Sasaran mutu", "indicators.show_dashboard", "indicator.view", group="Mutu", order=10),
        Nav("Evaluasi kinerja", "reviews.list_reviews", "indicator.view", group="Mutu", order=20),
    ),
    tasks=TASKS,
    due_items=(due_items,),
    file_readers={"realisation": may_see_evidence},
)
