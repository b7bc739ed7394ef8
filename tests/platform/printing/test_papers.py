"""Every paper in every size: it comes out, in the right size, with its words, the same bytes each time."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from app import paths
from app.core.problems import Problem
from app.platform.printing import papers
from app.platform.printing.data.books import CapaRoundSheet
from app.platform.printing.data.common import Paper
from app.platform.printing.papers import PAPERS, render_paper
from app.quality.capa.tables import CapaRound
from tests.platform.printing import sheets_books, sheets_counter, sheets_road, sheets_standard, slips
from tests.platform.printing.reading import info, page_size, pages_of, raw_text, text_of
from tests.rules.words import REFUSED
from tests.world.nightly import NIGHTLY

MILLIMETRES = {
    "F4": (215, 330),
    "A4": (210, 297),
    "A3": (297, 420),
    "quarter": (107, 165),
    "A6": (105, 148),
    "ID-1": (86, 54),
}
NAME, MASKED = "PUTRI DAMAYANTI", "350899******9501"
"""The first applicant of the walk: 17 years old, from Munder."""
WORDS: dict[str, tuple[str, ...]] = {
    "filled_form": ("0006/KTP/2026", NAME, "F-1.02; SP: F-1.07", "MERAH", "Pemohon", "No. Revisi 01"),
    "blank_form": ("0001/KTP/2026", "0002/KTP/2026", "huruf cetak", "latar merah", "Desa Munder"),
    "population_form": (NAME, "PENDAFTARAN PERISTIWA KEPENDUDUKAN", "TRANSMIGRASI", "Retno Wulandari", "109"),
    "receipt": ("0006/KTP/2026", NAME, "belum memuat tanggal jadi", "Pas foto berwarna 3 × 4", "Rabu, 1 April 2026"),
    "promise_slip": (NAME, MASKED, "Rabu, 25 Maret 2026", "12 hari kerja", "Hari Suci Nyepi (19 Mar)", "GRATIS"),
    "return_slip": ("0004/KTP/2026", "Belum ada: Fotokopi Kartu Keluarga", "tetap berlaku"),
    "recording_list": ("Selasa, 3 Maret 2026", NAME, MASKED, "Desa Krai 2 orang", "Paraf"),
    "covering_letter": (
        "400.12/1/427.86/2026",
        "a.n. Camat Yosowilangun",
        "TERBATAS",
        "3508994808089501",
        "No. KK",
        "Perekaman",
        "di Lumajang",
    ),
    "minutes": (
        "bulan Maret, tahun dua ribu dua puluh enam",
        "WIB, bertempat di Kantor Kecamatan Yosowilangun",
        "PIHAK KESATU,",
        "PIHAK KEDUA,",
        "cocok",
        "Mengetahui, Camat Yosowilangun,",
    ),
    "hand_over": ("arsip kantor", "0004/KTP/2026", "patah, sudah digunting", "10 Maret 2026", "350899******9502"),
    "register": ("KTP-el, Maret 2026", NAME, MASKED, "Mengetahui, Yang mencatat,", "Camat Yosowilangun,", "25-03-2026"),
    "standard": ("PENGADUAN PENGUNJUNG DI LOKET PENDAFTARAN", "63/KEP", "14. EVALUASI KINERJA PELAKSANA", "BAGAN ALIR"),
    "sop": ("Nomor SOP", "Tanggal Efektif 28 Februari 2026", "Mutu Baku", "Revisi 01 berlaku di kantor ini"),
    "reconciliation": (
        "menunggu jawaban",
        "Diserahkan hari ini 3",
        "Dihitung tangan",
        "Catatan terakhir",
        "Diperiksa oleh,",
    ),
    "call_list": ("0003/KTP/2026", "Desa Munder", "06-03-2026", "Jumat, 6 Maret 2026"),
    "ready_codes": ("SIAP DIAMBIL KTP-EL", "Jumat, 6 Maret 2026, 2 kode", "F-11"),
    "people_list": ("Ahmad Fauzan Contoh", "198001012005011901", "DINAS CONTOH PROVINSI", "Wiji Handayani"),
    "statement": ("JAMINAN PELAYANAN", "Standar Pelayanan Publik SP-PELY-02, butir 12", "Camat Yosowilangun,"),
    "shipping_list": ("350807-2026-001", "Kecamatan Yosowilangun", NAME, "JLN9001", "Yang menyerahkan,"),
    "complaint_receipt": ("002/ADUAN/2026", "Nur Laila", "Rabu, 1 April 2026"),
    "answer_letter": ("Yth. Warga Contoh", "Jalan Contoh 4", "Desa Krai", "hari Jumat", "dengan kode di slip Anda"),
    "complaint_book": ("nomor 1 sampai 2", "Jadwal jaga loket", "1 2 3 4 5 6 7 8 9", "Jawaban: Kartu Anda"),
    "capa": ("Jadwal jaga satu orang.", "Wiji Handayani", "001/ADUAN/2026", "Koreksi segera –"),
    "recap": ("Dibuat oleh,", "Diperiksa oleh,", "Disetujui oleh,", "REKAP-ADU/01/2026", "Loket dijaga dua orang"),
    "annual_report": ("LAPORAN TAHUNAN PENGADUAN", "tahunnya belum berakhir", "Baris tahun ini menurut buku 2"),
    "indicator_document": ("SASARAN MUTU KECAMATAN", "KTP selesai sesuai janji", "usulan program, ditetapkan Camat"),
    "integrity_pact": ("PAKTA INTEGRITAS", "rahasia nomor", "100.3.3/3/427.86/2026", "Mengetahui,"),
    "student_card": ("CINDY MAHARANI", "P99.00.26.903", "Berlaku selama terdaftar sebagai mahasiswa"),
    "card_sheet": ("P99.00.26.901", "Lembar 1 dari 1", "tanpa penyesuaian ukuran"),
    "distribution_list": ("DAFTAR PEMBAGIAN KTM", "3 hari kerja", "Tanda tangan", "P99.00.26.902"),
    "checklist": ("DAFTAR PERIKSA KTM", "NIM dan foto sesuai", "PR/046 7.5", "AYU LESTARI CONTOH"),
    "intake_report": ("LAPORAN PEMBUATAN KTM", "Angkatan 2026, 3 mahasiswa", "Pembagian KTM"),
    "information_request": ("029/F-13.2", "0002/HLS/2026", "mahasiswa semester empat", "Kepada : Sekretaris Kecamatan"),
    "information_sheet": (
        "LEMBAR INFORMASI",
        "dua minggu sesudah kuliah dimulai",
        "0812****0102",
        "tidak menyebut nama",
    ),
    "daily_needs": ("LAPORAN KEBUTUHAN PELANGGAN", "Terjawab sesuai instruksi", "Mengetahui,", "0003/HLS/2026"),
    "inventory": ("DAFTAR SARANA DAN PRASARANA", "Alat Pemindai Mata", "Yang mencatat,", "F-28"),
    "competence": ("DAFTAR PELAKSANA MENURUT STANDAR", "Petugas Operator", "pelatihan Change management", "F-29"),
    "internal_check": (
        "LAPORAN PEMERIKSAAN INTERNAL",
        "Temuan berat",
        "Daftar periksa tidak diparaf",
        "Yang menjawab,",
        "F-30",
    ),
    "destruction_minutes": ("BERITA ACARA PEMUSNAHAN", "Surat masuk", "Yang mengonfirmasi,", "dapat dikembalikan"),
    "official_letter": (
        "800/2/427.86/2026",
        "Yth. Kepala Dinas Contoh Provinsi",
        "di tempat",
        "ruang perekaman lantai satu",
    ),
    "decree": (
        "KEPUTUSAN CAMAT YOSOWILANGUN",
        "100.3.3/3/427.86/2026",
        "Sarjana (S1)",
        "KESATU",
        "Ditetapkan di Yosowilangun",
    ),
    "headed_letter": ("LAPORAN", "PELAKSANAAN TUGAS", "A. Dasar", "Mengetahui,", "Yang melaporkan,"),
    "by_hand": ("BUKU EKSPEDISI", "Nama dan tanda tangan penerima", "Buku ekspedisi 14", "SURAT/F-05"),
    "attendance": ("DAFTAR HADIR", "Instansi, jabatan", "Pukul", "20."),
    "disposition": ("001/SM/2026", "Kasi Pelayanan Umum", "batas 13 Mar 2026", "Proses sesuai SOP."),
    "evaluation_report": ("LAPORAN PEMANTAUAN DAN EVALUASI", "Sembilan prinsip", "Lampiran: lembar audit Seksi"),
    "audit_sheet": ("Bukti yang dilihat", "Tambah petugas.", "Menambah petugas", "Unit yang diperiksa,"),
    "quality_targets": ("SASARAN MUTU", "KTP selesai sesuai janji", "Diperiksa oleh,", "Camat Yosowilangun,"),
    "quality_policy": ("KEBIJAKAN MUTU", "Pelayanan Prima", "aman dan selamat", "Ditetapkan oleh, Camat Yosowilangun,"),
    "by_area": ("LAPORAN BULANAN PELAYANAN KTP-EL", "Tunggakan akhir", "Mengetahui,", "F-31", "Pindah datang"),
    "paten": ("LAPORAN PELAYANAN ADMINISTRASI TERPADU", "3 dari 3", "KTM 0 3 3", "Mengetahui,"),
    "held_data": ("DATA PRIBADI YANG TERSIMPAN", "Siapa yang membuka data ini", "Pasal 7 dan 32", "Hak Anda"),
    "request_answer": ("JAWABAN ATAS PERMINTAAN", "Dikabulkan sebagian.", "diambil di loket"),
    "privacy_notice": ("PEMBERITAHUAN TENTANG DATA PRIBADI", "Hak Anda", "3 × 24 jam", "Camat Yosowilangun,"),
    "incident_sheet": ("LEMBAR KEGAGALAN", "Batas 3 × 24 jam", "Belum ditutup.", "120 orang"),
    "incident_notice": ("Yang dapat Anda lakukan", "Pasal 46", "Kunci diganti", "Camat Yosowilangun,"),
    "processing_register": ("REGISTER KEGIATAN PEMROSESAN", "Masa simpan", "Buku pengaduan", "Camat Yosowilangun,"),
    "performance": ("EVALUASI KINERJA", "sasaran tercapai pada Triwulan I 2026", "Pantau sisa blangko", "MUTU/F-01"),
    "poster": ("Anda mengadu, kami menjawab", "Janji perbaikan kami", "21 Apr 2026", "Hendra"),
    "survey_slip": ("Bagaimana pelayanan kami?", "9 pertanyaan", "sampai 9 April 2026"),
    "survey_form": ("Lembar nomor 4", "Lembar nomor 12", "Sangat sesuai", "Perempuan"),
    "survey_report": (
        "01/SKM/2026",
        "Tahun 2025",
        "220",
        "tidak ada layanan selesai",
        "Kursi ruang tunggu",
        "Ditetapkan oleh,",
    ),
    "survey_poster": ("Anda menilai, kami memperbaiki", "Mutu B: baik", "Camat Yosowilangun,"),
}
"""What the walk through every service (tests/world/walked.py) must have put on its papers."""


def sizes_today(place: int, sizes: tuple[str, ...]) -> tuple[str, ...]:
    """By day a paper of two sizes comes out in one of them, its neighbour in the other."""
    return sizes if NIGHTLY or len(sizes) != 2 else (sizes[place % 2],)


EVERY = [(name, size) for place, (name, paper) in enumerate(PAPERS.items()) for size in sizes_today(place, paper.sizes)]


def test_the_running_program_prints_every_paper(samples: Mapping[str, Paper]) -> None:
    assert set(samples) == set(PAPERS) == set(WORDS)
    assert all((paths.template_folder() / "paper" / paper.template).is_file() for paper in PAPERS.values())


@pytest.mark.parametrize(("name", "size"), EVERY)
def test_paper_comes_out_with_its_words(name: str, size: str, printed: Callable[..., bytes], tmp_path: Path) -> None:
    pdf = printed(name, size)
    text = text_of(pdf, tmp_path)
    assert [word for word in WORDS[name] if word not in text] == []
    assert "SALINAN" not in text
    assert "digital" not in text.lower()
    assert re.search("(?i)(revisi|rev|terbit) –", text) is None, "what a document has not is not named"
    assert [found[0] for found in (one.search(text) for one in REFUSED) if found] == []
    wide, high = page_size(pdf, tmp_path)
    if size == "80mm":
        assert wide == 80
    else:
        assert {wide, high} == set(MILLIMETRES[size])


@pytest.mark.parametrize("name", PAPERS)
def test_first_print_twice_is_one_file_and_a_copy_says_so(
    name: str, samples: Mapping[str, Paper], printed: Callable[..., bytes], tmp_path: Path
) -> None:
    example = samples[name]
    assert printed(name) == render_paper(name, example)
    pages = pages_of(render_paper(name, example, copy=True), tmp_path)
    assert all(("DRAF" if example.draft else "SALINAN") in page for page in pages)


@pytest.mark.parametrize("name", ["receipt", "promise_slip", "return_slip"])
@pytest.mark.parametrize("size", papers.SLIPS)
def test_a_slip_is_one_page_also_as_a_copy(name: str, size: str, samples: Mapping[str, Paper], tmp_path: Path) -> None:
    assert len(pages_of(render_paper(name, samples[name], size=size, copy=True), tmp_path)) == 1


@pytest.mark.parametrize("name", ["receipt", "promise_slip", "return_slip", "complaint_receipt"])
@pytest.mark.parametrize("size", papers.SLIPS)
def test_a_slip_says_where_the_notice_about_data_hangs_and_whom_to_ask(
    name: str, size: str, printed: Callable[..., bytes], tmp_path: Path
) -> None:
    text = " ".join(text_of(printed(name, size), tmp_path).split())
    assert text.count("hak Anda: baca di ruang tunggu, tanya meja informasi.") == 1


@pytest.mark.parametrize("name", ["survey_slip", "call_list"])
def test_what_carries_nobody_s_data_or_stays_in_the_office_says_nothing_of_them(
    name: str, printed: Callable[..., bytes], tmp_path: Path
) -> None:
    assert "hak Anda" not in text_of(printed(name, "80mm"), tmp_path)


@pytest.mark.parametrize("size", papers.SHEETS)
def test_forms_and_hand_over_fit_one_sheet(size: str, printed: Callable[..., bytes], tmp_path: Path) -> None:
    assert len(pages_of(printed("filled_form", size), tmp_path)) == 1
    assert len(pages_of(printed("hand_over", size), tmp_path)) == 1
    blank = pages_of(printed("blank_form", size), tmp_path)
    assert len(blank) == 2
    assert all("Hal 1 dari 1" in page for page in blank)


def test_the_calendar_of_the_slip_is_the_explanation_of_the_due_date() -> None:
    slip = slips.promise_slip()
    assert (slip.days[0].on, slip.days[0].number, slip.days[0].off) == (date(2026, 3, 2), 0, "")
    assert (slip.days[-1].on, slip.days[-1].number) == (slip.due_on, slip.working_days)
    assert {day.off for day in slip.days if 0 < day.on.weekday() < 5 and day.off} == {"Nyepi", "cuti bersama"}
    assert sum(day.number > 0 for day in slip.days) == 12


def test_receipt_promises_no_date(tmp_path: Path) -> None:
    receipt = slips.receipt()
    text = text_of(render_paper("receipt", receipt), tmp_path)
    assert "Maret 2026 08.20" in text
    assert "25 Maret" not in text
    assert "paling lambat" not in text


def test_full_nik_stands_only_on_the_form_and_the_annex(printed: Callable[..., bytes], tmp_path: Path) -> None:
    letter = pages_of(render_paper("covering_letter", sheets_road.covering_letter()), tmp_path)
    assert "3508994107620004" not in letter[0]
    assert "3508994107620004" in letter[1]
    assert "TERBATAS" in letter[1]
    own = {"held_data"}  # what is held of somebody goes to himself
    for name in sorted(set(PAPERS) - {"filled_form", "population_form", "covering_letter"} - own):
        assert not re.search(r"\b350899\d{10}\b", text_of(printed(name), tmp_path)), name


def test_approval_is_named_for_what_it_is(tmp_path: Path) -> None:
    text = text_of(render_paper("covering_letter", sheets_road.covering_letter()), tmp_path)
    assert "Persetujuan dalam sistem, 12 Maret 2026 10.05" in text


@pytest.mark.parametrize(
    ("acting", "line"),
    [("plt", "Plt. Camat Yosowilangun"), ("plh", "Plh. Camat Yosowilangun"), ("", "Camat Yosowilangun")],
)
def test_acting_officials_sign_as_what_they_are(acting: str, line: str, tmp_path: Path) -> None:
    letter = sheets_books.statement()
    decree = "Surat perintah 800/11/2026"
    signer = msgspec.structs.replace(letter.signer, acting=acting, decree=decree)
    text = text_of(render_paper("statement", msgspec.structs.replace(letter, signer=signer)), tmp_path)
    assert line in text
    assert decree in text
    assert ("Plt." in text or "Plh." in text) == bool(acting)


def test_long_lists_repeat_their_heads_on_every_page(tmp_path: Path) -> None:
    letter = pages_of(render_paper("covering_letter", sheets_road.covering_letter(90)), tmp_path)
    assert len(letter) >= 4
    assert all("Jawaban" in page and "Baris" in page for page in letter[1:])
    assert f"Hal {len(letter)} dari {len(letter)}" in letter[-1]
    book = pages_of(render_paper("register", sheets_books.register(120)), tmp_path)
    assert len(book) >= 4
    ruled = [page for page in book if "/2026" in page or "di pusat" in page]
    assert len(ruled) >= len(book) - 1  # totals and signatures may take a page of their own
    assert all("Diserahkan" in page and "1 2 3 4 5 6 7 8 9 10 11 12 13" in page for page in ruled)
    waiting = pages_of(render_paper("recording_list", sheets_counter.recording_list(60)), tmp_path)
    assert all("Sesi pagi" in page for page in waiting)


def test_standard_has_all_clauses_and_says_whether_it_is_in_force(tmp_path: Path) -> None:
    standard = sheets_standard.standard(ratio=0.42)
    pages = pages_of(render_paper("standard", standard), tmp_path)
    text = " ".join(pages)
    assert [n for n in range(1, 15) if f" {n}. {standard.clauses[n - 1].heading}" not in text] == []
    assert [entry.number for entry in standard.clauses[0].legal if f" {entry.number} " not in text] == []
    assert "Berlaku sejak 5 Januari 2026" in text
    charts = [page for page in pages if "BAGAN ALIR" in page]
    assert len(charts) == len(standard.charts) == 2
    assert all("Kegiatan" in page and "Pemohon" in page for page in charts)
    waiting = text_of(render_paper("standard", msgspec.structs.replace(standard, in_force="")), tmp_path)
    assert "Naskah untuk ditandatangani" in waiting
    review = msgspec.structs.replace(sheets_standard.standard(annotated=True), in_force="")
    assert "belum, menunggu pengesahan" in text_of(render_paper("standard", review), tmp_path)


def test_an_empty_period_prints_nihil(tmp_path: Path) -> None:
    assert "Nihil." in text_of(render_paper("register", sheets_books.register(0)), tmp_path)
    calls = msgspec.structs.replace(sheets_counter.call_list(), groups=())
    assert "Nihil." in text_of(render_paper("call_list", calls), tmp_path)
    assert "Nihil." in text_of(render_paper("call_list", calls, size="80mm"), tmp_path)
    board = msgspec.structs.replace(sheets_counter.ready_codes(), codes=())
    assert "Nihil." in text_of(render_paper("ready_codes", board), tmp_path)
    waiting = msgspec.structs.replace(sheets_counter.recording_list(), groups=())
    assert "Nihil." in text_of(render_paper("recording_list", waiting), tmp_path)
    day = msgspec.structs.replace(sheets_road.reconciliation(), balances=(), journal=(), cards=(), unsent=0)
    assert "Nihil." in text_of(render_paper("reconciliation", day), tmp_path)


def test_a_balance_that_adds_up_is_called_so(tmp_path: Path) -> None:
    day = sheets_road.reconciliation()
    text = text_of(render_paper("reconciliation", msgspec.structs.replace(day, balances=day.balances[:2])), tmp_path)
    assert "Cocok." in text
    assert "selisih" not in text


def test_creation_date_comes_from_the_data(tmp_path: Path) -> None:
    said = info(render_paper("receipt", slips.receipt()), tmp_path)
    assert "2026-03-02T01:32:00Z" in said
    assert "Title:           Tanda Terima Berkas" in said


def test_print_dialogue_is_appended_and_the_paper_still_reads(tmp_path: Path) -> None:
    plain = render_paper("receipt", slips.receipt())
    asking = papers.with_print_dialogue(plain)
    assert asking.startswith(plain)
    assert b"/OpenAction<</S/Named/N/Print>>" in asking[len(plain) :]
    printed = render_paper("receipt", slips.receipt(), dialogue=True)
    assert b"/OpenAction<</S/Named/N/Print>>" in printed
    assert text_of(asking, tmp_path) == text_of(plain, tmp_path) == text_of(printed, tmp_path)


def test_mistakes_of_the_program_are_errors_not_papers() -> None:
    with pytest.raises(ValueError, match="has no size"):
        render_paper("receipt", slips.receipt(), size="A3")
    with pytest.raises(ValueError, match="needs PromiseSlip"):
        render_paper("promise_slip", slips.receipt())


def test_time_limit_says_a_sentence(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(papers, "TIME_LIMIT", 0.001)
    with pytest.raises(Problem) as caught:
        render_paper("receipt", slips.receipt())
    assert caught.value.code == "print_failed"
    assert "belum selesai" in caught.value.sentence
    assert "took longer" in caplog.text


def test_what_cannot_be_drawn_says_a_sentence() -> None:
    too_long = msgspec.structs.replace(sheets_road.covering_letter(), qr="x" * 4000)
    with pytest.raises(Problem) as caught:
        render_paper("covering_letter", too_long)
    assert caught.value.status == 500
    assert "Kertas gagal dibuat" in caught.value.sentence
    assert "xxxx" not in caught.value.sentence


@pytest.mark.parametrize("count", [11, 12, 14, 16, 17])
def test_the_note_and_signature_of_the_recording_list_stand_under_people(count: int, tmp_path: Path) -> None:
    example = sheets_counter.recording_list(count)
    lines = [replace(line, number=f"{500 + place:04}/KTP/2026") for place, line in enumerate(example.groups[0].lines)]
    groups = (replace(example.groups[0], lines=tuple(lines)),)
    pages = pages_of(render_paper("recording_list", replace(example, groups=groups), size="F4"), tmp_path)
    assert "Tulis hasil" in pages[-1]
    assert "Fajar Setiawan" in pages[-1]
    assert pages[-1].count("350899") >= 2
    assert sum(page.count("350899") for page in pages) == count
    text = " ".join(pages)
    assert "0500/KTP/" in text  # the column has room for that much; the year goes below and crosses no rule
    assert "KTP/2026" not in text


def test_the_annex_lies_across_and_says_terbatas_on_every_page(tmp_path: Path) -> None:
    pdf = render_paper("covering_letter", sheets_road.covering_letter(38), size="F4")
    letter, *annex = pages_of(pdf, tmp_path)
    assert "TERBATAS" not in letter
    assert len(annex) > 1
    assert all("TERBATAS" in page for page in annex)
    assert page_size(pdf, tmp_path) == (215, 330)
    assert page_size(pdf, tmp_path, 2) == (330, 215)


def test_what_is_signed_has_no_working_notes(printed: Callable[..., bytes], tmp_path: Path) -> None:
    """A procedure in force says what the office does, not how its source was read; its chart is on one sheet."""
    pages = pages_of(printed("sop"), tmp_path)
    assert not {"disimpulkan", "9*", "Loker"} & set(" ".join(pages).replace(":", " ").split())
    assert [page for page in pages if "Mutu Baku" in page and "Memvalidasi" in page and "Menyerahkan KTP" in page]


def test_an_addendum_stands_with_the_annex_never_alone(samples: Mapping[str, Paper], tmp_path: Path) -> None:
    said = "05-04-2026: satu pengaduan lewat surat baru diterima."
    pages = pages_of(render_paper("recap", replace(samples["recap"], addenda=(said,))), tmp_path)
    [with_it] = [page for page in pages if "satu pengaduan lewat surat" in page]
    assert "LAMPIRAN REKAP NOMOR" in with_it
    assert "Daftar baris buku" in with_it


@pytest.mark.parametrize("size", papers.SHEETS)
def test_the_name_of_a_group_never_stands_alone_at_the_foot(
    size: str, samples: Mapping[str, Paper], printed: Callable[..., bytes], tmp_path: Path
) -> None:
    for name in ("indicator_document", "performance"):
        titles = tuple(group.title for group in samples[name].groups)
        for page in raw_text(printed(name, size), tmp_path).split("\f"):
            lines = [line.strip() for line in page.splitlines() if line.strip() and "Dicetak" not in line]
            assert not lines or lines[-1] not in titles, (name, lines[-1])


def test_a_part_takes_what_a_row_says_by_its_names() -> None:
    """A row as SQLite gives it: days as text, truth as 0 and 1, no day as an empty text, a list as JSON read before."""
    row = CapaRound(capa_id=4, round=2, corrective="Menambah loket", preventive="", person="ida", due_on="2026-04-30")
    row.done_on, row.done_note, row.checked_on, row.checked_by, row.effective = "2026-04-02", "Selesai", "", "", 0
    row.check_note = ""
    made = CapaRoundSheet.of(row, whys=("Antrean panjang",), person="Ida Ayu", checked_by="")
    assert made == CapaRoundSheet(
        round=2,
        whys=("Antrean panjang",),
        corrective="Menambah loket",
        preventive="",
        person="Ida Ayu",
        due_on=date(2026, 4, 30),
        done_on=date(2026, 4, 2),
        done_note="Selesai",
        checked_on=None,
        checked_by="",
        effective=False,
        check_note="",
    )


def test_what_a_row_cannot_say_is_asked_of_the_caller() -> None:
    with pytest.raises(TypeError, match="whys"):
        CapaRoundSheet.of(CapaRound(capa_id=4, round=2, corrective="", preventive="", person="", due_on="2026-04-30"))
    with pytest.raises(msgspec.ValidationError):
        CapaRoundSheet.of(CapaRound(capa_id=4, round=2, due_on="kapan-kapan"), whys=())
