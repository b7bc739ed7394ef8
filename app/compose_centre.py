"""The centre put together: database, journal, pages, the HTTP side of the exchange, and what runs beside them."""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask, request

from app import compose
from app.centre import offices, originals, queries, releases, settings
from app.centre.offices import CentreExchange
from app.core import clock
from app.core.permissions import Actor
from app.platform.backups.service import NOT_WAITED, Backups
from app.platform.web import own_flask
from app.platform.web.application import make_app
from app.platform.web.context import RoadStatus, Shell, Surroundings
from schema.body_limits import body_limit
from schema.data_folder import DiskSpace
from schema.database import Database
from schema.database_errors import run_with_retries
from schema.migrations import prepare_schema
from schema.postgres import CentrePostgres
from sync import http_server
from sync.incarnations import is_standby_ignored
from sync.journal import Journal
from sync.scheduler import MinuteThread, newest_fault

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]
LOOPBACK = ("127.0.0.1", "::1", "")
OWN_NAMES = ["127.0.0.1", "localhost", "[::1]"]
SILENT = timedelta(days=1)
PROMISE = "Pelayanan KTP gratis, paling lambat 12 hari kerja."
ONLY_HERE = "Halaman pusat hanya dibuka dari komputernya sendiri atau lewat proksi ber-TLS."
SILENT_PROXY = (
    "Proksi di depan pusat tidak memakai TLS, atau tidak menyebut X-Forwarded-Proto dan X-Forwarded-For. "
    "Perbaiki pengaturan proksi, lalu ulangi."
)


@dataclass
class Centre:
    """The whole centre as one WSGI application: `/api/v1` for offices, everything else for this PC's browser.

    Files under way are signed and sealed, so this interface answers whoever reaches the port. The pages answer this PC
    only, or the proxy with TLS that stands on it: nobody else's word about scheme and address reaches this place
    (`app.cli.serving.open_server`). `names` are those of the proxy; under them nothing is served in the open.
    """

    journal: Journal
    desk: CentreExchange
    pages: Flask
    clock: Clock
    keep_up: Callable[[bool], None] = lambda _last: None
    names: tuple[str, ...] = ()
    _face: Flask | None = None

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if str(environ.get("PATH_INFO", "")).startswith("/api/v1/"):
            return self.face()(environ, start_response)
        if environ.get("wsgi.url_scheme") != "https" and (why := self.in_the_open(environ)):
            start_response("403 Forbidden", [("Content-Type", "text/plain; charset=utf-8"), *own_flask.HEADERS.items()])
            return [why.encode()]
        return self.pages(environ, start_response)

    def body_limit(self, environ: dict[str, Any]) -> int:
        if str(environ.get("PATH_INFO", "")).startswith("/api/v1/"):
            return body_limit(self.face(), environ)
        return body_limit(self.pages, environ)

    def in_the_open(self, environ: dict[str, Any]) -> str:
        if environ.get("REMOTE_ADDR", "") not in LOOPBACK:
            return ONLY_HERE
        name = str(environ.get("HTTP_HOST", "")).rpartition(":")[0] or str(environ.get("HTTP_HOST", ""))
        if name.lower() not in self.names:
            return ""
        return SILENT_PROXY

    def face(self) -> Flask:
        if self._face is None:
            face = Flask("loket-road", static_folder=None)
            face.after_request(own_flask.add_headers)
            if not self.journal.has_identity:
                return face
            http_server.install_server(face, self.desk.open_node, self.clock)
            answer_collisions_again(face, self.journal.db, repeatable=True)
            self._face = face
        return self._face

    def publish(self, now: datetime) -> int:
        if not settings.is_set_up(self.journal.db):
            return 0
        releases.publish_endorsements(self.journal, now=now)
        told = offices.publish_state(self.journal, now=now)
        if not self.desk.lost():
            originals.read_originals(self.journal, self.desk.keys(), now)
        return told


def build_centre(
    data: Path,
    *,
    now: Clock = clock.now,
    hosts: Iterable[str] = (),
    space: DiskSpace | None = None,
    begins: bool = True,
) -> Centre:
    """Open the centre of a data folder, bring it up to date, build its application. `hosts`: names of its proxy;
    without `begins` no session begins and nothing is written.
    """
    hosts = tuple(hosts)
    db = compose.open_side("centre", data)
    for fault in prepare_schema(db, "centre"):
        log.warning("%s", fault)
    journal = compose.journal("centre", db)
    if begins:
        compose.begin("centre", journal, data, now())
    compose.watch_connections(journal, data, now)
    desk = CentreExchange(journal, data / "keys")
    config = {
        "SECRET_KEY": compose.session_secret(data / "keys" / "session.key"),
        "CLOCK": now,
        "TRUSTED_HOSTS": [*OWN_NAMES, *hosts],
        "SPACE": space or DiskSpace(data),
    }
    surroundings = Surroundings(data, desk, Backups(journal, "centre", data))
    pages = make_app(centre_shell(), journal, compose.web_rooms("centre"), config, surroundings)
    answer_collisions_again(pages, db)
    return Centre(
        journal,
        desk,
        pages,
        now,
        lambda last: compose.keep_up("centre", journal, data, last=last, now=now()),
        tuple(name.lower() for name in hosts),
    )


def make_practice_app(
    journal: Journal,
    data: Path,
    exchange: CentreExchange,
    people_arrive: Callable[[datetime], None],
    config: Mapping[str, Any] | None = None,
) -> Flask:
    """The pages of a training centre with its exercises beside them. Nothing answers offices there."""
    from app.platform.practice.views import ROOM as PRACTICE

    own = {
        "SECRET_KEY": compose.session_secret(data / "keys" / "session.key"),
        "TRUSTED_HOSTS": OWN_NAMES,
        "SPACE": DiskSpace(data),
        "SESSION_COOKIE_NAME": compose.PRACTICE_COOKIE,
    }
    surroundings = Surroundings(data, exchange, Backups(journal, "centre", data), people_arrive=people_arrive)
    rooms = (*compose.web_rooms("centre"), PRACTICE)
    return make_app(compose.practice_shell(centre_shell()), journal, rooms, own | dict(config or {}), surroundings)


def answer_collisions_again(app: Flask, db: Database, *, repeatable: bool = False) -> None:
    """Let what collided with another request (PostgreSQL alone says so) be answered from its beginning.

    `repeatable`: also where it had committed something by then, as in the exchange, where the same file may come twice.
    Elsewhere only what is still undone is done again.
    """
    if not isinstance(db, CentrePostgres):
        return

    def again(step: Callable[..., Any]) -> Callable[..., Any]:
        def take_step(*given: Any) -> Any:
            committed = db.commits

            def may_repeat() -> bool:
                for upload in request.__dict__.get("files", {}).values():
                    upload.stream.seek(0)
                return repeatable or db.commits == committed

            return run_with_retries(partial(step, *given), may_repeat)

        return take_step

    app.preprocess_request = again(app.preprocess_request)  # type: ignore[method-assign]
    app.dispatch_request = again(app.dispatch_request)  # type: ignore[method-assign]


def centre_promise(db: Database, _on: date) -> str:
    if queries.centre_terms(db) == queries.KTP_TERMS:
        return PROMISE
    return ""


def centre_shell() -> Shell:
    return Shell(
        side="centre",
        place=lambda db: settings.get_setting(db, "centre.name"),
        home="centre.show_queue",
        search="centre.show_search",
        setup="centre_setup.show_first_run",
        road_status=centre_road_status,
        clock="centre_settings.edit_settings",
        returned="centre_returns.page",
        report_to=lambda db: settings.get_setting(db, "centre.contact"),
        promise=centre_promise,
        search_words=lambda db, _on: f"{queries.search_keys(db)}, nama, atau kode slip",
        files=queries.services_received,
    )


def centre_road_status(db: Database, _actor: Actor, now: datetime) -> RoadStatus | None:
    if fault := newest_fault(db):
        return RoadStatus("warn", "Basis data tidak cocok", fault, "centre_settings.edit_settings")
    if is_standby_ignored(db):
        return RoadStatus("warn", "Server cadangan tidak ditunggu", NOT_WAITED, "backups.page")
    offices_word = queries.office_word(db)
    known = [office for office in offices.list_offices(db, now) if office.enrolled_at]
    if not known:
        return RoadStatus("idle", f"Belum ada {offices_word}", "buat kode pendaftaran", "offices.show_offices")
    heard = [
        office
        for office in known
        if office.last_contact_at and now - datetime.fromisoformat(office.last_contact_at) < SILENT
    ]
    trouble = sum(1 for office in known if office.trouble)
    title = f"{len(known)} {offices_word} terhubung"
    detail = f"{len(heard)} memberi kabar 24 jam terakhir"
    if trouble:
        return RoadStatus("warn", title, f"{trouble} perlu diperiksa", "offices.show_offices")
    if len(heard) == len(known):
        return RoadStatus("good", title, detail, "offices.show_offices")
    return RoadStatus("idle", title, detail, "offices.show_offices")


class Publisher(MinuteThread):
    """Tells the offices about blanks and queue in the background, once a minute at most."""

    def __init__(self, centre: Centre) -> None:
        super().__init__("publisher", centre.clock)
        self.centre = centre

    def tick(self, now: datetime) -> None:
        self.centre.publish(now)
        self.centre.keep_up(False)

    def stop(self) -> None:
        super().stop()
        self.centre.keep_up(True)
