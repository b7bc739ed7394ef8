"""The one address under which files are shown."""

from app.files.views import one_file
from app.web.context import Nav, WebRoom

NAV = (Nav("Foto dan pindaian", "files.list_files", "file.remove", group="Kantor", order=35),)
ROOM = WebRoom((one_file.pages,), NAV)
