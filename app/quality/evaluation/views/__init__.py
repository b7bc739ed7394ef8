"""Pages of monitoring and evaluation, and of the documents of quality."""

from app.core.late import late
from app.platform.web.context import Finder, Nav, WebRoom
from app.platform.web.own_flask import Pages

ROOM = WebRoom(
    (
        Pages("evaluation", "/monev", "app.quality.evaluation.views.cycles:pages"),
        Pages(
            "evaluation_sheets",
            ("/monev/lembar", "/monev/tindak-lanjut", "/monev/*/tindak-lanjut"),
            "app.quality.evaluation.views.sheets:pages",
        ),
        Pages("quality", "/mutu", "app.quality.evaluation.views.documents:pages"),
    ),
    (
        Nav(
            "Pemantauan dan evaluasi",
            "evaluation.list_cycles",
            "evaluation.view",
            group="Mutu",
            order=40,
            address="/monev",
        ),
        Nav("Dokumen mutu", "quality.list_documents", "standard.view", group="Mutu", order=50, address="/mutu"),
    ),
    acts=(Nav("Siklus monev baru", "evaluation.new_cycle", "evaluation.assess", address="/monev/baru", also="monev"),),
    finders=(
        Finder("Pemantauan dan evaluasi", "evaluation.view", late("app.quality.evaluation.views.cycles:find_cycles")),
    ),
    files={"supervision": late("app.quality.evaluation.views.cycles:FILES")},
    links={"indicator": late("app.quality.evaluation.views.cycles:capa_link")},
    clause_pages={
        "guarantee": ("Jaminan dan Sasaran Mutu", "quality.list_documents", "standard.view"),
        "policy": ("Kebijakan Mutu", "quality.list_documents", "standard.view"),
    },
    board=late("app.quality.evaluation.views.kiosk:policy_sheet"),
    desk=late("app.quality.evaluation.tasks:DESK"),
    guide={
        "evaluation": "evaluasi#tim",
        "evaluation_sheets": "evaluasi#unit",
        "quality": "evaluasi#dokumen-mutu",
    },
)
