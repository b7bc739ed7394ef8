"""Pages of the people of a request and of their schedule."""

from app.members.tasks import CARDS, TASKS
from app.members.views import lists, members, schedule
from app.web.context import WebRoom

ROOM = WebRoom(
    (members.pages, lists.pages, schedule.pages),
    find=members.find_person_address,
    tasks=TASKS,
    cards=CARDS,
    case_sheets=(members.people_sheet,),
)
