"""The walk of a collective request for civil servants' cards: the eleven steps of its SOP, by pages and buttons."""

import io
from datetime import timedelta

from tests.world.browser import Astray
from tests.world.cast import PIN
from tests.world.journey import Journey
from tests.world.service_by_page import Request, expect_state, follow, open_request, settled

SERVICE = "kartu-pns"
AGENCY, LETTER = "Dinas Contoh Provinsi", "800/115/DISCON/2026"
PEOPLE = (
    ("198001012005011901", "Ahmad Fauzan Contoh", "Penata (III/c)", "Analis", "Sekretariat"),
    ("198502142010012902", "Siti Rahmah Contoh", "Penata Muda (III/a)", "Pengelola Data", "Bidang I"),
    ("199003202015031903", "Budi Hartono Contoh", "Pengatur (II/c)", "Pengadministrasi", "Bidang II"),
    ("199107112019032904", "Dewi Kartika Contoh", "Penata Muda (III/a)", "Analis", "Bidang II"),
)
PAPERS = (
    "surat-pemberitahuan",
    "lembar-disposisi",
    "daftar-hadir",
    "tanda-terima-ktp",
    "laporan-pertanggungjawaban",
)


def list_of_people() -> bytes:
    """The agency's list as it comes with its letter."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["NIP", "Nama", "Pangkat/golongan", "Jabatan", "Unit kerja"])
    for row in PEOPLE:
        sheet.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def collective_request(walk: Journey, who: dict[str, str]) -> Request:
    """From the letter of the agency to the signed receipt. `who`: role of the SOP → user name."""
    request = letter_arrives(walk, who)
    letter = dispositions(walk, who, request)
    notice = plan_and_draft(walk, who, request)
    corrected_and_signed(walk, who, request, notice)
    record_people(walk, who, request)
    make_and_hand_over(walk, who, request)
    walk.tell("surat", f"masuk {letter}, keluar {notice}")
    return request


def letter_arrives(walk: Journey, who: dict[str, str]) -> Request:
    clerk = walk.step(who["kasubbag_tu"], f"Menerima surat {LETTER} dari {AGENCY} dan mendaftarkannya.")
    typed = {"agency": AGENCY, "letter_number": LETTER, "letter_date": f"{walk.today - timedelta(days=1):%d%m%Y}"}
    request = open_request(walk, clerk, SERVICE, LETTER, typed, ["request_letter"])
    clerk = walk.step(who["kasubbag_tu"], f"Mengimpor daftar {len(PEOPLE)} PNS dari lampiran surat.")
    page = clerk.upload(
        clerk.get(f"{request.case}/orang/impor"), "/orang/impor", ("file", "daftar.xlsx", list_of_people())
    )
    page = settled(clerk.send(page, page.path))
    walk.sentence(page, f"{len(PEOPLE)} orang")
    return request


def dispositions(walk: Journey, who: dict[str, str], request: Request) -> int:
    clerk = walk.step(who["kasubbag_tu"], "Mengagendakan surat permohonan.")
    form = clerk.get(f"/surat-masuk/baru?berkas={request.case_id}&surat=request")
    letter = settled(clerk.send(form, "/surat-masuk/baru")).number_in_path()
    expect_state(walk, clerk, request, "disposisi")
    for role, to in (("kepala_biro", "kabag_kpp"), ("kabag_kpp", "kasubbag_tal")):
        head = walk.step(who[role], "Memberi disposisi atas surat permohonan.")
        page = head.get(f"/surat-masuk/{letter}")
        receiver = f"role:{own_role(page.text, who[to])}"
        due = f"{walk.today + timedelta(days=3):%d%m%Y}"
        values = {"to": receiver, f"due-{receiver}": due, "instructions": "Selesaikan", "note": "Proses sesuai SOP."}
        settled(head.send(page, "/disposisi", values))
    walk.paper("lembar-disposisi", str(letter), head.pdf(head.get(f"/surat-masuk/{letter}"), "/cetak"))
    return letter


def own_role(html: str, username: str) -> str:
    """The role under which the disposition sheet offers somebody."""
    from app.cli.demo.offices import OFFICES

    offered = [part.split('"')[0] for part in html.split('value="role:')[1:]]
    roles = {
        role
        for demo in OFFICES.values()
        for person in demo.cast
        if person.username == username
        for role in person.roles
    }
    found = [one for one in offered if one in roles]
    if not found:
        raise Astray(f"Disposisi tidak menawarkan {username}: {offered}")
    return found[0]


def plan_and_draft(walk: Journey, who: dict[str, str], request: Request) -> int:
    planner = walk.step(who["kasubbag_tal"], "Membuka hari perekaman dan menjadwalkan semua orang.")
    first = walk.calendar.add_workdays(walk.today, 2)
    page = planner.get(f"/jadwal/{SERVICE}")
    day = f"{first:%d%m%Y}"
    settled(
        planner.send(page, "/buka", {"first": day, "last": day, "hours": "08.00-10.00, 10.00-12.00", "capacity": "3"})
    )
    page = planner.send(planner.get(f"{request.case}/orang"), "/orang/jadwal", {"tunggu": "ya"})
    walk.sentence(page, "dijadwalkan")
    planner = walk.step(who["kasubbag_tal"], "Membuat konsep surat pemberitahuan jadwal dan memarafnya.")
    page = follow(walk, planner, request.case, "/surat-keluar/konsep")
    notice = page.number_in_path()
    page = planner.get(f"/surat-keluar/{notice}")
    settled(planner.send(page, "/ajukan", {"pin": PIN}))
    expect_state(walk, planner, request, "paraf")
    return notice


def corrected_and_signed(walk: Journey, who: dict[str, str], request: Request, notice: int) -> None:
    where = f"/surat-keluar/{notice}"
    head = walk.step(who["kabag_kpp"], "Memeriksa konsep dan mengembalikannya: sebut ruangnya.")
    settled(head.send(head.get(where), "/kembalikan", {"reason": "Sebutkan ruang perekamannya."}))
    planner = walk.step(who["kasubbag_tal"], "Memperbaiki naskah dan memarafnya lagi.")
    page = planner.get(f"{where}/naskah")
    text = dict(page.form("/naskah").fields)
    place = text["text"].replace("Demikian", "Perekaman dilakukan di ruang perekaman lantai satu.\n\nDemikian")
    text |= {"text": place, "reason": "Ruang ditulis"}
    settled(planner.send(page, "/naskah", text))
    settled(planner.send(planner.get(where), "/ajukan", {"pin": PIN}))
    head = walk.step(who["kabag_kpp"], "Memeriksa dan memaraf konsep.")
    settled(head.send(head.get(where), "/paraf", {"pin": PIN}))
    chief = walk.step(who["kepala_biro"], "Menandatangani surat pemberitahuan.")
    settled(chief.send(chief.get(where), "/tanda-tangan", {"pin": PIN}))
    clerk = walk.step(who["kasubbag_tu"], "Mengagendakan surat, memberi nomor, dan mengirimkannya kepada SKPD.")
    settled(clerk.send(clerk.get(where), "/nomor"))
    walk.paper("surat-pemberitahuan", str(notice), clerk.pdf(clerk.get(where), "/cetak"))
    values = {"on": f"{walk.today:%d%m%Y}", "way": "messenger", "proof": "Buku ekspedisi 14"}
    settled(clerk.send(clerk.get(where), f"{where}/kirim", values))
    expect_state(walk, clerk, request, "rekam")


def record_people(walk: Journey, who: dict[str, str], request: Request) -> None:
    walk.next_workday()
    walk.next_workday()
    operator = walk.step(who["processor"], "Hari perekaman: tiga orang hadir berpakaian PDH khaki, satu tidak datang.")
    where = f"/jadwal/{SERVICE}/{walk.today}"
    page = operator.get(where)
    walk.paper("daftar-hadir", f"{walk.today}", operator.pdf(page, "/cetak"))
    people = [value for name, value in ticks(page.text)]
    settled(operator.send(page, "/catat", {"orang": people[:-1]}, ("move", "attended")))
    settled(operator.send(operator.get(where), "/catat", {"orang": people[-1:]}, ("move", "stayed_away")))
    planner = walk.step(who["kasubbag_tal"], "Menjadwalkan ulang yang tidak hadir.")
    again = walk.calendar.add_workdays(walk.today, 1)
    day = f"{again:%d%m%Y}"
    page = planner.get(f"/jadwal/{SERVICE}")
    settled(planner.send(page, "/buka", {"first": day, "last": day, "hours": "08.00-10.00", "capacity": "3"}))
    settled(planner.send(planner.get(where), "/catat", {"orang": people[-1:]}, ("ulang", "ya")))
    walk.next_workday()
    operator = walk.step(who["processor"], "Merekam yang dijadwalkan ulang; semua data terekam.")
    page = operator.get(f"/jadwal/{SERVICE}/{walk.today}")
    settled(operator.send(page, "/catat", {"orang": people[-1:]}, ("move", "attended")))
    settled(operator.send(operator.get(request.case), "/langkah", {"outcome": "recorded"}))


def make_and_hand_over(walk: Journey, who: dict[str, str], request: Request) -> None:
    walk.next_workday()
    for what, state, move, outcome in (
        ("Memproses pembuatan KTP.", "recorded", "finished", "produced"),
        ("Menyerahkan KTP kepada SKPD dengan tanda terima.", "made", "handed", "handed_over"),
    ):
        operator = walk.step(who["processor"], what)
        page = operator.get(f"{request.case}/orang?keadaan={state}")
        if move == "handed":
            walk.paper("tanda-terima-ktp", request.number, operator.pdf(page, "/kertas/receipt"))
        settled(operator.send(page, "/orang/pindah", {"semua": state}, ("move", move)))
        settled(operator.send(operator.get(request.case), "/langkah", {"outcome": outcome}))
    page = operator.get(f"{request.case}/orang")
    walk.paper("laporan-pertanggungjawaban", request.number, operator.pdf(page, "/kertas/report"))
    expect_state(walk, operator, request, "Selesai")


def ticks(html: str) -> list[tuple[str, str]]:
    """Name and value of every box that a page offers to tick for a person."""
    import re

    return re.findall(r'type="checkbox"[^>]*name="(orang)"[^>]*value="(\d+)"', html)
