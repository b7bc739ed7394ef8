"""Nothing that the program sends reads a whole table that grows with the years: not at a desk and not on a page of
either side, not in an exchange, at night, or in a command.

Every statement of the program is kept while people work, every page is opened, both sides exchange over a network and
by a stick, and the jobs of a night run. Its plan is read in the same database without statistics, as every office has
it, in one with those of years, and in PostgreSQL.
"""

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import apsw
import pytest

from app import compose
from app.cli.demo.sides import FOLDERS
from app.cli.office import OfficeJobs
from app.cli.proving import prove_side
from app.compose_centre import build_centre
from app.core.permissions import SYSTEM
from app.platform.people.changes import AddPerson
from app.platform.people.service import add_person
from app.quality.quarter.service import approve_recap
from schema.database import SqliteDatabase
from schema.migrations import Side
from schema.postgres import CentrePostgres, open_centre
from sync.exchange import sync_now
from sync.http_client import HttpCarrier
from sync.journal import Journal
from sync.runs import read_stick, sync_to_folder
from sync.scheduler import Scheduler, note_result
from tests.casework.importing.books import line, man, register
from tests.cli.calling import run
from tests.platform.people import PASSWORD, Browser
from tests.postgres import Server
from tests.proof import quarter_work
from tests.proof.pair import CHEAP, OFFICE, Pair, pair
from tests.proof.work import DEEDS, MORE
from tests.proof.worker import Worker
from tests.rules.plans import Scan, Sent, SqlitePlans, copy_with_statistics, keeping_statements, postgres_scans
from tests.rules.routes import apps
from tests.rules.test_routes import ask, rules
from tests.sync.http import serving

WHOLE_FILE = re.compile(r"PRAGMA\s+(quick|integrity)_check", re.IGNORECASE)
"""Reads every page of the file, seconds at ten years: only a proof at night does so."""
FIXED = {
    "set by whoever sets the side up, and changed now and then": """backup_key beside centre_setting complaint_limit
        holiday indicator_target key_succession migration number_series office_hours office_profile office_shift own_key
        processing_line retention_period schema_seal section setting sqlite_master standard standard_proposal
        trusted_root village""",
    "people of the house and what they were trusted with": """acting authenticator authenticator_offer
        authenticator_role authority_change authority_proposal credential person person_role spare_code team_decree
        trusted_browser""",
    "things of the house": "device facility_item repair",
    "the partners, and what waits for a person between them": """anchor_contradiction answer_conflict centre_office
        centre_state fork_settled line_release loss_claim newest_anchor office_line_count own_definition
        pending_decision proof proof_head road_ack road_aside road_code road_key road_peer road_run road_stop
        set_aside_line side_return twin_line""",
    "emptied again and again": """awaited_piece dispatch_pick draft journal_waiting known_place sign_in_session
        survey_box survey_typing told_state wanted_piece""",
    "a few in a quarter": """capa capa_complaint capa_round check_sample complaint_aside complaint_link data_incident
        data_request destruction evaluation_cycle evaluation_sheet follow_up internal_check office_recap oversight_note
        performance_follow_up pledge posting quality_document realisation recap recap_addendum record_hold
        release_endorsement survey_report""",
    "at most one in a day, and small": """article backup_made backup_mark blank_count blank_day box_missed box_opening
        journal_redaction shipment""",
}
"""Why → tables that stay so small for ten years that reading them whole costs nothing. Every other table grows."""
SMALL = {table for tables in FIXED.values() for table in tables.split()}
OLD_ENOUGH = "what is old enough to be destroyed, and what holds it back: asked on a page of its own, once a year"
NO_ORPHAN = "a foreign key looks for children only while one of them lacks its parent"
WHOLE = {
    "'complaint/' || id, number": OLD_ENOUGH,
    "'incoming/' || id, number": OLD_ENOUGH,
    "'outgoing/' || id, CASE number": OLD_ENOUGH,
    "FROM hotline_complaint h JOIN complaint c": OLD_ENOUGH,
    "JOIN destruction d ON d.id = r.destruction_id": OLD_ENOUGH,
    "FROM dispatch_line l JOIN dispatch d ON d.id = l.dispatch_id WHERE d.road": OLD_ENOUGH,
    "JOIN latest m ON m.day = d.sent_on": "an indicator of a year goes through the dispatches, some hundred in a year",
    "FROM road_checkpoint c LEFT JOIN journal j": "a proof compares all that was signed, a place for an exchange",
    "k.name = 'follow_up'": "names in the words of complaints are masked when the recap of a quarter is drafted",
    "INSERT INTO recap (": NO_ORPHAN,
    "INSERT INTO complaint (": NO_ORPHAN,
    "SELECT state, count(*) FROM survey_form": "printed forms of surveys, counted along an index on their page",
}
"""Part of a statement → why it may read a growing table whole."""


OF_SQLITE = re.compile("sqlite_master|pragma_")
COMPARISON = re.compile(r'SELECT [\w, "]+ FROM \w+ ORDER BY [\w, ]+')


def grows(table: str) -> bool:
    return table not in SMALL


SEARCHES = (
    "3508991203790002",
    "abdul",
    "siti rahma",
    "0001/KTP/2026",
    "6818-G180-10Z",
    "0001",
    "1/KIRIM",
    "surat rapat",
)
LISTS = (
    "",
    "?langkah=record",
    "?desa=3508072002",
    "?keadaan=jalan",
    "?keadaan=tutup",
    "?sebelum=50",
    "?keadaan=jalan&langkah=record",
    "?langkah=record&desa=3508072002",
    "?langkah=%40done",
    "?langkah=%40died",
)
ROLES = ("kasi", "sekretaris", "village")
"""Counter clerks and operators ask nothing that these do not ask too."""


class Stage(NamedTuple):
    pair: Pair
    sent: Sent
    by_day: list[str]
    """What was sent before the night."""
    compared: set[str]
    """What only the proof of the whole sends: it reads every official table from its beginning to its end."""

    def wrong(self, scans: dict[str, list[Scan]]) -> dict[str, list[Scan]]:
        """What reads a growing table whole, and has no reason to."""
        found = {sql: [scan for scan in each if grows(scan[0])] for sql, each in scans.items()}
        return {sql: each for sql, each in found.items() if each and not self.is_right(sql)}

    def is_right(self, sql: str) -> bool:
        is_comparison = sql in self.compared and COMPARISON.fullmatch(sql) is not None
        return is_comparison or any(part in sql for part in WHOLE)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Both sides after some work, and every statement that they sent."""
    folder = tmp_path_factory.mktemp("plans")
    with keeping_statements() as sent:
        made = pair(folder)
        sent.heard = True
        work(made)
        browse(made, folder)
        exchange(made, folder)
        by_day = [*sent.by_side["office"], *sent.by_side["centre"]]
        pass_the_night(made, folder)
        before = {*sent.by_side["office"], *sent.by_side["centre"]}
        for name in FOLDERS.values():
            run_well("verify", "--data", str(folder / name))
        compared = {*sent.by_side["office"], *sent.by_side["centre"]} - before
        call_commands(made, folder)
        sent.heard = False
        yield Stage(made, sent, by_day, compared)
        made.close()


def work(made: Pair) -> None:
    worker = Worker(made, random.Random(9))
    for _ in range(150):
        worker.step(DEEDS)
    for _ in range(200):
        worker.step(DEEDS | MORE, tries=3)


def browse(made: Pair, folder: Path) -> None:
    """Every page of both sides, for those who may open most of them."""
    opened = apps(made, folder)
    for side, roles in (("office", ROLES), ("centre", ("centre_admin",))):
        for role in roles:
            add_role(made.journal("office" if side == "office" else "centre"), role, made)
            browser = Browser(opened[side], f"as{role.replace('_', '')}")
            for rule, method in rules(opened[side]):
                if method == "GET":
                    ask(browser, opened[side], rule, method)
            (search if side == "office" else look_around_the_floor)(browser, made)


def add_role(journal: Journal, role: str, made: Pair) -> None:
    area = "3508072002" if role == "village" else None
    person = AddPerson(username=f"as{role.replace('_', '')}", name=f"Peran {role}", roles=(role,), area=area)
    add_person(journal, SYSTEM, person, password=PASSWORD, must_change=False, now=made.now, cost=CHEAP)


def search(browser: Browser, _made: Pair) -> None:
    for text in SEARCHES:
        browser.post("/cari", {"q": text})
        browser.post("/cari/usul", {"q": text})
    for filters in LISTS:
        browser.get(f"/berkas{filters}")


def look_around_the_floor(browser: Browser, made: Pair) -> None:
    """What the sample addresses do not show: one office, a line, a shipment, searches."""
    shipment = made.centre.db.one("SELECT number FROM outgoing_shipment")
    line = made.centre.db.one("SELECT line FROM incoming_line")
    assert shipment
    assert line
    epoch, _, n = line[0].split("/")
    about = (f"/kantor/{OFFICE}", f"/baris/{OFFICE}/{epoch}/{n}/", f"/baris/{OFFICE}/{epoch}/{n}/foto/photo")
    for path in (*about, f"/?kantor={OFFICE}", f"/antrean?kantor={OFFICE}", f"/pengiriman/{shipment[0]}"):
        browser.get(path)
    for text in SEARCHES:
        browser.post("/cari", {"q": text})


def exchange(made: Pair, folder: Path) -> None:
    """Over a network, and by a stick in both directions."""
    with serving(made.centre, lambda: made.now) as address:
        line = HttpCarrier(address, made.office.keys, made.centre.keys.public, lambda: made.now)
        report = sync_now(made.office, made.peer, line, made.now)
        line.close()
    note_result(made.office.db, made.peer.name, report, made.now, 0.5)
    stick = folder / "stick"
    stick.mkdir()
    for giver, taker in ((made.office, made.centre), (made.centre, made.office)):
        assert sync_to_folder(giver, stick, made.now).ok
        assert read_stick(taker, stick, made.now).ok


def pass_the_night(made: Pair, folder: Path) -> None:
    """What the clocks of both sides do by themselves, and the proof of every day."""
    now, office = made.later(days=1), made.office.journal
    jobs = OfficeJobs(office, lambda: now, None, lambda: compose.keep_up("office", office, folder / "kantor"))
    jobs.tick(now)
    jobs.daily(now)  # also where the clock of the stage was left in doubt
    due = Scheduler(
        office.db, office.source, made.peer.name, go=lambda _: made.sync(), reachable=lambda: True, clock=lambda: now
    ).tick(now)
    assert due is not None
    assert due.ok
    centre = build_centre(folder / "pusat", now=lambda: now)
    centre.publish(now)
    centre.keep_up(False)
    for side in ("office", "centre"):
        assert prove_side("office" if side == "office" else "centre", made.side_folder(side), fresh=True).faults == []


def call_commands(made: Pair, folder: Path) -> None:
    """What somebody asks of the data folders at the command line."""
    worker = Worker(made, random.Random(9))
    quarter = quarter_work.a_recap(worker, "checked")
    worker.at_desk(approve_recap, "hendra", quarter=quarter)
    book, office = folder / "register.xlsx", str(folder / FOLDERS["office"])
    book.write_bytes(register(line(), line(no=2), man(3, nama="")))
    run_well("recap", str(quarter), "--out", str(folder / "rekap"), "--data", office)
    run_well("import", str(book), "--dry-run", "--data", office)
    run_well("import", str(book), "--rejected", str(folder / "ditolak.xlsx"), "--data", office)
    for name in FOLDERS.values():
        backup = ("backup", "--to", str(folder / f"cadangan-{name}"), "--data", str(folder / name))
        run_well(*backup, "--new-key")
        run_well(*backup)


def run_well(*arguments: str) -> None:
    called = run(*arguments)
    assert called.returncode == 0, (arguments, called.stdout, called.stderr)


def raw(made: Pair, side: Side) -> apsw.Connection:
    db = made.journal(side).db
    assert isinstance(db, SqliteDatabase)
    connection: apsw.Connection = db.connection()
    return connection


@pytest.mark.parametrize("side", ["office", "centre"])
def test_nothing_reads_a_growing_table_whole_without_statistics(stage: Stage, side: Side) -> None:
    plans = SqlitePlans(raw(stage.pair, side))
    assert stage.wrong({sql: plans.whole(sql, values) for sql, values in stage.sent.work(side).items()}) == {}


@pytest.mark.parametrize("side", ["office", "centre"])
def test_nor_with_the_statistics_of_years(stage: Stage, side: Side, tmp_path: Path) -> None:
    analysed = copy_with_statistics(raw(stage.pair, side), tmp_path / "analysed.sqlite3", grows)
    plans = SqlitePlans(analysed)
    assert stage.wrong({sql: plans.whole(sql, values) for sql, values in stage.sent.work(side).items()}) == {}
    analysed.close()


def test_nobody_waits_by_day_while_the_file_is_read(stage: Stage) -> None:
    assert [sql for sql in stage.by_day if WHOLE_FILE.search(sql)] == []
    assert len(stage.sent.work("office")) > 500
    assert len(stage.sent.work("centre")) > 150


def test_every_reason_still_has_its_statement(stage: Stage) -> None:
    sent = " ".join([*stage.sent.work("office"), *stage.sent.work("centre")])
    assert [part for part in WHOLE if part not in sent] == []


def test_nor_in_the_postgresql_of_a_centre(stage: Stage, postgres: Server) -> None:
    with postgres.database() as address:
        db = open_centre(address)
        assert isinstance(db, CentrePostgres)
        shared = {sql: values for sql, values in stage.sent.work("centre").items() if not OF_SQLITE.search(sql)}
        assert stage.wrong({sql: postgres_scans(db, sql, values) for sql, values in shared.items()}) == {}
        db.close()


BUSY = (
    "FROM number_used WHERE n IN",
    "FROM complaint WHERE n IN",
    "member_fts MATCH",
    "contact_fts MATCH",
    "incoming_fts MATCH",
    "outgoing_fts MATCH",
    "case_fts MATCH",
    "FROM case_key WHERE value",
    "FROM case_likeness WHERE block",
    "c.due_on BETWEEN ? AND ?",
    "c.received_on >= ?",
    "c.step IN",
    "c.number = ?",
    "c.code = ?",
    "FROM dispatch_line l JOIN",
    "FROM recording WHERE nik",
    "road_ack WHERE peer",
    "FROM journal WHERE source = ? AND epoch = ? AND stream",
    "FROM access_log l",
    "UPDATE case_file SET",
    "FROM road_checkpoint WHERE",
    "SELECT min(epoch) FROM journal",
    "INSERT INTO incoming_line",
    "FROM road_key WHERE peer",
    "DELETE FROM draft WHERE",
    "FROM journal_redaction r",
    "l.main_key = ? OR l.kk = ?",
    "l.name >= ? AND l.name < ?",
    "l.shipment = ? AND l.shipment <> ''",
    "FROM incoming_file WHERE source",
)


@pytest.mark.parametrize("part", BUSY)
def test_the_busy_statements_were_among_them(stage: Stage, part: str) -> None:
    assert any(part in sql for sql in [*stage.sent.work("office"), *stage.sent.work("centre")])
