"""The app factory of both sides: `make_app(shell, journal, rooms, config)`.

run.py builds the journal and the list of rooms and hands them in; nothing here knows a feature.
"""

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

from flask_wtf.csrf import CSRFProtect
from htmx_flask import Htmx
from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket

from app import paths
from app.core import clock
from app.version import VERSION
from app.web import errors, filters, guard, guide, layout, responses
from app.web.context import PARTNER, Loket, Nav, Shell, Surroundings, WebRoom
from app.web.forms import KeyConverter
from app.web.late_pages import LateFlask
from sync.journal import Journal

GROUPS = ("Loket", "Surat", PARTNER, "Hotline", "Pengaduan", "Mutu", "Antrean", "Kantor")
"""Order of the rail; groups not named here come after."""
MEGABYTE = 1024 * 1024
DEFAULTS: dict[str, Any] = {
    "MAX_CONTENT_LENGTH": 2 * MEGABYTE,
    "MAX_FORM_MEMORY_SIZE": MEGABYTE,
    "MAX_FORM_PARTS": 2000,
    "TRUSTED_HOSTS": ["127.0.0.1", "localhost", "[::1]"],
    "WTF_CSRF_TIME_LIMIT": None,
    "WTF_CSRF_CHECK_DEFAULT": False,
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "TEMPLATES_AUTO_RELOAD": False,
    "CLOCK": clock.now,
}


class CompiledTemplates(FileSystemBytecodeCache):
    """Templates as they were compiled the last time, in a folder beside the database that only its owner may open.

    Jinja compares each with its source. Where the disk is full or read-only the pages are compiled as ever.
    """

    def __init__(self, folder: Path) -> None:
        with suppress(OSError):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        super().__init__(str(folder), f"%s-{VERSION}.bin")

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what is kept, if it can be read and belongs to whoever runs the program."""
        try:
            if os.name == "nt" or Path(self.directory).stat().st_uid == os.getuid():
                super().load_bytecode(bucket)
        except (OSError, EOFError, ValueError, TypeError, UnpicklingError):
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().dump_bytecode(bucket)


class Misconfigured(Exception):
    """The app was asked to start without something it must not invent, such as its secret key."""


def make_app(
    shell: Shell,
    journal: Journal,
    rooms: Sequence[WebRoom],
    config: Mapping[str, Any],
    surroundings: Surroundings | None = None,
) -> LateFlask:
    """Build the web face of one side. `config` must hold SECRET_KEY; TRUSTED_HOSTS, CLOCK and others are optional.

    COMPILED names a folder in which compiled templates are kept for the next start, SPACE is the disk of the data.

    Raises Misconfigured without a secret key, and when a rail line names an endpoint that does not exist.
    """
    templates = str(config.get("TEMPLATES") or paths.template_folder())
    app = LateFlask("loket", static_folder=None, template_folder=templates)
    app.config.update(DEFAULTS, SESSION_COOKIE_NAME=f"loket_{shell.side}")
    app.config.update(config)
    if not app.config.get("SECRET_KEY"):
        raise Misconfigured("SECRET_KEY is missing")
    app.url_map.converters["int"] = KeyConverter
    app.session_interface = responses.SessionCookies()
    if config.get("COMPILED"):
        app.jinja_env.bytecode_cache = CompiledTemplates(Path(config["COMPILED"]))
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    Htmx(app)
    app.extensions["loket"] = Loket(shell, journal, rail_of(rooms), tuple(rooms), surroundings or Surroundings())
    responses.install_headers(app)
    guard.install_guard(app, CSRFProtect(app))
    errors.install_errors(app)
    filters.install_filters(app)
    layout.install_layout(app)
    responses.install_assets(app, Path(config.get("STATIC") or paths.static_folder()))
    guide.install_guide(app)
    for room in rooms:
        if room.before_request:
            app.before_request(room.before_request)
        app.jinja_env.filters.update(room.filters)
        for pages in room.blueprints:
            app.take_pages(pages)
    nav: Sequence[Nav] = app.extensions["loket"].nav
    lost = [one.endpoint for one in nav if not (one.address or one.endpoint in app.view_functions)]
    if lost:
        raise Misconfigured(f"rail lines without a view: {', '.join(lost)}")
    return app


def rail_of(rooms: Sequence[WebRoom]) -> tuple[Nav, ...]:
    lines = [item for room in rooms for item in room.nav]
    rank = {name: place for place, name in enumerate(GROUPS)}
    return tuple(sorted(lines, key=lambda item: (rank.get(item.group, len(rank)), item.group, item.order)))
