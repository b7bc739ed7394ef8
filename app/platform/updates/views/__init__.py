"""The page of the program's versions, the same on both sides."""

from app.platform.web.context import WebRoom
from app.platform.web.own_flask import Pages

ROOM = WebRoom(
    (Pages("updates", "/versi", "app.platform.updates.views.page:pages"),),
    guide={"": "administrator#memperbarui-program"},
)
