"""The pages of people and schedule over HTTP: a file with faulty rows, ticks, attendance, rights, papers."""

import io
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask

from app.casework.importing.spreadsheet import ImportProblem
from app.casework.members.lists import read_list
from app.casework.members.queries import slots_from
from app.casework.members.tasks import attendance_tasks, planning_tasks
from app.compose_office import make_office_app
from app.core.clock import at_office
from app.platform.office import queries as office_queries
from app.platform.office import service as office
from app.platform.office.events import HolidayData
from schema.service_procedure import Definition
from sync.journal import Journal
from tests.casework.importing.books import workbook
from tests.casework.members.desk import SERVICE, Bureau, nip, person
from tests.platform.people import PIN, SECRET_KEY, Browser, Clock
from tests.platform.printing.reading import text_of

MONDAY = date(2026, 3, 30)
HEAD = ["NO", "NAMA LENGKAP", "N I P", "PANGKAT/GOL", "UNIT KERJA"]


@pytest.fixture
def web(journal: Journal, clock: Clock, tmp_path: Path) -> Flask:
    return make_office_app(journal, tmp_path, {"SECRET_KEY": SECRET_KEY, "CLOCK": clock})


def list_file(*rows: list[object]) -> bytes:
    titles = [["DAFTAR PNS BADAN CONTOH"], ["Tahun 2026"]]
    return workbook({"Daftar": [*titles, HEAD, *rows, ["", "Kepala Badan Contoh"], ["", "JUMLAH", str(len(rows))]]})


def upload(browser: Browser, content: bytes, name: str = "daftar.xlsx", case_id: int = 1) -> str:
    answer = browser.post(f"/berkas/{case_id}/orang/impor", {"file": (io.BytesIO(content), name)})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


GOOD = [[n, f"Pegawai {chr(64 + n)}", nip(n), "III/a", "Sekretariat"] for n in range(1, 4)]
FAULTY = [
    [4, "Pegawai D", nip(4)[:17], "III/a", "Sekretariat"],
    [5, "Pegawai E", 198001012005011005, "III/a", "Sekretariat"],
    [6, "Pegawai F", nip(1), "III/b", "Sekretariat"],
    [7, "", nip(7), "III/a", "Sekretariat"],
    [8, "Pegawai H", "198013012005013008", "III/a", "Sekretariat"],
]
SAID = (
    "NIP harus 18 angka. Yang diketik 17 angka.",
    "NIP tersimpan sebagai angka.",
    "NIP ini sudah ada di Daftar, baris 4.",
    "Nama belum diisi.",
    "Tanggal lahir di dalam NIP",
)


def test_a_list_with_faulty_rows_is_judged_row_by_row(web: Flask, bureau: Bureau) -> None:
    tuti = Browser(web, "tuti")
    where = upload(tuti, list_file(*GOOD, *FAULTY))
    shown = tuti.get(where).text
    for sentence in SAID:
        assert sentence in shown
    assert "Masukkan 4 orang" in shown
    assert nip(1) not in shown
    assert bureau.counts() == {}
    assert tuti.post(where).status_code == 303
    assert bureau.counts() == {"listed": 4}
    assert [known_row.name for known_row in bureau.rows()] == ["Pegawai A", "Pegawai B", "Pegawai C", "Pegawai H"]
    again = tuti.get(where).text
    assert "Sudah ada di daftar ini, nomor urut 1." in again
    assert tuti.post(where).status_code == 303
    assert bureau.counts() == {"listed": 4}
    assert "PIN tidak cocok" in tuti.post(f"{where}/ditolak.xlsx", {"pin": "000000"}).text
    kept = tuti.post(f"{where}/ditolak.xlsx", {"pin": PIN})
    assert kept.content_type.endswith("spreadsheetml.sheet")
    corrected = read_list(in_force(bureau.journal), kept.data, "ditolak.xlsx")  # what we send back comes in again
    assert [row.raw["name"] for row in corrected][-5:-3] == ["Pegawai D", "Pegawai E"]
    assert Browser(web, "taufik").get(where).status_code == 404


def test_pages_of_a_list_with_headings_again_and_without(web: Flask, bureau: Bureau) -> None:
    """Agencies print the headings on each page, or on the first alone; a sheet of instructions names nobody."""
    rows = [[n, f"Pegawai {chr(64 + n)}", nip(n), "III/a", "Sekretariat"] for n in range(1, 7)]
    pages = {"Satu": [HEAD, *rows[:2], HEAD, *rows[2:4]], "Petunjuk": [["1", "Isi NIP"]], "Dua": rows[4:]}
    read = read_list(in_force(bureau.journal), workbook(pages), "daftar.xlsx")
    places = [("Satu", 2), ("Satu", 3), ("Satu", 5), ("Satu", 6), ("Dua", 1), ("Dua", 2)]
    assert [(row.sheet, row.number) for row in read] == places
    assert [row.raw["nip"] for row in read] == [nip(n) for n in range(1, 7)]


def test_csv_and_files_that_are_no_list(web: Flask, bureau: Bureau) -> None:
    tuti = Browser(web, "tuti")
    text = "No;Nama;NIP\n" + "\n".join(f"{n};Pegawai {n};'{nip(n)}" for n in range(1, 4))
    assert tuti.post(upload(tuti, text.encode(), "daftar.csv")).status_code == 303
    assert bureau.counts() == {"listed": 3}
    for content, name, said in (
        (b"", "", "Pilih dulu dokumennya."),
        (b"PK\x03\x04 not a workbook", "daftar.xlsx", "dokumen"),
        (b"Nama;Alamat;Kota\nA;B;C", "daftar.csv", "NIP"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 99, "foto.png", "gambar"),
    ):
        answer = tuti.post("/berkas/1/orang/impor", {"file": (io.BytesIO(content), name)})
        assert answer.status_code == 422, name
        assert said in answer.text, (said, answer.text[answer.text.find("error") :][:300])
    with pytest.raises(ImportProblem, match="lebih dari 2 MB"):
        read_list(in_force(bureau.journal), b"x" * (2 * 1024 * 1024 + 9), "daftar.csv")
    assert bureau.counts() == {"listed": 3}


def in_force(journal: Journal) -> Definition:
    return office_queries.adopted_definition(journal.db, SERVICE, "00")


def test_five_hundred_people_stay_quick(web: Flask, bureau: Bureau, clock: Clock) -> None:
    """The list of 500 enters, is shown and moved by pages that ask the database a bounded number of times."""
    tuti = Browser(web, "tuti")
    rows = [[n, f"Pegawai Nomor {n}", nip(n % 1000, sex=1 + n // 1000), "III/a", "Dinas"] for n in range(1, 501)]
    assert tuti.post(upload(tuti, list_file(*rows))).status_code == 303
    assert bureau.counts() == {"listed": 500}
    page = tuti.get("/berkas/1/orang?keadaan=listed")
    assert len(page.data) < 110_000
    assert "Semua 500 orang terdaftar" in page.text
    bureau.put_at("plan")
    bureau.slots(MONDAY, MONDAY + timedelta(days=4), 50)
    taufik = Browser(web, "taufik")
    assert taufik.post("/berkas/1/orang/jadwal", {"tunggu": "1"}).status_code == 409
    bureau.slots(MONDAY + timedelta(days=8), MONDAY + timedelta(days=11), 50)
    statements = list[str]()
    assert taufik.post("/berkas/1/orang/jadwal").status_code == 409, "nobody ticked is not everybody"
    assert bureau.counts() == {"listed": 500}
    connection = bureau.journal.db.connection()
    connection.set_exec_trace(lambda _cursor, sql, _values: bool(statements.append(sql)) or True)
    assert taufik.post("/berkas/1/orang/jadwal", {"tunggu": "1"}).status_code == 303
    connection.set_exec_trace(None)
    assert bureau.counts() == {"scheduled": 500}
    assert len({*statements}) < 60
    removed = {"semua": "scheduled", "move": "removed", "reasons-removed": "Ditarik SKPD"}
    assert taufik.post("/berkas/1/orang/pindah", removed).status_code == 303
    assert bureau.counts() == {"cancelled": 500}


def test_what_was_ticked_and_typed_comes_back(web: Flask, bureau: Bureau) -> None:
    bureau.enter(3)
    tuti, ids = Browser(web, "tuti"), [str(number) for number in bureau.ids()]
    refused = tuti.post("/berkas/1/orang/pindah", {"orang": ids[:2], "move": "removed", "reason-removed": " "})
    assert refused.status_code == 422
    assert "Tulis alasannya." in refused.text
    assert refused.text.count(" checked") == 2
    typed = person(1, name="X1") | {"reason": ""}
    corrected = tuti.post(f"/berkas/1/orang/{ids[0]}", typed)
    assert corrected.status_code == 422
    assert 'value="X1"' in corrected.text
    looked = "SELECT subject FROM access_log WHERE action = 'case.reveal'"
    assert list(bureau.journal.db.run(looked)) == [], (
        "a form that came back shows what was typed, and an empty one nobody"
    )
    assert tuti.get("/berkas/1/orang/tambah").status_code == 200
    assert list(bureau.journal.db.run(looked)) == []
    assert nip(1) in tuti.get(f"/berkas/1/orang/{ids[0]}").text
    assert list(bureau.journal.db.run(looked)) == [("case/1",)]
    twice = tuti.post("/berkas/1/orang/tambah", person(2, name="Pegawai Lain"))
    assert twice.status_code == 422
    assert "nomor urut 2" in twice.text
    assert 'value="Pegawai Lain"' in twice.text
    added = tuti.post("/berkas/1/orang/tambah", person(9))
    assert added.status_code == 303
    assert tuti.post("/berkas/1/orang/tambah", person(9)).status_code == 422
    assert bureau.counts() == {"listed": 4}


RIGHTS = {
    "/berkas/1/orang/tambah": ("tuti", "taufik", "priyo"),
    "/berkas/1/orang/impor": ("tuti", "taufik", "priyo"),
    f"/jadwal/{SERVICE}/buka": ("taufik", "priyo"),
    "/berkas/1/orang/jadwal": ("taufik", "priyo"),
}


@pytest.mark.parametrize("username", ["tuti", "kepala", "kabag", "taufik", "priyo", "indah"])
def test_every_role_does_its_own_part_only(web: Flask, bureau: Bureau, username: str) -> None:
    bureau.put_at("plan")
    bureau.enter(1)
    browser = Browser(web, username)
    for path in ("/berkas/1", "/berkas/1/orang", f"/berkas/1/orang/{bureau.ids()[0]}", f"/jadwal/{SERVICE}"):
        assert browser.get(path).status_code == 200, path
    for path, able in RIGHTS.items():
        status = browser.post(path, {"tunggu": "1", "nip": "", "name": ""}).status_code
        assert (status == 403) == (username not in able), (path, status)
    shown = browser.get(f"/berkas/1/orang/{bureau.ids()[0]}").text
    assert (nip(1) in shown) == (username in RIGHTS["/berkas/1/orang/tambah"])
    assert nip(1) not in browser.get("/berkas/1/orang").text


def test_strangers_see_nothing(web: Flask, bureau: Bureau) -> None:
    bureau.enter(1)
    stranger = Browser(web)
    for path in ("/berkas/1/orang", "/berkas/1/orang/1", f"/jadwal/{SERVICE}", f"/jadwal/{SERVICE}/2026-03-30"):
        assert stranger.get(path).status_code in (302, 303, 401), path
    priyo = Browser(web, "priyo")
    for path in ("/berkas/1/orang/99", "/berkas/99/orang", "/jadwal/ktp-el", f"/jadwal/{SERVICE}/kemarin"):
        assert priyo.get(path).status_code == 404, path


def test_a_day_is_noted_for_all_requests_at_once(web: Flask, bureau: Bureau, clock: Clock) -> None:
    bureau.put_at("record")
    bureau.enter(2)
    bureau.slots(MONDAY, MONDAY + timedelta(days=1), 4, hours="08.00-10.00")
    bureau.plan("priyo")
    first = bureau.ids()
    bureau.open("800/014/DINAS")
    bureau.put_at("record")
    bureau.enter(2, 11)
    bureau.plan("priyo")
    both = [str(one) for one in [*first, *bureau.ids()]]
    clock.forward(days=18)
    db, priyo = bureau.journal.db, Browser(web, "priyo")
    tasks = attendance_tasks(db, priyo.actor, clock())
    assert [(task.title, task.detail) for task in tasks] == [
        ("Jadwal perekaman data KTP, 30 Mar 2026", "Catat kehadiran 4 orang.")
    ]
    day = f"/jadwal/{SERVICE}/2026-03-30"
    shown = priyo.get(day).text
    assert "PDH lengkap warna khaki" in shown
    assert shown.count('name="orang"') == 4
    desk = priyo.get("/").text
    assert "Perekaman berjalan" in desk
    assert "Belum mulai" not in desk, "the procedure promises no day"
    assert "belum terdaftar" not in desk, "and nothing is sent to a partner"
    with_stranger = priyo.post(f"{day}/catat", {"orang": [*both, "99999"], "move": "attended"})
    assert with_stranger.status_code == 404, "nobody is passed over without a word"
    assert attendance_tasks(db, priyo.actor, clock()) == tasks
    assert priyo.post("/berkas/1/orang/jadwal", {"orang": first, "slot": "x1"}).status_code == 404
    noted = priyo.post(f"{day}/catat", {"orang": [both[0], both[2]], "move": "attended"})
    assert noted.status_code == 303
    again = priyo.post(f"{day}/catat", {"orang": both, "ulang": "1"})
    assert again.status_code == 409
    assert priyo.post(f"{day}/catat", {"orang": both[1], "move": "stayed_away"}).status_code == 303
    assert priyo.post(f"{day}/catat", {"orang": both[3], "ulang": "1"}).status_code == 303
    bureau.case_id = 1
    assert bureau.counts() == {"recorded": 1, "absent": 1}
    waiting = planning_tasks(db, priyo.actor, clock())
    assert [(task.detail, task.values) for task in waiting] == [("1 orang menunggu jadwal.", {"case_id": 1})]
    assert "Kehadiran" not in Browser(web, "indah").get("/").text


@pytest.mark.parametrize(
    ("step", "hours", "offered"),
    [
        ("record", 9, {"attended", "stayed_away", "dressed_otherwise", "ulang"}),
        ("record", -24, {"ulang"}),
        ("plan", 9, {"ulang"}),
        ("produce", 9, set()),
    ],
)
def test_a_day_offers_what_can_be_done_on_it(
    web: Flask, bureau: Bureau, clock: Clock, step: str, hours: int, offered: set[str]
) -> None:
    """Who came is told on the day and while people are recorded; a new day until then (`steps` of the file)."""
    bureau.put_at("record")
    bureau.enter(1)
    bureau.slots(MONDAY, MONDAY, 4, hours="08.00-10.00")
    bureau.plan("priyo")
    bureau.put_at(step)
    clock.at = at_office(MONDAY, 0) + timedelta(hours=hours)
    priyo, day = Browser(web, "priyo"), f"/jadwal/{SERVICE}/2026-03-30"
    page = priyo.get(day).text
    buttons = {move or name for name, move in re.findall(r'<button[^>]* name="(move|ulang)" value="([a-z_]*)', page)}
    assert buttons == offered
    assert ('name="orang"' in page) is bool(offered)
    assert ("Belum dapat dicatat. Keadaan berkas: " in page) == (not offered)
    sent = {"orang": str(bureau.ids()[0]), "move": "attended"}
    assert (priyo.post(f"{day}/catat", sent).status_code == 303) is ("attended" in offered)
    assert ('name="orang"' in priyo.get(day).text) is (offered == {"ulang"}), "who has come is not ticked again"


def test_people_wait_for_their_day_at_the_steps_at_which_days_are_given(bureau: Bureau) -> None:
    db, taufik = bureau.journal.db, bureau.who("taufik")
    bureau.put_at("plan")
    bureau.enter(2)
    for step, told in (
        ("plan", ["2 orang menunggu jadwal."]),
        ("record", ["2 orang menunggu jadwal."]),
        ("produce", []),
    ):
        bureau.put_at(step)
        assert [task.detail for task in planning_tasks(db, taufik, bureau.now)] == told, step


def test_a_booked_day_that_became_a_holiday_is_told(web: Flask, bureau: Bureau, clock: Clock) -> None:
    bureau.put_at("plan")
    bureau.enter(2)
    bureau.slots(MONDAY, MONDAY + timedelta(days=1), 4, hours="08.00-10.00")
    bureau.plan()
    day = HolidayData(MONDAY.isoformat(), "Libur provinsi", "lokal", "Keputusan", "")
    office.set_holidays(bureau.journal, bureau.who("kabag"), days=[day], removed=[], reason="Baru", now=bureau.now)
    taufik = Browser(web, "taufik")
    assert "Jadwal jatuh pada hari libur" in taufik.get("/").text
    shown = taufik.get(f"/jadwal/{SERVICE}").text
    assert "Senin, 30 Maret 2026 menjadi hari libur" in shown
    assert "2 orang dijadwalkan pada hari itu." in shown
    ids = [str(number) for number in bureau.ids()]
    moved = taufik.post(f"/jadwal/{SERVICE}/2026-03-30/catat", {"orang": ids, "ulang": "1"})
    assert moved.status_code == 303
    assert {row.on_date for row in bureau.rows()} == {"2026-03-31"}
    assert "Jadwal jatuh pada hari libur" not in taufik.get("/").text


def test_slots_by_page(web: Flask, bureau: Bureau) -> None:
    taufik = Browser(web, "taufik")
    form = {"first": "30032026", "last": "03042026", "hours": "08.00-10.00", "capacity": "7", "place": "Aula"}
    wrong = taufik.post(f"/jadwal/{SERVICE}/buka", form | {"hours": "pagi"})
    assert wrong.status_code == 422
    assert "Tulis jamnya seperti 08.00-10.00" in wrong.text
    assert 'value="pagi"' in wrong.text
    assert taufik.post(f"/jadwal/{SERVICE}/buka", form).status_code == 303
    assert taufik.post(f"/jadwal/{SERVICE}/buka", form).status_code == 409
    slots = slots_from(bureau.journal.db, SERVICE, "2026-01-01")
    assert [slot.on_date for slot in slots] == ["2026-03-30", "2026-03-31", "2026-04-01", "2026-04-02"]
    for wrong_place in ("", "x" * 101, "Aula\u202e"):
        assert taufik.post(f"/jadwal/{SERVICE}/buka", form | {"place": wrong_place}).status_code == 422
    change = f"/jadwal/{SERVICE}/slot/{slots[0].id}"
    refused = taufik.post(change, {"capacity": "x"})
    assert refused.status_code == 422
    assert 'value="x"' in refused.text
    assert taufik.post(change, {"capacity": "9"}).status_code == 303
    assert taufik.post(f"/jadwal/{SERVICE}/slot/{slots[1].id}", {"capacity": "0"}).status_code == 303
    left = slots_from(bureau.journal.db, SERVICE, "2026-01-01")
    assert [slot.capacity for slot in left] == [9, 7, 7]


def test_a_receipt_says_nothing_that_its_procedure_does_not(web: Flask, bureau: Bureau, tmp_path: Path) -> None:
    receipt = text_of(Browser(web, "tuti").post("/berkas/1/kertas/tanda-terima/cetak").data, tmp_path)
    assert "800/012/BKD" in receipt or "KPNS" in receipt
    assert "GRATIS" not in receipt, "it names no fee"
    assert "tanggal jadi" not in receipt, "and promises no day"


def test_papers_and_the_data_file_say_what_the_records_are(
    web: Flask, bureau: Bureau, clock: Clock, tmp_path: Path
) -> None:
    bureau.put_at("record")
    bureau.enter(5)
    bureau.slots(MONDAY, MONDAY + timedelta(days=1), 3, hours="08.00-10.00")
    bureau.plan("priyo")
    priyo = Browser(web, "priyo")

    def paper(name: str) -> str:
        made = priyo.post(f"/berkas/1/orang/kertas/{name}")
        assert made.content_type == "application/pdf", made.text
        return " ".join(text_of(made.data, tmp_path).split())

    plan = paper("schedule")
    planned = ("Senin, 30 Maret 2026, 08.00-10.00 di Ruang Rekam", "Selasa, 31 Maret 2026", "PDH lengkap warna khaki")
    for words in planned:
        assert words in plan
    assert nip(5) in plan
    bureau.at(MONDAY + timedelta(days=1), 13)
    ids = bureau.ids()
    bureau.move("attended", ids[:3])
    bureau.move("stayed_away", ids[3:4])
    bureau.move("dressed_otherwise", ids[4:])
    bureau.move("removed", ids[4:], "priyo", "Ditarik SKPD")
    bureau.slots(MONDAY + timedelta(days=2), MONDAY + timedelta(days=2), 3, hours="08.00-10.00")
    bureau.plan("priyo")
    bureau.at(MONDAY + timedelta(days=2), 9)
    bureau.move("attended", ids[3:4])
    bureau.put_at("produce")
    bureau.move("finished", ids[:4])
    bureau.put_at("hand_over")
    receipt = paper("receipt")
    assert "Tanda tangan" in receipt
    assert "Pegawai B 1" in receipt
    assert "Pegawai F 5" not in receipt
    assert "Yang menerima, atas nama SKPD pemohon" in receipt
    bureau.move("handed", ids[:4])
    report = paper("report")
    for word in (
        "Diminta Jadi dan diserahkan Dibatalkan = + 5 4 1",
        "KTP diserahkan 4",
        "31-03-2026 Tidak hadir pada jadwalnya 1",
        "31-03-2026 Hadir dan terekam 3",
        "01-04-2026 Hadir dan terekam 1",
        "Datang tidak berpakaian PDH lengkap warna",
    ):
        assert word in report, (word, report)
    assert "Masih berjalan" not in report
    assert priyo.post("/berkas/1/orang/kertas/unknown").status_code == 404
    assert "PIN" in priyo.post("/berkas/1/orang/data.xlsx", {"pin": ""}).text
    data = priyo.post("/berkas/1/orang/data.xlsx", {"pin": PIN})
    assert data.content_type.endswith("spreadsheetml.sheet")
    logged = list(bureau.journal.db.run("SELECT subject FROM access_log WHERE action = 'member.data'"))
    assert logged == [("case/1",)], "the refused one without PIN left no copy"
    assert "nip" not in str(data.headers).lower()
    own = read_list(in_force(bureau.journal), data.data, "data.xlsx")  # what we give out can be taken in again
    assert [row.raw["nip"] for row in own] == [nip(n) for n in range(1, len(own) + 1)]


def test_a_person_is_found_by_his_number(web: Flask, bureau: Bureau) -> None:
    bureau.enter(2)
    found = Browser(web, "kabag").post("/cari", {"q": nip(2)})
    assert found.location == f"/berkas/1/orang/{bureau.ids()[1]}"


def test_a_person_is_found_by_name_and_the_search_leaves_a_trace(web: Flask, bureau: Bureau) -> None:
    bureau.enter(2)
    db, (first, second) = bureau.journal.db, bureau.ids()
    names = dict(db.run("SELECT id, name FROM member"))
    kabag = Browser(web, "kabag")
    assert kabag.post("/cari", {"q": names[second].lower()[:-1]}).location == f"/berkas/1/orang/{second}"
    assert names[first] not in kabag.post("/cari/usul", {"q": names[first]}).get_data(as_text=True)
    traces = list(db.run("SELECT detail FROM access_log WHERE action = 'search.name'"))
    assert traces == [("1 berkas",)]


def test_who_comes_late_or_was_ticked_by_mistake_is_put_right(web: Flask, bureau: Bureau, clock: Clock) -> None:
    bureau.put_at("record")
    bureau.enter(3)
    bureau.slots(MONDAY, MONDAY, 4, hours="08.00-10.00")
    bureau.plan("priyo")
    bureau.at(MONDAY, 9)
    clock.at = bureau.now
    ids = [str(number) for number in bureau.ids()]
    priyo, day = Browser(web, "priyo"), f"/jadwal/{SERVICE}/2026-03-30"
    assert priyo.post(f"{day}/catat", {"orang": ids[:2], "move": "stayed_away"}).status_code == 303
    assert priyo.post(f"{day}/catat", {"orang": ids, "move": "attended"}).status_code == 303
    assert bureau.counts() == {"recorded": 3}
    undone = {"orang": ids[2], "move": "unrecorded", "reason-unrecorded": "Yang hadir orang lain"}
    assert priyo.post("/berkas/1/orang/pindah", undone).status_code == 303
    assert bureau.counts() == {"recorded": 2, "absent": 1}
    assert priyo.post("/berkas/1/orang/jadwal", {"orang": ids[:1]}).status_code == 409


def test_a_request_whose_people_are_open_cannot_be_closed_and_the_button_says_why(web: Flask, bureau: Bureau) -> None:
    """*Tutup berkas* led to a form that was refused, whatever was written into it."""
    bureau.enter(1)
    tuti = Browser(web, "tuti")
    page = tuti.get("/berkas/1").text
    assert 'href="/berkas/1/tutup"' not in page
    greyed = re.findall(r'<div class="greyed">.*?</div>', page, re.DOTALL)
    [closing] = [one for one in greyed if "Tutup berkas" in one]
    assert "Selesaikan dulu di daftar" in closing
    assert re.findall(r'<input type="radio"[^>]*disabled', tuti.get("/berkas/1/tutup").text)
