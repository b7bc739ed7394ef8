"""Pages of the surveys."""

from app.surveys.tasks import TASKS
from app.surveys.views import case_sheet, paper_forms, report_pages, results
from app.web.context import Nav, WebRoom

ROOM = WebRoom(
    (results.pages, paper_forms.pages, report_pages.pages),
    (
        Nav("Survei kepuasan", "surveys.show_results", "survey.view", group="Mutu", order=50),
        Nav("Lembar survei", "survey_forms.show_forms", "survey.type", group="Mutu", order=51),
        Nav("Laporan survei", "survey_reports.list_reports", "survey.view", group="Mutu", order=52),
    ),
    tasks=TASKS,
    case_sheets=(case_sheet.survey_sheet,),
)
