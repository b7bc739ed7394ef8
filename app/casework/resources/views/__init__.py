"""Pages of facilities and posts."""

from app.core.late import late
from app.platform.web.context import Nav, WebRoom
from app.platform.web.own_flask import Pages

ROOM = WebRoom(
    (
        Pages("facilities", "/sarana", "app.casework.resources.views.facilities:pages"),
        Pages("posts", "/pelaksana", "app.casework.resources.views.posts:pages"),
    ),
    (
        Nav(
            "Sarana dan prasarana",
            "facilities.show_facilities",
            "facility.view",
            group="Kantor",
            order=32,
            address="/sarana",
        ),
        Nav("Pelaksana", "posts.show_posts", "competence.view", group="Kantor", order=34, address="/pelaksana"),
    ),
    health=late("app.casework.resources.tasks:health_lines"),
    clause_pages={
        "facilities": ("Daftar sarana dan perbaikannya", "facilities.show_facilities", "facility.view"),
        "competence": ("Pelaksana dan syarat jabatannya", "posts.show_posts", "competence.view"),
    },
    desk=late("app.casework.resources.tasks:DESK"),
    guide={
        "facilities": "butir#sarana-dan-prasarana",
        "posts": "butir#pelaksana",
    },
)
