"""Cards of students at their edges: texts, hundreds, what stands on pages and papers, what waits, photos by state."""

import io
import re
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from flask import Flask

from app.casework.batches import products
from app.casework.desk.tables import CaseFile
from app.casework.importing.file_formats import read_bytes
from app.casework.importing.service import Source, examine_register, load_report
from app.core.codes import show_code
from app.core.problems import Problem
from app.platform.files.service import doubt_file, keep_file
from app.services.ktm import holdings, papers, photos, queries, service, tasks, words
from app.services.ktm.events import StudentImported, apply_imported
from app.services.ktm.register_cases import read_register
from app.services.ktm.tables import StudentCard
from app.services.ktm.views import cards as card_pages
from app.services.ktm.views.photos import posted_photos, upload_reports
from schema.definitions import load_all
from sync.journal import Journal
from tests.platform.files.pictures import png
from tests.platform.people import Browser
from tests.services.ktm.desk import KTM, CardDesk, account, nim

PR046 = load_all()[KTM]


@pytest.fixture
def sari(web: Flask) -> Browser:
    return Browser(web, "sari")


def fields_of(problem: pytest.ExceptionInfo[Problem]) -> set[str]:
    return set(problem.value.fields)


# -- texts and numbers -------------------------------------------------------------------------------------------------


def test_notes_have_three_hundred_letters_and_an_intake_nine(desk: CardDesk) -> None:
    who, now = desk.who("sari"), desk.now
    with pytest.raises(Problem) as long:
        service.begin_session(desk.journal, who, intake="2" * 10, definition=PR046, now=now)
    assert fields_of(long) == {"intake"}
    session = service.begin_session(desk.journal, who, intake="2025/2026", definition=PR046, now=now)
    ending: dict[str, Any] = {"session_id": session, "attended": 1, "now": now}
    with pytest.raises(Problem) as long:
        service.end_session(desk.journal, who, note="n" * 301, **ending)
    assert fields_of(long) == {"note"}
    service.end_session(desk.journal, who, note="n" * 300, **ending)
    with pytest.raises(Problem, match="sudah diakhiri"):
        service.end_session(desk.journal, who, **ending)
    with pytest.raises(Problem, match="sudah diakhiri"):
        service.end_session(desk.journal, who, **(ending | {"session_id": 77}))
    [held] = queries.list_sessions(desk.journal.db, "2025/2026")
    assert (held.attended, queries.session_minutes(held), held.since, held.until) == (1, 0, held.until, held.since)
    service.begin_session(desk.journal, who, intake="2025/2026", definition=PR046, now=now)
    assert queries.session_minutes(queries.list_sessions(desk.journal.db, "2025/2026")[0]) == 0, "one that runs"


def test_sessions_stand_newest_first_and_are_late_after_their_ten_minutes(desk: CardDesk) -> None:
    who = desk.who("sari")
    for minutes in (10, 11):
        session = service.begin_session(desk.journal, who, intake="2026", definition=PR046, now=desk.now)
        desk.later(minutes=minutes)
        service.end_session(desk.journal, who, session_id=session, attended=5, now=desk.now)
    newest, first = queries.list_sessions(desk.journal.db, "2026")
    assert newest.since > first.since
    clock = queries.session_clock(desk.journal.db, PR046, "2026")
    assert (clock.kept, clock.late, clock.running) == (1, 1, 0)
    assert (clock.label, clock.clause) == (PR046.rows[0].title, PR046.rows[0].clause)


def test_a_withdrawal_names_cards_and_each_one_once(desk: CardDesk) -> None:
    [(_, card), (_, other)] = desk.with_card(1, 2)
    said: dict[str, Any] = {"why": "graduated", "given_back": "owed", "now": desk.now}

    def withdraw(*codes: str, note: str = "") -> int:
        return service.withdraw_cards(desk.journal, desk.who("budi"), codes=codes, note=note, **said)

    with pytest.raises(Problem) as none:
        withdraw()
    with pytest.raises(Problem) as many:
        withdraw(*[card.code] * 5001)
    assert fields_of(none) == fields_of(many) == {"codes"}
    with pytest.raises(Problem) as long:
        withdraw(card.code, note="n" * 301)
    assert fields_of(long) == {"note"}
    assert withdraw(card.code, other.code, note="n" * 300) == 2
    with pytest.raises(Problem, match=r"sudah dicabut \(lulus\)"):
        withdraw(card.code)
    gone = queries.find_card(desk.journal.db, card.code)
    assert (gone.withdrawn_on, gone.withdrawn_by, gone.state) == (desk.now.date().isoformat(), "budi", "withdrawn")
    assert (queries.valid_card(desk.journal.db, nim(1)), queries.valid_card(desk.journal.db, nim(3))) == (None, None)


def test_words_of_cards_agree_with_each_other() -> None:
    assert set(words.WITHDRAWN_FOR) == set(words.WHY) - {"misprint"}, "a misprint is noted where cards are made"
    assert set(words.REPLACES) == {kind.id for kind in PR046.kinds} - {"new"}
    assert set(words.REPLACES.values()) <= set(words.WHY)
    assert set(words.GIVEN_BACK) == {"returned", "lost", "owed"}
    assert set(papers.STATES) == {"present", "missing", "wrong", "not_needed"}
    assert [StudentCard(withdrawn_on=None, made_on=one).state for one in (None, "2026-03-02")] == ["drawn", "valid"]
    assert StudentCard(withdrawn_why="strange").why == ""
    numbers = {form.number for form in PR046.forms} if hasattr(PR046, "forms") else set()
    assert not numbers or set(papers.NUMBERS.values()) <= numbers


# -- lists and desk ----------------------------------------------------------------------------------------------------


def test_intakes_in_figures_the_newest_first(desk: CardDesk) -> None:
    [(first, card), _] = desk.with_card(1, 2)
    desk.open(3)
    desk.open(4, intake="2025")
    newest, older = queries.list_intakes(desk.journal.db, KTM)
    assert (newest.name, newest.students, newest.valid, newest.done) == ("2026", 3, 2, 0)
    assert (older.name, older.students, older.valid) == ("2025", 1, 0)
    desk.withdraw(card.code)
    assert queries.list_intakes(desk.journal.db, KTM)[0].valid == 1
    assert queries.Intake("2026", {"@done": 2, "make": 1}, 0).done == 2
    students = queries.list_students(desk.journal.db, KTM, "2026")
    assert [student.name for student in students] == sorted(student.name for student in students)
    here = queries.list_students(desk.journal.db, KTM, "2026", desk.case(first).step)
    assert {student.main_key for student in here} == {nim(1), nim(2)}
    of_first = next(student for student in students if student.main_key == nim(1))
    assert (of_first.code, of_first.withdrawn_on) == (card.code, desk.now.date().isoformat())
    assert of_first.account.endswith(account(1)[-3:])
    assert account(1) not in of_first.account, "only its end"
    queries.check_intake(desk.journal.db, KTM, "2025")
    for intake in ("2031", ""):
        with pytest.raises(Problem):
            queries.check_intake(desk.journal.db, KTM, intake)


def test_each_intake_and_step_stands_at_the_desk_once(desk: CardDesk) -> None:
    ids = [desk.register(n) for n in (1, 2, 3)]
    made = desk.send(*ids)
    desk.hand_list_over(made)
    for ordinal in (1, 2, 3):
        desk.typed(made, ordinal, account(ordinal))
    rows = tasks.card_tasks(desk.journal.db, desk.who("sari"), desk.now)
    assert [(row.title, row.count, row.verb, row.values["langkah"]) for row in rows] == [
        ("3 mahasiswa menunggu pemeriksaan kelengkapan", 3, "Periksa", "check")
    ]
    desk.complete(*ids[:2])
    checks, making = tasks.card_tasks(desk.journal.db, desk.who("sari"), desk.now)
    assert (checks.count, making.count, making.title, making.verb) == (1, 2, "2 KTM menunggu dibuat", "Cetak")
    assert making.detail == "Angkatan 2026. Cetak lembar kartu, lalu tandai jadi"
    assert (making.endpoint, making.values) == ("student_cards.show_intake", {"angkatan": "2026", "langkah": "make"})
    assert tasks.card_tasks(desk.journal.db, desk.who("desi"), desk.now) == []
    assert tasks.card_tasks(desk.journal.db, desk.who("sari"), desk.now - timedelta(days=400)) == []


def test_cards_are_found_by_code_and_number(desk: CardDesk, sari: Browser) -> None:
    [(_, card)] = desk.with_card(1)
    db = desk.journal.db
    for typed in (card.code, show_code(card.code), nim(1), nim(1).lower(), f"  {nim(1)} "):
        assert [one.code for one in queries.search_cards(db, typed)] == [card.code], typed
    assert queries.search_cards(db, "nobody") == []
    assert (queries.find_card_code(db, card.code), queries.find_card_code(db, "x")) == (card.code, "")
    assert sari.post("/ktm/kartu/cari", {"kartu": nim(1)}).headers["Location"].endswith(f"/ktm/kartu/{card.code}")
    for nothing in ("z" * 60, " "):
        assert "Tidak ada kartu dengan kode atau NIM itu" in sari.post("/ktm/kartu/cari", {"kartu": nothing}).text
    desk.withdraw(card.code, "lost", "lost")
    with sari.app.test_request_context("/"):
        [found] = card_pages.find_cards(db, desk.who("sari"), card.code)
        assert card_pages.find_cards(db, desk.who("sari"), "x") == []
    assert (found.title, found.detail if hasattr(found, "detail") else "dicabut", found.exact) == (
        f"KTM {card.number}",
        "dicabut",
        True,
    )


def test_a_replacement_has_the_same_number_with_its_count(desk: CardDesk) -> None:
    [(case_id, card)] = desk.with_card(1)
    case = desk.case(case_id)
    assert card.number == case.number
    products.note_misprint(desk.journal, desk.who("sari"), case_id=case_id, reason="Foto miring.", now=desk.now)
    desk.complete(case_id)
    [again] = desk.make(case_id)
    assert again.number == f"{case.number}-2"
    assert [one.code for one in queries.cards_of_key(desk.journal.db, nim(1))] == [again.code, card.code]
    gone = queries.find_card(desk.journal.db, card.code)
    assert (gone.withdrawn_why, gone.given_back, gone.note) == ("misprint", "returned", "Foto miring.")
    assert queries.card_of_case(desk.journal.db, case_id).code == again.code  # type: ignore[union-attr]  # just made
    [student] = queries.list_students(desk.journal.db, KTM, "2026")
    assert (student.code, student.withdrawn_on) == (again.code, None)


# -- pages and papers --------------------------------------------------------------------------------------------------


def test_the_page_of_an_intake_offers_the_work_of_its_step(desk: CardDesk, sari: Browser, web: Flask) -> None:
    [(done, _)] = desk.with_card(1)
    desk.open(2)
    assert sari.get("/ktm/angkatan").headers["Location"].endswith("/ktm/")
    assert sari.get("/ktm/laporan").headers["Location"].endswith("/ktm/")
    page = sari.get("/ktm/angkatan?angkatan=2026").text
    assert "2 mahasiswa" in page
    labels = {step.id: step.state_label for step in PR046.steps}
    tabs = re.findall(r"langkah=(\w+)\"[^>]*>\s*([^<]+?)\s*</a>", page)
    assert tabs == [("register", f"{labels['register']} 1"), ("distribute", f"{labels['distribute']} 1")]
    assert "Yang dicentang lengkap" not in page
    other = sari.get("/ktm/angkatan?angkatan=2026&langkah=register").text
    assert 'name="berkas"' not in other
    for step, button in (("check", "Yang dicentang lengkap"), ("make", "KTM jadi")):
        assert button not in sari.get(f"/ktm/angkatan?angkatan=2026&langkah={step}").text, "nobody is there"
    answer = sari.get(f"/ktm/berkas/{done}")
    assert answer.headers["Location"].endswith("/ktm/angkatan?angkatan=2026&langkah=distribute")
    refused = sari.post("/ktm/jadi", {"angkatan": "2026", "berkas": str(done)})
    assert refused.status_code == 409
    assert "Cetak dulu kartunya" in refused.text
    assert sari.post("/ktm/periksa", {"angkatan": "2026"}).status_code == 422
    assert sari.post("/ktm/cetak", {"angkatan": "2026", "berkas": str(done), "bentuk": "kartu"}).status_code == 200
    wrong = sari.post("/ktm/sosialisasi", {"intake": ""})
    assert wrong.status_code == 422
    right = sari.post("/ktm/sosialisasi", {"intake": "2026"})
    assert right.headers["Location"].endswith("/ktm/angkatan?angkatan=2026")
    assert Browser(web, "desi").get("/ktm/angkatan?angkatan=2026").status_code == 403


def test_the_faces_of_cards(desk: CardDesk) -> None:
    cards = [card for _, card in desk.with_card(1, 2, 3)]
    found = [queries.find_card(desk.journal.db, card.code) for card in cards]
    who = desk.who("sari")

    def sheet(count: int) -> Any:
        return papers.card_faces(desk.journal.db, PR046, found[:count], lambda _: None, who, desk.now)

    assert sheet(1).title == f"KTM {found[0].number}"
    assert sheet(2).title == f"KTM {found[0].number} dan 1 lainnya"
    assert sheet(3).title == f"KTM {found[0].number} dan 2 lainnya"
    face = sheet(1).cards[0]
    assert (face.key, face.intake, face.programme) == (nim(1), "2026", "D-III Keperawatan")
    assert (face.qr, face.code, face.photo_svg) == (found[0].code, show_code(found[0].code), "")
    assert (face.validity, face.key_label) == ("berlaku selama terdaftar sebagai mahasiswa", "NIM")
    with_photo = papers.card_face(PR046, found[0], queries.case_photo(desk.journal.db, found[0].case_id))
    assert with_photo.photo_svg.startswith("<svg")
    assert queries.case_photo(desk.journal.db, 999) is None


def test_the_distribution_list_has_those_who_wait_and_those_who_have_theirs(desk: CardDesk) -> None:
    desk.with_card(1, 2)
    desk.open(3)
    who = desk.who("sari")
    listed = papers.distribution_list(desk.journal.db, PR046, "2026", "distribute", who, desk.now)
    lines = [line for group in listed.groups for line in group.lines]
    assert {line.key for line in lines} == {nim(1), nim(2)}
    assert all(line.handed == "" for line in lines)
    assert [group.programme for group in listed.groups] == ["D-III Keperawatan"]
    assert (listed.limit, listed.intake, listed.key_label) == ("3 hari kerja", "2026", "NIM")
    assert listed.control.document.endswith("F-13")


def test_the_report_of_an_intake_as_tables(desk: CardDesk) -> None:
    cards = desk.with_card(1, 2, 3)
    desk.withdraw(cards[0][1].code, "lost", "lost")
    session = service.begin_session(desk.journal, desk.who("sari"), intake="2026", definition=PR046, now=desk.now)
    desk.later(minutes=10)
    service.end_session(desk.journal, desk.who("sari"), session_id=session, attended=40, now=desk.now)
    missing = queries.count_missing_photos(desk.journal.db, KTM, "2026")
    assert missing == 0
    report = queries.intake_report(desk.journal.db, PR046, "2026", missing, desk.now)
    assert (report.students, report.sent, report.opened, report.refused) == (3, 3, 3, 0)
    assert (report.cards, report.withdrawn) == ({"valid": 2, "withdrawn": 1}, {"Hilang": 1})
    tables = {table.title: table for table in papers.report_tables(report)}
    assert tables["Sosialisasi"].rows[0][1:] == ("10", "40")
    bank = dict(tables["Bank dan kartu"].rows)
    assert (bank["Kartu berlaku"], bank["Kartu dicabut: hilang"], bank["Rekening dibuka"]) == ("2", "1", "3")
    assert (bank["Data dikirim ke bank"], bank["Kartu dicetak, belum jadi"], bank["Ditolak bank"]) == ("3", "0", "0")
    steps = {row[0]: row[1:] for row in tables["Mahasiswa menurut langkah"].rows}
    labels = {step.id: step.state_label for step in PR046.steps}
    assert steps[labels["distribute"]] == ("3", "3")
    assert steps[labels["make"]] == ("0", "3")
    assert all(len(row) == len(table.heads) for table in tables.values() for row in table.rows)
    assert "Sosialisasi" not in {
        table.title
        for table in papers.report_tables(queries.intake_report(desk.journal.db, PR046, "2025", 0, desk.now))
    }
    clocks = {row[0]: row[2:] for row in tables["Waktu baku"].rows}
    assert clocks[PR046.rows[0].title][1:] == ("1", "0", "0")
    printed = {row.clause: row.time.text if row.time else "" for row in PR046.rows}
    assert {limit.label: clocks[limit.label][0] for limit in PR046.limits} == {
        limit.label: printed.get(limit.clause, "") for limit in PR046.limits
    }


def test_a_checklist_says_what_was_seen(desk: CardDesk) -> None:
    case_id = desk.open(1)
    who = desk.who("sari")
    before = papers.checklist(desk.journal.db, PR046, desk.case(case_id), who, desk.now)
    assert {line.state for line in before.lines} == {"Tidak ada"}
    desk.check(case_id)
    after = papers.checklist(desk.journal.db, PR046, desk.case(case_id), who, desk.now)
    assert {line.state for line in after.lines} == {"Ada"}
    assert dict(after.facts) | {"Nama": ""} == {
        "NIM": nim(1),
        "Nama": "",
        "Program studi": "D-III Keperawatan",
        "Angkatan": "2026",
        "Jenis permintaan": next(kind.label for kind in PR046.kinds if kind.id == "new"),
    }


def test_what_the_office_holds_of_a_student(desk: CardDesk) -> None:
    [(case_id, card)] = desk.with_card(1)
    row = StudentCard.rows(desk.journal.db, code=card.code)[0]
    held = holdings.hold_card(row, True)
    today = desk.now.date().isoformat()
    assert held.values == (("NIM", nim(1)), ("Nomor kartu", card.number), ("Jadi", today))
    desk.withdraw(card.code, "lost", "lost")
    row = StudentCard.rows(desk.journal.db, code=card.code)[0]
    assert dict(holdings.hold_card(row, False).values)["Alasan"] == "Hilang"
    assert holdings.hold_card(row, False).subject == f"case/{case_id}"


# -- photos ------------------------------------------------------------------------------------------------------------


def photo(desk: CardDesk, case_id: int, name: str = "foto.png") -> int:
    rule = next(file for file in PR046.files if file.id == photos.PHOTO)
    kept = keep_file(
        desk.journal, desk.who("sari"), data=png(), rule=rule, subject=f"case/{case_id}", name=name, now=desk.now
    )
    return int(kept.id)


def test_photos_are_shown_by_what_is_to_be_done_with_them(desk: CardDesk, sari: Browser) -> None:
    ids = {n: desk.open(n) for n in (1, 2, 3)}
    waiting, doubted = photo(desk, ids[1]), photo(desk, ids[2])
    doubt_file(desk.journal, desk.who("sari"), file_id=doubted, reason="Orang lain.", now=desk.now, field="x")
    students = photos.list_students(desk.journal.db, KTM, "2026")
    states = {student.case_id: student.state for student in students}
    assert states == {ids[1]: "waiting", ids[2]: "doubted", ids[3]: "missing"}
    assert photos.count_states(students) == {"waiting": 1, "doubted": 1, "missing": 1, "confirmed": 0}
    assert [student.earlier for student in students if student.case_id == ids[1]] == [0]
    again = photo(desk, ids[1], "lagi.png")
    newest = next(
        student for student in photos.list_students(desk.journal.db, KTM, "2026") if student.case_id == ids[1]
    )
    assert (newest.file_id, newest.earlier) == (again, 1)
    assert queries.case_photo(desk.journal.db, ids[1]) is None, "nobody has confirmed it"
    assert queries.count_missing_photos(desk.journal.db, KTM, "2026") == 3

    def judge(*file_ids: int, doubted: bool = False, why: str = "") -> tuple[int, int]:
        said: dict[str, Any] = {"service": KTM, "intake": "2026", "now": desk.now, "doubted": doubted}
        return photos.judge_photos(desk.journal, desk.who("sari"), reasons=dict.fromkeys(file_ids, why), **said)

    for file_ids in ((), (waiting,), (doubted,), (again, waiting)):
        with pytest.raises(Problem) as state:
            judge(*file_ids)
        assert state.value.code == "state", file_ids
    assert judge(doubted, doubted=True) == (1, 0)
    assert judge(again, why="Buram.") == (0, 1)
    assert judge(again, doubted=True) == (1, 0)
    assert photos.list_intakes(desk.journal.db, KTM) == ["2026"]
    assert "Belum ada" in sari.get("/ktm/foto").text, "the first kind that somebody is to look at"
    assert sari.get("/ktm/foto?keadaan=confirmed").status_code == 200
    assert sari.get("/ktm/foto?keadaan=strange").status_code == 200
    wrong = sari.post("/ktm/foto/periksa", {"angkatan": "2026", "keadaan": "confirmed", "foto": str(again)})
    assert wrong.status_code == 422
    row = {"angkatan": "2026", "keadaan": "confirmed", "foto": str(again), f"alasan-{again}": "Bukan dia."}
    told = sari.post("/ktm/foto/periksa", row)
    assert told.headers["Location"].endswith("/ktm/foto?angkatan=2026&keadaan=confirmed")


def test_an_upload_is_logged_and_its_report_is_his_who_sent_it(desk: CardDesk, sari: Browser, journal: Journal) -> None:
    desk.open(1)
    name = f"{nim(1)}.png"
    sent = {"angkatan": "2026", "files": [(io.BytesIO(png()), name), (io.BytesIO(png()), "orang.png")]}
    answer = sari.post("/ktm/foto", sent, content_type="multipart/form-data")
    assert answer.status_code == 303
    rows = journal.db.run("SELECT action, detail FROM access_log WHERE action = 'file.uploaded'")
    assert list(rows) == [("file.uploaded", "1 foto")]
    with sari.app.app_context():
        [(intake, done)] = upload_reports().values()
    assert (intake, done.kept) == ("2026", 1)
    assert "orang.png" in sari.get("/ktm/foto?angkatan=2026").text
    assert "orang.png" not in sari.get("/ktm/foto?angkatan=2025").text


@pytest.mark.parametrize(
    ("typed", "read"), [(["7", "8"], [7, 8]), (["x", "²", ""], []), (["1" * 15, "1" * 16], [int("1" * 15)])]
)
def test_ids_of_photos_are_plain_numbers(web: Flask, typed: list[str], read: list[int]) -> None:
    with web.test_request_context("/", method="POST", data={"foto": typed}):
        assert posted_photos() == read


def test_twelve_photos_to_a_page(desk: CardDesk, sari: Browser) -> None:
    assert photos.PER_PAGE == 12
    for n in range(1, 14):
        photo(desk, desk.open(n))
    page = sari.get("/ktm/foto?angkatan=2026&keadaan=waiting").text
    assert page.count('name="foto"') == 12


def test_an_imported_student_becomes_a_case_also_alone(desk: CardDesk) -> None:
    read, bodies = read_register()
    text = f"NIM;NAMA;PRODI;ANGKATAN;STATUS\n{nim(1)};Alya;D-III Keperawatan;2026;Aktif\n"
    report = examine_register(read, read_bytes(text.encode(), "nim"), desk.journal.db, desk.now.date())
    done = load_report(
        desk.journal, desk.who("budi"), report, source=Source("nim.csv", "0" * 64), bodies=bodies, now=desk.now
    )
    assert done.loaded == 1
    entry = next(recorded for recorded in desk.journal.about("case/1") if recorded.kind == "student.imported")
    first = entry.body.case
    number = msgspec.structs.replace(first.number, text="0099/KTM/2026")
    case = msgspec.structs.replace(first, id=99, number=number, main_key=nim(9), code="ZZZZZZZZZZZ")
    with desk.journal.db.applying(), desk.journal.db.atomic():
        apply_imported(desk.journal.db, msgspec.structs.replace(entry, body=StudentImported(case)))
    keys = {case.id: case.main_key for case in CaseFile.rows(desk.journal.db, service=KTM)}
    assert keys == {first.id: nim(1), 99: nim(9)}
