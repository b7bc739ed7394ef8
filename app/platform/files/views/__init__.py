"""The one address under which files are shown."""

from app.platform.web.context import Nav, WebRoom
from app.platform.web.own_flask import Pages

ROOM = WebRoom(
    (Pages("files", "/lampiran", "app.platform.files.views.one_file:pages"),),
    (Nav("Foto dan pindaian", "files.list_files", "file.remove", group="Kantor", order=35, address="/lampiran"),),
)
