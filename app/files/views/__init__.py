"""The one address under which files are shown."""

from app.web.context import WebRoom
from app.web.late_pages import Pages

ROOM = WebRoom((Pages("files", "/lampiran", "app.files.views.one_file:pages"),))
