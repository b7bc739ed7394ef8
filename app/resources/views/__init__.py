"""Pages of facilities and posts."""

from app.resources.tasks import TASKS, WATCHED, health_lines
from app.resources.views import facilities, posts
from app.web.context import Nav, WebRoom

ROOM = WebRoom(
    (facilities.pages, posts.pages),
    (
        Nav("Sarana dan prasarana", "facilities.show_facilities", "facility.view", group="Kantor", order=32),
        Nav("Pelaksana", "posts.show_posts", "competence.view", group="Kantor", order=34),
    ),
    tasks=TASKS,
    watched=WATCHED,
    health=(health_lines,),
)
