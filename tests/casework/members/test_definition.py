"""The procedure beside its source: the eleven rows, actors, times and outputs of the SOP, and its clocks at work."""

import re
from datetime import date

import pytest
from msgspec.structs import replace

from app.casework.desk.moving import advance_case
from app.casework.importing.spreadsheet import ImportProblem
from app.casework.members import lists
from app.casework.members.lists import read_list
from app.core.workdays import wall_time
from app.platform.office.tables import RunningDeadline
from schema.definitions import SERVICES, definition_text, load_definition
from schema.profiles import load_profile
from schema.service_checks import OfficeNames
from schema.service_fields import people_faults
from tests.casework.members.desk import Bureau, nip
from tests.rules.source import ROOT

CARDS = load_definition(SERVICES / "kartu-pns.toml")
ROWS = [
    (1, "SKPD Pemohon", "5 menit", "Surat Permohonan"),
    (2, "Kasubbag TU", "10 menit", "Surat Permohonan teragenda"),
    (3, "Kepala Biro", "10 menit", "Disposisi"),
    (4, "Kabag KPP", "10 menit", "Disposisi"),
    (5, "Kasubbag TAL", "10 menit", "Draft surat pemberitahuan dan jadwal perekaman data KTP diparaf"),
    (6, "Kabag KPP", "20 menit", "Draft surat pemberitahuan terkoreksi dan jadwal perekaman data KTP diparaf"),
    (7, "Kepala Biro", "1 jam", "Surat Pemberitahuan dan jadwal perekaman data KTP"),
    (8, "Kasubbag TU", "1 hari", "Agenda surat dan Surat pemberitahuan dikirim kepada Pemohon/SKPD"),
    (9, "Pemroses KTP", "Disesuaikan", "Data PNS yang akan dibuat KTP terekam"),
    (10, "Pemroses KTP", "Disesuaikan", "KTP Pegawai Negeri Sipil"),
    (11, "Pemroses KTP", "10 menit", "Tanda Terima KTP"),
]
"""Number, performer (all inferred: the marks of the scan are lost), time and output as the source prints them."""
CLOCKS = {
    "submit": ("1", 5, "working_minutes"),
    "agenda": ("2", 10, "working_minutes"),
    "head_disposition": ("3", 10, "working_minutes"),
    "division_disposition": ("4", 10, "working_minutes"),
    "plan": ("5", 10, "working_minutes"),
    "check": ("6", 20, "working_minutes"),
    "sign": ("7", 1, "working_hours"),
    "send": ("8", 1, "working_days"),
    "record": ("9", None, ""),
    "produce": ("10", None, ""),
    "hand_over": ("11", 10, "working_minutes"),
}
"""Step → its clause in the SOP and its standard time."""


def test_the_rows_are_those_of_the_source() -> None:
    labels = {actor.id: actor.label for actor in CARDS.actors}
    assert [(row.no, labels[row.actor], row.time.text if row.time else "", row.output) for row in CARDS.rows] == ROWS
    assert all(row.inferred_because for row in CARDS.rows)
    assert [row.remark for row in CARDS.rows[8:10]] == ["Sesuai dengan jadwal dan jumlah pemohon"] * 2
    assert CARDS.rows[8].papers[0].endswith("PNS berpakaian PDH lengkap warna khaki")
    assert len({row.actor for row in CARDS.rows}) == 6


def test_what_the_source_leaves_empty_stays_empty() -> None:
    one = CARDS.identity
    assert (one.number, one.full_number, one.revised_on, one.issued_on) == ("", "", None, None)
    assert CARDS.promise is None
    assert not any(field.type in ("nik", "kk") for field in CARDS.fields)
    assert one.signatories[-1].post == "Gubernur Kalimantan Selatan"


@pytest.mark.parametrize("profile", ["biro", "kecamatan"])
def test_the_procedure_fits_the_offices_that_run_it(profile: str) -> None:
    known = load_profile(profile)
    load_definition(SERVICES / "kartu-pns.toml", office=OfficeNames(known.nameable, known.serving))


def test_each_standard_time_is_a_clock_and_disesuaikan_is_none(bureau: Bureau) -> None:
    """The clock of each step runs from its entry for exactly the time of its row, and stops with it."""
    steps = {known_step.id: known_step for known_step in CARDS.steps}
    rows = {row.no: row for row in CARDS.rows}
    bureau.enter(1)
    for step, (clause, amount, unit) in CLOCKS.items():
        assert steps[step].clause == clause
        time = rows[int(clause)].standard_time
        assert (time and (time.amount, time.unit)) == (None if amount is None else (amount, unit))
    opened = RunningDeadline.first(bureau.journal.db, subject="case/1", limit_id="step", scope="agenda")
    assert opened is not None
    start = wall_time(bureau.now).replace(second=0)
    assert (opened.since, opened.due) == (f"{start:%Y-%m-%dT%H:%M}", f"{start.replace(minute=52):%Y-%m-%dT%H:%M}")


def test_recording_by_schedule_alarms_nobody(bureau: Bureau) -> None:
    """From the recording on only the hand-over has a clock, of ten minutes."""
    journal, priyo = bureau.journal, bureau.who("priyo")
    bureau.put_at("record")
    bureau.enter(1)
    bureau.slots(date(2026, 3, 30), date(2026, 3, 30))
    bureau.plan("priyo")
    bureau.at(date(2026, 3, 30), 9)
    for move, outcome in (("attended", "recorded"), ("finished", "produced")):
        bureau.move(move, bureau.ids())
        advance_case(journal, priyo, case_id=1, outcome=outcome, now=bureau.now)
    rows = {row.scope: row for row in RunningDeadline.rows(journal.db, subject="case/1", limit_id="step")}
    assert rows.keys() == {"submit", "agenda", "hand_over"}
    assert (rows["hand_over"].since, rows["hand_over"].due) == ("2026-03-30T09:00", "2026-03-30T09:10")


def test_a_list_of_any_service_is_read_by_the_labels_of_its_fields() -> None:
    """A procedure that came by a file only has no register file: its own words head the columns."""
    text = definition_text(SERVICES / "kartu-pns.toml")
    other = load_definition(text.replace('id = "kartu-pns"', 'id = "kartu-lain"', 1))
    content = f"No;Nama;NIP;Jabatan\n1;Citra;{nip(1)};Analis\n2;;{nip(2)};\nJumlah;2;;".encode()
    rows = read_list(other, content, "daftar.pegawai.csv")
    assert {row.sheet for row in rows} == {"daftar.pegawai"}, "a file without sheets is named as its own only sheet"
    assert [(row.number, row.raw["nip"], row.raw["name"], row.raw["post"]) for row in rows] == [
        (2, nip(1), "Citra", "Analis"),
        (3, nip(2), "", ""),
    ]


def test_the_room_knows_no_service_by_name() -> None:
    words = re.compile(r"kartu|pns|khaki|skpd", re.IGNORECASE)
    found = [
        path.name for path in (ROOT / "app" / "members").rglob("*.py") if words.search(path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize("part", ["key", "name"])
def test_what_a_person_is_known_by_must_be_filled(part: str) -> None:
    people = CARDS.people
    assert people is not None
    assert list(people_faults(people)) == []
    known_by = getattr(people, part)
    fields = tuple(replace(one, required=one.required and one.id != known_by) for one in people.fields)
    told = list(people_faults(replace(people, fields=fields)))
    assert [(path, sentence.split(";")[0]) for path, sentence in told] == [
        (("people", part), f"kolom {known_by} harus wajib diisi")
    ]


def test_a_list_without_its_columns_or_with_too_many_people_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    definition = load_definition(definition_text(SERVICES / "kartu-pns.toml"))
    people = [f"{n};Citra;{nip(n)};Analis" for n in range(1, 4)]
    content = "\n".join(["No;Nama;NIP;Jabatan", *people]).encode()
    monkeypatch.setattr(lists, "MOST_ROWS", 3)
    assert len(read_list(definition, content, "daftar.csv")) == 3
    monkeypatch.setattr(lists, "MOST_ROWS", 2)
    with pytest.raises(ImportProblem, match="lebih dari 2 baris"):
        read_list(definition, content, "daftar.csv")
    with pytest.raises(ImportProblem, match=r"Judul yang dicari|tidak ditemukan"):
        read_list(definition, b"No;Nama;Jabatan\n1;Citra;Analis", "daftar.csv")
