"""Pages of targets, realisation and evaluation."""

from app.core.late import late
from app.web.context import Nav, WebRoom
from app.web.late_pages import Pages

ROOM = WebRoom(
    (
        Pages("indicators", "/sasaran", "app.indicators.views.dashboard:pages"),
        Pages("figures", "/sasaran/indikator", "app.indicators.views.figures:pages"),
        Pages("targets", "/sasaran/target", "app.indicators.views.reviews:target_pages"),
        Pages("reviews", "/sasaran/evaluasi", "app.indicators.views.reviews:pages"),
        Pages("figure_uploads", "/sasaran/unggah", "app.indicators.views.figures:upload_pages"),
        Pages("indicator_documents", "/sasaran/naskah", "app.indicators.views.documents:pages"),
    ),
    (
        Nav(
            "Sasaran mutu",
            "indicators.show_dashboard",
            "indicator.view",
            group="Mutu",
            order=10,
            address="/sasaran",
        ),
        Nav(
            "Evaluasi kinerja",
            "reviews.list_reviews",
            "indicator.view",
            group="Mutu",
            order=20,
            address="/sasaran/evaluasi",
        ),
    ),
    tasks=late("app.indicators.tasks:TASKS"),
    due_items=(late("app.indicators.tasks:due_items"),),
    file_readers={"realisation": late("app.indicators.queries:may_see_evidence")},
    clause_pages={"performance": ("Evaluasi kinerja", "reviews.list_reviews", "indicator.view")},
    file_rights={"realisation": ("indicator.view", "")},
    file_pages={"realisation": late("app.indicators.views.figures:figure_page")},
)
