"""The one address under which files are shown."""

from app.files.views import one_file
from app.web.context import WebRoom

ROOM = WebRoom((one_file.pages,))
