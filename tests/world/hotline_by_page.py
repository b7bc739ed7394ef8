"""The walk of the hotline: its team and articles, a call answered at once, one that needs an order, a complaint."""

import re
from datetime import timedelta
from urllib.parse import urljoin

from tests.world.browser import SECONDS, Astray, Browser, Page
from tests.world.cast import PIN
from tests.world.journey import Journey
from tests.world.service_by_page import Request, expect_state, settled

PAPERS = ("sk-tim", "pakta-integritas", "laporan-kebutuhan", "lembar-informasi", "laporan-harian")
KNOWN = "Jam berapa loket layanan buka pada bulan puasa?"
UNKNOWN = "Apakah cuti satu semester dapat diajukan sesudah masa pengisian rencana studi?"
ANSWER = "Dapat, paling lambat dua minggu sesudah kuliah dimulai, dengan surat kepada pimpinan."


def hotline_of_a_day(walk: Journey, who: dict[str, str]) -> int:
    """`who`: role of the SOP → user name; `team` is who answers, `other` a second member.

    Returns the line of the complaint book that a call became.
    """
    team_is_formed(walk, who)
    article = article_is_approved(walk, who)
    answered_at_once(walk, who, article)
    request = call(
        walk, who, UNKNOWN, "academic", "Pertanyaan yang tidak ada di informasi meja: dilaporkan kepada Wadir."
    )
    instructed_and_answered(walk, who, request)
    line = becomes_complaint(walk, who)
    reports(walk, who)
    return line


def team_is_formed(walk: Journey, who: dict[str, str]) -> None:
    head = walk.step(who["kabag"], "Menyiapkan SK Tim Pelaksana Hotline yang baru.")
    values = {"until_on": f"{walk.today + timedelta(days=364):%d%m%Y}"}
    members = [who["team"], *([who["other"]] if "other" in who else [])]
    for n, member in enumerate(members, start=1):
        values |= {f"member{n}": member, f"education{n}": "bachelor", f"study{n}": "Komunikasi"}
    page = settled(head.send(head.get("/hotline/tim/baru"), "/hotline/tim/baru", values))
    letter = page.path
    settled(head.send(page, "/ajukan", {"pin": PIN}))
    if who["wadir"] != who["kabag"]:
        deputy = walk.step(who["wadir"], "Memaraf konsep SK Tim.")
        settled(deputy.send(deputy.get(letter), "/paraf", {"pin": PIN}))
    chief = walk.step(who["direktur"], "Menandatangani SK Tim dengan PIN.")
    settled(chief.send(chief.get(letter), "/tanda-tangan", {"pin": PIN}))
    clerk = walk.step(who["agenda"], "Memberi nomor SK di agenda surat keluar.")
    page = settled(clerk.send(clerk.get(letter), "/nomor"))
    walk.paper("sk-tim", "", clerk.pdf(page, f"{letter}/cetak"))
    where = newest_decree(walk.browser(who["kabag"]))
    for member in members:
        browser = walk.step(member, "Membaca dan menandatangani pakta integritas dengan PIN.")
        page = settled(browser.send(browser.get(where), "/pakta", {"pin": PIN}))
    walk.paper("pakta-integritas", f"{len(members)}", browser.pdf(page, f"/cetak/{members[-1]}"))


def newest_decree(reader: Browser) -> str:
    """Address of the newest decree on the page of the team."""
    known = [link.rpartition("/") for link, _ in reader.get("/hotline/tim").links if "/hotline/tim/" in link]
    return "/hotline/tim/" + max((last for _, _, last in known if last.isdigit()), key=int)


def article_is_approved(walk: Journey, who: dict[str, str]) -> int:
    writer = walk.step(who["team"], "Menulis informasi meja tentang jam layanan.")
    values = {"question": KNOWN, "answer": "Senin sampai Jumat, 08.00 sampai 15.00.", "field": "general"}
    values |= {"owner": who["kabag"], "valid_from": f"{walk.today:%d%m%Y}"}
    values |= {"valid_until": f"{walk.today + timedelta(days=90):%d%m%Y}"}
    page = settled(writer.send(writer.get("/hotline/artikel/baru"), "/hotline/artikel/baru", values))
    article = page.number_in_path()
    head = walk.step(who["kabag"], "Menyetujui informasi itu dengan PIN.")
    settled(head.send(head.get(f"/hotline/artikel/{article}"), "/setujui/1", {"pin": PIN}))
    return article


def answered_at_once(walk: Journey, who: dict[str, str], article: int) -> None:
    member = walk.step(who["team"], "Menerima telepon dan menjawab dari informasi meja dengan satu tekan.", 1)
    page = member.get("/hotline")
    said = {
        "question": KNOWN,
        "kind": "general",
        "channel": "telephone",
        "number": "081200000101",
        "caller": "Bu Contoh",
    }
    page = settled(member.send(page, press_found(member, page, article), said, ("article_id", str(article))))
    said_so = re.search(r"Kontak (\S+) terjawab\.", page.text)
    if said_so is None:
        raise Astray("Loket tidak mengatakan bahwa kontak itu terjawab.")
    walk.tell("kontak", f"{said_so[1]}: terjawab")
    reported = member.get("/hotline/artikel").text
    if not re.search(rf'/hotline/artikel/{article}">.*?data-label="Dipakai"[^>]*>1<', reported, re.DOTALL):
        raise Astray(f"Artikel {article} tidak tercatat dipakai sekali.")


def press_found(member: Browser, page: Page, article: int) -> str:
    """What the browser brings into the form while one types: buttons of the articles found; where this one leads."""
    form = page.form("/hotline")
    found = member.session.post(
        urljoin(page.address, "/hotline/artikel/cari"),
        data=form.filled({"question": KNOWN, "case_id": "new"}, None),
        timeout=SECONDS,
    )
    button = re.search(rf'<button[^>]*formaction="([^"]+)"[^>]*value="{article}"', member.checked(found).text)
    if button is None:
        raise Astray(f"Artikel {article} tidak ditawarkan saat pertanyaannya diketik.")
    form.elsewhere.append(button[1])
    return button[1]


def call(walk: Journey, who: dict[str, str], question: str, kind: str, what: str) -> Request:
    member = walk.step(who["team"], what, 1)
    said = {"question": question, "kind": kind, "channel": "telephone", "number": "081200000102", "caller": ""}
    page = settled(member.send(member.get("/hotline"), "/hotline", said))
    return Request(page.number_in_path())


def instructed_and_answered(walk: Journey, who: dict[str, str], request: Request) -> None:
    member = walk.browser(who["team"])
    settled(member.send(member.get(request.case), "/langkah", {"step": "desk", "outcome": "unanswered"}))
    values = {
        "step": "report",
        "outcome": "to_wadir",
        "note": "Penanya mahasiswa semester empat; tidak ada di informasi meja.",
    }
    settled(member.send(member.get(request.case), "/langkah", values))
    page = member.get(request.case)
    walk.paper("laporan-kebutuhan", "", member.pdf(page, "/cetak/laporan"))
    deputy = walk.step(who["wadir"], "Memberi instruksi jawaban.", 25)
    values = {"step": "instruct_wadir", "outcome": "instructed", "note": ANSWER}
    settled(deputy.send(deputy.get(request.case), "/langkah", values))
    member = walk.step(who["team"], "Menyampaikan jawaban kepada penanya.", 6)
    settled(
        member.send(member.get(request.case), "/langkah", {"step": "answer", "outcome": "answered", "note": ANSWER})
    )
    page = member.get(request.case)
    walk.paper("lembar-informasi", "", member.pdf(page, "/cetak/informasi"))
    expect_state(walk, member, request, "Terjawab")


def becomes_complaint(walk: Journey, who: dict[str, str]) -> int:
    request = call(
        walk, who, "Petugas loket tidak ada di tempat pada jam layanan.", "general", "Penelepon mengadukan layanan."
    )
    member = walk.browser(who["team"])
    page = settled(member.send(member.get(request.case), "/pengaduan"))
    walk.tell("aduan", f"menjadi satu baris buku pengaduan: {page.path}")
    return page.number_in_path()


def complaint_settled(walk: Journey, who: dict[str, str], line: int) -> None:
    """The complaint book's own way: first answer, follow-up of the section, answer, closed."""
    where = f"/pengaduan/{line}"
    for role, what, action, text in (
        ("information", "Menulis jawaban pertama kepada pengadu.", "/jawaban-pertama", "Sedang kami periksa."),
        ("head", "Menindaklanjuti pengaduan.", "/tindak-lanjut", "Jadwal jaga loket ditambah satu orang."),
        ("information", "Menulis jawaban kepada pengadu.", "/jawaban", "Loket kini dijaga dua orang."),
        ("information", "Menutup baris pengaduan.", "/selesai", ""),
    ):
        browser = walk.step(who[role], what)
        settled(browser.send(browser.get(where), f"{where}{action}", {"text": text}))
    walk.sentence(browser.get(where), "Selesai")


def reports(walk: Journey, who: dict[str, str]) -> None:
    head = walk.step(who["kabag"], "Membaca laporan harian hotline.")
    page = head.get("/hotline/laporan")
    walk.paper("laporan-harian", f"{walk.today}", head.pdf(page, "/hotline/laporan/cetak"))
    for fate in ("Terjawab dari desk information", "Terjawab sesuai instruksi", "Menjadi pengaduan"):
        if f'data-label="Hasil">{fate}<' not in page.text:
            raise Astray(f"Laporan harian tidak memuat kontak hari ini: {fate}.")
    settled(head.get("/hotline/analisis"))
