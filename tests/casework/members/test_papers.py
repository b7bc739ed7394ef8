"""What stands on the papers of a list of people, before it is typeset: row by row, written out by hand."""

from datetime import date, timedelta
from io import BytesIO

import openpyxl
import pytest

from app.casework.desk.tables import CaseFile
from app.casework.members.papers import data_workbook, day_paper, people_paper
from app.platform.office.queries import adopted_definition
from app.platform.printing.data.people import PeopleList
from schema.service_procedure import Definition
from tests.casework.members.desk import Bureau, nip

MONDAY, TUESDAY = date(2026, 3, 30), date(2026, 3, 31)
NAMES = ["Pegawai B 1", "Pegawai C 2", "Pegawai D 3", "Pegawai E 4", "Pegawai F 5"]


def held(bureau: Bureau) -> tuple[CaseFile, Definition]:
    case = CaseFile.first(bureau.journal.db, id=bureau.case_id)
    assert case is not None
    return case, adopted_definition(bureau.journal.db, case.service, case.revision)


def paper(bureau: Bureau, name: str) -> PeopleList:
    return people_paper(bureau.journal.db, *held(bureau), name, bureau.who("priyo"), bureau.now)


def planned(bureau: Bureau) -> None:
    """Five people: three asked for Monday, two for Tuesday."""
    bureau.put_at("record")
    bureau.enter(5)
    bureau.slots(MONDAY, TUESDAY, 3, hours="08.00-10.00")
    bureau.plan("priyo")


def came_and_stayed_away(bureau: Bureau) -> None:
    """Four came, one of them on his second day; one was sent back and then taken out."""
    planned(bureau)
    bureau.at(TUESDAY, 13)
    ids = bureau.ids()
    bureau.move("attended", ids[:3])
    bureau.move("stayed_away", ids[3:4])
    bureau.move("dressed_otherwise", ids[4:])
    bureau.move("removed", ids[4:], "priyo", "Ditarik SKPD")
    wednesday = TUESDAY + timedelta(days=1)
    bureau.slots(wednesday, wednesday, 3, hours="08.00-10.00")
    bureau.plan("priyo")
    bureau.at(wednesday, 9)
    bureau.move("attended", ids[3:4])


def test_the_schedule_has_a_table_for_each_slot(bureau: Bureau) -> None:
    planned(bureau)
    made = paper(bureau, "schedule")
    assert [(table.title, [row[1] for row in table.rows], table.signed) for table in made.tables] == [
        ("Senin, 30 Maret 2026, 08.00-10.00 di Ruang Rekam", NAMES[:3], False),
        ("Selasa, 31 Maret 2026, 08.00-10.00 di Ruang Rekam", NAMES[3:], False),
    ]
    assert made.tables[0].rows[0] == (1, "Pegawai B 1", nip(1), "III/a", "Sekretariat")
    assert [column.title for column in made.tables[0].columns][:3] == ["No.", "Nama", "NIP"]
    assert [column.align for column in made.tables[0].columns][:2] == ["center", "left"]
    assert (made.balance, made.maker) == ((), None)
    facts = {fact.label: fact.value for fact in made.facts}
    assert (facts["Diterima"], facts["Jumlah PNS"]) == ("12 Maret 2026", "5 orang")
    assert "Selesai" not in facts


def test_the_report_counts_and_names_who_was_asked_twice(bureau: Bureau) -> None:
    came_and_stayed_away(bureau)
    made = paper(bureau, "report")
    states, days, missed, everybody = made.tables
    assert states.rows == (("Terekam", 4), ("Dibatalkan", 1))
    assert days.rows == (
        ("12-03-2026", "Masuk daftar", 5),
        ("12-03-2026", "Dijadwalkan untuk perekaman", 5),
        ("31-03-2026", "Dijadwalkan untuk perekaman", 1),
        ("31-03-2026", "Hadir dan terekam", 3),
        ("31-03-2026", "Tidak hadir pada jadwalnya", 1),
        ("31-03-2026", "Datang tidak berpakaian PDH lengkap warna khaki", 1),
        ("31-03-2026", "Dikeluarkan dari permohonan", 1),
        ("01-04-2026", "Hadir dan terekam", 1),
    )
    assert missed.rows == (
        (4, "Pegawai E 4", "31 Mar 2026", "Tidak hadir pada jadwalnya"),
        (5, "Pegawai F 5", "31 Mar 2026", "Datang tidak berpakaian PDH lengkap warna khaki"),
    )
    assert everybody.title == "Daftar orang"
    assert [row[-1] for row in everybody.rows] == ["Terekam"] * 4 + ["Dibatalkan"]
    assert [(fact.label, fact.value) for fact in made.balance] == [
        ("Diminta", "5"),
        ("Jadi dan diserahkan", "0"),
        ("Dibatalkan", "1"),
        ("Masih berjalan", "4"),
    ]
    assert made.maker is not None


def test_the_attendance_list_of_a_day_is_signed_by_who_comes(bureau: Bureau) -> None:
    planned(bureau)
    _, definition = held(bureau)
    made = day_paper(bureau.journal.db, definition, MONDAY, bureau.who("priyo"), bureau.now)
    (table,) = made.tables
    assert (made.title, made.number) == ("Daftar hadir: Jadwal perekaman data KTP", "Senin, 30 Maret 2026")
    assert (table.title, table.signed) == ("08.00-10.00 di Ruang Rekam", True)
    assert table.rows == tuple((name, nip(n), "BADAN CONTOH") for n, name in enumerate(NAMES[:3], 1))
    assert [(fact.label, fact.value) for fact in made.facts] == [
        ("Hari", "Senin, 30 Maret 2026"),
        ("Jumlah", "3 orang"),
        ("Pakaian", "PDH lengkap warna khaki"),
    ]


@pytest.mark.parametrize("asked", [False, True])
def test_the_data_file_says_when_somebody_is_asked_to_come(bureau: Bureau, asked: bool) -> None:
    if asked:
        planned(bureau)
    else:
        bureau.enter(5)
    case, definition = held(bureau)
    book = openpyxl.load_workbook(BytesIO(data_workbook(bureau.journal.db, case, definition, bureau.now)))
    rows = [row for row in book.worksheets[0].iter_rows(values_only=True) if row[0] == 1]
    state, day, hours, _ = rows[0][-4:]
    if asked:
        assert (state, str(day)[:10], hours) == ("Dijadwalkan", "2026-03-30", "08.00-10.00")
    else:
        assert (state, day, hours or "") == ("Terdaftar", None, "")
