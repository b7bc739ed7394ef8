"""Pages of targets, realisation and evaluation."""

from app.core.late import late
from app.platform.web.context import Nav, WebRoom
from app.platform.web.own_flask import Pages

ROOM = WebRoom(
    (
        Pages("indicators", "/sasaran", "app.quality.indicators.views.dashboard:pages"),
        Pages("figures", "/sasaran/indikator", "app.quality.indicators.views.figures:pages"),
        Pages("targets", "/sasaran/target", "app.quality.indicators.views.reviews:target_pages"),
        Pages("reviews", "/sasaran/evaluasi", "app.quality.indicators.views.reviews:pages"),
        Pages("figure_uploads", "/sasaran/unggah", "app.quality.indicators.views.figures:upload_pages"),
        Pages("indicator_documents", "/sasaran/naskah", "app.quality.indicators.views.documents:pages"),
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
    files={"realisation": late("app.quality.indicators.views.figures:FILES")},
    clause_pages={"performance": ("Evaluasi kinerja", "reviews.list_reviews", "indicator.view")},
    desk=late("app.quality.indicators.tasks:DESK"),
    guide={
        "indicators": "sasaran",
        "figures": "sasaran#angka-yang-diketik",
        "figure_uploads": "sasaran#angka-yang-diketik",
        "targets": "sasaran#target",
        "reviews": "sasaran#evaluasi-kinerja",
        "indicator_documents": "sasaran#naskah-indikator",
    },
)
