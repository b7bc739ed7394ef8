"""Loading: official records through the journal, in bulk, once, with the register's own numbers."""

import gc
import json
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from app import compose
from app.casework.desk import queries
from app.casework.desk.form import Form, project_form
from app.casework.importing import service as loading
from app.casework.importing.file_formats import read_bytes
from app.casework.importing.jobs import KEPT, Job, Jobs
from app.casework.importing.judging import Report, judge_book
from app.casework.importing.service import Loaded, Source, compare_with_office, load_report
from app.core.permissions import Actor
from app.core.problems import Problem
from app.platform.office import queries as office
from app.platform.office import service
from app.platform.office.numbers import next_number
from app.services.ktp import recording
from app.services.ktp.register_cases import ktp_bodies
from schema.database import open_office
from schema.migrations import migrate_database
from sync.journal import Journal
from tests.casework.importing.books import HEAD, TITLES, TODAY, VILLAGES, WORDS, judged, line, man, register, workbook
from tests.casework.importing.conftest import ADMIN, KASI, NOW

SOURCE = Source("register.xlsx", "ab" * 32)


def bring(journal: Journal, *lines: Any, actor: Actor = KASI, **kwargs: Any) -> Loaded:
    return load_report(journal, actor, judged(*lines), source=SOURCE, bodies=ktp_bodies, now=NOW, **kwargs)


def cases(journal: Journal) -> list[dict[str, Any]]:
    columns = "number, name, kind, step, closed, closed_on, place, received_on, main_key, area, origin, completed_on"
    return [
        dict(zip(columns.split(", "), row, strict=True))
        for row in journal.db.run(f"SELECT {columns} FROM case_file ORDER BY id")
    ]


def test_accepted_and_warned_lines_become_cases_and_the_others_do_not(journal: Journal) -> None:
    done = bring(journal, line(), line(no=2), man(3, nama=""), man(4, nama="Contoh, S.Pd"))
    assert (done.loaded, done.known, done.first, done.last) == (2, 0, "0001/KTP/2025", "0004/KTP/2025")
    first, second = cases(journal)
    assert first == {
        "number": "0001/KTP/2025",
        "name": "KARTINI CONTOH",
        "kind": "baru",
        "step": "dispatch",
        "closed": 0,
        "closed_on": None,
        "place": "folder",
        "received_on": "2025-01-26",
        "main_key": "3508995508840001",
        "area": "3508072009",
        "origin": "import",
        "completed_on": None,
    }
    assert second["name"] == "CONTOH, S.PD"


@pytest.mark.parametrize(
    ("words", "step", "closed", "place"),
    [
        ("diambil", "@done", 1, "archive"),
        ("sudah rekam", "dispatch", 0, "folder"),
        ("belum rekam", "record", 0, "folder"),
        ("sudah jadi", "hand_over", 0, "counter"),
        ("", "validate", 0, "counter"),
        ("dikembalikan", "returned", 0, "applicant"),
        ("batal", "@withdrawn", 1, "applicant"),
        ("sudah cetak", "arrive", 0, "centre"),
        ("sudah dikirim", "print", 0, "centre"),
    ],
)
def test_a_line_continues_where_the_register_left_it(
    journal: Journal, words: str, step: str, closed: int, place: str
) -> None:
    bring(journal, line(ket=words))
    [one] = cases(journal)
    assert (one["step"], one["closed"], one["place"]) == (step, closed, place)


def test_the_day_of_hand_over_is_kept_and_its_absence_is_said(journal: Journal) -> None:
    bring(journal, line(ket="diambil 12-02-2025"), man(2, ket="diambil"))
    assert [case["closed_on"] for case in cases(journal)] == ["2025-02-12", "2025-01-26"]
    notes = [row[0] for row in journal.db.run("SELECT note FROM case_event ORDER BY case_id")]
    assert notes[0].startswith("Register lama: lembar JAN baris 5, nomor 1.")
    assert "Tanggal penyerahan tidak tercatat" in notes[1]


def test_a_repeat_writes_nothing_at_all(journal: Journal) -> None:
    bring(journal, line(), man(2))
    before = journal.db.one("SELECT count(*), max(id) FROM journal")
    assert bring(journal, line(), man(2)) == Loaded(0, 2)
    assert journal.db.one("SELECT count(*), max(id) FROM journal") == before


def test_a_later_file_adds_only_what_is_new(journal: Journal) -> None:
    bring(journal, line(), man(2))
    assert bring(journal, line(no=9), man(2, nama="LAIN"), man(3)).loaded == 1
    assert len(cases(journal)) == 3


def test_a_dry_run_sees_what_the_office_already_has(journal: Journal) -> None:
    bring(journal, line(), man(2, ket="belum rekam"))
    report = compare_with_office(journal.db, judged(line(), man(2, no=7, tgl="27/01/2025", jenis="hilang"), man(3)))
    assert [row.verdict for row in report.lines] == ["repeated", "warning", "accepted"]
    assert report.lines[0].reason == "Sudah ada di aplikasi: berkas 0001/KTP/2025."
    assert "berkas berjalan di aplikasi: 0002/KTP/2025" in report.lines[1].reason
    assert len(cases(journal)) == 2


def test_new_cases_go_on_after_the_highest_imported_number(journal: Journal) -> None:
    bring(journal, man(41, tgl="05/01/2026"), man(40, no=12, tgl="02/01/2026"))
    assert next_number(journal.db, "case", TODAY, journal.epoch).text == "0042/KTP/2026"


def test_numbers_that_are_taken_missing_or_begin_again_each_month_go_behind_all_others(
    journal: Journal,
) -> None:
    sheets = {
        "JAN": [*TITLES, HEAD, man(1), man(2, nama="")],
        "FEB": [
            HEAD,
            man(3, no=1, tgl="02/02/2025"),
            man(4, no=None, tgl="03/02/2025"),
            man(5, no=7, nama=""),
        ],
    }
    report = judge_book(read_bytes(workbook(sheets)), WORDS, VILLAGES, TODAY)
    load_report(journal, KASI, report, source=SOURCE, bodies=ktp_bodies, now=NOW)
    assert [case["number"] for case in cases(journal)] == ["0001/KTP/2025", "0008/KTP/2025", "0009/KTP/2025"]


def test_whom_the_register_shows_as_recorded_is_not_recorded_again(journal: Journal) -> None:
    bring(journal, line(ket="diambil"), man(2, ket="belum rekam"))
    known = recording.latest_recording(journal.db, "3508995508840001")
    assert known is not None
    assert (known.status, known.place) == ("card_printed", "Register lama")
    assert recording.latest_recording(journal.db, "3508990101800002") is None


def test_imported_cases_are_found_by_nik_kk_name_and_likeness(journal: Journal) -> None:
    bring(journal, line())
    for text in ("3508995508840001", "3508990703210001", "kartini", "0001/KTP/2025"):
        assert [row.name for row in queries.search_cases(journal.db, ADMIN, text)] == ["KARTINI CONTOH"], text
    assert journal.db.one("SELECT count(*) FROM case_likeness")[0] >= 3


def test_what_is_written_is_what_the_desk_would_derive_from_the_form(journal: Journal) -> None:
    bring(journal, line())
    definition = office.current_definition(journal.db, "ktp-el", TODAY)
    [row] = journal.db.run("SELECT fields, name, area, main_key, birth_on, phone FROM case_file")
    fields = json.loads(row[0])
    seen = project_form(definition, Form(fields, {}), fields["kind"])
    assert row[1:] == (seen.name, seen.area, seen.main_key, seen.birth_on, seen.phone)
    assert sorted(journal.db.run("SELECT name, value FROM case_key")) == sorted(seen.keys)
    assert sorted(one[0] for one in journal.db.run("SELECT block FROM case_likeness")) == sorted(seen.blocks)


def test_everything_went_through_the_journal_and_replays_to_the_same_tables(journal: Journal, tmp_path: Any) -> None:
    bring(journal, line(), man(2, ket="diambil"), man(3))
    other = open_office(tmp_path / "lain.sqlite3")
    migrate_database(other, "office")
    copy = compose.journal("office", other)
    entries = [
        journal.decode(bytes(head), bytes(body))
        for head, body in journal.db.run(
            "SELECT j.head, b.body FROM journal j JOIN journal_body b ON b.id = j.id ORDER BY j.id"
        )
    ]
    with copy.transaction(), other.applying():
        copy.apply(entries)
    for table in ("case_file", "case_key", "case_event", "recording", "number_used", "import_line"):
        query = f"SELECT * FROM {table} ORDER BY 1, 2"
        assert list(journal.db.run(query)) == list(other.run(query)), table
    assert [entry.kind for entry in entries][-1] == "register.imported"
    other.close()


def test_progress_is_told_after_each_batch_and_a_cut_off_import_goes_on(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "BATCH", 2)
    told: list[tuple[int, int]] = []

    def cut(done: int, total: int) -> None:
        told.append((done, total))
        if done == 4:
            raise KeyboardInterrupt

    lines = [man(number) for number in range(1, 8)]
    with pytest.raises(KeyboardInterrupt):
        bring(journal, *lines, progress=cut)
    assert told == [(2, 7), (4, 7)]
    assert len(cases(journal)) == 4
    done = bring(journal, *lines)
    assert (done.loaded, done.known) == (3, 4)
    assert sorted(case["number"] for case in cases(journal)) == [f"000{n}/KTP/2025" for n in range(1, 8)]


def test_only_those_may_import_who_answer_for_the_register(journal: Journal) -> None:
    report: Report = judged(line())
    for roles in ({"counter"}, {"village"}, {"camat"}):
        with pytest.raises(Problem) as caught:
            load_report(
                journal, Actor(9, "x", "x", frozenset(roles)), report, source=SOURCE, bodies=ktp_bodies, now=NOW
            )
        assert caught.value.code == "forbidden"
    assert cases(journal) == []


def test_silence_of_the_register_may_be_taken_as_handed_over_but_proves_no_recording(
    journal: Journal,
) -> None:
    report = judge_book(
        read_bytes(register(line(ket=None), man(2, ket="belum rekam"))), WORDS, VILLAGES, TODAY, blank_done=True
    )
    assert report.unsaid_lines == 1
    load_report(journal, KASI, report, source=SOURCE, bodies=ktp_bodies, now=NOW)
    assert [case["step"] for case in cases(journal)] == ["@done", "record"]
    assert recording.latest_recording(journal.db, "3508995508840001") is None
    [note] = journal.db.run("SELECT note FROM case_event WHERE step_to = '@done'")
    assert "pengimpor menganggapnya sudah diserahkan" in note[0]


def test_a_series_without_the_year_counts_through_all_years(journal: Journal) -> None:
    service.set_series(journal, ADMIN, name="case", pattern="{n:04}/KTP", start=1, now=NOW)
    bring(journal, man(1, tgl="02/01/2024"), man(2, no=1, tgl="02/01/2025"), man(3, no=1, tgl="05/01/2026"))
    assert [case["number"] for case in cases(journal)] == ["0001/KTP", "0002/KTP", "0003/KTP"]


def test_the_collector_is_on_again_after_an_import_and_after_one_that_fails(journal: Journal) -> None:
    bring(journal, line())
    assert gc.isenabled()

    def fail(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bring(journal, man(2), progress=fail)
    assert gc.isenabled()


def test_a_new_import_forgets_ones_own_and_what_is_old_and_nothing_that_is_under_way(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Jobs, "_run_beside", lambda *_: None)
    jobs = Jobs(None, lambda journal: None)  # type: ignore[arg-type]  # nothing is read here
    for id_, owner, age, state in (
        ("own", "budi", 1, "ready"),
        ("busy", "budi", 1, "reading"),
        ("another's", "oki", 59, "ready"),
        ("old", "oki", 61, "ready"),
    ):
        jobs._jobs[id_] = Job(id_, owner, Source("x.csv", ""), NOW - age / 60 * KEPT, state=state)
    new = jobs.start_job(journal, replace(KASI, username="budi"), b"", "y.csv", NOW)
    assert set(jobs._jobs) == {"busy", "another's", new.id}


def test_each_person_sees_the_newest_import_of_his_own() -> None:
    jobs = Jobs(None, lambda journal: None)  # type: ignore[arg-type]  # nothing is read here
    for id_, owner, minutes in (("a", "sari", 0), ("b", "sari", 5), ("c", "oki", 9)):
        jobs._jobs[id_] = Job(id_, owner, Source("x.csv", ""), NOW + timedelta(minutes=minutes))
    newest = {name: jobs.newest_of(replace(KASI, username=name)) for name in ("sari", "oki", "budi")}
    assert {name: job and job.id for name, job in newest.items()} == {"sari": "b", "oki": "c", "budi": None}
    assert (jobs.has_job("a"), jobs.has_job("z")) == (True, False)
