"""How somebody does each deed of an exercise, by the pages and buttons of the program."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlsplit

from app.core.dates import photo_background
from app.platform.practice.invented import InventedPerson
from app.platform.practice.service import PIN
from app.services.ktp.rules import COLOURS
from tests.world.browser import Browser, Page
from tests.world.centre_by_page import line_key
from tests.world.office_by_page import checklist_fields

EVERYTHING = ["village_letter", "signature_applicant", "signature_village_head", "photo", "kk_copy"]


@dataclass
class Trainee:
    """Somebody at an exercise; `things` are the addresses of what he began, `second` who arrived beside the first."""

    browser: Browser
    person: InventedPerson
    things: dict[str, str] = field(default_factory=dict)
    second: InventedPerson | None = None

    def send(self, path: str, action: str, values: dict[str, str | list[str]], button: str = "") -> Page:
        name, _, value = button.partition("=")
        return self.browser.send(self.browser.get(path), action, values, (name, value) if button else None)


def open_case(who: Trainee) -> None:
    page = who.send("/permohonan/baru", "/permohonan/baru", {"kunci": who.person.nik})
    held: dict[str, str | list[str]] = {
        "kind": "baru",
        "form_code": "f_1_02",
        "nik": who.person.nik,
        "kk": who.person.kk,
        "full_name": who.person.name,
        "birth_place": "Lumajang",
        "birth_on": f"{who.person.birth_on:%d%m%Y}",
        "sex": who.person.sex,
        "mother_name": who.person.mother,
        "village": who.person.village[0],
        "street": "Krajan",
        "rt": "2",
        "rw": "1",
        "postcode": "67382",
        "have": EVERYTHING,
    }
    action = urlsplit(page.form("/permohonan/draf/").action).path
    page = who.browser.send(page, action, held, ("aksi", "daftar"))
    assert "/kertas/" in page.path, (page.path, page.problems)
    who.things |= {"case": f"/berkas/{page.path.split('/')[2]}", "slip": page.path}


def note_on_case(who: Trainee) -> None:
    page = who.browser.get(f"{who.things['case']}/catatan")
    who.browser.send(page, "/catatan", {"text": "Pemohon ditelepon."})


def examine_case(who: Trainee) -> None:
    page = who.browser.get(f"{who.things['case']}/periksa")
    names = {name for name, _ in page.form("/periksa").fields if name.startswith("state-")}
    states: dict[str, str] = dict.fromkeys(names | checklist_fields(page), "present")
    states |= {"seen-photo": COLOURS[photo_background(who.person.birth_on)], "note": ""}
    who.browser.send(page, "/periksa", states, ("outcome", "complete"))


def correct_case(who: Trainee) -> None:
    who.send(
        f"{who.things['case']}/perbaiki",
        "/perbaiki",
        {"mother_name": "Sri Lestari", "reason": "Salah ketik", "pin": PIN},
    )


def note_device(who: Trainee) -> None:
    who.send("/perekaman/", "/perekaman/alat", {"name": "Kamera", "works": "0", "note": "Retak"})


def register_letter(who: Trainee) -> None:
    role = who.browser.username
    line: dict[str, str | list[str]] = {
        "sender": who.person.name,
        "letter_number": "045/12",
        "letter_date": "10032026",
        "received_on": "12032026",
        "subject": "Permohonan data",
        "to_role": role,
    }
    page = who.browser.get("/surat-masuk/baru")
    code = re.findall(r'<option[^>]* value="([^"]+)"', page.text.partition('name="code"')[2])[0]
    who.things["letter"] = who.browser.send(page, "/surat-masuk/baru", line | {"code": code}).path


def dispose_letter(who: Trainee) -> None:
    page = who.browser.get(who.things["letter"])
    first = next(value for value in page.offered("to") if value)
    who.browser.send(page, "/disposisi", {"to": first, "instructions": "Selesaikan", "note": "Segera."})


def draft_letter(who: Trainee) -> None:
    page = who.browser.get("/surat-keluar/baru")
    text: dict[str, str | list[str]] = {
        "subject": f"Undangan untuk {who.person.name}",
        "addressed_to": "Yth. yang bersangkutan",
        "text": "Mohon hadir.",
    }
    who.things["letter"] = who.browser.send(page, "/surat-keluar/baru", text).path


def correct_letter(who: Trainee) -> None:
    page = who.browser.get(f"{who.things['letter']}/naskah")
    who.browser.send(page, "/naskah", {"text": "Mohon hadir tepat waktu.", "reason": "Jamnya"})


def write_complaint(who: Trainee) -> None:
    line: dict[str, str | list[str]] = {
        "words": "Loket tutup sebelum waktunya.",
        "channel": "telephone",
        "type": "complaint",
        "category": "schedule",
        "weight": "light",
        "sex": "",
        "name": who.person.name,
    }
    who.things["complaint"] = f"/pengaduan/{who.send('/pengaduan/tulis', '/pengaduan/tulis', line).path.split('/')[2]}"


def answer_complaint(who: Trainee) -> None:
    page = who.browser.get(who.things["complaint"])
    who.browser.send(page, "/jawaban-pertama", {"text": "Sudah diterima."})


def open_report(who: Trainee) -> None:
    problem = f"Keluhan {who.person.name} tentang antrean"
    who.send("/ltpp/baru", "/ltpp/baru", {"trouble": problem, "source": "audit"})


def change_setting(who: Trainee) -> None:
    who.send("/pengaturan/", "/pengaturan/identitas", {"office_report_to": who.person.name})


def print_slip(who: Trainee) -> None:
    who.browser.pdf(who.browser.get(who.things["slip"]), "/cetak")


def print_receipt(who: Trainee) -> None:
    who.browser.pdf(who.browser.get(f"{who.things['complaint']}/tanda-terima"), "/cetak/tanda-terima")


def amend_letter(who: Trainee) -> None:
    page = who.browser.get(f"{who.things['letter']}/perbaiki")
    who.browser.send(page, "/perbaiki", {"letter_number": "045/13", "reason": "Salah baca"})


def submit_letter(who: Trainee) -> None:
    page = who.browser.get(who.things["letter"])
    who.browser.send(page, "/ajukan", {"pin": PIN})


def classify_complaint(who: Trainee) -> None:
    page = who.browser.get(who.things["complaint"])
    who.browser.send(page, "/golongan", {"category": "speed", "weight": "light", "handling": "desk"})


def note_on_complaint(who: Trainee) -> None:
    who.browser.send(who.browser.get(who.things["complaint"]), "/catatan", {"text": "Pengadu ditelepon."})


def print_document(who: Trainee, form: str) -> None:
    page = who.browser.get("/standar/")
    services = [path for path in re.findall(r'href="(/standar/[a-z-]+)"', page.text) if path != "/standar/layanan-baru"]
    who.browser.pdf(who.browser.get(services[0]), "/cetak", {"naskah": form})


def add_holiday(who: Trainee) -> None:
    held = {"on_date": "17042026", "name": "Hari jadi", "kind": "lokal", "basis": f"Surat {who.person.name}"}
    who.send("/pengaturan/kalender/", "/kalender/", {**held})


def set_shift(who: Trainee) -> None:
    held = {"day": "18042026", "shift_name": f"Layanan {who.person.name}", "spans": "08.00-12.00"}
    who.send("/pengaturan/kalender/", "/hari-khusus", {**held})


def line_of(who: Trainee, person: InventedPerson) -> str:
    """The address of the line of somebody who arrived, as it is found by name."""
    page = who.browser.send(who.browser.get("/"), "/cari", {"q": person.name})
    return next(href for href, _ in page.links if href.startswith("/baris/"))


def accept_line(who: Trainee) -> None:
    dispatches = [href for href, _ in who.browser.get("/").links if href.startswith("/masukan/")]
    page = next(page for page in map(who.browser.get, dispatches) if who.person.name.upper() in page.text)
    who.browser.send(page, "/terima", {"lines": [line_key(line_of(who, who.person))]})


def refuse_line(who: Trainee) -> None:
    assert who.second is not None
    who.browser.send(who.browser.get(line_of(who, who.second)), "/tolak", {"reason": "photo"})


def print_line(who: Trainee) -> None:
    page = who.browser.send(who.browser.get(line_of(who, who.person)), "/buka")
    who.browser.send(page, "/cetak", {"serial": who.person.blank})


def ship_card(who: Trainee) -> None:
    address = next(href for href, _ in who.browser.get("/pengiriman/").links if "/pengiriman/kecamatan/" in href)
    key = line_key(line_of(who, who.person))
    who.send(address, address, {"lines": [key], "counted": "1", "carrier": "Kurir latihan"})


def change_contact(who: Trainee) -> None:
    who.send("/pengaturan/pusat/", "/pengaturan/pusat/", {"centre_contact": who.person.name})


def give_code(who: Trainee) -> None:
    who.send("/kantor/", "/kantor/", {"office": "350801", "name": f"Kecamatan {who.person.name}"})


def receive_blanks(who: Trainee) -> None:
    who.send("/blangko/", "/blangko/masuk", {"count": "10", "letter": who.person.name})


DONE: dict[str, Callable[[Trainee], None]] = {
    "case_opened": open_case,
    "case_noted": note_on_case,
    "case_examined": examine_case,
    "case_corrected": correct_case,
    "device_noted": note_device,
    "letter_registered": register_letter,
    "letter_disposed": dispose_letter,
    "letter_drafted": draft_letter,
    "letter_corrected": correct_letter,
    "complaint_written": write_complaint,
    "complaint_answered": answer_complaint,
    "report_opened": open_report,
    "setting_changed": change_setting,
    "slip_printed": print_slip,
    "receipt_printed": print_receipt,
    "letter_amended": amend_letter,
    "letter_submitted": submit_letter,
    "complaint_classed": classify_complaint,
    "complaint_noted": note_on_complaint,
    "standard_printed": partial(print_document, form="standard"),
    "sop_printed": partial(print_document, form="sop"),
    "holiday_set": add_holiday,
    "shift_set": set_shift,
    "line_accepted": accept_line,
    "line_refused": refuse_line,
    "line_printed": print_line,
    "card_shipped": ship_card,
    "contact_changed": change_contact,
    "code_given": give_code,
    "blanks_received": receive_blanks,
}
