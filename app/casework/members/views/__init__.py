"""Pages of the people of a request and of their schedule."""

from app.core.late import late
from app.core.text import readable_name
from app.platform.web.context import Finder, Sheet, WebRoom
from app.platform.web.own_flask import Pages

ROOM = WebRoom(
    (
        Pages("members", "/berkas/*/orang", "app.casework.members.views.members:pages"),
        Pages("member_lists", "/berkas/*/orang/impor", "app.casework.members.views.lists:pages"),
        Pages("schedule", "/jadwal", "app.casework.members.views.schedule:pages"),
    ),
    finders=(
        Finder(
            "Orang dalam daftar",
            "case.view",
            late("app.casework.members.views.members:find_people"),
            typing=False,
            traced=True,
        ),
    ),
    sheets=(
        Sheet(
            named_by=lambda definition: definition.people is not None,
            draw=late("app.casework.members.views.members:people_sheet"),
        ),
    ),
    filters={"readable_name": readable_name},
    desk=late("app.casework.members.tasks:DESK"),
    guide={
        "": "kolektif#daftar-orang",
        "schedule": "kolektif#jadwal-perekaman",
    },
)
