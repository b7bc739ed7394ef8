"""`office`: the office at work, its pages and what runs beside them. What `python3 run.py` alone does."""

import gc
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from app import compose
from app.cli.options import WholeNumber, data_option, loket_command
from app.cli.serving import LOOPBACK_HOSTS, LateApplication, Running, ending_on_signals, open_server
from app.core import clock
from app.core.clock import office_date
from app.platform.office.queries import is_set_up, network_plan
from app.platform.office.settings import NetworkPlan
from app.platform.people.queries import profile_of
from schema.data_folder import DiskSpace, hold_folder, is_practice
from schema.database import Database
from schema.definitions import DefinitionError
from schema.migrations import prepare_schema
from sync.journal import Journal
from sync.nodes import Node, read_peers
from sync.problems import SyncError
from sync.runs import nightly_scheduler
from sync.scheduler import MinuteThread, Scheduler

PORT = 8035
LAST_PORT = 65535
PRACTICE = "Folder {folder} adalah kantor latihan. Jalankan: practice --data {folder}"
CLOSED = (
    "Alamat {host} membuka kantor ke jaringan tanpa pengaman: kata sandi dan NIK dapat dibaca orang lain. Pasang "
    "proksi ber-TLS di komputer ini (network --help), atau nyalakan dulu Pengaturan > Jaringan > Tanpa TLS."
)


@loket_command(
    "office",
    "Jalankan kantor kecamatan; tanpa perintah apa pun, inilah yang dijalankan.\n\n"
    "Halaman dibuka di komputer ini. Kantor yang masih kosong menampilkan halaman persiapan. Pengiriman malam, "
    "pemeriksaan harian, dan penghapusan draf lama berjalan sendiri selama program ini hidup.",
)
@click.option("--host", metavar="ALAMAT", help="Alamat yang didengarkan (biasanya menurut Pengaturan > Jaringan).")
@click.option("--port", type=WholeNumber(limit=LAST_PORT), default=PORT, metavar="PORT", help="Port (biasanya 8035).")
@click.option(
    "--kiosk",
    type=WholeNumber(limit=LAST_PORT),
    metavar="PORT",
    help="Port kios pengunjung (biasanya 8036, sesudah port kantor).",
)
@click.option("--no-kiosk", is_flag=True, help="Jalankan kantor tanpa kios pengunjung.")
@data_option
def office(data: Path, host: str | None, port: int, kiosk: int | None, no_kiosk: bool) -> None:
    gc.disable()  # what the start makes stays for the day: nothing to collect, and looking for it costs a tenth
    if is_practice(data):
        raise click.ClickException(PRACTICE.format(folder=data))
    with hold_folder(data, "kantor"):
        serve_office(data, host, port, kiosk, no_kiosk)


def serve_office(data: Path, host: str | None, port: int, kiosk: int | None, no_kiosk: bool) -> None:
    from app.cli.proving import nightly_proof
    from app.compose_office import OfficeSite, make_office_app
    from app.platform.backups.continuous import CopyClock, CopyKeeper
    from app.platform.backups.service import BackupClock
    from app.platform.office.exchange import OfficeExchange

    space = DiskSpace(data)
    space.hold()
    journal = open_office_journal(data)
    plan = network_plan(journal.db)
    address = listen_address(host, plan)
    app = make_office_app(journal, data, {"SPACE": space})
    exchange = OfficeExchange(journal, data)
    if journal.has_identity:
        compose.begin("office", journal, data, clock.now())
        if exchange.keys_problem():  # told at the start, not at night; the counter works without keys
            click.echo(exchange.keys_problem(), err=True)
    server = open_server(OfficeSite(app, journal, data), address, port, proxied=plan.proxied)
    visitors = None
    if not no_kiosk:
        if kiosk is None:
            kiosk = port_beside(port)
        visitors = open_kiosk(journal, address, kiosk, space)
    if visitors:
        app.config["KIOSK_PORT"] = visitors.port
    else:
        app.config["KIOSK_PORT"] = 0
    clockwork = OfficeJobs(journal, clock.now, exchange.open_node, lambda: compose.keep_up("office", journal, data))
    clockwork.start()
    backups = app.extensions["loket"].surroundings.backups
    backup_clock = BackupClock(backups, clock.now)
    copy_clock = CopyClock(CopyKeeper(backups), clock.now)
    backup_clock.start()
    copy_clock.start()
    proof = nightly_proof(journal, data)
    proof.start()
    gc.freeze()
    gc.enable()
    try:
        # Before the address is told: whoever reads it may end us at once.
        with ending_on_signals(), suppress(KeyboardInterrupt):
            click.echo(f"Loket: http://127.0.0.1:{server.effective_port}/  (Ctrl+C untuk berhenti)")
            if visitors is not None:
                kiosk_at = f"http://{visitors.address}/"
                click.echo(f"Kios pengunjung: {kiosk_at}, layar ruang tunggu: {kiosk_at}papan")
            if plan.insecure:
                click.echo("Jaringan kantor terbuka tanpa TLS, menurut pengaturan.", err=True)
            server.run()
    finally:
        clockwork.stop()
        proof.stop()
        compose.keep_up("office", journal, data, last=True)
        server.close()
        if visitors is not None:
            visitors.stop()
        copy_clock.stop()
        backup_clock.stop()


def port_beside(port: int) -> int:
    """The kiosk's port where none is named: the next one, the one before the last of all, or any beside any."""
    if port == LAST_PORT:
        return port - 1
    return port + 1 if port else 0


def open_kiosk(journal: Journal, host: str, port: int, space: DiskSpace) -> Running | None:
    def make() -> Any:
        from app.records.privacy.views.kiosk import make_kiosk_app

        return make_kiosk_app(journal, {"TRUSTED_HOSTS": list(network_plan(journal.db).hosts), "SPACE": space})

    try:
        return Running(LateApplication(make), port, host)
    except click.ClickException as problem:
        click.echo(f"Kios tidak dijalankan. {problem.message}", err=True)
        return None


def open_office_journal(data: Path) -> Journal:
    """The office's journal, its database brought up to date. Raises MigrationError, ClickException, OSError."""
    db = compose.open_side("office", data)
    for fault in prepare_schema(db, "office"):
        click.echo(fault, err=True)
    journal = compose.journal("office", db)
    check_profile(db)
    return journal


def check_profile(db: Database) -> None:
    """That the profile of the office can be read, before any page asks for it. Raises ClickException, OSError."""
    try:
        profile_of(db)
    except DefinitionError as error:
        raise click.ClickException("\n".join(error.sentences)) from error


def listen_address(host: str | None, plan: NetworkPlan) -> str:
    if host is None:
        return plan.listen
    if host not in LOOPBACK_HOSTS and not plan.insecure:
        raise click.ClickException(CLOSED.format(host=host))
    return host


class OfficeJobs(MinuteThread):
    """One thread that looks once a minute. `node` gives keys and journal of an enrolled office; without it nothing is
    exchanged. `keep_up` lets the marker beside the database follow the journal."""

    def __init__(
        self,
        journal: Journal,
        clock: Callable[[], datetime],
        node: Callable[[], Node] | None = None,
        keep_up: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__("clockwork", clock)
        self.journal = journal
        self.node = node
        self.keep_up = keep_up
        self.swept_on: date | None = None
        self.scheduler: Scheduler | None = None

    def tick(self, now: datetime) -> None:
        if not is_set_up(self.journal.db):
            return
        self.keep_up()
        if self.journal.clock_at(now) == "ok":
            self.daily(now)
        if self.node is not None and self.scheduler is None and read_peers(self.journal.db):
            with suppress(SyncError):  # damaged keys: the page of the way to the centre says how to go on
                self.scheduler = nightly_scheduler(self.node, self.clock)
                self.scheduler.start()

    def daily(self, now: datetime) -> None:
        """Jobs that go by the date. Under a clock that jumped they wait: a year ahead, every draft would be old."""
        from app.casework.desk.drafts import sweep_drafts

        for job in (job for room in compose.rooms("office") for job in room.daily):
            job(self.journal, now)
        if self.swept_on != office_date(now):
            sweep_drafts(self.journal.db, now)
            self.swept_on = office_date(now)

    def stop(self) -> None:
        super().stop()
        if self.scheduler is not None:
            self.scheduler.stop()
