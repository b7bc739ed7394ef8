"""Pages of the people of a request and of their schedule."""

from app.core.late import late
from app.web.context import WebRoom
from app.web.late_pages import Pages

ROOM = WebRoom(
    (
        Pages("members", "/berkas/*/orang", "app.members.views.members:pages"),
        Pages("member_lists", "/berkas/*/orang/impor", "app.members.views.lists:pages"),
        Pages("schedule", "/jadwal", "app.members.views.schedule:pages"),
    ),
    find=late("app.members.views.members:find_person_address"),
    tasks=late("app.members.tasks:TASKS"),
    cards=late("app.members.tasks:CARDS"),
    case_sheets=(late("app.members.views.members:people_sheet"),),
)
