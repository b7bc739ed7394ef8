"""Every trap of a real register, one line each: what is taken, what is refused, and the sentence."""

from datetime import date
from typing import Any

import pytest

from app.casework.importing import judging
from app.casework.importing.file_formats import read_bytes
from app.casework.importing.judging import judge_book
from tests.casework.importing.books import (
    HEAD,
    TITLES,
    TODAY,
    VILLAGES,
    WORDS,
    book_of,
    judged,
    line,
    man,
    only,
    verdict,
    workbook,
)


def test_a_sound_line_is_accepted_with_all_its_data() -> None:
    one = only(judged(line()))
    assert (one.sheet, one.row, one.verdict, one.reason) == ("JAN", 5, "accepted", "Baik.")
    record = one.record
    assert record is not None
    assert record.key == "3508995508840001"
    assert (record.name, record.birth_on) == ("KARTINI CONTOH", date(1984, 8, 15))
    assert record.fields == {
        "kind": "baru",
        "nik": "3508995508840001",
        "kk": "3508990703210001",
        "full_name": "KARTINI CONTOH",
        "birth_place": "LUMAJANG",
        "birth_on": "1984-08-15",
        "sex": "female",
        "street": "DUSUN KIDUL",
        "rt": "015",
        "rw": "004",
        "village": "3508072009",
    }
    assert (record.village, record.kind, record.received) == ("3508072009", "baru", date(2025, 1, 26))
    assert (record.state.step, record.state.note) == ("dispatch", "sudah rekam")


@pytest.mark.parametrize(
    "changes",
    [
        {"nik": "350899 550884 0001"},
        {"nik": "'3508995508840001"},
        {"nik": "3508.9955.0884.0001"},
        {"nik": "３５０８９９５５０８８４０００１"},
        {"tgl": date(2025, 1, 26)},
        {"tgl": "26-1-2025"},
        {"tgl": "26 Januari 2025"},
        {"tgl": "2025-01-26 08:15:00"},
        {"ttl": date(1984, 8, 15)},
        {"ttl": "LUMAJANG, 15.08.84"},
        {"ttl": "LUMAJANG, 15 Agustus 1984"},
        {"ttl": "Lumajang 15/08/1984"},
        {"ttl": "15-08-1984, LUMAJANG"},
        {"ttl": "15081984"},
        {"ttl": 15081984},
        {"alamat": "15/4"},
        {"alamat": "RT.015/RW.004"},
        {"desa": "Ds. Karangrejo"},
        {"desa": "Desa KARANGREJO "},
        {"desa": "YOSOWILANGUN KDL"},
        {"jenis": "Ubah Data"},
        {"jenis": "PINDAH"},
        {"lp": "Perempuan"},
        {"ket": None},
    ],
)
def test_harmless_spellings_are_accepted(changes: dict[str, Any]) -> None:
    assert verdict(**changes) == ("accepted", "Baik.")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"nik": 3508995508840000}, "tersimpan sebagai angka"),
        ({"nik": 3508995508840000.0}, "tersimpan sebagai angka"),
        ({"nik": "3.50899550884E+15"}, "tersimpan sebagai angka"),
        ({"nik": "3508995508840000.0"}, "tersimpan sebagai angka"),
        ({"nik": "350899550884000"}, "NIK 15 angka; seharusnya 16 angka."),
        ({"nik": 350899550884000}, "hanya 15 angka"),
        ({"nik": "35089955088400012"}, "NIK 17 angka"),
        ({"nik": None}, "NIK kosong."),
        ({"nik": "35089955088A0001"}, "huruf “A”"),
        ({"nik": "3508995513840001"}, "Bulan lahir di dalam NIK"),
        ({"nik": "35O8995508840001", "ttl": "LUMAJANG, 16-8-1984"}, "tidak menguatkan"),
        ({"nik": date(1984, 8, 15)}, "tersimpan sebagai tanggal"),
        ({"kk": 3508990703210000}, "No. KK tersimpan sebagai angka"),
        ({"kk": "35089907032100"}, "No. KK 14 angka"),
        ({"ttl": "LUMAJANG, 31/02/2001"}, "31 Februari tidak ada"),
        ({"ttl": "LUMAJANG, 12-13-1984"}, "bulan 13 tidak ada"),
        ({"ttl": "LUMAJANG"}, "Tanggal lahir kosong."),
        ({"ttl": "LUMAJANG, 1984"}, "tidak terbaca"),
        ({"ttl": "LUMAJANG, 15-08-2025"}, "sesudah tanggal terima"),
        ({"ttl": "LUMAJANG, 15-08-1901"}, "lebih dari 120 tahun"),
        ({"tgl": None}, "Tanggal terima kosong."),
        ({"tgl": "26/01/2052"}, "masa depan"),
        ({"tgl": "31/04/2025"}, "31 April tidak ada"),
        ({"nama": None}, "Nama kosong."),
        ({"nama": "-"}, "Nama kosong."),
        ({"nama": "TANPA NAMA"}, "Nama kosong."),
        ({"nama": "A" * 300}, "paling panjang"),
        ({"desa": "Desa Sumberwringin"}, "ada di Kecamatan Klakah"),
        ({"desa": "Antahberantah"}, "tidak ada di Kecamatan Yosowilangun"),
        ({"desa": "Yosowilangun"}, "tidak jelas"),
        ({"desa": None}, "Desa kosong."),
        ({"jenis": "KIA"}, "tidak dikenal"),
        ({"jenis": None}, "Jenis permohonan kosong."),
    ],
)
def test_what_is_not_sound_is_refused_with_a_reason(changes: dict[str, Any], said: str) -> None:
    found, reason = verdict(**changes)
    assert found == "refused"
    assert said in reason


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"nik": "35O8995508840001"}, "NIK memuat huruf di tempat angka"),
        ({"kk": "35O8990703210001"}, "No. KK memuat huruf"),
        ({"kk": None}, "No. KK kosong."),
        ({"ttl": "LUMAJANG, 15-8-1983"}, "berbeda dengan yang di dalam NIK (15-08-84)"),
        ({"nik": "3508994712840001", "ttl": date(1984, 7, 12)}, "mungkin tertukar oleh Excel"),
        ({"ttl": date(2084, 8, 15)}, "seratus tahun terlalu muda"),
        ({"ttl": 30909}, "nomor hari Excel; dibaca 15-08-1984"),
        ({"lp": "L"}, "Jenis kelamin di kolom L/P berbeda"),
        ({"lp": "?x"}, "tidak terbaca; diisi menurut NIK"),
        ({"nama": "Kartini Contoh, S.Pd"}, "memuat gelar"),
        ({"nama": "KARTINI C0NTOH"}, "memuat angka"),
        ({"alamat": date(2025, 4, 15)}, "RT/RW diubah Excel menjadi tanggal"),
        ({"desa": "KARANGREJA"}, "dibaca Karangrejo"),
        ({"desa": "Karangrj"}, "dibaca Karangrejo"),
        ({"jenis": "perpanjangan"}, "pemegang ITAP"),
        ({"tgl": "26/02/2025"}, "di luar bulan"),
        ({"ket": "anak Pak Lurah"}, "tidak dikenal sebagai keadaan"),
        ({"nik": "3508995508090001", "ttl": "LUMAJANG, 15-8-2009"}, "belum berumur 16"),
        ({"nik": "3508995508080001", "ttl": "LUMAJANG, 15-8-2008", "jenis": "hilang"}, "belum berumur 17"),
        ({"nik": "3508995508840000"}, "0000"),
    ],
)
def test_what_a_person_should_look_at_is_a_warning(changes: dict[str, Any], said: str) -> None:
    found, reason = verdict(**changes)
    assert found == "warning", reason
    assert said in reason


def test_one_line_names_all_that_is_wrong_at_once() -> None:
    found, reason = verdict(nik="123", nama="", desa="Sumberwringin")
    assert found == "refused"
    assert "NIK 3 angka" in reason
    assert "Nama kosong." in reason
    assert "Kecamatan Klakah" in reason


def test_a_line_that_stands_twice_is_repeated_even_in_another_sheet_and_another_spelling() -> None:
    copy = line(no=7, nik="350899 550884 0001", ttl="LUMAJANG, 15 Agustus 1984")
    book = read_bytes(workbook({"JAN": [*TITLES, HEAD, line()], "FEB": [*TITLES, HEAD, line(no=2), copy]}))
    first, second, third = judge_book(book, WORDS, VILLAGES, TODAY).lines
    assert [first.verdict, second.verdict, third.verdict] == ["accepted", "repeated", "repeated"]
    assert second.reason == "Sama dengan lembar JAN baris 5."
    assert "Yang ditulis lain: Tempat dan tanggal lahir." in third.reason


def test_a_repeated_line_that_was_refused_says_so() -> None:
    first, second = judged(line(nama=""), line(no=2, nama="")).lines
    assert (first.verdict, second.verdict) == ("refused", "repeated")
    assert "yang ditolak" in second.reason


def test_two_applications_of_one_person_are_two_lines_and_an_open_pair_is_told() -> None:
    first, second, third = judged(
        line(ket="diambil"),
        line(no=2, tgl="27/01/2025", jenis="hilang"),
        line(no=3, tgl="28/01/2025", jenis="rusak"),
    ).lines
    assert [first.verdict, second.verdict, third.verdict] == ["accepted", "accepted", "warning"]
    assert "permohonan terbuka di lembar JAN baris 6" in third.reason


def test_one_nik_under_two_names_is_told() -> None:
    _first, second = judged(line(ket="diambil"), line(no=2, tgl="27/01/2025", nama="ORANG LAIN")).lines
    assert (second.verdict, "nama lain di lembar JAN baris 5" in second.reason) == ("warning", True)


def test_ditto_marks_take_what_stands_above() -> None:
    _first, second = judged(line(), man(2, tgl='"', desa="idem")).lines
    assert second.record is not None
    assert (second.record.received, second.record.village) == (date(2025, 1, 26), "3508072009")
    assert second.verdict == "warning"


def test_reasons_never_repeat_a_personal_number() -> None:
    report = judged(
        line(ttl="LUMAJANG 3508995508840001", desa="3508995508840001", jenis="3508995508840001"),
        line(no=2, nik=3508995508840000),
    )
    assert all("350899" not in row.reason for row in report.lines)


def test_renewal_of_old_is_taken_as_the_only_renewal_there_is() -> None:
    one = only(judged(line(jenis="Perpanjangan")))
    assert one.record is not None
    assert one.record.kind == "perpanjangan_itap"


def test_out_of_domicile_keeps_the_strange_village_as_the_home_address() -> None:
    one = only(judged(line(jenis="luar domisili", desa="Sumberwringin")))
    assert one.record is not None
    assert (one.verdict, one.record.village, one.record.fields["home_village"]) == ("warning", "", "Sumberwringin")
    values = one.record.fields
    assert {key: text for key, text in values.items() if key.startswith("home_")} == {
        "home_address": "DUSUN KIDUL, RT 015 RW 004",
        "home_village": "Sumberwringin",
    }
    assert {"village", "street", "rt", "rw"} & values.keys() == set()


def test_out_of_domicile_in_a_village_of_ours_is_looked_at_again() -> None:
    one = only(judged(line(jenis="luar domisili")))
    assert one.record is not None
    assert (one.verdict, one.record.village) == ("warning", "3508072009")
    assert "desanya ada di kecamatan ini" in one.reason


def test_judging_the_same_book_twice_gives_the_same_report() -> None:
    book = book_of(line(), line(no=2, nama=""), man(3))
    assert judge_book(book, WORDS, VILLAGES, TODAY).as_json() == judge_book(book, WORDS, VILLAGES, TODAY).as_json()


def test_whoever_waits_is_told_how_far_the_judging_came(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "TOLD_EVERY", 2)
    told: list[tuple[int, int]] = []
    book = book_of(*[man(n) for n in range(1, 6)])
    total = sum(len(sheet.rows) for sheet in book.sheets)
    judge_book(book, WORDS, VILLAGES, TODAY, progress=lambda done, of: told.append((done, of)))
    assert told == [(2, total), (4, total)]
