"""Pages of the surveys."""

from functools import partial

from app.core.late import late
from app.platform.web.context import Nav, Sheet, WebRoom
from app.platform.web.own_flask import Pages

line = partial(Nav, group="Mutu")
ROOM = WebRoom(
    (
        Pages("surveys", "/kepuasan", "app.quality.surveys.views.results:pages"),
        Pages("survey_forms", "/kepuasan/lembar", "app.quality.surveys.views.paper_forms:pages"),
        Pages("survey_reports", "/kepuasan/laporan", "app.quality.surveys.views.report_pages:pages"),
    ),
    (
        line("Survei kepuasan", "surveys.show_results", "survey.view", order=50, address="/kepuasan"),
        line("Lembar survei", "survey_forms.show_forms", "survey.type", order=51, address="/kepuasan/lembar"),
        line("Laporan survei", "survey_reports.list_reports", "survey.view", order=52, address="/kepuasan/laporan"),
    ),
    sheets=(Sheet(draw=late("app.quality.surveys.views.case_sheet:survey_sheet")),),
    desk=late("app.quality.surveys.tasks:DESK"),
    guide={
        "surveys": "survei#hasil-dan-laporan",
        "survey_forms": "survei#lembar-kertas",
        "survey_reports": "survei#hasil-dan-laporan",
    },
)
