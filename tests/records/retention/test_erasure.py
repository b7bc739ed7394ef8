"""A list that two people decided is carried out: the people are gone from every byte, and every figure is as it was."""

import json
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.cli import proving
from app.core.clock import office_date
from app.core.periods import Period
from app.core.problems import Problem
from app.core.quarters import Quarter
from app.quality.indicators.queries import achievements
from app.quality.paten.queries import paten_report
from app.quality.quarter.counting import count_quarter
from app.records.retention import queries, service
from app.records.retention.papers import minutes_paper
from app.records.retention.tables import DestroyedRecord, Destruction
from schema.database import Database
from schema.person_fields import DESTROYED
from sync.verification import columns_of, official_tables, rows_of
from tests.records.retention.conftest import LATER, REASON, Office, open_office

YEARS = range(2025, 2027)
INDEXES = {"case_key", "case_likeness", "import_line", "paper_content"}
"""Tables whose rows are found by what they hold of a person."""
WORDS = {"gist", "follow_up", "action", "cause", "problem"}
"""What a recap quotes of lines and LTPP."""
OWN = {"destruction", "destroyed_record", "number_used"}


def people_of(db: Database, subjects: set[str]) -> set[str]:
    """Names and numbers in these cases and complaints that stand in no other one."""
    found: dict[bool, set[str]] = {True: set(), False: set()}
    for case_id, name, key, phone in db.run("SELECT id, name, main_key, phone FROM case_file"):
        found[f"case/{case_id}" in subjects] |= {name, key, phone}
    for line_id, name, contact in db.run("SELECT complaint_id, name, contact FROM complainant"):
        found[f"complaint/{line_id}" in subjects] |= {name, contact}
    for name, key, case_id in db.run("SELECT name, member_key, case_id FROM member"):
        found[f"case/{case_id}" in subjects] |= {name, key}
    return {one for one in found[True] - found[False] if len(one) > 9 and one != DESTROYED}


def figures(db: Database) -> dict[str, Any]:
    """Figures of all kinds, the words of lines left out of the recap: those are no figure."""
    found: dict[str, Any] = {}
    today = office_date(LATER)
    for year in YEARS:
        found[f"paten {year}"] = repr(paten_report(db, Quarter(year, 1)))
        for q in (1, 2, 3, 4):
            recap = msgspec.to_builtins(count_quarter(db, Quarter(year, q), LATER))
            found[f"recap {year} {q}"] = json.dumps(without_words(recap), sort_keys=True, default=str)
        found[f"indicators {year}"] = repr(achievements(db, Period.parse(str(year)), today))
    found["survey"] = list(
        db.run("SELECT survey, service, month, marks, count(*) FROM survey_answer GROUP BY 1, 2, 3, 4")
    )
    found["numbers"] = list(db.run("SELECT series, year, n, text FROM number_used WHERE series <> 'destruction'"))
    return found


def without_words(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_words(one) for name, one in value.items() if name not in WORDS}
    return [without_words(one) for one in value] if isinstance(value, list | tuple) else value


def table_rows(db: Database) -> dict[str, list[tuple[Any, ...]]]:
    return {name: list(rows_of(db, name, columns_of(db, name))) for name in official_tables(db)}


def is_replacement(old: Any, new: Any) -> bool:
    """Whether a cell became what a person's field becomes: nothing, the word, zeros, or a part of what it was."""
    text = str(new)
    if new is None or text in ("", "-", "{}", "[]", "b''") or text.startswith("redacted/"):
        return True
    return text == "0" * len(str(old)) or not re.sub(rf"{re.escape(DESTROYED)}|; ", "", text)


def test_all_that_is_due_goes_and_no_figure_changes(lived: Office, folder: Path) -> None:
    made = lived.decide()
    subjects = {record.subject for record in queries.records_of(lived.db, made)}
    people, before, rows = people_of(lived.db, subjects), figures(lived.db), table_rows(lived.db)
    assert len(people) > 10
    assert {record.kind.partition("/")[0] for record in queries.records_of(lived.db, made)} >= {
        "case",
        "complaint",
        "capa",
    }
    assert proving.main(folder, "whole") == 0
    assert figures(lived.db) == before
    held = lived.bytes_held()
    assert [person for person in sorted(people) if person.upper().encode() in held] == []
    row = Destruction.first(lived.db, id=made)
    assert (row.state, row.bodies > len(subjects), bool(row.files)) == ("done", True, True)
    for name, now in table_rows(lived.db).items():
        if name in OWN:
            continue
        if name not in INDEXES:
            assert len(now) == len(rows[name]), name
    assert proving.prove_side("office", folder, fresh=False).faults == []


def test_every_cell_that_changed_became_what_its_field_becomes(lived: Office, folder: Path) -> None:
    """A second way: row beside row by its key, whatever the rooms say of their figures."""
    lived.decide()
    keyed = {name: keyed_rows(lived.db, name) for name in official_tables(lived.db) if name not in INDEXES | OWN}
    assert proving.main(folder, "whole") == 0
    wrong = []
    for name, rows in keyed.items():
        after = keyed_rows(lived.db, name)
        assert rows.keys() == after.keys(), name
        for key, row in rows.items():
            cells = zip(columns_of(lived.db, name), row, after[key], strict=True)
            wrong += [
                (name, column)
                for column, old, new in cells
                if old != new and not is_replacement(old, new) and not column.startswith("gone_")
            ]
    assert sorted(set(wrong)) == []


def keyed_rows(db: Database, table: str) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    key = [str(row[0]) for row in db.run("SELECT name FROM pragma_table_info(?) WHERE pk > 0", (table,))] or ["rowid"]
    columns = columns_of(db, table)
    rows = db.run(f"SELECT {', '.join(key)}, {', '.join(columns)} FROM {table}")
    return {tuple(row[: len(key)]): tuple(row[len(key) :]) for row in rows}


def test_what_is_open_again_stays_and_the_minutes_name_it(lived: Office, folder: Path) -> None:
    made = lived.decide()
    listed = queries.records_of(lived.db, made)
    first = next(record for record in listed if record.kind == "complaint")
    due = queries.due_records(lived.db, office_date(LATER))
    number = next(record.number for record in due if record.subject == first.subject)
    service.hold_record(lived.journal, lived.who("wiji"), number=number, reason="Surat PN 3/2034", now=LATER)
    name = lived.db.one("SELECT words FROM complaint WHERE number = ?", (number,))
    assert proving.main(folder, "whole") == 0
    assert lived.db.one("SELECT words FROM complaint WHERE number = ?", (number,)) == name
    kept = [record for record in queries.records_of(lived.db, made) if record.kept_why]
    assert [(record.number, record.kept_why) for record in kept] == [(number, "ditahan: Surat PN 3/2034")]
    again = queries.due_records(lived.db, office_date(LATER))
    assert {record.subject for record in again if record.held_why.startswith("ditahan")} == {first.subject}


def test_nobody_decides_alone(lived: Office) -> None:
    groups = [group.key for group in queries.due_groups(queries.due_records(lived.db, office_date(LATER)))]
    made = service.propose(lived.journal, lived.who("wiji"), groups=groups, reason=REASON, now=LATER)
    for username in ("wiji", "sulis"):
        with pytest.raises(Problem) as refused:
            service.confirm(lived.journal, lived.who(username), destruction_id=made, now=LATER)
        assert refused.value.code == "forbidden"
    with pytest.raises(Problem):
        service.propose(lived.journal, lived.who("wiji"), groups=groups, reason=REASON, now=LATER)
    assert service.carry_out(lived.journal, lived.folder, LATER) == 0
    service.withdraw(lived.journal, lived.who("wiji"), destruction_id=made, reason="Salah pilih", now=LATER)
    assert Destruction.first(lived.db, id=made).state == "withdrawn"


def test_who_holds_both_rights_still_needs_another(lived: Office) -> None:
    """The database refuses it too, whatever a page or a command forgot."""
    groups = [group.key for group in queries.due_groups(queries.due_records(lived.db, office_date(LATER)))]
    chief = msgspec.structs.replace(lived.who("wiji"), roles=frozenset({"sekretaris", "camat"}))
    made = service.propose(lived.journal, chief, groups=groups, reason=REASON, now=LATER)
    with pytest.raises(Problem, match="Yang mengusulkan tidak mengonfirmasi sendiri"):
        service.confirm(lived.journal, chief, destruction_id=made, now=LATER)
    with pytest.raises(Exception, match="CHECK constraint"), lived.journal.transaction(), lived.db.applying():
        lived.db.run("UPDATE destruction SET state = 'confirmed', confirmed_by = 'wiji' WHERE id = ?", (made,))


def test_periods_are_the_offices_with_a_reason(lived: Office) -> None:
    today = office_date(LATER)
    before = {record.kind for record in queries.due_records(lived.db, today)}
    assert "complaint" in before
    service.set_period(lived.journal, lived.who("wiji"), kind="complaint", years=10, reason=REASON, now=LATER)
    assert "complaint" not in {record.kind for record in queries.due_records(lived.db, today)}
    [period] = [one for one in queries.periods(lived.db) if one.kind.id == "complaint"]
    assert (period.years, period.source, period.set_by) == (10, REASON, "wiji")
    for years, reason in ((0, REASON), (101, REASON), (None, REASON), (5, " ")):
        with pytest.raises(Problem):
            service.set_period(
                lived.journal, lived.who("wiji"), kind="complaint", years=years, reason=reason, now=LATER
            )


@pytest.mark.parametrize(
    ("day", "years", "before"),
    [(date(2034, 3, 1), 5, date(2029, 3, 1)), (date(2032, 2, 29), 5, date(2027, 2, 28))],
)
def test_a_period_ends_on_the_same_day_of_another_year(day: date, years: int, before: date) -> None:
    assert queries.years_before(day, years) == before


def test_what_is_closed_on_the_last_day_of_its_period_is_not_due_yet(lived: Office) -> None:
    row = lived.db.one("SELECT id, closed_on FROM case_file WHERE closed = 1 AND service = 'ktp-el' ORDER BY closed_on")
    assert row is not None
    ended = date.fromisoformat(row[1])
    last = ended.replace(year=ended.year + 5)
    for day, is_due in ((last, False), (last.replace(day=last.day + 1), True)):
        assert (f"case/{row[0]}" in {record.subject for record in queries.due_records(lived.db, day)}) is is_due


def test_the_minutes_name_every_backup_of_before(lived: Office, folder: Path) -> None:
    sql = (
        "INSERT INTO backup_made (name, place, recipient, made_at, size, entries, digest, copied_to)"
        " VALUES (?, '/data/cadangan', 'age1x', '2033-12-01T15:00:00Z', 1, 1, ?, ?)"
    )
    with lived.db.writing():
        lived.db.run(sql, ("lama.loket-cadangan", "0" * 64, ""))
        lived.db.run(sql, ("stik.loket-cadangan", "1" * 64, "/media/stik"))
    made = lived.decide()
    assert proving.main(folder, "whole") == 0
    paper = minutes_paper(lived.db, made, lived.who("wiji"), LATER)
    assert [(backup.name, backup.place, backup.made_on) for backup in paper.backups] == [
        ("lama.loket-cadangan", "/data/cadangan", date(2033, 12, 1)),
        ("stik.loket-cadangan", "/media/stik", date(2033, 12, 1)),
    ]
    listed = queries.records_of(lived.db, made)
    assert sum(group.count for group in paper.groups) == len(paper.records) == len(listed)
    assert [paper.proposed.name, paper.confirmed.name] == ["Wiji Handayani", "Hendra Prasetyawan"]
    with lived.db.writing(), lived.db.applying():
        DestroyedRecord.alter(lived.db, {"destruction_id": made, "subject": listed[0].subject}, kept_why="Sengketa")
        kept = minutes_paper(lived.db, made, lived.who("wiji"), LATER)
    assert kept.kept == (f"{listed[0].number}: Sengketa",)
    assert sum(group.count for group in kept.groups) == len(kept.records) == len(listed) - 1


# -- killed, restored ----------------------------------------------------------------------------------------------

KILLED = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from app.core import clock
from app.cli import proving
from app.records.retention import service
import sync.erasure as erasure

clock.now = lambda: datetime.fromisoformat(sys.argv[2])
where, name = (erasure, "finish") if sys.argv[3] == "within" else (service, "clear_traces")
real = getattr(where, name)

def killed(*args, **named):
    if sys.argv[3] == "within":
        real(*args, **named)  # all rows are written, the transaction is not ended
    os.kill(os.getpid(), 9)

setattr(where, name, killed)
proving.main(Path(sys.argv[1]), "whole")
"""


@pytest.mark.parametrize("when", ["within", "after"])
def test_a_killed_process_has_changed_nothing_or_all_and_the_next_night_ends_it(folder: Path, when: str) -> None:
    office = open_office(folder)
    made = office.decide()
    people = people_of(office.db, {record.subject for record in queries.records_of(office.db, made)})
    rows = table_rows(office.db)
    office.db.close()
    call = [sys.executable, "-c", KILLED, str(folder), LATER.isoformat(), when]
    assert subprocess.run(call, check=False, capture_output=True).returncode == -9
    office = open_office(folder)
    state = Destruction.first(office.db, id=made).state
    assert state == ("confirmed" if when == "within" else "done")
    assert (table_rows(office.db) == rows) is (when == "within")
    office.db.close()
    assert proving.main(folder, "whole") == 0
    office = open_office(folder)
    assert Destruction.first(office.db, id=made).state == "done"
    assert not service.are_traces_left(office.db)
    assert [person for person in people if person.upper().encode() in office.bytes_held()] == []
    office.db.close()


def test_a_backup_of_before_brings_the_people_and_the_same_list_back(folder: Path, tmp_path: Path) -> None:
    before = tmp_path / "before"
    shutil.copytree(folder, before)
    office = open_office(folder)
    office.decide()
    gone = {record.subject for record in queries.due_records(office.db, office_date(LATER)) if not record.held_why}
    office.db.close()
    assert proving.main(folder, "whole") == 0
    office = open_office(folder)
    assert gone & {record.subject for record in queries.due_records(office.db, office_date(LATER))} == set()
    office.db.close()
    restored = open_office(before)
    again = {record.subject for record in queries.due_records(restored.db, office_date(LATER)) if not record.held_why}
    assert again == gone
    restored.db.close()
