"""Composition of an office: its web face, its road as the pages see it, its keys and secret.

Like `app/compose.py` it knows every room and holds no rule (docs/decisions/0002-composition.md).
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask, g, has_request_context, request

from app import compose
from app.batches import other_versions
from app.compose_backup import Backups
from app.core import clock
from app.core.clock import office_date
from app.core.dates import clock_time, format_number, short_day
from app.core.messages import LINE_KIND, parse_dispatch_line
from app.core.permissions import Actor, require
from app.core.problems import Problem
from app.office import queries as office
from app.office import settings
from app.office.views.exchange import (
    CentreKey,
    ExchangeResult,
    ExchangeState,
    Fork,
    ForkLine,
    KeptFile,
    LineSetAside,
    NotTaken,
)
from app.web.application import make_app
from app.web.context import RoadStatus, Shell, Surroundings
from schema.data_folder import DiskSpace
from schema.database import Database
from sync.carriers import removable_drives
from sync.enrolment import EnrolmentCode, enrol_over_network, write_request
from sync.entries import parse_utc_text
from sync.events import LineSettled
from sync.evidence import rewritten_history
from sync.forks import VersionLine, read_versions
from sync.journal import Journal
from sync.nodes import Node, keys_for_code, keys_in_force, read_peers, waiting_keys
from sync.problems import SyncError, SyncReport
from sync.refused import read_refusals
from sync.runs import sync_from_folder, sync_over_network, sync_to_folder
from sync.status import SyncStatus as Standing
from sync.status import kept_files, open_forks, sync_status, waiting_entries

SECRET_FILE = "rahasia-sesi"
STICK_FOLDER = "stik"
COMPILED_FOLDER = "templat"
ROAD_PAGE = "road_page.page"
OLD_WORKDAYS = 3
"""From the third working day on, what is not sent asks for attention."""


def secret_key(data: Path) -> str:
    """The key of session cookies, made once and readable by the owner only."""
    path = data / SECRET_FILE
    if not path.exists():
        data.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
    return path.read_text(encoding="ascii")


class OfficeRoad:
    """The road to the centre as the office's pages see it. Keys are loaded when the office has an identity."""

    def __init__(self, journal: Journal, data: Path) -> None:
        self.journal, self.data = journal, data

    def road(self) -> Node:
        """The road with this PC's keys. Raises RoadError when they are missing or damaged."""
        keys = keys_in_force(self.journal.db, self.data / "keys", self.journal.source)
        return Node(self.journal, keys, self.label())

    def label(self) -> str:
        """This office in names of files and sentences."""
        known = (settings.get_setting(self.journal.db, f"office.{key}") for key in ("short_name", "place"))
        return next((str(one) for one in known if one), "Kantor")

    def keys_problem(self) -> str:
        """What is wrong with this PC's key files and how to go on; an empty text when nothing is."""
        if not self.journal.founded:
            return ""
        try:
            keys_in_force(self.journal.db, self.data / "keys", self.journal.source)
        except SyncError as problem:
            return problem.sentence
        return ""

    def road_for(self, typed: str) -> Node:
        """The road that asks to be let in: with new keys for this code, if the office was enrolled before.

        Rotation, a restored PC, a fenced one and one whose key files are damaged or gone all come this way. The keys in
        force stay so until the answer is read. Raises RoadError("code_shape").
        """
        token = EnrolmentCode.read(typed).token_hash
        if not read_peers(self.journal.db) and not self.keys_problem():
            return self.road()
        return Node(self.journal, keys_for_code(self.journal, self.data / "keys", token), self.label())

    def road_to_read(self) -> Node:
        """The road, or where the keys are lost the one whose new keys wait for their answer. Raises RoadError."""
        try:
            return self.road()
        except SyncError:
            waiting = waiting_keys(self.data / "keys", self.journal.source)
            if waiting is None:
                raise
            return Node(self.journal, waiting, self.label())

    def state(self) -> ExchangeState:
        """How the road stands now."""
        if not self.journal.founded:
            return ExchangeState(False)
        one, newer = status_now(self.journal.db), waiting_entries(self.journal.db)
        return ExchangeState(
            one.enrolled,
            one.label,
            one.unsent,
            one.oldest_at,
            one.last_contact_at,
            one.offline_since,
            one.set_aside,
            one.stopped,
            one.kept,
            one.sentence,
            sum(each.count for each in newer),
            min((each.since for each in newer), default=None),
        )

    def centre_key(self) -> CentreKey | None:
        """The key of the centre that is in force here."""
        row = self.journal.db.one(
            "SELECT signer, since, (SELECT count(*) FROM road_key WHERE retired_at IS NOT NULL) FROM road_key"
            " WHERE fenced_at IS NULL"
        )
        return CentreKey(row[0], parse_utc_text(row[1]), row[2]) if row else None

    def sync(self, now: datetime) -> ExchangeResult:
        """One exchange over the network."""
        return told(lambda: sync_over_network(self.road(), now))

    def write_stick(self, folder: Path, now: datetime) -> ExchangeResult:
        """Write what the centre lacks into a folder."""
        return told(lambda: sync_to_folder(self.road(), folder, now))

    def read_stick(self, folder: Path, now: datetime) -> ExchangeResult:
        """Read what lies in a folder."""
        return told(lambda: sync_from_folder(self.road_to_read(), folder, now))

    def enrol(self, code: str, now: datetime) -> ExchangeResult:
        """Enrol with the centre's printed code, over the network."""
        try:
            answer = enrol_over_network(self.road_for(code), code, now)
        except SyncError as problem:
            return ExchangeResult(False, [problem.sentence])
        return ExchangeResult(True, [f"Kantor ini terdaftar di {answer.centre_label}."])

    def request_enrolment(self, code: str, folder: Path, now: datetime) -> ExchangeResult:
        """Write the enrolment request to a folder, for an office without network."""
        try:
            path = write_request(self.road_for(code), code, folder, now)
        except SyncError as problem:
            return ExchangeResult(False, [problem.sentence])
        return ExchangeResult(
            True,
            [f"Berkas {path.name} ditulis. Bawa ke pusat cetak, lalu baca jawabannya di sini."],
            [path.name],
        )

    # -- what waits for a person ------------------------------------------------------------------------------

    def lines_aside(self) -> list[LineSetAside]:
        """Lines of ours that the other side could not use."""
        rows = self.journal.db.run(
            "SELECT epoch, stream, n, kind, subject, reason, told_by, told_at FROM set_aside_line"
            " WHERE settled_at IS NULL ORDER BY told_at, n LIMIT 100"
        )
        return [
            LineSetAside(f"{epoch}/{stream}/{n}", kind, subject, reason, told_by, parse_utc_text(at))
            for epoch, stream, n, kind, subject, reason, told_by, at in rows
        ]

    def forks(self) -> list[Fork]:
        """Stopped streams with both versions."""
        found = {(one.source, one.epoch, one.stream): one for one in reversed(open_forks(self.journal.db))}
        return [
            Fork(
                f"{one.epoch}/{one.stream}/{one.n}",
                one.source,
                one.source == self.journal.source,
                one.found_at,
                both.shared,
                [fork_line(line) for line in both.held],
                [fork_line(line) for line in both.other],
            )
            for where, one in found.items()
            for both in [read_versions(self.journal, where)]
        ]

    def rewritten(self) -> list[str]:
        """What changed of acknowledged or anchored history."""
        return [one.sentence for one in rewritten_history(self.journal)]

    def twins(self) -> int:
        """Lines of another PC, and own ones that never reached the centre."""
        return other_versions.count_waiting_lines(self.journal.db)

    def kept_files(self) -> list[KeptFile]:
        """Files kept aside."""
        return [
            KeptFile(one.name, one.sender, one.first, one.last, one.code == "gap", one.sentence, one.kept_at)
            for one in kept_files(self.journal.db)
        ]

    def not_taken(self) -> list[NotTaken]:
        """What of the centre was not taken here."""
        known = read_peers(self.journal.db)
        return [
            NotTaken(one.what, one.count, one.sentence, one.last_at)
            for one in (read_refusals(self.journal.db, known[0].name) if known else [])
        ]

    def settle_line(self, actor: Actor, place: str, note: str, now: datetime) -> None:
        """Record that somebody has dealt with a line of ours."""
        require(actor, "sync.run")
        with self.journal.transaction():
            found = next((one for one in self.lines_aside() if one.place == place), None)
            epoch, stream, n = split_place(found.place if found else "", note)
            self.journal.record(
                LineSettled(epoch, stream, n, note.strip()),
                subject=found.subject if found else "",
                actor=actor.username,
                at=now,
            )

    def sticks(self) -> list[tuple[str, str]]:
        """Removable drives that are plugged in, and the office's own folder for files sent in another way."""
        own = self.data / STICK_FOLDER
        own.mkdir(parents=True, exist_ok=True)
        return [(str(path), f"Stik {label}") for path, label in removable_drives()] + [
            (str(own), "Folder stik di komputer ini")
        ]


def fork_line(line: VersionLine) -> ForkLine:
    """A line of a version with what its body says of a case."""
    case = parse_dispatch_line(line.line.decode(errors="replace")) if line.kind == LINE_KIND else None
    return ForkLine(line.n, line.kind, case.number, case.name) if case else ForkLine(line.n, line.kind)


def split_place(place: str, note: str) -> tuple[int, str, int]:
    """(epoch, stream, n) of a place that is on a list; an empty one is not. Raises Problem."""
    if not place:
        raise Problem.of("conflict", why="Catatan itu sudah diselesaikan. Muat ulang halaman.")
    if not note.strip() or len(note) > 300:
        raise Problem.of("invalid", {"note": "Tulis apa yang sudah dilakukan, paling panjang 300 huruf."})
    epoch, _, rest = place.partition("/")
    stream, _, n = rest.rpartition("/")
    return int(epoch), stream, int(n)


def told(exchange: Callable[[], SyncReport]) -> ExchangeResult:
    """What an exchange came to, in the words of the pages; keys that cannot be used are an answer too."""
    try:
        report = exchange()
    except SyncError as problem:
        return ExchangeResult(False, [problem.sentence])
    return ExchangeResult(report.ok, list(report.sentences), list(report.names))


def place(db: Database) -> str:
    """The office's name under the brand."""
    return str(settings.get_setting(db, "office.name") or "Kantor belum disiapkan")


def status_now(db: Database) -> Standing:
    """How the road stands; header and rail of a page that only reads ask once between them."""
    if not has_request_context() or request.method != "GET":
        return sync_status(db)
    known: Standing | None = g.get("road_standing")
    if known is None:
        known = g.road_standing = sync_status(db)
    return known


def header_state(db: Database, _actor: Actor, now: datetime) -> RoadStatus | None:
    """Unsent count and age for every page's header. Offline is weather; only what waits for a person is a warning."""
    one = status_now(db)
    if not one.enrolled:
        return RoadStatus("idle", "Kiriman dengan kertas", "belum terdaftar di pusat cetak", ROAD_PAGE)
    oldest = office_date(one.oldest_at) if one.oldest_at else None
    waiting = f"{format_number(one.unsent)} belum terkirim" + (f", tertua {short_day(oldest)}" if oldest else "")
    old = oldest is not None and office.office_calendar(db).workdays_between(oldest, office_date(now)) >= OLD_WORKDAYS
    trouble = one.set_aside + one.stopped + other_versions.count_waiting_lines(db)
    if trouble:
        return RoadStatus("warn", "Perlu diperiksa", f"{format_number(trouble)} hal di jalan ke pusat cetak", ROAD_PAGE)
    if not settings.get_setting(db, "centre.runs_loket"):
        return RoadStatus(
            "idle", "Kiriman dengan kertas", waiting if one.unsent else "pusat cetak tanpa Loket", ROAD_PAGE
        )
    if one.offline_since is not None:
        return RoadStatus(
            "warn" if old else "idle",
            f"Luring sejak {since(one.offline_since, now)}",
            waiting if one.unsent else "Tidak ada yang tertunda",
            ROAD_PAGE,
        )
    if one.unsent:
        return RoadStatus("warn" if old else "sent", "Menunggu dikirim", waiting, ROAD_PAGE)
    last = f"terakhir {since(one.last_contact_at, now)}" if one.last_contact_at else "belum ada kiriman"
    return RoadStatus("good", "Semua terkirim", last, ROAD_PAGE)


def since(at: datetime, now: datetime) -> str:
    """The hour of today, else the day."""
    return clock_time(at) if office_date(at) == office_date(now) else short_day(office_date(at))


def shell(insecure: bool = False) -> Shell:
    """What an office puts around every page; `insecure` warns on each that the network is open without TLS."""
    return Shell(
        side="office",
        place=place,
        home="desk.show_desk",
        search="search.search_cases",
        setup="setup.first_run_form",
        standard=("standards.current_standard", lambda db: "Standar pelayanan"),
        road_status=header_state,
        villages=lambda db: list(office.village_names(db).items()),
        insecure=insecure,
        clock="health.page",
        report_to=lambda db: str(settings.get_setting(db, "office.report_to")),
        returned="health.page",
        promise=office.promise_words,
        search_words=office.search_words,
    )


def make_office_app(journal: Journal, data: Path, config: Mapping[str, Any] | None = None) -> Flask:
    """The web face of an office over its journal; `data` holds keys and the session secret."""
    plan = office.network_plan(journal.db)
    own = {
        "SECRET_KEY": secret_key(data),
        "SPACE": DiskSpace(data),
        "COMPILED": data / COMPILED_FOLDER,
        "TRUSTED_HOSTS": list(plan.hosts),
    }
    if journal.founded:  # an office that was set up before a room moved in gets what that room begins with
        compose.begin_rooms(journal, dict(config or {}).get("CLOCK", clock.now)())
    surroundings = Surroundings(data, OfficeRoad(journal, data), Backups(journal, "office", data), compose.begin_rooms)
    app = make_app(shell(plan.insecure), journal, compose.web_rooms("office"), own | dict(config or {}), surroundings)
    app.extensions["loket_calendar"] = lambda: office.office_calendar(journal.db)
    return app
