"""Lists that Dispenduk Capil makes of its own spreadsheets, read where it runs no Loket."""

import io
import re
from pathlib import Path

import openpyxl
import pytest
from flask import Flask

from app.casework.batches import answers, partner_lists, queries
from app.casework.batches.partner_lists import ListResult, type_partner_list
from app.casework.batches.partners import CaseReader
from app.casework.desk.opening import CaseFile
from app.casework.importing.answer_file import ListedPerson, plain_key, read_list
from app.casework.importing.spreadsheet import NUMBER, Book, Cell, ImportProblem, Row, Sheet
from app.core.central_status import STATUSES
from app.core.problems import Problem
from schema.definitions import DefinitionError
from schema.own_files import FOLDER, PARTNER_LISTS
from schema.partner_lists import SHIPPED, own_list_faults, parse_lists
from schema.partner_lists import partner_lists as lists_of
from tests.platform.people import PIN, Browser
from tests.services.ktp.desk import Desk

PAGE = "/pengiriman/daftar"


def case_of(desk: Desk, case_id: int) -> CaseFile:
    return CaseReader(desk.journal.db).find(case_id)[0]


def row(desk: Desk, case_id: int, number: int = 1, **texts: str) -> ListedPerson:
    case = case_of(desk, case_id)
    return ListedPerson(number, plain_key(case.main_key), case.main_key, texts.pop("name", case.name), **texts)


def read(desk: Desk, which: str, *people: ListedPerson, by: str = "sari") -> ListResult:
    return type_partner_list(desk.journal, desk.who(by), people, service="ktp-el", which=which, now=desk.now)


def check(desk: Desk, dispatch_id: int) -> int:
    return answers.check_all_typed(desk.journal, desk.who("budi"), dispatch_id=dispatch_id, now=desk.now)


def why(result: ListResult) -> list[str]:
    return [sentence for _, _, sentence in result.faults]


def test_cases_of_several_dispatches_follow_after_a_second_person_has_looked(desk: Desk) -> None:
    ids = [desk.ready() for _ in range(3)]
    first, second = desk.send(*ids[:2]), desk.send(ids[2])
    stranger = ListedPerson(9, "3508990101900009", "3508990101900009", "Orang Lain")
    result = read(desk, "printed", row(desk, ids[0]), row(desk, ids[2]), stranger)
    assert {found.id: found.count for found in result.dispatches.values()} == {first: 1, second: 1}
    assert (result.typed, result.others, result.faults) == (2, 1, [])
    assert [case_of(desk, number).step for number in ids] == ["print"] * 3, "nothing moves before the second look"
    with pytest.raises(Problem) as caught:
        answers.check_all_typed(desk.journal, desk.who("sari"), dispatch_id=first, now=desk.now)
    assert caught.value.code == "second_person"
    assert (check(desk, first), check(desk, second)) == (1, 1)
    assert [case_of(desk, number).step for number in ids] == ["arrive", "print", "arrive"]


def test_ready_to_print_then_printed_and_the_same_list_again_says_nothing_new(desk: Desk) -> None:
    case_id = desk.ready()
    sent = desk.send(case_id)
    assert read(desk, "prr", row(desk, case_id)).typed == 1
    again = read(desk, "prr", row(desk, case_id))
    assert (again.typed, again.known, again.faults) == (0, 1, [])
    assert "diketik lain" in why(read(desk, "printed", row(desk, case_id)))[0]
    check(desk, sent)
    assert case_of(desk, case_id).step == "print"
    assert read(desk, "prr", row(desk, case_id)).known == 1
    assert read(desk, "printed", row(desk, case_id, serial="A 77")).typed == 1
    check(desk, sent)
    assert case_of(desk, case_id).step == "arrive"
    [line] = queries.list_lines(desk.journal.db, sent)
    assert (line.result, line.serial) == ("printed", "A 77")
    late = read(desk, "prr", row(desk, case_id))
    assert (late.known, late.typed, late.faults) == (1, 0, []), "an older list takes nothing back"


def test_a_returned_file_needs_its_reason_and_contradictions_are_left_to_people(desk: Desk) -> None:
    returned, printed = desk.ready(), desk.ready()
    sent = desk.send(returned, printed)
    assert "Alasan pengembaliannya kosong" in why(read(desk, "returned", row(desk, returned)))[0]
    assert read(desk, "returned", row(desk, returned, reason="Foto buram")).typed == 1
    read(desk, "printed", row(desk, printed))
    check(desk, sent)
    assert [case_of(desk, number).step for number in (returned, printed)] == ["repair", "arrive"]
    turned = read(desk, "returned", row(desk, printed, reason="Salah orang"))
    assert (turned.typed, len(turned.faults)) == (0, 1)
    assert "Ketik di sana bila daftar ini yang benar" in why(turned)[0]


@pytest.mark.parametrize(
    ("status", "step"),
    [
        ("PRINT_READY_RECORD", "print"),
        ("prr", "print"),
        ("CARD_PRINTED", "arrive"),
        ("Card Shipped", "arrive"),
        ("DUPLICATE_RECORD", "repair"),
        ("SENT_FOR_ENROLLMENT", ""),
    ],
)
def test_the_column_of_the_status_says_it_row_by_row(desk: Desk, status: str, step: str) -> None:
    case_id = desk.ready()
    sent = desk.send(case_id)
    result = read(desk, "statuses", row(desk, case_id, status=status))
    assert (result.typed, result.silent) == ((1, 0) if step else (0, 1))
    check(desk, sent)
    assert case_of(desk, case_id).step == (step or "print")
    [line] = queries.list_lines(desk.journal.db, sent)
    assert (line.result == "waiting") == (not step)


def test_a_failed_recording_asks_for_a_new_one(desk: Desk) -> None:
    case_id = desk.ready()
    sent = desk.send(case_id)
    read(desk, "statuses", row(desk, case_id, status="EFAC"))
    [line] = queries.list_lines(desk.journal.db, sent)
    assert (line.typed, line.typed_biometric) == ("refused", 1)
    assert "ENROLL_FAILURE_AT_CENTRAL" in line.typed_reason


def test_every_status_of_the_central_system_is_known_to_the_shipped_lists() -> None:
    lists = lists_of("dukcapil", None)
    assert lists is not None
    known = partner_lists.words_of_status(lists)
    codes = [code.split(" ")[0] for status, (code, _) in STATUSES.items() if status != "unregistered"]
    assert [code for code in codes if re.sub("[^a-z]", "", code.lower()) not in known] == []


def test_rows_in_doubt_are_told_and_spoil_no_other_one(desk: Desk) -> None:
    good, other, doubled = desk.ready(), desk.ready(), desk.ready()
    desk.send(good, other, doubled)
    result = read(
        desk,
        "printed",
        row(desk, good, 2),
        row(desk, other, 3, name="Bambang Gentolet"),
        row(desk, doubled, 4, reason="satu"),
        row(desk, doubled, 5, reason="dua"),
        ListedPerson(6, "X", "3508990101900019", "Angka Hilang", fault="Angka terakhirnya hilang di Excel."),
    )
    assert result.typed == 1
    assert [number for number, _, _ in result.faults] == [3, 4, 6]
    assert "Namanya lain" in why(result)[0]
    assert "lebih dari satu kali" in why(result)[1]
    assert {hint.strip("*") for _, hint, _ in result.faults} == {
        case_of(desk, number).main_key[-3:] for number in (other, doubled)
    } | {"019"}
    assert "lain dari daftar yang dipilih" in why(read(desk, "prr", row(desk, other, status="CARD_PRINTED")))[0]
    assert "tidak dikenal" in why(read(desk, "statuses", row(desk, other, status="ENTAH")))[0]


def test_rows_whose_digits_are_gone_are_told_one_by_one_and_two_cases_of_a_person_by_none(desk: Desk) -> None:
    case_id = desk.ready()
    sent = desk.send(case_id)
    gone = [ListedPerson(n, "350899E15", "3,50899E+15", "Siapa", fault="Angka terakhirnya hilang.") for n in (2, 3)]
    assert [number for number, _, _ in read(desk, "printed", *gone).faults] == [2, 3]
    [line] = queries.lines_of_open_cases(desk.journal.db, "ktp-el")
    assert (line.dispatch_id, line.road, line.typed) == (sent, "paper", None)
    with pytest.raises(Problem) as caught:
        partner_lists.check_line(row(desk, case_id), False, [line, line])
    assert "dua berkas" in caught.value.sentence


def test_an_office_that_sent_nothing_is_offered_no_list(desk: Desk, web: Flask) -> None:
    sari = Browser(web, "sari")
    assert PAGE not in sari.get("/pengiriman/").text
    page = sari.get(PAGE).text
    assert "Belum ada pengiriman yang menunggu jawaban" in page
    assert 'type="file"' not in page


def test_the_same_row_twice_is_one_answer(desk: Desk) -> None:
    case_id = desk.ready()
    desk.send(case_id)
    twice = read(desk, "printed", row(desk, case_id, 2, serial="A 1"), row(desk, case_id, 3, serial="A 2"))
    assert (twice.typed, len(twice.faults)) == (0, 1), "two cards"
    result = read(desk, "printed", row(desk, case_id, 2), row(desk, case_id, 3))
    assert (result.typed, result.faults) == (1, [])


def test_where_the_partner_runs_a_loket_no_list_is_read(desk: Desk, web: Flask) -> None:
    case_id = desk.enrol().ready()
    desk.send(case_id)
    with pytest.raises(Problem) as caught:
        read(desk, "printed", row(desk, case_id))
    assert "datang lewat Loket" in caught.value.sentence
    page = Browser(web, "sari").get(PAGE).text
    assert "datang sendiri lewat Loket" in page
    assert 'type="file"' not in page
    assert PAGE not in Browser(web, "sari").get("/pengiriman/").text


def test_what_left_by_loket_is_not_answered_by_a_list_after_the_way_back_to_paper(desk: Desk) -> None:
    from app.platform.office import service as office

    case_id = desk.enrol().ready()
    desk.send(case_id)
    office.change_setting(desk.journal, desk.who("ratna"), key="centre.runs_loket", value=False, now=desk.now)
    assert why(read(desk, "printed", row(desk, case_id))) == [partner_lists.BY_LOKET]


def test_an_unknown_list_and_an_unknown_service_are_refused(desk: Desk) -> None:
    with pytest.raises(Problem) as caught:
        read(desk, "semua")
    assert set(caught.value.fields) == {"which"}
    with pytest.raises(Problem):
        type_partner_list(desk.journal, desk.who("sari"), [], service="hotline", which="printed", now=desk.now)
    with pytest.raises(Problem) as caught:
        read(desk, "printed", by="camat")
    assert caught.value.code == "forbidden"


# -- the spreadsheet ----------------------------------------------------------------------------------------------

HEADINGS = {"key": ("NIK",), "name": ("NAMA", "NAMA_LGKP"), "status": ("STATUS",), "reason": ("KET",)}


def cells(number: int, *texts: str | int) -> Row:
    made = [Cell(text) if isinstance(text, str) else Cell(f"{text:.5E}", NUMBER, text) for text in texts]
    return Row(number, tuple(made))


def test_columns_are_found_below_titles_and_by_their_exact_names() -> None:
    sheet = Sheet(
        "PRR",
        (
            cells(1, "DAFTAR PRR KECAMATAN"),
            cells(3, "NO", "NIKAH", "NIK", "NAMA_LGKP", "Status"),
            cells(4, "1", "kawin", "3508990101900001", "ANI", "PRR"),
            cells(5, "2", "", "", "", ""),
            cells(6, "3", "", 3508990101900002, "BUDI", ""),
        ),
    )
    ani, budi = read_list(Book("xlsx", (sheet,)), HEADINGS)
    assert (ani.row, ani.key, ani.name, ani.status) == (4, "3508990101900001", "ANI", "PRR")
    assert "Angka terakhirnya hilang" in budi.fault


@pytest.mark.parametrize("heads", [("NO", "NAMA"), ("NIK", "ALAMAT")])
def test_a_list_without_key_or_name_is_refused(heads: tuple[str, str]) -> None:
    with pytest.raises(ImportProblem):
        read_list(Book("xlsx", (Sheet("A", (cells(1, *heads), cells(2, "3508990101900001", "ANI"))),)), HEADINGS)
    with pytest.raises(ImportProblem):
        read_list(Book("xlsx", (Sheet("A", (cells(1, "NIK", "NAMA"),)),)), HEADINGS)


# -- the office's own file ------------------------------------------------------------------------------------------


def test_an_own_file_stands_in_place_of_the_shipped_one(tmp_path: Path) -> None:
    own = tmp_path / FOLDER / PARTNER_LISTS / "dukcapil.toml"
    own.parent.mkdir(parents=True)
    shipped = (SHIPPED / "dukcapil.toml").read_text(encoding="utf-8")
    own.write_text(shipped.replace('"No. NIK"', '"Nomor Penduduk"'), encoding="utf-8")
    lists = lists_of("dukcapil", tmp_path)
    assert lists is not None
    assert "Nomor Penduduk" in lists.headings.key
    assert own_list_faults(tmp_path) == {"dukcapil.toml": ""}
    own.write_text("partner = 3\n", encoding="utf-8")
    assert own_list_faults(tmp_path)["dukcapil.toml"]
    assert lists_of("dukcapil", tmp_path) == lists_of("dukcapil", None), "a wrong one counts for nothing"
    assert lists_of("bank", tmp_path) is None


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('partner = "dukcapil"', 'partner = "bank"', "bank.toml"),
        ('id = "prr"', 'id = "printed"', "sudah dipakai"),
        ('reason = "DUPLICATE_RECORD: pernah direkam di tempat lain"\n', "", "memerlukan alasan"),
        ('status = ["CURRENT_STATUS_CODE"', 'status = []\nserial2 = ["CURRENT_STATUS_CODE"', "serial2"),
        ('result = "accepted"', 'result = "done"', "result"),
    ],
)
def test_a_wrong_file_says_what_is_wrong(old: str, new: str, says: str) -> None:
    text = (SHIPPED / "dukcapil.toml").read_text(encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        parse_lists(text.replace(old, new, 1), "dukcapil.toml")
    assert says in " ".join(caught.value.sentences)


# -- the page -------------------------------------------------------------------------------------------------------


def workbook(*rows: tuple[str, ...]) -> io.BytesIO:
    book, content = openpyxl.Workbook(), io.BytesIO()
    for texts in rows:
        book.active.append(texts)
    book.save(content)
    content.seek(0)
    return content


def test_a_spreadsheet_is_read_on_its_page_and_checked_at_once(desk: Desk, web: Flask) -> None:
    ids = [desk.ready(), desk.ready()]
    sent = desk.send(*ids)
    sari, budi = Browser(web, "sari"), Browser(web, "budi")
    assert PAGE in sari.get("/pengiriman/").text
    people = [(case_of(desk, number).main_key, case_of(desk, number).name) for number in ids]
    file = workbook(("NIK", "NAMA_LGKP"), *people, ("3508990101900009", "ORANG LAIN"))
    data = {"which": "printed", "file": (file, "cetak.xlsx")}
    page = sari.post(PAGE, data, content_type="multipart/form-data").text
    assert "2 jawaban diketik" in page
    assert "1 tentang orang yang tidak menunggu di sini" in " ".join(page.split())
    assert [key for key, _ in people if key in page] == []
    typing = budi.get(f"/pengiriman/{sent}/jawaban").text
    assert "daftar Dispenduk Capil; semua jawaban berlaku" in typing
    assert "bank" not in typing
    assert budi.post(f"/pengiriman/{sent}/periksa-semua", {"pin": PIN}).status_code == 303
    assert [case_of(desk, number).step for number in ids] == ["arrive"] * 2


def test_what_cannot_be_read_says_so_and_keeps_what_was_chosen(desk: Desk, web: Flask) -> None:
    desk.send(desk.ready())
    sari = Browser(web, "sari")
    for file in (io.BytesIO(b""), io.BytesIO(b"\x00\x01"), workbook(("NO", "ALAMAT"), ("1", "Krai"))):
        data = {"which": "prr", "file": (file, "daftar.xlsx")}
        answer = sari.post(PAGE, data, content_type="multipart/form-data")
        assert answer.status_code == 422
        assert "isian perlu diperbaiki" in answer.text
        assert re.search(r'<input[^>]*checked[^>]*value="prr"', answer.text)
    assert Browser(web, "ratna").get(PAGE).status_code == 403
