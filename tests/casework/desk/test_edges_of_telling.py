"""What a citizen's panel leaves out and adds day by day, and what the card of an office that begins says."""

from collections.abc import Mapping
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec import structs

from app.casework.desk import readiness
from app.casework.desk.checklist import CheckedLine
from app.casework.desk.citizen import (
    IDENTITY,
    MOST_LATE,
    NOTHING,
    SLIP,
    WENT_BACK,
    late_day,
    things_to_bring,
    with_late_days,
    without_due,
)
from app.casework.desk.findings import FormReview
from app.casework.desk.parts import Task
from app.casework.desk.readiness import Readiness, ReadyItem, backup_item, staff_item
from app.casework.desk.register_book import RegisterLine, register_totals
from app.casework.desk.story import is_with_applicant
from app.core.procedure.deadline import DueDay
from app.core.workdays import Calendar, Holiday
from app.platform.backups.service import HealthLine
from schema.definitions import load_all
from sync.journal import Journal
from tests.platform.people import START, actor_of

KTP = load_all()["ktp-el"]
THURSDAY = date(2026, 3, 12)
CALENDAR = Calendar({date(2026, 3, 13): Holiday("Cuti bersama", "cuti_bersama")})


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("Datang besok.", "Datang besok."),
        ("Sedang dicetak, siap {due}.", "Sedang dicetak."),
        ("Sudah. Ambil, paling lambat {due} ya", "Sudah. Ambil ya"),
        ("Sudah; siap {due}", "Sudah"),
        ("Siap {due}.", "."),
        ("{due} siap.", " siap."),
        ("Ambil. Siap {due}, lalu bawa. Ya.", "Ambil, lalu bawa. Ya."),
    ],
)
def test_the_part_with_the_promised_day_goes_and_nothing_else(said: str, left: str) -> None:
    assert without_due(said) == left


def test_days_since_a_promise_are_told_up_to_three_weeks() -> None:
    """A day off has its name, a weekend its weekday, and only days that count are late."""
    due = (DueDay(THURSDAY, 1, "Hari ke-1", "running"),)
    assert [(day.date.day, day.reason, day.kind) for day in with_late_days(CALENDAR, due, date(2026, 3, 16))] == [
        (12, "Hari ke-1", "running"),
        (13, "Cuti bersama", "off"),
        (14, "Sabtu", "off"),
        (15, "Minggu", "off"),
        (16, "lewat", "late"),
    ]
    assert len(with_late_days(CALENDAR, due, THURSDAY + timedelta(days=MOST_LATE))) == 1 + MOST_LATE
    assert len(with_late_days(CALENDAR, due, THURSDAY + timedelta(days=MOST_LATE + 9))) == 1 + MOST_LATE
    assert with_late_days(CALENDAR, due, THURSDAY) == due
    assert with_late_days(CALENDAR, (), THURSDAY) == ()
    assert late_day(CALENDAR, THURSDAY).number is None


def checked(state: str, *, mandatory: bool = True, surrendered: bool = False) -> CheckedLine:
    need = structs.replace(KTP.requirements[0], mandatory=mandatory, surrendered=surrendered)
    return CheckedLine(need, "2.1", state=state)


def test_what_to_bring_the_next_time() -> None:
    """Missing papers only, unless all of them are still at home; at the hand-over what is given in exchange."""
    hand_over = next(step for step in KTP.steps if step.special == "batches.hand_over")
    recording = next(step for step in KTP.steps if step.special == "ktp.recording")
    office = structs.replace(hand_over, actor="counter", special="", waits_for="")
    present, missing, spare = checked("present"), checked("missing"), checked("missing", mandatory=False)
    assert things_to_bring(KTP.exits[0], [missing]) == ()
    assert things_to_bring(office, [present, spare]) == [NOTHING]
    assert len(things_to_bring(office, [missing])) == 2
    assert things_to_bring(structs.replace(office, waits_for="applicant"), [present]) == [SLIP]
    assert things_to_bring(recording, []) == [SLIP, "Pemohon datang sendiri; tidak dapat diwakilkan."]
    old, kept = checked("present", surrendered=True), checked("missing", surrendered=True)
    held = things_to_bring(hand_over, [old, kept, present])
    assert held == [SLIP, IDENTITY, f"{old.name}, untuk ditukar.", "Surat kuasa, jika diambil orang lain."]


def test_an_applicant_at_home_brings_every_paper_and_one_whose_file_went_back_what_is_missing() -> None:
    back = next(step for step in KTP.steps if is_with_applicant(step))
    home = structs.replace(back, actor="applicant", waits_for="", special="")
    present, missing = checked("present"), checked("missing")
    assert things_to_bring(back, [present, missing])[:2] == [SLIP, WENT_BACK]
    assert len(things_to_bring(back, [present, missing])) == 3
    assert len(things_to_bring(home, [present, checked("present", mandatory=False)])) == 2


# -- the card of an office that begins -------------------------------------------------------------------------------

KEY, GOOD_KEY = HealthLine("Kunci", "warn", "Belum ada", "Tanpa kunci"), HealthLine("Kunci", "good", "Ada", "Sejak")
OLD, GOOD = HealthLine("Cadangan", "bad", "Lama", "Sembilan hari"), HealthLine("Cadangan", "good", "Baru", "Hari ini")


@pytest.mark.parametrize(
    ("key", "newest", "kind", "state", "verb"),
    [
        (GOOD_KEY, GOOD, "good", "Hari ini", ""),
        (GOOD_KEY, OLD, "warn", "Cadangan lama. Sembilan hari.", "Buat cadangan"),
        (KEY, OLD, "warn", "Kunci belum ada. Tanpa kunci.", "Buat kunci"),
        (KEY, GOOD, "warn", "Kunci belum ada. Tanpa kunci.", "Buat kunci"),
        (KEY, KEY, "warn", "Kunci belum ada. Tanpa kunci.", "Buat kunci"),
    ],
)
def test_a_backup_is_proved_when_its_key_is_confirmed_and_it_is_new(
    journal: Journal,
    monkeypatch: pytest.MonkeyPatch,
    key: HealthLine,
    newest: HealthLine,
    kind: str,
    state: str,
    verb: str,
) -> None:
    monkeypatch.setattr(readiness, "backup_lines", lambda _db, _now: [key, newest, OLD])
    found = backup_item(journal.db, actor_of(journal.db, "ratna", THURSDAY), START)
    assert (found.kind, found.state, found.verb) == (kind, state, verb)
    other = backup_item(journal.db, actor_of(journal.db, "sari", THURSDAY), START)
    assert (other.kind, other.verb, other.endpoint) == (kind, "", "")
    assert bool(found.owner) is (kind != "good")


def test_every_first_post_has_somebody(journal: Journal) -> None:
    ratna = actor_of(journal.db, "ratna", THURSDAY)
    assert (staff_item(journal.db, ratna).kind, staff_item(journal.db, ratna).owner) == ("good", "")
    with journal.transaction(), journal.db.applying():
        journal.db.run("UPDATE person SET active = 0 WHERE username = 'ida'")
    found = staff_item(journal.db, ratna)
    assert (found.kind, found.state, found.verb) == ("warn", "Belum ada: Petugas Layanan Informasi.", "Tambah petugas")


def item(**more: Any) -> ReadyItem:
    return ReadyItem("warn", "Judul", "Keadaan", **more)


def test_the_first_thing_with_a_page_that_is_not_done_is_ones_own() -> None:
    done, foreign, own = structs.replace(item(endpoint="a"), kind="good"), item(), item(endpoint="b")
    assert Readiness([done, foreign, own, item(endpoint="c")], foreign).mine is own
    assert Readiness([done, foreign], foreign).mine is None


def test_the_card_tells_a_work_when_its_button_leads_there_for_as_many() -> None:
    def task(count: int, endpoint: str = "second.list_waiting", **values: int) -> Task:
        return Task("PIN", "Jamin PIN", "", endpoint, "Jamin", values, count=count)

    card: Mapping[str, Any] = {"endpoint": "second.list_waiting", "values": {}, "count": 2}
    ready = Readiness([item(**card)], item())
    assert [ready.tells(task(count)) for count in (1, 2, 3)] == [True, True, False]
    assert not ready.tells(task(1, "people.my_page"))
    assert not ready.tells(task(1, number=1))


# -- the figures under a register -----------------------------------------------------------------------------------


def test_the_figures_of_a_register_count_each_case_where_it_stands() -> None:
    """A promise is kept to the end of its day; a case that ended without a product has neither kept nor broken it."""
    rows = [
        {"kept_on": "2026-03-10", "due_on": "2026-03-10", "closed": 1},
        {"kept_on": "2026-03-11", "due_on": "2026-03-10", "closed": 1},
        {"kept_on": "2026-03-11", "due_on": "2026-03-10", "closed": 0},
        {"kept_on": "2026-03-11", "due_on": None, "closed": 0},
        {"kept_on": None, "due_on": "2026-03-11", "closed": 0},
        {"kept_on": None, "due_on": "2026-03-12", "closed": 0},
        {"kept_on": None, "due_on": "2026-03-11", "closed": 1},
        {"kept_on": None, "due_on": None, "closed": 0},
    ]
    book = [RegisterLine(n, SimpleNamespace(**row), "", "", "", "") for n, row in enumerate(rows)]  # type: ignore[arg-type]
    assert register_totals(book, THURSDAY) == [
        ("Diterima", 8),
        ("Masih berjalan", 5),
        ("Ditutup atau selesai", 3),
        ("Janji ditepati", 2),
        ("Janji terlambat", 2),
        ("Lewat, belum selesai", 1),
    ]


@pytest.mark.parametrize(("service", "heading"), [("ktp-el", "NIK"), ("ktm", "NIM"), ("hotline", "Telepon")])
def test_a_value_is_offered_from_the_number_by_its_heading(service: str, heading: str) -> None:
    nothing: dict[str, Any] = dict.fromkeys(FormReview.__struct_fields__)
    definition = load_all()[service]
    assert FormReview(**(nothing | {"definition": definition})).key_heading == heading
    keyless = structs.replace(definition, fields=tuple(one for one in definition.fields if one.role != "key"))
    assert FormReview(**(nothing | {"definition": keyless})).key_heading == ""
