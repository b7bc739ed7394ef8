"""Composition of an office: its web application, its exchange as the pages see it, its keys and secret.

Like `app/compose.py` it knows every room and holds no rule (docs/decisions/0086-wings.md).
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from flask import Flask

from app import compose
from app.core import clock
from app.core.late import late
from app.platform.backups.service import Backups
from app.platform.office import queries as office
from app.platform.office import settings
from app.platform.office.exchange import OfficeExchange
from app.platform.office.views import lead_to_set_up
from app.platform.web.application import make_app
from app.platform.web.context import Shell, Surroundings
from schema.body_limits import body_limit
from schema.data_folder import DiskSpace
from sync.journal import Journal

SECRET_FILE = "rahasia-sesi"


def shell(insecure: bool = False) -> Shell:
    """What an office puts around every page; `insecure` warns on each that the network is open without TLS."""
    return Shell(
        side="office",
        place=lambda db: str(settings.get_setting(db, "office.name") or "Kantor belum disiapkan"),
        home="desk.show_desk",
        search="search.search_cases",
        setup="setup.first_run_form",
        lead_to_set_up=lead_to_set_up,
        standard=("standards.current_standard", lambda _db: "Standar pelayanan"),
        road_status=late("app.platform.office.views.exchange:exchange_header"),
        villages=lambda db: list(office.village_names(db).items()),
        insecure=insecure,
        clock="health.page",
        report_to=lambda db: str(settings.get_setting(db, "office.report_to")),
        returned="health.page",
        promise=office.promise_words,
        search_words=office.search_words,
        partner=office.partner_words,
        road_end=office.road_end,
        clauses=office.clause_words,
        files=office.files_in_force,
        duty=late("app.platform.office.views.standards:signing_address"),
    )


def make_practice_app(journal: Journal, data: Path, config: Mapping[str, Any] | None = None) -> Flask:
    """The pages of a training office: those of an office, its exercises beside them, and no exchange."""
    from app.platform.practice.alone import NoExchange
    from app.platform.practice.views import ROOM as PRACTICE

    own = {
        "SECRET_KEY": compose.session_secret(data / SECRET_FILE),
        "SPACE": DiskSpace(data),
        "SESSION_COOKIE_NAME": compose.PRACTICE_COOKIE,
    }
    surroundings = Surroundings(data, NoExchange(journal, data), Backups(journal, "office", data))
    rooms = (*compose.web_rooms("office"), PRACTICE)
    app = make_app(compose.practice_shell(shell()), journal, rooms, own | dict(config or {}), surroundings)
    app.extensions["loket_calendar"] = lambda: office.office_calendar(journal.db)
    return app


def make_office_app(
    journal: Journal, data: Path, config: Mapping[str, Any] | None = None, *, begins: bool = True
) -> Flask:
    """The pages of an office; without `begins` nothing is written that a new version begins with."""
    plan = office.network_plan(journal.db)
    own = {
        "SECRET_KEY": compose.session_secret(data / SECRET_FILE),
        "SPACE": DiskSpace(data),
        "COMPILED": data / "templat",
        "TRUSTED_HOSTS": list(plan.hosts),
    }
    # An office that was set up before a room moved in gets what that room begins with.
    if begins and journal.has_identity:
        compose.begin_rooms(journal, dict(config or {}).get("CLOCK", clock.now)())
    surroundings = Surroundings(
        data,
        OfficeExchange(journal, data, late("app.casework.batches.other_versions:count_waiting_lines")),
        Backups(journal, "office", data),
        compose.begin_rooms,
    )
    app = make_app(shell(plan.insecure), journal, compose.web_rooms("office"), own | dict(config or {}), surroundings)
    app.extensions["loket_calendar"] = lambda: office.office_calendar(journal.db)
    return app


class OfficeSite:
    """What the office's server answers: its pages, and under `VILLAGES` computers of villages, whose files are signed
    and sealed. The latter is made when the first of them asks."""

    VILLAGES = "/api/v1/villages/"

    def __init__(self, pages: Flask, journal: Journal, data: Path, now: Callable[[], datetime] = clock.now) -> None:
        self.pages = pages
        self.journal = journal
        self.data = data
        self.now = now

    @cached_property
    def face(self) -> Flask:
        from app.casework.villages.views.answering import make_village_face

        return make_village_face(self.journal, OfficeExchange(self.journal, self.data), self.now)

    def chosen(self, environ: Mapping[str, Any]) -> Flask:
        if str(environ.get("PATH_INFO", "")).startswith(self.VILLAGES):
            return self.face
        return self.pages

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        return self.chosen(environ)(environ, start_response)

    def body_limit(self, environ: dict[str, Any]) -> int:
        return body_limit(self.chosen(environ), environ)
