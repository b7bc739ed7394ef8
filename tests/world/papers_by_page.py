"""The walk's last round: every paper of the office that no job on the way has printed, each from its own page."""

import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from app.core.permissions import Actor
from app.core.quarters import Quarter
from app.platform.people.queries import actor_named
from app.records.retention.service import carry_out, confirm, propose
from tests.world import clause_staff
from tests.world.browser import Page
from tests.world.cast import KRAI, PIN
from tests.world.evaluation_staff import SCOPE, Team, hold_cycles, sign_policy, sign_targets
from tests.world.indicator_staff import keep_targets
from tests.world.journey import Applicant, Journey
from tests.world.office_by_page import EVERYTHING, enter_application
from tests.world.service_by_page import settled
from tests.world.survey_staff import SURVEY_STAFF, run_survey

PAPERS = (
    "formulir-f-1-02",
    "tanda-terima-pengaduan",
    "surat-jawaban",
    "buku-pengaduan",
    "laporan-tahunan",
    "poster-f4",
    "daftar-sarana",
    "daftar-pelaksana",
    "laporan-pemeriksaan",
    "laporan-monev",
    "lembar-audit",
    "sasaran-mutu",
    "naskah-indikator",
    "evaluasi-kinerja",
    "laporan-paten",
    "laporan-desa",
    "data-tersimpan",
    "jawaban-data",
    "pemberitahuan-data",
    "register-pemrosesan",
    "lembar-kegagalan",
    "surat-kegagalan",
    "slip-survei",
    "lembar-survei",
    "laporan-survei",
    "poster-survei",
    "surat-tugas",
    "laporan-tugas",
    "daftar-hadir-rapat",
    "notulen",
    "nota-dinas",
    "surat-keterangan",
    "buku-ekspedisi",
    "berita-acara-pemusnahan",
)


def every_other_paper(walk: Journey, who: dict[str, str], applicant: Applicant) -> None:
    """`applicant` comes with a new request, of which the papers tell; the quarter of the walk is over."""
    one_more_request(walk, applicant)
    complaint_answered(walk, who)
    work_of_a_quarter(walk)
    books_and_boards(walk, who)
    letters_of_the_week(walk, who)
    papers_of_quality(walk, who)
    papers_of_the_survey(walk, who)
    papers_of_data(walk, who, applicant)
    spreadsheets(walk, who)
    minutes_of_destruction(walk, who)


def one_more_request(walk: Journey, applicant: Applicant) -> None:
    enter_application(walk, applicant, "retno", EVERYTHING, "Mendaftarkan satu permohonan lagi, formulir F-1.02.")
    walk.case_paper(applicant, "retno", "f-1-02", "formulir-f-1-02")


def complaint_answered(walk: Journey, who: dict[str, str]) -> None:
    """A complaint by a person with an address: receipt, answer as a letter, page of the book."""
    clerk = walk.step(who["information"], "Menulis pengaduan seorang pengunjung dan mencetak tanda terimanya.")
    said = {"words": "Kartu saya belum jadi.", "name": "Warga Contoh", "address": "Jalan Contoh 4", "area": KRAI}
    said |= {"type": "complaint", "weight": "medium"}
    page = settled(clerk.send(clerk.get("/pengaduan/tulis"), "/pengaduan/tulis", said))
    line = page.number_in_path()
    walk.paper("tanda-terima-pengaduan", "", clerk.pdf(page, "/cetak/tanda-terima"))
    where = f"/pengaduan/{line}"
    for role, action, text in (
        ("information", "/jawaban-pertama", "Sedang kami periksa."),
        ("head", "/tindak-lanjut", "Kartu dicari di pusat."),
        ("information", "/jawaban", "Kartu Anda dapat diambil hari Jumat."),
    ):
        browser = walk.step(who[role], "Menjawab pengaduan itu.")
        settled(browser.send(browser.get(where), f"{where}{action}", {"text": text}))
    walk.paper("surat-jawaban", "", browser.pdf(browser.get(where), "/cetak/surat"))
    walk.paper("buku-pengaduan", "", browser.pdf(browser.get("/pengaduan/"), "/pengaduan/cetak"))


def survey_code(walk: Journey) -> None:
    clerk = walk.step("retno", "Mencetak slip kode survei untuk berkas yang selesai.")
    [(finished,)] = walk.programs.journals[0].db.run(
        "SELECT max(id) FROM case_file WHERE service = 'ktp-el' AND closed"
    )
    walk.paper("slip-survei", "", clerk.pdf(clerk.get(f"/berkas/{finished}"), "/kepuasan/slip"))


def work_of_a_quarter(walk: Journey) -> None:
    """What the staff of the demo's year does between its days: targets, check, evaluation, survey."""
    journal = walk.programs.journals[0]
    for _ in range(7):  # a quarter is closed when its figures have come in
        walk.next_workday()

    def find_actor(username: str) -> Actor:
        found = actor_named(journal.db, username, walk.today)
        assert found is not None
        return found

    actors = {name: find_actor(name) for name in ("retno", "fajar", "agung", "wiji", "hendra", "nurlaila")}
    tick = SimpleNamespace(at=walk.clock.at)
    hands: Any = SimpleNamespace(journal=journal, db=journal.db, actors=actors, tick=tick, today=walk.today)
    clause_staff.fill_register(hands)
    clause_staff.hold_check(hands, closed=False)
    for _ in range(3):  # targets are set, the quarter is analysed, then closed
        keep_targets(hands, walk.today, walk.today + timedelta(days=200))
    team = Team(journal, walk.clock, find_actor, {"sekretaris": ["wiji"]}, {"pelayanan": "agung"}, "hendra")
    hold_cycles(team, finished=True, components=SCOPE)
    sign_policy(team, "agung")
    sign_targets(team, ("agung", "wiji"), "pelayanan")
    staff = {part: actors[name] for part, name in SURVEY_STAFF.items()}
    run_survey(journal, staff, "ktp-el", walk.today, walk.clock.at)


def print_from(walk: Journey, username: str, name: str, where: str, action: str, **values: str) -> Page:
    """A paper by the form of a page, as the officer finds it there."""
    browser = walk.browser(username)
    page = browser.get(where)
    walk.paper(name, "", browser.pdf(page, action, values))
    return page


def books_and_boards(walk: Journey, who: dict[str, str]) -> None:
    walk.step(who["information"], "Mencetak papan, buku, dan laporan tahunan.")
    quarter = Quarter.of(walk.today - timedelta(days=30))
    print_from(walk, who["information"], "laporan-tahunan", "/rekap/", f"/rekap/tahun/{quarter.year}/cetak")
    print_from(walk, who["information"], "poster-f4", f"/rekap/{quarter}", "/cetak/poster-f4")
    print_from(walk, who["kabag_kpp"], "laporan-paten", "/paten/", "/paten/cetak")
    month = {"bulan": f"{quarter.end:%Y-%m}"}
    print_from(walk, who["kabag_kpp"], "laporan-desa", "/paten/desa?layanan=ktp-el", "/desa/cetak", **month)
    print_from(walk, who["kabag_kpp"], "daftar-sarana", "/sarana/", "/sarana/cetak")
    print_from(walk, who["kabag_kpp"], "daftar-pelaksana", "/pelaksana/", "/pelaksana/cetak")


def letters_of_the_week(walk: Journey, who: dict[str, str]) -> None:
    """A surat tugas and the draft of its report; an invitation, who came to it and the draft of its minutes; drafts of
    the kinds that stand alone."""
    walk.step(who["head"], "Membuat surat tugas dan undangan; sekretaris memaraf, camat menandatangani.")
    order = signed_letter(walk, who, "surat_tugas")
    print_from(walk, who["agenda"], "surat-tugas", order, "/cetak")
    invitation = signed_letter(walk, who, "undangan")
    print_from(walk, who["agenda"], "daftar-hadir-rapat", invitation, "/hadir")
    walk.step(who["head"], "Menulis draf laporan tugas, notulen, nota dinas, dan surat keterangan.")
    print_draft(walk, who, "laporan-tugas", f"laporan_tugas&menyusul={number_of(order)}")
    print_draft(walk, who, "notulen", f"notulen&menyusul={number_of(invitation)}")
    print_draft(walk, who, "nota-dinas", "nota_dinas")
    print_draft(walk, who, "surat-keterangan", "keterangan")
    print_from(walk, who["agenda"], "buku-ekspedisi", "/surat-keluar", "/ekspedisi/cetak", masa="tahun")


GAP = re.compile(r"\[belum ada: [^\]]*\]")


def drafted_letter(walk: Journey, who: dict[str, str], begun_by: str) -> str:
    """A draft as its page begins it, its gaps filled in; the address of its page."""
    drafter = walk.browser(who["head"])
    form = drafter.get(f"/surat-keluar/baru?jenis={begun_by}")
    texts = {name: GAP.sub("Contoh", value) for name, value in form.form("/baru").fields if "[belum ada:" in value}
    return settled(drafter.send(form, "/baru", texts)).path


def print_draft(walk: Journey, who: dict[str, str], name: str, begun_by: str) -> None:
    print_from(walk, who["head"], name, drafted_letter(walk, who, begun_by), "/cetak")


def number_of(where: str) -> str:
    return where.rpartition("/")[2]


def signed_letter(walk: Journey, who: dict[str, str], kind: str) -> str:
    """A letter of a kind from its draft to its number; the address of its page."""
    where = drafted_letter(walk, who, kind)
    for role, action in (("head", "/ajukan"), ("kabag_kpp", "/paraf"), ("kepala_biro", "/tanda-tangan")):
        officer = walk.browser(who[role])
        settled(officer.send(officer.get(where), action, {"pin": PIN}))
    clerk = walk.browser(who["agenda"])
    settled(clerk.send(clerk.get(where), "/nomor"))
    return where


def papers_of_quality(walk: Journey, who: dict[str, str]) -> None:
    overseer = who["kabag_kpp"]
    walk.step(overseer, "Mencetak pemeriksaan, pemantauan, sasaran mutu, dan kebijakan mutu.")
    print_from(walk, overseer, "laporan-pemeriksaan", "/pemeriksaan/1", "/cetak")
    print_from(walk, overseer, "laporan-monev", "/monev/1", "/cetak")
    print_from(walk, overseer, "lembar-audit", "/monev/lembar/1", "/cetak")
    for number, name in enumerate(("kebijakan-mutu-sendiri", "jaminan-sendiri", "sasaran-mutu"), start=1):
        print_from(walk, overseer, name, f"/mutu/{number}", "/cetak")
    print_from(walk, overseer, "naskah-indikator", "/sasaran/naskah/kecamatan", "/cetak")
    period = Quarter.of(walk.today - timedelta(days=30))
    print_from(walk, overseer, "evaluasi-kinerja", f"/sasaran/evaluasi/{period}", "/cetak")


def papers_of_the_survey(walk: Journey, who: dict[str, str]) -> None:
    clerk = walk.step("retno", "Mencetak lembar survei.")
    walk.paper("lembar-survei", "", clerk.pdf(clerk.get("/kepuasan/lembar"), "/cetak"))
    print_from(walk, who["information"], "laporan-survei", "/kepuasan/laporan/1", "/cetak/laporan")
    print_from(walk, who["information"], "poster-survei", "/kepuasan/laporan/1", "/cetak/poster-a3")


def papers_of_data(walk: Journey, who: dict[str, str], applicant: Applicant) -> None:
    """Somebody asks what is held of him; a flashdisk is lost; notice and register for the wall and the folder."""
    browser = walk.step(who["information"], "Menjawab permintaan data seorang pemohon, mencatat flashdisk yang hilang.")
    citizen = applicant.citizen
    asked = {"kind": "access", "name": citizen.name, "shown": "KTP-el asli"}
    new = "/data-pribadi/permintaan/baru"
    page = settled(browser.send(browser.get(new), new, asked))
    found = browser.send(page, "/cari-data", {"number": citizen.nik, "name": citizen.name})
    walk.paper("data-tersimpan", "", browser.pdf(found, "/cetak-data"))
    page = settled(browser.send(page, "/jawab", {"decision": "partly", "reason": "Salinan pindaian diambil di loket."}))
    walk.paper("jawaban-data", "", browser.pdf(page, "/cetak-jawaban"))
    facts = {
        "happened": "Flashdisk cadangan tertinggal di angkutan umum.",
        "exposed": "Tidak ada yang terbaca: isinya tersandi.",
        "subjects": "Pemohon tahun ini",
        "people": "120",
        "measures": "Kunci diganti, flashdisk dicari.",
    }
    where = "/data-pribadi/kegagalan/baru"
    page = settled(browser.send(browser.get(where), where, facts))
    walk.paper("lembar-kegagalan", "", browser.pdf(page, "/cetak/lembar"))
    walk.paper("surat-kegagalan", "", browser.pdf(page, "/cetak/people"))
    print_from(walk, who["information"], "pemberitahuan-data", "/data-pribadi/pemberitahuan", "/pemberitahuan/cetak")
    print_from(walk, who["information"], "register-pemrosesan", "/data-pribadi/register", "/register/cetak")


def minutes_of_destruction(walk: Journey, who: dict[str, str]) -> None:
    """Six years later the letters of the walk are due: two people decide, the night destroys. Nothing follows this."""
    journal, then = walk.programs.journals[0], walk.clock.at + timedelta(days=6 * 366)
    proposer, second = (actor_named(journal.db, name, walk.today) for name in (who["kabag_kpp"], "hendra"))
    assert proposer is not None
    assert second is not None
    made = propose(journal, proposer, groups=["letter.incoming@2026"], reason="JRA Kabupaten Contoh 12/2030", now=then)
    confirm(journal, second, destruction_id=made, now=then)
    assert journal.db.folder is not None
    carry_out(journal, journal.db.folder, then)
    walk.step(who["kabag_kpp"], "Mencetak berita acara pemusnahan.")
    print_from(walk, who["kabag_kpp"], "berita-acara-pemusnahan", f"/pemusnahan/{made}", "/cetak")


def spreadsheets(walk: Journey, who: dict[str, str]) -> None:
    """Every export of the office, into the folder of the papers."""
    information, overseer, head = who["information"], who["kabag_kpp"], who["head"]
    quarter = Quarter.of(walk.today - timedelta(days=30))
    [(people,)] = walk.programs.journals[0].db.run("SELECT max(id) FROM case_file WHERE service = 'kartu-pns'")
    walk.step(overseer, "Mengunduh semua lembar kerja.")
    for name, username, where, action in (
        ("register.xlsx", overseer, f"/register?bulan={quarter.end:%Y-%m}&layanan=ktp-el", "/register/unduh"),
        ("pengiriman.xlsx", head, "/pengiriman/1", "/xlsx"),
        ("orang.xlsx", head, f"/berkas/{people}/orang", "/orang/data.xlsx"),
        ("agenda.xlsx", who["agenda"], "/surat-masuk", "/surat/unduh"),
        ("survei.xlsx", information, "/kepuasan/", "/kepuasan/unduh/xlsx"),
        ("survei.csv", information, "/kepuasan/", "/kepuasan/unduh/csv"),
        ("hotline.xlsx", information, "/hotline/analisis", "/analisis/unduh"),
        ("sasaran.xlsx", head, "/sasaran", f"/sasaran/unduh/{quarter.year}"),
        ("rekap.xlsx", information, f"/rekap/{quarter}", "/unduh/xlsx"),
        ("rekap.csv", information, f"/rekap/{quarter}", "/unduh/csv"),
        ("tahun.xlsx", information, "/rekap/", f"/rekap/tahun/{quarter.year}/xlsx"),
        ("paten.xlsx", overseer, "/paten/", "/paten/unduh"),
        ("desa.xlsx", overseer, f"/paten/desa?layanan=ktp-el&bulan={quarter.end:%Y-%m}", "/desa/unduh"),
    ):
        browser = walk.browser(username)
        (walk.out / name).write_bytes(browser.download(browser.get(where), action, {"pin": PIN, "unduh-pin": PIN}))
        walk.tell("lembar", name)
