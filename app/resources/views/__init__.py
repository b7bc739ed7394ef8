"""Pages of facilities and posts."""

from functools import partial

from app.core.late import late
from app.web.context import Nav, WebRoom
from app.web.late_pages import Pages

line = partial(Nav, group="Kantor")
ROOM = WebRoom(
    (
        Pages("facilities", "/sarana", "app.resources.views.facilities:pages"),
        Pages("posts", "/pelaksana", "app.resources.views.posts:pages"),
    ),
    (
        line("Sarana dan prasarana", "facilities.show_facilities", "facility.view", order=32, address="/sarana"),
        line("Pelaksana", "posts.show_posts", "competence.view", order=34, address="/pelaksana"),
    ),
    tasks=late("app.resources.tasks:TASKS"),
    watched=late("app.resources.tasks:WATCHED"),
    health=(late("app.resources.tasks:health_lines"),),
)
