"""The command line as a person or a script meets it: help, answers, sentences for wrong calls."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import NoReturn

import click
import pytest
from click.testing import CliRunner

from app import compose
from app.casework.importing.service import Loaded
from app.cli import COMMANDS, Listed, importing, main, write_utf8
from app.cli import update as updating_commands
from app.cli.exchange import reports_payload
from app.cli.network import unreadable_sentence
from app.cli.options import WholeNumber, loket_command, progress_bar, translate_message
from app.core.permissions import Actor
from app.core.problems import Problem
from app.platform.office import service as office
from app.platform.office.events import HolidayData
from schema.database import SqliteDatabase, open_office
from schema.migrations import migrate_database
from sync.problems import SyncError, SyncReport
from tests.rules.source import ROOT


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of one call."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    told = capsys.readouterr()
    assert isinstance(ended.value.code, int)
    return ended.value.code, told.out, told.err


@pytest.mark.parametrize(
    ("terminal", "in_lines", "told"),
    [
        (False, False, ""),
        (False, True, "    0% [{0}]\n   10% [{10}]\n  100% [{100}]\n"),
        (True, False, "\r    0% [{0}]\r   10% [{10}]\r   11% [{11}]\r  100% [{100}]\n"),
    ],
)
def test_a_bar_of_progress_moves_at_a_console_and_says_each_tenth_elsewhere(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, terminal: bool, in_lines: bool, told: str
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    show = progress_bar(in_lines=in_lines)
    for done in (0, 1, 103, 104, 114, 115, 1000, 1000):
        show(done, 1000)
    bars = {part: f"{'#' * (part // 4):<25}" for part in (0, 10, 11, 100)}
    for part, bar in bars.items():
        told = told.replace(f"{{{part}}}", bar)
    assert capsys.readouterr().err == told
    show = progress_bar(in_lines=in_lines)
    show(0, 0)
    assert capsys.readouterr().err == told.partition("%")[0] + (f"% [{' ' * 25}]" + "\n" * in_lines if told else "")


def test_what_a_command_writes_is_for_its_owner_alone(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        assert call(capsys, "--help")[0] == 0
        (tmp_path / "later").write_text("")
    finally:
        os.umask(before)
    assert (tmp_path / "later").stat().st_mode & 0o777 == 0o600


def test_help_lists_every_command_on_offer(capsys: pytest.CaptureFixture[str]) -> None:
    code, told, _ = call(capsys, "--help")
    assert code == 0
    assert "Perintah:" in told
    assert "[PERINTAH] [ISIAN]..." in told
    assert all(name in told and listed.help[:30] in told for name, listed in COMMANDS.items() if listed.offered)


@pytest.mark.parametrize("name", [name for name, listed in COMMANDS.items() if listed.offered])
def test_every_command_has_a_help_page_without_english(capsys: pytest.CaptureFixture[str], name: str) -> None:
    code, told, _ = call(capsys, name, "--help")
    assert code == 0
    assert told.startswith("Cara pakai:")
    assert "Usage" not in told
    assert not re.search(r"\[default|\[required|\[ARGS|COMMAND|FILE|DIRECTORY", told)
    assert "Show this message" not in told


def test_due_answers_a_machine(capsys: pytest.CaptureFixture[str]) -> None:
    code, told, _ = call(capsys, "due", "2026-03-02", "--days", "12", "--json")
    answer = json.loads(told)
    assert (code, answer["due"], answer["calendar_known"]) == (0, "2026-03-25", True)
    assert [day["number"] for day in answer["explanation"] if day["number"]] == list(range(1, 13))
    assert {"date": "2026-03-18", "number": None, "kind": "cuti_bersama"}.items() <= answer["explanation"][16].items()


def test_due_explains_to_a_person(capsys: pytest.CaptureFixture[str]) -> None:
    _, told, _ = call(capsys, "due", "2026-03-02")
    assert "2026-03-24  Selasa Cuti Bersama" in told
    assert told.endswith("Tanggal janji: Rabu, 25 Maret 2026\n")


RAMADAN = "Perpres 21/2023: 32 jam 30 menit seminggu, mulai 08.00, istirahat 30 menit, Jumat 60 menit"


def test_due_counts_minutes_and_hours_of_the_office(capsys: pytest.CaptureFixture[str]) -> None:
    code, told, _ = call(capsys, "due", "2026-03-06 10:30", "--minutes", "240")
    assert (code, told.splitlines()) == (
        0,
        [
            "  2026-03-06  Jumat  10.30\u201311.30  Jam kerja: 60 menit, 60 dari 240",
            "  2026-03-06  Jumat  11.30\u201312.30  Istirahat",
            "  2026-03-06  Jumat  12.30\u201315.30  Jam kerja: 180 menit, 240 dari 240",
            f"Ramadan 1447 H: {RAMADAN}.",
            "Batas: Jumat, 6 Maret 2026 pukul 15.30",
        ],
    )
    _, told, _ = call(capsys, "due", "2026-03-06 10:30", "--hours", "6", "--json")
    answer = json.loads(told)
    assert (answer["minutes"], answer["due"], answer["hours"]) == (360, "2026-03-09T10:00", ["Ramadan 1447 H"])
    assert [line["kind"] for line in answer["explanation"]] == ["counted", "break", "counted", "off", "off", "counted"]


def test_due_in_minutes_asks_for_the_time_of_day(capsys: pytest.CaptureFixture[str]) -> None:
    code, told, wrong = call(capsys, "due", "2026-03-06", "--minutes", "240")
    assert (code, told) == (2, "")
    assert "Tulis juga jamnya" in wrong
    _, _, wrong = call(capsys, "due", "2026-03-06 10:30", "--minutes", "240", "--days", "2")
    assert "Pilih salah satu" in wrong
    _, told, _ = call(capsys, "due", "2026-03-06 15:00", "--minutes", "60")
    weekend = ["  2026-03-07  Sabtu  Sabtu", "  2026-03-08  Minggu Minggu"]
    assert [line for line in told.splitlines() if line.startswith(("  2026-03-07", "  2026-03-08"))] == weekend
    _, _, wrong = call(capsys, "due", "2026-03-06 10.75", "--minutes", "240")
    assert "10.75 bukan jam" in wrong


def test_due_admits_that_a_year_is_not_known(capsys: pytest.CaptureFixture[str]) -> None:
    _, told, _ = call(capsys, "due", "2031-03-03")
    assert told.endswith("\nPerkiraan: hari libur 2031 belum ditetapkan.\n")
    _, told, _ = call(capsys, "due", "2031-03-03", "--json")
    assert json.loads(told)["note"] == "perkiraan: hari libur 2031 belum ditetapkan"


def test_due_uses_the_calendar_of_the_office_in_the_folder(
    capsys: pytest.CaptureFixture[str], furnished_office: Path, tmp_path: Path
) -> None:
    shutil.copy(furnished_office, tmp_path / "kantor.sqlite3")
    db = open_office(tmp_path / "kantor.sqlite3")
    journal = compose.journal("office", db)
    boss = Actor(0, "Ratna", "ratna", frozenset({"sekretaris", "admin"}))
    office.set_holidays(
        journal,
        boss,
        days=[HolidayData("2026-03-04", "Hari Jadi", "lokal", "SK", "")],
        removed=[],
        reason="Keputusan bupati",
        now=datetime(2026, 3, 1, tzinfo=UTC),
    )
    db.close()
    _, told, _ = call(capsys, "due", "2026-03-02", "--days", "3", "--data", str(tmp_path), "--json")
    answer = json.loads(told)
    assert (answer["due"], answer["calendar"]) == ("2026-03-06", "office")
    _, told, _ = call(capsys, "due", "2026-03-02", "--days", "3", "--data", str(tmp_path))
    assert "Hari Jadi" in told
    assert "Menurut kalender kantor di" in told
    _, told, _ = call(capsys, "due", "2026-03-02", "--days", "3", "--data", str(tmp_path / "kosong"), "--json")
    assert (json.loads(told)["due"], json.loads(told)["calendar"]) == ("2026-03-05", "shipped")
    assert not (tmp_path / "kosong").exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["due"], "Isian TANGGAL belum ada."),
        (["due", "2026-02-30"], "2026-02-30 bukan tanggal."),
        (["due", "9999-12-31"], "di luar jangkauan"),
        (["due", "2026-03-02", "--days", "dua"], "dua bukan bilangan bulat"),
        (["due", "2026-03-02", "--days", "1001"], "0 sampai 1000"),
        (["due", "2026-03-02", "--day"], "Pilihan --day tidak dikenal."),
        (["due", "2026-03-02 08:00", "--hours", "5001"], "0 sampai 5000"),
        (["due", "2026-03-02 08:00", "--minutes", "300001"], "0 sampai 300000"),
        (["due", "2026-03-02 08:00", "--hours", "1", "--minutes", "1"], "Pilih salah satu"),
        (["due", "2026-03-02", "--hours", "1"], "Tulis juga jamnya"),
        (["due", "1999-12-31"], "di luar jangkauan"),
        (["due", "2100-01-01"], "di luar jangkauan"),
        (["due", "2026-03-02", "--days", "-1"], "0 sampai 1000"),
        (["due", "2026-03-02", "--days", "1234567890"], "0 sampai 1000"),
        (["centre", "--port", "65536"], "0 sampai 65535"),
        (["office", "--port", "65536"], "0 sampai 65535"),
        (["network", "--port", "65536"], "0 sampai 65535"),
        (["network", "--office-port", "65536"], "0 sampai 65535"),
        (["dua"], "Perintah dua tidak dikenal. Maksud Anda due?"),
        (["due", "2026-03-02", "lagi"], "Isian ini berlebih: lagi."),
        (["restore", "tiada.age"], "Isian [DOKUMEN] tidak dapat dipakai: tiada.age tidak ada."),
        (["restore", "."], ". adalah folder, bukan dokumen."),
        (["office", "--data", __file__], f"{__file__} adalah dokumen, bukan folder."),
        (["restore", __file__, "--side", "kantor"], "kantor bukan salah satu dari 'office', 'centre'."),
    ],
)
def test_a_wrong_call_gets_a_sentence(capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str) -> None:
    code, told, complaint = call(capsys, *arguments)
    assert (code, told) == (2, "")
    assert sentence in complaint
    assert "--help" in complaint


@pytest.mark.parametrize(
    ("wanted", "alike"),
    [
        (["2026-03-02"], ["2026-03-02", "--days", "12"]),
        (["2026-03-02 10:00", "--hours", "3"], ["2026-03-02 10:00", "--minutes", "180"]),
        (["2026-03-02T10.00", "--hours", "3"], ["2026-03-02 10:00", "--minutes", "180"]),
        (["2000-01-01", "--days", "0"], ["2000-01-01", "--days", "0"]),
        (["2099-12-01", "--days", "1"], ["2099-12-01 08:00", "--days", "1"]),
    ],
)
def test_one_and_the_same_limit_said_in_two_ways(
    capsys: pytest.CaptureFixture[str], wanted: list[str], alike: list[str]
) -> None:
    answers = [call(capsys, "due", *words, "--json") for words in (wanted, alike)]
    assert [code for code, _, _ in answers] == [0, 0]
    assert answers[0][1] == answers[1][1]
    assert json.loads(answers[0][1])["calendar"] == "shipped"


def test_an_option_without_its_value_gets_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert call(capsys, "due", "2026-03-02", "--days") == (2, "", "Pilihan --days belum ada isinya.\n")
    assert call(capsys, "due", "2026-03-02", "--json=1") == (2, "", "Pilihan --json tidak memakai isi.\n")


def test_a_problem_of_the_office_is_one_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(problem: Problem) -> tuple[int, str]:
        def run(_listed: Listed) -> click.Command:
            def fail() -> None:
                raise problem

            return loket_command("due", "Gagal.")(fail)

        monkeypatch.setattr(Listed, "load", run)
        code, _, complaint = call(capsys, "due")
        return code, complaint

    busy = "Basis data sedang dipakai program lain. Tunggu sebentar, lalu ulangi.\n"
    assert refuse(Problem.of("busy")) == (1, busy)
    assert refuse(Problem.of("invalid", {"on": "Isi tanggal."})) == (1, "Isi tanggal.\n")


def test_migrate_needs_a_database(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, _, complaint = call(capsys, "migrate", "--data", str(tmp_path))
    assert code == 1
    assert "belum ada basis data Loket" in complaint
    assert list(tmp_path.iterdir()) == []


def test_migrate_brings_an_office_up_to_date_once(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    open_office(tmp_path / "kantor.sqlite3").run("CREATE TABLE migration (name TEXT PRIMARY KEY)")
    _, told, _ = call(capsys, "migrate", "--data", str(tmp_path), "--json")
    applied = json.loads(told)["applied"]
    assert applied["office"][0] == "common/0001"
    assert applied["office"] == migrate_database(open_office(tmp_path / "other.sqlite3"), "office")
    _, told, _ = call(capsys, "migrate", "--data", str(tmp_path))
    assert told == "Basis data kantor: sudah mutakhir.\n"


def test_a_newer_database_is_left_alone(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    db = open_office(tmp_path / "kantor.sqlite3")
    migrate_database(db, "office")
    db.run("INSERT INTO migration (name) VALUES ('office/9999')")
    code, _, complaint = call(capsys, "migrate", "--data", str(tmp_path))
    assert code == 1
    assert "lebih baru daripada program" in complaint


def founded(folder: Path) -> SqliteDatabase:
    """A migrated office database with the first entry of its journal."""
    db = open_office(folder / "kantor.sqlite3")
    migrate_database(db, "office")
    compose.journal("office", db).open_epoch("350899", datetime(2026, 3, 2, tzinfo=UTC))
    return db


def test_verify_proves_an_office(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    founded(tmp_path)
    code, told, progress = call(capsys, "verify", "--data", str(tmp_path), "--json")
    office = json.loads(told)["office"]
    assert (code, office["entries"], office["streams"], office["faults"]) == (0, 1, 1, [])
    assert "100%" in progress
    assert not (tmp_path / "kerja").exists()


def test_verify_ends_with_1_where_a_table_was_changed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    db = founded(tmp_path)
    with db.writing(), db.applying():
        db.run("INSERT INTO setting (key, value) VALUES ('x', '1')")
    code, told, _ = call(capsys, "verify", "--data", str(tmp_path))
    assert code == 1
    assert "Tabel setting berbeda dari jurnal mulai baris 1: baris ini tidak berasal dari jurnal." in told


def test_verify_wants_the_database_up_to_date(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    open_office(tmp_path / "kantor.sqlite3").run("CREATE TABLE migration (name TEXT PRIMARY KEY)")
    code, _, complaint = call(capsys, "verify", "--data", str(tmp_path))
    assert code == 1
    assert "perlu dimutakhirkan dulu" in complaint


def test_help_imports_no_database_and_no_web() -> None:
    heavy = {"flask", "peewee", "apsw", "typst", "babel", "requests"}
    look = f"import sys, app.cli; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", look], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_office_starts_without_postgresql_languages_spreadsheets_and_papers() -> None:
    heavy = {"psycopg", "babel", "typst", "openpyxl", "xlsxwriter", "requests"}
    look = (
        "import sys\nfrom app import cli\ncli.hide_unused_packages()\ncli.COMMANDS['office'].load()\n"
        "from app import compose, compose_office\ncompose.web_rooms('office')\n"
        f"print(sorted(name for name in {heavy} if sys.modules.get(name)))"
    )
    environment = {name: value for name, value in os.environ.items() if name != "LOKET_CENTRE_DB"}
    done = subprocess.run(
        [sys.executable, "-c", look], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


PORT = 2**16 - 1
LARGEST = {
    "office --port": PORT,
    "office --kiosk": PORT,
    "centre --port": PORT,
    "centre --status": PORT,
    "practice --port": PORT,
    "village --port": PORT,
    "demo --port": PORT,
    "demo --centre-port": PORT,
    "network --port": PORT,
    "network --office-port": PORT,
    "demo --cases": 5000,
    "demo --days": 2 * 365,
    "due --days": 1000,
    "due --hours": 5000,
    "due --minutes": 5000 * 60,
    "indicators --year": 2199,
}
"""Options that take a number, and the last one that each takes."""


def test_every_number_of_the_command_line_has_the_end_that_it_should() -> None:
    options = {
        f"{name} {option.opts[0]}": option
        for name, listed in COMMANDS.items()
        for option in listed.load().params
        if isinstance(option.type, WholeNumber)
    }
    assert options.keys() == LARGEST.keys()
    for name, option in options.items():
        assert option.type.convert(str(LARGEST[name]), option, None) == LARGEST[name], name
        with pytest.raises(click.BadParameter, match=f"sampai {LARGEST[name]}"):
            option.type.convert(str(LARGEST[name] + 1), option, None)


@pytest.mark.parametrize(("marked", "told"), [(0, 0), (importing.SHOWN, 40), (importing.SHOWN + 3, 41)])
def test_an_import_tells_the_first_forty_lines_and_how_many_more(marked: int, told: int, tmp_path: Path) -> None:
    line = SimpleNamespace(sheet="Data", row=7, verdict="refused", reason="NIK kurang.")
    good = SimpleNamespace(verdict="accepted")
    counts = {"accepted": 1, "refused": marked}
    report = SimpleNamespace(lines=[good, *[line] * marked], counts=counts, rejected=[line] * marked)
    lines = importing.import_lines(report, None, None)  # type: ignore[arg-type]  # three fields are read
    assert lines[:40][:told] == ["Data baris 7: ditolak. NIK kurang."] * min(told, 40)
    assert [words.partition(";")[0] for words in lines[40:told]] == ["… dan 3 baris lain"] * (told == 41)
    assert lines[told:] == [f"{marked + 1} baris: 1 diterima, {marked} ditolak."]
    for loaded, first in (
        (Loaded(5, 2, "1/A", "5/A"), "5 berkas baru ditulis (nomor 1/A sampai 5/A); 2 sudah ada."),
        (Loaded(0, 7), "0 berkas baru ditulis; 7 sudah ada."),
    ):
        [*_, written, aside] = importing.import_lines(report, loaded, tmp_path)  # type: ignore[arg-type]  # as above
        assert (written, aside) == (first, f"{marked} baris ditulis ke {tmp_path}.")


def test_what_a_trial_came_to_is_told_beside_the_answer_of_the_version_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """`run.py` reads the answer of the version before from the one channel, a person this from the other."""
    monkeypatch.setattr(updating_commands, "hold_versions", nullcontext)
    monkeypatch.setattr(updating_commands.versions, "read_choice", lambda: SimpleNamespace(trial=""))
    for sentence in ("Versi 0.3.0 dipakai lagi.", ""):
        monkeypatch.setattr(updating_commands, "settle", lambda sentence=sentence: sentence)
        done = CliRunner().invoke(updating_commands.update, ["--settle"])
        assert (done.exit_code, done.stdout, done.stderr.strip()) == (0, "", sentence)


def test_the_way_back_opens_a_locked_office_before_it_looks_into_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    done = list[tuple[str, Path]]()
    monkeypatch.setattr(updating_commands, "open_if_locked", lambda data: done.append(("opened", data)))
    monkeypatch.setattr(updating_commands, "go_back_by_hand", lambda data: done.append(("back", data)) or "Kembali.")
    told = CliRunner().invoke(updating_commands.update, ["--back", "--data", str(tmp_path)])
    assert (told.exit_code, told.stdout) == (0, "Kembali.\n")
    assert done == [("opened", tmp_path), ("back", tmp_path)]


def test_whoever_ends_a_command_reads_so_and_a_word_like_none_gets_no_advice(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert call(capsys, "zzzzzzzz")[2].splitlines()[0] == "Perintah zzzzzzzz tidak dikenal."
    assert "Maksud Anda village?" in call(capsys, "vilage")[2]

    def abort(_listed: Listed) -> NoReturn:
        raise click.Abort

    monkeypatch.setattr(Listed, "load", abort)
    assert call(capsys, "due") == (130, "", "Dihentikan.\n")


def test_answers_are_utf_8_wherever_they_go(monkeypatch: pytest.MonkeyPatch) -> None:
    written = {name: io.BytesIO() for name in ("stdout", "stderr")}
    for name, file in written.items():
        monkeypatch.setattr(sys, name, io.TextIOWrapper(file, encoding="cp1252"))
    write_utf8()
    for stream, text in ((sys.stdout, "\u2264 \udc80"), (sys.stderr, "\u2265")):
        stream.write(text)
        stream.flush()
    assert [file.getvalue().split() for file in written.values()] == [["\u2264".encode(), b"?"], ["\u2265".encode()]]


@pytest.mark.parametrize(("filename", "told"), [("/data/x", "/data/x tidak dapat"), (None, "Folder data tidak dapat")])
def test_a_file_that_cannot_be_read_is_named_with_the_reason(filename: str | None, told: str) -> None:
    sentence = unreadable_sentence(PermissionError(13, "Permission denied", filename))
    assert sentence.startswith(f"{told} dibaca atau ditulis (Permission denied). ")


@pytest.mark.parametrize("oks", [(True,), (True, False), (False, True), (True, True)])
def test_the_reports_of_an_exchange_are_added_up(oks: tuple[bool, ...]) -> None:
    """Numbers are sums, lists one behind the other; one that went wrong is enough."""
    numbers = ("sent", "received", "returned", "given_back", "set_aside_here", "set_aside_there", "files")
    reports = []
    for at, ok in enumerate(oks, 1):
        report = SyncReport(sentences=[f"said {at}"])
        for name_at, name in enumerate(numbers, 1):
            setattr(report, name, at * name_at)
        if not ok:
            report.problems.append(SyncError("barred"))
        reports.append(report)
    payload = reports_payload(reports)
    total = sum(range(1, len(oks) + 1))
    assert [payload[name] for name in numbers] == [total * at for at in range(1, len(numbers) + 1)]
    assert payload["sentences"] == [f"said {at}" for at in range(1, len(oks) + 1)]
    assert (payload["ok"], payload["problems"]) == (all(oks), ["barred"] * oks.count(False))


@pytest.mark.parametrize(
    ("english", "indonesian"),
    [
        ("File 'a b.txt' does not exist.", "a b.txt tidak ada."),
        ("Directory 'a.txt' is a file.", "a.txt adalah dokumen, bukan folder."),
        ("File 'a' is a directory.", "a adalah folder, bukan dokumen."),
        ("Path 'a' is not readable.", "a tidak boleh dibaca."),
        ("Path 'a' is not writable.", "a tidak boleh ditulisi."),
        ("'x' is not one of 'a', 'b'.", "x bukan salah satu dari 'a', 'b'."),
        ("Option '--x' requires an argument.", "Pilihan --x belum ada isinya."),
        ("Option '--x' requires 2 arguments.", "Isi pilihan --x kurang."),
        ("Option '--x' does not take a value.", "Pilihan --x tidak memakai isi."),
        ("Got unexpected extra argument (a)", "Isian ini berlebih: a."),
        ("Got unexpected extra arguments (a b)", "Isian ini berlebih: a b."),
        ("Kalimat sendiri.", "Kalimat sendiri."),
    ],
)
def test_what_the_parser_of_words_says_is_told_in_indonesian(english: str, indonesian: str) -> None:
    assert translate_message(english) == indonesian
