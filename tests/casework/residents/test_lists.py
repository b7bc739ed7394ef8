"""A list of residents is read in pieces into a file aside, judged row by row, and replaces its own villages only."""

import resource
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pyrage
import pytest

from app.casework.importing.spreadsheet import MAX_BYTES
from app.casework.residents import reference, service
from app.casework.residents.reference import FILE
from app.casework.residents.service import Lists
from app.core.problems import Problem
from schema.database import open_sqlite_file
from schema.definitions import DefinitionError, definition_text
from schema.residents import RESIDENTS, load_residents_list, parse_residents_list
from sync.backup import make_backup, open_stream
from sync.journal import Journal
from sync.verification import verify_side
from tests.casework.residents.lists import AS_OF, KK, OPENSID, read, resident, take_in, to_csv, to_xlsx
from tests.platform.people import KRAI, MUNDER, START, actor_of
from tests.world.nightly import by_day

ANI = "3508991708800001"
BUDI = "3508991708800002"
CICI = "3508991708800003"


def kept(folder: Path, nik: str) -> tuple[str, ...]:
    """What the file holds of a NIK; nothing of one that is not in it."""
    columns = "kk, name, birth_place, birth_on, sex, street, rt, rw, village"
    with closing(open_sqlite_file(folder / FILE)) as file:
        rows = list(file.execute(f"SELECT {columns} FROM resident WHERE nik = ?", (nik,)))
    return rows[0] if rows else ()


@pytest.mark.parametrize("write", [to_csv, to_xlsx])
def test_the_list_of_a_village_program_becomes_the_reference(
    write: Callable[[Sequence[Mapping[str, str]]], bytes], journal: Journal, tmp_path: Path
) -> None:
    job = take_in(journal, write([resident(ANI, "Siti Aminah", **{"Jenis Kelamin": "PEREMPUAN"})]), village=KRAI)
    assert (job.read, job.people, job.refused, job.partly) == (1, 1, 0, 0)
    own = (KK, "SITI AMINAH", "LUMAJANG", "1980-08-17", "female", "KRAJAN, Jl. Seruni No. 5", "003", "001", KRAI)
    assert kept(tmp_path, ANI) == own
    [part] = reference.look_at(journal.db).parts
    assert (part.village, part.as_of, part.loaded_by, part.people) == (KRAI, "2026-02-20", "ratna", 1)
    assert "Agama" in job.unknown, "what is not compared is not kept"
    assert ("Hubungan keluarga (tidak disimpan)", "Hub. Keluarga") in job.columns
    assert not verify_side(journal, "office", tmp_path / "scratch").faults


def test_ditto_marks_take_the_hamlet_and_the_village_above(journal: Journal, tmp_path: Path) -> None:
    headings = (*OPENSID, "Desa")
    people = [
        resident(ANI, "Ani", Dusun="SUMBER", Desa="KRAI"),
        resident(BUDI, "Budi", Dusun='"', Desa="idem"),
        resident("3508991708800003", "Citra", Dusun="", Desa='"'),
    ]
    take_in(journal, to_csv(people, headings))
    streets = [kept(tmp_path, one["NIK"])[5] for one in people]
    assert streets == ["SUMBER, Jl. Seruni No. 5", "SUMBER, Jl. Seruni No. 5", "Jl. Seruni No. 5"]
    assert {kept(tmp_path, one["NIK"])[-1] for one in people} == {KRAI}


def test_rt_and_rw_come_from_their_own_columns_else_from_that_of_both_else_from_the_address(
    journal: Journal, tmp_path: Path
) -> None:
    headings = (*OPENSID, "RT/RW")
    own_columns = resident(ANI, "Ani", **{"RT/RW": "007/008"})
    column_of_both = resident(BUDI, "Budi", RT="", RW="", **{"RT/RW": "007/008"})
    in_the_address = resident(CICI, "Cici", RT="", RW="", Alamat="Jl. Seruni No. 5 RT 009 RW 010")
    people = [own_columns, column_of_both, in_the_address]
    take_in(journal, to_csv(people, headings), village=KRAI)
    assert [kept(tmp_path, person["NIK"])[6:8] for person in people] == [("003", "001"), ("007", "008"), ("009", "010")]


@pytest.mark.parametrize(("born", "refused"), [("17 Agustus 1980", False), ("17 September 1980", True), ("", True)])
def test_letters_in_a_nik_are_read_as_digits_where_its_birth_date_agrees(
    born: str, refused: bool, journal: Journal, lists: Lists
) -> None:
    written = ANI.replace("0", "O", 1)
    job = read(lists, journal, to_csv([resident(written, "Ani", **{"Tanggal Lahir": born})]), village=KRAI)
    assert job.refused == int(refused)
    assert job.people == 1 - int(refused)


def test_rows_are_refused_or_taken_in_part_each_with_its_reason(journal: Journal, lists: Lists) -> None:
    people = [
        resident("", "Tanpa Nomor"),
        resident("350899170880001", "Lima Belas Angka"),
        resident(ANI, ""),
        resident(ANI, "Ani", **{"Tanggal Lahir": "31 Februari 1980", "No. KK": "12"}),
        resident(ANI, "Ani Lagi"),
        resident(BUDI, "Budi", Dusun='"'),
    ]
    job = read(lists, journal, to_csv(people), village=KRAI)
    assert (job.read, job.people, job.refused, job.partly) == (6, 2, 4, 1)
    told = {fault.row: (fault.refused, fault.reasons) for fault in job.faults}
    assert told[4] == (True, "NIK kosong.")
    assert "15 angka" in told[5][1]
    assert told[6] == (True, "Nama kosong.")
    assert told[7][0] is False
    assert "31 Februari 1980" in told[7][1]
    assert "No. KK 2 angka" in told[7][1]
    assert "sudah ada di baris lain" in told[8][1]
    assert not any("Ani" in fault.reasons or "350899" in fault.reasons for fault in job.faults)


def test_a_list_with_a_column_of_the_village_needs_no_choice(journal: Journal, lists: Lists) -> None:
    headings = (*OPENSID, "Desa")
    people = [
        resident(ANI, "Ani", Desa="Ds. Munder"),
        resident(BUDI, "Budi", Desa="KRAI"),
        resident(BUDI, "Cici", Desa="Antah"),
    ]
    job = read(lists, journal, to_csv(people, headings))
    assert job.counts == {MUNDER: 1, KRAI: 1}
    assert [fault.reasons for fault in job.faults] == ["Desa Antah tidak ada di Kecamatan ini. Cocokkan dengan KK."]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (to_csv([resident(ANI, "Ani")]), "tidak menyebut desa"),
        (to_csv([resident(ANI, "Ani")], ("No", "NIK", "Alamat", "RT", "RW")), "Kolom Nama tidak ditemukan"),
        (b"satu;dua;tiga\r\n1;2;3\r\n", "Tidak ada baris judul kolom"),
        (b"<html><table>", "halaman web"),
        (b"", "kosong"),
        (b"x" * (MAX_BYTES + 1), "terlalu besar"),
    ],
)
def test_a_list_that_cannot_be_read_says_why(content: bytes, why: str, journal: Journal, tmp_path: Path) -> None:
    job = read(Lists(), journal, content)
    assert job.state == "failed"
    assert why in job.problem
    assert not reference.look_at(journal.db).exists


def test_twice_replaces_and_another_village_stays(journal: Journal, tmp_path: Path) -> None:
    take_in(journal, to_csv([resident(ANI, "Ani"), resident(BUDI, "Budi")]), village=KRAI)
    first = reference.ask(journal.db, ANI)
    other = "3508991708800003"
    take_in(
        journal,
        to_csv([resident(other, "Tini"), resident(BUDI, "Budi Pindah")]),
        village=MUNDER,
        as_of=date(2026, 3, 1),
    )
    assert kept(tmp_path, BUDI)[-1] == MUNDER, "who stands in the newer list has moved"
    assert {part.village: (part.as_of, part.people) for part in reference.look_at(journal.db).parts} == {
        KRAI: ("2026-02-20", 1),
        MUNDER: ("2026-03-01", 2),
    }
    take_in(journal, to_csv([resident(other, "Tini")]), village=KRAI)
    assert not kept(tmp_path, ANI), "the new list of Krai is whole: who is not in it is not there"
    assert kept(tmp_path, BUDI)
    again = reference.ask(journal.db, ANI)
    assert first is not None
    assert again is not None
    assert first.mark(ANI) == again.mark(ANI), "a difference that was explained is not asked again"


def test_until_it_is_used_nothing_changes_and_dropping_leaves_nothing(journal: Journal, tmp_path: Path) -> None:
    take_in(journal, to_csv([resident(ANI, "Ani")]), village=KRAI)
    lists = Lists()
    read(lists, journal, to_csv([resident(BUDI, "Budi")]), village=KRAI)
    assert not kept(tmp_path, BUDI)
    assert list((tmp_path / "kerja").rglob("acuan")), "it lies aside"
    lists.drop()
    assert not (tmp_path / "kerja").exists()
    assert kept(tmp_path, ANI)
    with pytest.raises(Problem, match="Unggah dokumennya lagi"):
        lists.use(journal, actor_of(journal.db, "ratna", START.date()), START)


def test_a_list_that_nobody_uses_is_forgotten_after_two_hours(journal: Journal, tmp_path: Path) -> None:
    lists, ratna = Lists(), actor_of(journal.db, "ratna", START.date())
    read(lists, journal, to_csv([resident(BUDI, "Budi")]), village=KRAI)
    assert lists.current(ratna, START + timedelta(hours=1)) is not None
    assert lists.current(ratna, START + timedelta(hours=3)) is None
    assert not (tmp_path / "kerja").exists()


def test_only_the_administrator_and_only_a_day_that_was(journal: Journal) -> None:
    content = to_csv([resident(ANI, "Ani")])
    for username in ("sari", "budi", "camat", "desi"):
        who = actor_of(journal.db, username, START.date())
        with pytest.raises(Problem) as refused:
            Lists().begin(journal, who, content, "a.csv", as_of=AS_OF, village=KRAI, now=START)
        assert refused.value.code == "forbidden"
        with pytest.raises(Problem) as refused:
            service.destroy_reference(journal, who, Lists(), reason="selesai", now=START)
        assert refused.value.code == "forbidden"
    ratna = actor_of(journal.db, "ratna", START.date())
    with pytest.raises(Problem) as wrong:
        Lists().begin(journal, ratna, content, "a.csv", as_of=date(2026, 4, 1), village="x", now=START)
    assert set(wrong.value.fields) == {"as_of", "village"}


def test_destroyed_is_gone_bytes_and_all(journal: Journal, tmp_path: Path) -> None:
    take_in(journal, to_csv([resident(ANI, "Siti Aminah")]), village=KRAI)
    second_name = tmp_path / "second"
    second_name.hardlink_to(tmp_path / FILE)
    assert ANI.encode() in second_name.read_bytes()
    ratna, lists = actor_of(journal.db, "ratna", START.date()), Lists()
    with pytest.raises(Problem) as wrong:
        service.destroy_reference(journal, ratna, lists, reason=f"milik {ANI}", now=START)
    assert wrong.value.fields == {"reason": service.NUMBER_IN_REASON}
    read(lists, journal, to_csv([resident(BUDI, "Budi")]), village=MUNDER)
    service.destroy_reference(journal, ratna, lists, reason="Perjanjian dengan desa berakhir", now=START)
    assert not (tmp_path / FILE).exists()
    assert not (tmp_path / "kerja").exists(), "what was read and not used goes too"
    assert set(second_name.read_bytes()) == {0}, "its bytes were overwritten before its name went"
    assert not reference.look_at(journal.db).exists
    assert reference.ask(journal.db, ANI) is None
    assert not verify_side(journal, "office", tmp_path / "scratch").faults
    with pytest.raises(Problem, match="tidak ada yang perlu dimusnahkan"):
        service.destroy_reference(journal, ratna, lists, reason="lagi", now=START)


def test_a_backup_holds_nobody_of_it(journal: Journal, tmp_path: Path) -> None:
    """Opened with the key as a restore opens it: the facts are there, the residents are not."""
    take_in(journal, to_csv([resident(ANI, "Siti Aminah")]), village=KRAI)
    identity, folder = pyrage.x25519.Identity.generate(), tmp_path / "cadangan"
    made = make_backup(journal, "office", folder, str(identity.to_public()), START, tmp_path / "kerja-cadangan")
    plain = tmp_path / "plain.sqlite3"
    with made.path.open("rb") as sealed, plain.open("w+b") as opened:
        open_stream(sealed, opened, identity)
    content = plain.read_bytes()
    assert b"residents.loaded" in content
    assert ANI.encode() not in content
    assert KK.encode() not in content
    assert b"SITI AMINAH" not in content


def test_a_replaced_list_is_overwritten_too(journal: Journal, tmp_path: Path) -> None:
    take_in(journal, to_csv([resident(ANI, "Siti Aminah")]), village=KRAI)
    second_name = tmp_path / "second"
    second_name.hardlink_to(tmp_path / FILE)
    take_in(journal, to_csv([resident(BUDI, "Budi")]), village=KRAI)
    assert set(second_name.read_bytes()) == {0}


def test_a_broken_file_stops_nobody_and_can_be_replaced(journal: Journal, tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database at all" * 400)
    assert reference.look_at(journal.db).broken
    assert reference.ask(journal.db, ANI) is None
    take_in(journal, to_csv([resident(ANI, "Ani")]), village=KRAI)
    assert not reference.look_at(journal.db).broken


def test_fifty_thousand_residents_are_never_held_whole(journal: Journal, tmp_path: Path) -> None:
    """3,000 by day. What this process grows by does not follow the length of the list: it has one piece at a time."""
    count = by_day(3_000, 50_000)
    born = [date(1930, 1, 1) + timedelta(days=n % 28_000) for n in range(count)]
    people = (
        resident(f"350899{day:%d%m%y}{n % 9999 + 1:04}", f"Warga {chr(65 + n % 26)}{chr(65 + n // 26 % 26)}")
        for n, day in enumerate(born)
    )
    content = to_csv(list(people))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    job = take_in(journal, content, village=KRAI)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert job.people == count
    assert grown < 40_000, f"{grown} kB"
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0


def test_the_file_of_headings_is_checked() -> None:
    text = definition_text(RESIDENTS)
    assert load_residents_list().old_after_days == 180
    with pytest.raises(DefinitionError) as wrong:
        parse_residents_list(text.replace('id = "kk"', 'id = "kartu"').replace('"nonik"', '"namalengkap"'), "a.toml")
    assert "kartu" in str(wrong.value)
    assert "namalengkap" in str(wrong.value)
