"""Pages of the training office: the exercises of a person, and the one in hand beside every page."""

from app.platform.web.context import WebRoom
from app.platform.web.own_flask import Pages

ROOM = WebRoom(
    (Pages("practice", "/latihan", "app.platform.practice.views.page:pages"),),
    guide={"": "latihan"},
)
