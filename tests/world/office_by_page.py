"""The steps of the walk that happen in the office and its village, each by the pages and buttons of the program."""

from collections.abc import Sequence
from html import unescape
from re import sub
from urllib.parse import urlsplit

from app.core.dates import photo_background
from app.services.ktp.rules import COLOURS
from tests.world.browser import Astray, Page
from tests.world.cast import BROKEN_AT_LAST, MUNDER, PIN
from tests.world.journey import Applicant, Journey

EVERYTHING = (
    "village_letter",
    "signature_applicant",
    "signature_village_head",
    "photo",
    "kk_copy",
    "police_letter",
    "damaged_card",
)


def reserve_forms(walk: Journey) -> None:
    clerk = walk.step("munder", "Menyimpan dua nomor untuk formulir kosong, dicetak untuk hari tanpa listrik.")
    page = clerk.send(clerk.get("/permohonan/formulir"), "/permohonan/formulir", {"count": "2", "area": MUNDER})
    walk.paper("formulir-kosong", "desa-munder", clerk.pdf(page, "/cetak"))
    clerk.send(page, "/hasil", {"jawaban": "ya"})


def enter_application(walk: Journey, applicant: Applicant, username: str, brings: Sequence[str], what: str) -> None:
    clerk = walk.step(username, what)
    page = clerk.send(
        clerk.get("/permohonan/baru?layanan=ktp-el"), "/permohonan/baru", {"kunci": applicant.citizen.nik}
    )
    action = urlsplit(page.form("/permohonan/draf/").action).path
    held = applicant.citizen.fields() | {"kind": applicant.kind, "form_code": "f_1_02"}
    half = {name: text for name, text in held.items() if name in ("kind", "nik", "kk", "full_name")}
    page = clerk.send(page, action, half, ("aksi", "simpan"))
    walk.tell("draf", f"{urlsplit(page.address).path} tersimpan setelah empat isian")
    page = clerk.send(page, action, held | {"have": list(brings)}, ("aksi", "daftar"))
    if "/kertas/" not in page.path:
        raise Astray(f"Permohonan tidak terdaftar: {' '.join(page.errors)[:300]}")
    applicant.case_id = int(page.path.split("/")[2])
    applicant.number = next(text for href, text in page.links if href == applicant.case).split()[-1]
    walk.case_paper(applicant, username, "tanda-terima", f"tanda-terima-{walk.slip}")
    walk.case_paper(applicant, username, "formulir", "formulir")


def receive_file(walk: Journey, applicant: Applicant) -> None:
    clerk = walk.step("retno", f"Berkas {applicant.number} dari desa sampai di loket.")
    clerk.send(clerk.get(applicant.case), "/langkah", {"outcome": "received"})
    walk.expect(applicant, "Menunggu validasi")


def examine_file(walk: Journey, applicant: Applicant, *, missing: str = "", reason: str = "") -> None:
    what = f"mengembalikan: {reason}" if missing else "lengkap dan valid, hitungan 12 hari kerja mulai"
    clerk = walk.step("retno", f"Memeriksa berkas {applicant.number}: {what}.")
    page = clerk.get(f"{applicant.case}/periksa")
    names = {name for name, _ in page.form("/periksa").fields if name.startswith("state-")}
    states = {name: "missing" if name == f"state-{missing}" else "present" for name in names | checklist_fields(page)}
    states["seen-photo"] = COLOURS[photo_background(applicant.citizen.birth_on)]
    if missing:
        clerk.send(page, "/periksa", states | {"reasons": [reason], "note": ""}, ("outcome", "returned"))
        walk.case_paper(applicant, "retno", "pengembalian", "lembar-pengembalian")
        walk.expect(applicant, "Dikembalikan")
    else:
        clerk.send(page, "/periksa", states | {"note": ""}, ("outcome", "complete"))
        walk.case_paper(applicant, "retno", "slip", f"slip-permohonan-{walk.slip}")
        walk.expect(applicant, "Menunggu perekaman")


def checklist_fields(page: Page) -> set[str]:
    return {part.split('"')[0] for part in page.text.split('name="')[1:] if part.startswith("state-")}


def bring_again(walk: Journey, applicant: Applicant) -> None:
    clerk = walk.step("retno", f"Pemohon {applicant.number} datang lagi dengan fotokopi KK; nomornya tetap.")
    clerk.send(clerk.get(applicant.case), "/langkah", {"outcome": "resubmitted"})
    walk.expect(applicant, "Menunggu validasi")


def choose_slip_size(walk: Journey, size: str) -> None:
    """The Sekretaris chooses another paper for slips and receipts: `80mm` or `quarter`."""
    walk.slip = "80mm" if size == "80mm" else "seperempat"
    head = walk.step("wiji", f"Mengatur kertas slip: {'gulungan 80 mm' if size == '80mm' else 'seperempat lembar'}.")
    head.send(head.get("/pengaturan/"), "/pengaturan/kerja", {"paper_slip": size})
    if ("paper_slip", size) not in head.get("/pengaturan/").form("/pengaturan/kerja").fields:
        raise Astray(f"Ukuran kertas slip tidak menjadi {size}.")


def schedule_recording(walk: Journey, applicant: Applicant) -> None:
    operator = walk.step(
        "fajar",
        f"Menjadwalkan perekaman {applicant.number} hari ini, mencetak daftarnya; alatnya berfungsi lagi.",
    )
    page = operator.get("/perekaman/")
    page = operator.send(page, "/perekaman/alat", {"name": BROKEN_AT_LAST, "works": "1"})
    today = f"{walk.today:%d%m%Y}"
    page = operator.send(page, "/perekaman/jadwal", {"berkas": str(applicant.case_id), "on": today})
    walk.paper("daftar-perekaman", f"{walk.today}", operator.pdf(page, "/perekaman/cetak/hari"))
    walk.paper("daftar-perekaman-desa", "", operator.pdf(page, "/perekaman/cetak/desa"))


def note_recording(walk: Journey, applicant: Applicant, *, already: bool) -> None:
    what = "sudah pernah direkam, dicatat dari sistem pusat" if already else "direkam"
    operator = walk.step("fajar", f"Perekaman {applicant.number}: {what}.")
    page = operator.get(f"/perekaman/{applicant.case_id}")
    values = {"how": "already" if already else "here", "status": "card_printed" if already else "bio_captured"}
    if already:
        values |= {"on": "17082019", "place": "Kecamatan Kunir"}
    operator.send(page, "/catat", values)
    if not already:
        walk.expect(applicant, "Direkam, menunggu status")
        renew_status(walk, applicant)
    walk.expect(applicant, "Siap dikirim")


def renew_status(walk: Journey, applicant: Applicant) -> None:
    """Recorded and still on the recorder: looked up again later, from the list of those whose status is awaited."""
    operator = walk.step("fajar", f"Status perekaman {applicant.number} dicek lagi di sistem pusat: siap cetak.")
    if f'href="/perekaman/{applicant.case_id}"' not in operator.get("/perekaman/").text.partition('id="status"')[2]:
        raise Astray(f"{applicant.number} tidak ada di daftar yang menunggu status.")
    page = operator.get(f"/perekaman/{applicant.case_id}")
    operator.send(page, "/status", {"status": "print_ready"})


def close_dispatch(walk: Journey, applicants: Sequence[Applicant]) -> int:
    numbers = ", ".join(applicant.number for applicant in applicants)
    clerk = walk.step("retno", f"Menyusun pengiriman: {numbers}.")
    page = clerk.send(
        clerk.get("/pengiriman/"), "/pengiriman/", {"berkas": [str(applicant.case_id) for applicant in applicants]}
    )
    made = page.number_in_path()
    kasi = walk.step("agung", "Menyetujui dengan PIN dan menutup pengiriman.")
    page = kasi.send(kasi.get(f"/pengiriman/{made}"), f"/pengiriman/{made}/kirim", {"pin": PIN})
    for name, action in (("surat-pengantar", "/surat-pengantar"), ("berita-acara", "/berita-acara")):
        walk.paper(name, f"pengiriman-{made}", kasi.pdf(page, action))
    for applicant in applicants:
        walk.expect(applicant, "Menunggu cetak di Dispenduk Capil")
    return made


def sync_with_centre(walk: Journey, *, reachable: bool, who: str = "fajar") -> None:
    what = "Mengirim sekarang lewat jaringan." if reachable else "Mengirim sekarang; pusat belum menyala."
    operator = walk.step(who, what)
    page = operator.send(operator.get("/jalan/"), "/jalan/kirim")
    if not reachable:
        walk.sentence(page, "Pusat tidak terjangkau")
        walk.tell("jalan", "Pusat tidak terjangkau; catatan tetap menunggu di sini")
        return
    if 'id="told"' not in page.text or "Belum selesai" in page.text:
        raise Astray(f"Pertukaran belum selesai: {' '.join(page.errors)[:300]}")
    walk.tell("jalan", exchange_sentences(page))


def exchange_sentences(page: Page) -> str:
    part = page.text.split('id="told"', 1)[1].split("</div>", 1)[0]
    return " ".join(unescape(sub(r"<[^>]+>", " ", part.split(">", 1)[1])).split()).removeprefix("Selesai ")


def use_stick(walk: Journey, what: str, action: str) -> None:
    operator = walk.step("fajar", what)
    page = operator.get("/jalan/")
    page = operator.send(page, action)
    if 'id="told"' not in page.text or "Belum selesai" in page.text:
        raise Astray(f"Flashdisk belum selesai: {' '.join(page.errors)[:300]}")
    walk.tell("stik", exchange_sentences(page))


def repair_data(walk: Journey, applicant: Applicant) -> None:
    kasi = walk.step("agung", f"Memperbaiki data {applicant.number} yang ditolak: nama disamakan dengan data pusat.")
    page = kasi.get(f"{applicant.case}/perbaiki")
    fixed = {
        "full_name": applicant.citizen.name + " Wibawa",
        "reason": "Nama di data pusat lengkap.",
        "pin": PIN,
    }
    answer = kasi.send(page, "/perbaiki", fixed)
    if answer.path.endswith("/perbaiki"):
        raise Astray(f"Data tidak diperbaiki: {' '.join(answer.errors)[:300]}")
    clerk = walk.step(
        "retno", f"Mencatat {applicant.number} sudah diperbaiki; nomornya tetap, janjinya berjalan terus."
    )
    clerk.send(
        clerk.get(f"{applicant.case}/perbaikan"),
        "/perbaikan",
        {"how": "repaired", "note": "Nama diperbaiki."},
    )
    walk.expect(applicant, "Siap dikirim")


def count_cards(walk: Journey, applicants: Sequence[Applicant]) -> None:
    numbers = ", ".join(applicant.number for applicant in applicants)
    clerk = walk.step("retno", f"Menghitung kartu yang tiba dengan daftar kirim: {numbers}.")
    page = clerk.get("/kartu/kedatangan")
    ids = [str(applicant.case_id) for applicant in applicants]
    form = next(
        (sent_form for sent_form in page.forms if {("kartu", case_id) for case_id in ids} <= set(sent_form.boxes)), None
    )
    if form is None:
        raise Astray("Daftar kirim dengan kartu itu tidak ada di halaman kedatangan.")
    page.forms = [form]
    answer = clerk.send(page, "/kartu/kedatangan", {"kartu": ids, "counted": str(len(ids))})
    if answer.path.endswith("kedatangan"):
        raise Astray(f"Kartu tidak tercatat tiba: {' '.join(answer.errors)[:300]}")
    for applicant in applicants:
        walk.expect(applicant, "Siap diambil")


def call_applicant(walk: Journey, applicant: Applicant, username: str, means: str) -> None:
    clerk = walk.step(username, f"Memanggil pemohon {applicant.number}.", 2)
    page = clerk.get(f"/kartu/panggilan/{applicant.case_id}")
    answer = clerk.send(page, f"/kartu/panggilan/{applicant.case_id}", {"means": means, "reached": "1", "note": ""})
    if answer.errors or "Panggilan" not in clerk.get(applicant.case).text:
        raise Astray(f"Panggilan {applicant.number} tidak tercatat: {' '.join(answer.errors)[:300]}")


def print_call_list(walk: Journey) -> None:
    clerk = walk.step("nurlaila", "Mencetak daftar panggilan.", 2)
    walk.paper(
        "daftar-panggilan",
        f"{walk.today}",
        clerk.pdf(clerk.get("/kartu/panggilan"), "/kartu/panggilan/cetak"),
    )
    board = clerk.pdf(clerk.get("/papan/siap"), "/papan/siap/cetak", {"layanan": "ktp-el"})
    walk.paper("siap-diambil", f"{walk.today}", board)


def hand_over(walk: Journey, applicant: Applicant, relation: str, **more: str) -> None:
    receiver = more.pop("receiver", applicant.citizen.name)
    clerk = walk.step("retno", f"Menyerahkan kartu {applicant.number} kepada {receiver}.")
    page = clerk.get(f"/kartu/serah/{applicant.case_id}")
    values = {"relation": relation, "receiver": receiver, "compared": page.offered("compared"), "pin": PIN, **more}
    page = clerk.send(page, f"/kartu/serah/{applicant.case_id}", values)
    walk.paper("tanda-terima-penyerahan", applicant.number, clerk.pdf(page, "/cetak"))
    walk.expect(applicant, "Selesai")


def look_from_the_village(walk: Journey, applicant: Applicant) -> None:
    walk.step("munder", f"Melihat dari desa: berkas {applicant.number} sudah sampai mana.")
    walk.expect(applicant, "Selesai", "munder")


def print_books(walk: Journey) -> None:
    head = walk.step("wiji", "Mencetak buku register bulan ini, lembar pencocokan, dan standar pelayanan.")
    page = head.get(f"/register?bulan={walk.today:%Y-%m}&layanan=ktp-el")
    walk.paper("register", f"{walk.today:%Y-%m}", head.pdf(page, "/register/cetak"))
    page = head.get("/keseimbangan/")
    head.send(page, "/keseimbangan/periksa")
    walk.paper("lembar-pencocokan", f"{walk.today}", head.pdf(head.get("/keseimbangan/"), "/keseimbangan/cetak"))
    for name, shown in (("standar-pelayanan", "/standar/ktp-el"), ("sop", "/standar/ktp-el/sop")):
        walk.paper(name, "", head.pdf(head.get(shown), "/standar/ktp-el/cetak"))
    for document in ("jaminan_pelayanan", "kebijakan_mutu"):
        walk.paper(document.replace("_", "-"), "", head.get_pdf(f"/standar/ktp-el/dokumen/{document}/cetak"))
