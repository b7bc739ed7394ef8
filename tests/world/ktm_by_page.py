"""The walk of student cards: from the list of numbers over accounts at the bank to the hand-over, by the pages."""

import csv
import io
import zipfile
from collections.abc import Callable

from tests.world.browser import Astray, Browser, Page
from tests.world.cast import PIN
from tests.world.journey import Journey
from tests.world.office_by_page import checklist_fields, sync_with_centre
from tests.world.portrait import portrait
from tests.world.service_by_page import Request, expect_state, settled

SERVICE, INTAKE = "ktm", "2026"
STUDENTS = (
    ("P99.00.26.901", "Ayu Lestari Contoh"),
    ("P99.00.26.902", "Bima Saputra Contoh"),
    ("P99.00.26.903", "Cindy Maharani Contoh"),
)
FIRST_FACE = 100_000
"""The photos of these students are those of nobody in the office's own half-year (tests/world/ktm_staff.py)."""
PAPERS = ("lembar-kartu", "daftar-pembagian", "daftar-periksa-ktm", "laporan-angkatan", "tanda-terima-ktm", "kartu")


def cards_of_an_intake(walk: Journey, who: dict[str, str], open_bank: Callable[[], str]) -> None:
    """`who`: role of the procedure → user name; `teller` works at the bank, which opens in the middle of the walk."""
    requests = list_arrives(walk, who)
    photos_matched(walk, who)
    registered(walk, who, requests)
    walk.clock.forward(3)
    walk.addresses["bank"] = open_bank()
    walk.programs.look_round()
    walk.say(f"\n     Bank menyala di http://{walk.addresses['bank']}/")
    sent_to_bank(walk, who, requests)
    walk.next_workday()
    accounts_opened(walk, who, requests)
    walk.next_workday()
    made_and_handed_over(walk, who, requests)
    withdrawn(walk, who, requests[-1])


def list_of_numbers() -> bytes:
    kept = io.StringIO()
    writer = csv.writer(kept)
    writer.writerow(["NO", "NIM", "NAMA MAHASISWA", "PROGRAM STUDI", "ANGKATAN", "STATUS"])
    for n, (number, name) in enumerate(STUDENTS, start=1):
        writer.writerow([n, number, name, "D-III Keperawatan", INTAKE, "AKTIF"])
    return kept.getvalue().encode()


def list_arrives(walk: Journey, who: dict[str, str]) -> list[Request]:
    head = walk.step(who["kasubbag_mahasiswa"], f"Mengimpor daftar {len(STUDENTS)} NIM mahasiswa baru.")
    page = head.upload(
        head.get("/impor"), "/impor", ("file", "daftar-nim.csv", list_of_numbers()), {"layanan": SERVICE}
    )
    page = head.wait_while_running(page.path)
    page = settled(head.send(page, "/jalankan"))
    head.wait_while_running(page.path)
    students = head.get(f"/ktm/angkatan?angkatan={INTAKE}")
    found = [request_of(students, name) for _, name in STUDENTS]
    counter = walk.step(who["counter"], "Sosialisasi pembuatan KTM, sepuluh menit.")
    settled(counter.send(counter.get("/ktm/"), "/ktm/sosialisasi", {"intake": INTAKE}))
    walk.clock.forward(10)
    page = counter.get(f"/ktm/angkatan?angkatan={INTAKE}")
    settled(counter.send(page, "/ktm/sosialisasi/", {"attended": str(len(STUDENTS)), "note": ""}))
    return found


def photos_matched(walk: Journey, who: dict[str, str]) -> None:
    """The ZIP with photos named by number; each is looked at beside its name and confirmed."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as pack:
        for n, (number, _) in enumerate(STUDENTS, start=1):
            pack.writestr(f"{number}.png", portrait(FIRST_FACE + n))
    head = walk.step(who["kasubbag_mahasiswa"], "Mengunggah ZIP foto, lalu mencocokkan foto dengan NIM dan namanya.")
    where = f"/ktm/foto?angkatan={INTAKE}"
    page = settled(head.upload(head.get(where), "/ktm/foto", ("files", "foto.zip", kept.getvalue())))
    walk.sentence(page, f"{len(STUDENTS)} foto disimpan")
    page = settled(head.send(head.get(where), "/ktm/foto/periksa"))
    walk.sentence(page, f"{len(STUDENTS)} foto dipastikan")


def request_of(page: Page, name: str) -> Request:
    """The case of a student on a page that links to it."""
    links = {text.upper(): href for href, text in page.links if href.startswith("/berkas/")}
    if name.upper() not in links:
        raise Astray(f"{name} tidak terdaftar di {page.path}.")
    return Request(int(links[name.upper()].rsplit("/", 1)[1]), "", name)


def registered(walk: Journey, who: dict[str, str], requests: list[Request]) -> None:
    for request in requests:
        counter = walk.step(who["counter"], f"{request.name} datang dengan formulir; persyaratannya diperiksa.")
        settled(counter.send(counter.get(request.case), "/langkah", {"outcome": "came"}))
        page = counter.get(f"{request.case}/periksa")
        states = dict.fromkeys(checklist_fields(page), "present")
        settled(counter.send(page, "/periksa", states | {"note": ""}, ("outcome", "registered")))
        expect_state(walk, counter, request, "Siap dikirim")


def sent_to_bank(walk: Journey, who: dict[str, str], requests: list[Request]) -> None:
    counter = walk.step(who["counter"], "Menyusun data untuk bank.")
    page = counter.get(f"/pengiriman/?layanan={SERVICE}")
    page = counter.send(page, "/pengiriman/", {"berkas": [str(request.case_id) for request in requests]})
    made = page.number_in_path()
    head = walk.step(who["kasubbag_mahasiswa"], "Menyetujui dengan PIN dan mengirim data ke bank.")
    settled(head.send(head.get(f"/pengiriman/{made}"), f"/pengiriman/{made}/kirim", {"pin": PIN}))


def accounts_opened(walk: Journey, who: dict[str, str], requests: list[Request]) -> None:
    sync_with_centre(walk, reachable=True, who=who["sync"])
    teller = walk.step(who["teller"], "Membuka rekening dan menjawab dengan nomornya.")
    for n, request in enumerate(requests, start=1):
        line = newest_line(teller, request.number)
        page = teller.get(line)
        if any(form.action.endswith("/buka") for form in page.forms):
            page = teller.send(page, "/buka")
        number = f"99000000{walk.today:%m}{n:02}"
        settled(teller.send(page, "/jawab", {"value": number, "again": number}))
    sync_with_centre(walk, reachable=True, who=who["sync"])


def newest_line(teller: Browser, number: str) -> str:
    page = teller.send(teller.get("/"), "/cari", {"q": number})
    found = [href for href, _ in page.links if href.startswith("/baris/")]
    if not found:
        raise Astray(f"Bank tidak memiliki baris untuk {number}.")
    return found[-1]


def made_and_handed_over(walk: Journey, who: dict[str, str], requests: list[Request]) -> None:
    ids = [str(one.case_id) for one in requests]
    where = f"/ktm/angkatan?angkatan={INTAKE}"
    counter = walk.step(who["counter"], "Memeriksa kelengkapan, lalu mencetak kartunya.")
    settled(counter.send(counter.get(f"{where}&langkah=check"), "/ktm/periksa", {"berkas": ids}))
    page = counter.get(f"{where}&langkah=make")
    walk.paper("lembar-kartu", INTAKE, counter.pdf(page, "/ktm/cetak", {"berkas": ids}))
    settled(counter.send(counter.get(f"{where}&langkah=make"), "/ktm/jadi", {"berkas": ids}))
    page = counter.get(where)
    walk.paper("daftar-pembagian", INTAKE, counter.pdf(page, "/ktm/daftar-pembagian"))
    for request in requests:
        counter = walk.step(who["counter"], f"Menyerahkan KTM kepada {request.name}.")
        page = counter.get(f"/kartu/serah/{request.case_id}")
        said = {"relation": "self", "receiver": request.name, "compared": page.offered("compared"), "pin": PIN}
        page = settled(counter.send(page, "/serah/", said))
        walk.paper("tanda-terima-ktm", request.number, counter.pdf(page, "/cetak"))
        expect_state(walk, counter, request, "Selesai")
    counter = walk.step(who["counter"], "Mencetak daftar periksa dan laporan angkatan.")
    walk.paper("daftar-periksa-ktm", requests[0].number, counter.pdf(counter.get(requests[0].case), "/daftar-periksa"))
    page = counter.get(f"/ktm/laporan?angkatan={INTAKE}")
    walk.paper("laporan-angkatan", INTAKE, counter.pdf(page, "/ktm/laporan"))


def withdrawn(walk: Journey, who: dict[str, str], request: Request) -> None:
    head = walk.step(who["kasubbag_mahasiswa"], f"{request.name} mengundurkan diri: kartunya ditarik.")
    page = head.get(request.case)
    card = next(href for href, _ in page.links if href.startswith("/ktm/kartu/"))
    walk.paper("kartu", "", head.pdf(head.get(card), "/muka.pdf"))
    values = {"why": "left", "given_back": "returned", "note": "", "pin": PIN}
    settled(head.send(head.get(card), "/cabut", values))
