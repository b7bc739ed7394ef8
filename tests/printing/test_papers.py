"""Every paper in every size: it comes out, in the right size, with its words, the same bytes each time."""

from datetime import date
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from app import paths
from app.core.problems import Problem
from app.printing import papers
from app.printing.papers import PAPERS, render_paper
from tests.printing import sheets_books, sheets_counter, sheets_road, sheets_standard, slips
from tests.printing.examples import EXAMPLES
from tests.printing.reading import info, page_size, pages_of, text_of

MILLIMETRES = {
    "F4": (215, 330),
    "A4": (210, 297),
    "A3": (297, 420),
    "quarter": (107, 165),
    "A6": (105, 148),
    "ID-1": (86, 54),
}
NUMBER, NAME, MASKED = "0398/KTP/2026", "ANISA RAHMAWATI", "350899******0003"
WORDS: dict[str, tuple[str, ...]] = {
    "evaluation_report": (
        "LAPORAN PEMANTAUAN DAN EVALUASI",
        "DRAF, BELUM DITANDATANGANI",
        "Sembilan prinsip",
        "Inspektur Pembantu",
        "Ratna Puspita",
        "Lembar audit Seksi Pelayanan Umum",
    ),
    "audit_sheet": ("Bukti yang dilihat", "Tunjuk pengganti.", "Membuat kunci kedua", "Budi Santoso"),
    "quality_targets": ("SASARAN MUTU", "Diperiksa oleh", "Hadi Purnomo"),
    "quality_policy": ("KEBIJAKAN MUTU", "Pelayanan Prima", "aman dan selamat", "Ditetapkan oleh", "Hadi Purnomo"),
    "sop": (
        "Nomor SOP",
        "Mutu Baku",
        "Unit Arsip",
        "Terbit pertama kali",
        "Butir 4.7 tidak menyebut yang menyerahkan.",
    ),
    "filled_form": (NUMBER, NAME, "F-1.02 (dalam SP disebut F-1.07)", "BIRU", "Pemohon", "No. Revisi 01"),
    "blank_form": ("0421/KTP/2026", "0423/KTP/2026", "huruf cetak", "latar merah", "Desa Kraton"),
    "population_form": (NAME, "PENDAFTARAN PERISTIWA KEPENDUDUKAN", "TRANSMIGRASI", "Retno Wulandari", "109"),
    "receipt": (NUMBER, NAME, MASKED, "belum memuat tanggal jadi", "Pas foto 3 × 4", "4K7M-Q2XQ"),
    "promise_slip": (NAME, MASKED, "Rabu, 25 Maret 2026", "12 hari kerja", "Nyepi (19 Mar)", "GRATIS"),
    "return_slip": (NUMBER, "Pas foto berlatar merah", "latar biru", "tetap berlaku"),
    "recording_list": ("Senin, 9 Maret 2026", "SUMIYATI", "350899******0006", "Paraf"),
    "covering_letter": (
        "470/121/427.86/2026",
        "a.n. Camat Yosowilangun",
        "TERBATAS",
        "3508994107620004",
        "3508991203090000",
        "No. KK",
        "Perekaman",
    ),
    "minutes": (
        "Kamis, tanggal dua belas, bulan Maret, tahun dua ribu dua puluh enam",
        "pukul 10.40 WIB",
        "bertempat di Kantor Kecamatan Yosowilangun",
        "PIHAK KESATU",
        "PIHAK KEDUA",
        "cocok",
        "Mengetahui",
    ),
    "hand_over": ("arsip kantor", "penerima kuasa", "rusak (patah)", "26 Maret 2026", "09.15", MASKED),
    "register": ("Maret 2026", "SUMIYATI", "350899******0004", "Yang mencatat", "02-03-2026"),
    "standard": (
        "PENGADUAN PENGUNJUNG DI LOKET PENDAFTARAN",
        "63/KEP",
        "14. EVALUASI KINERJA PELAKSANA",
        "BAGAN ALIR",
        "Tidak",
    ),
    "reconciliation": ("Tidak cocok.", "selisih 1", "011/2026", "9f2c 71d0", "14 catatan", "Dihitung tangan"),
    "call_list": ("4K7M-Q2XQ", "Yosowilangun Lor", "24-03-2026"),
    "ready_codes": ("SIAP DIAMBIL KTP-EL", "4K7M-Q2XQ", "Kamis, 26 Maret 2026", "40 kode", "F-11"),
    "people_list": ("TANDA TERIMA KTP", "CITRA ANGGUN 30", "Tanda tangan", "Nihil. Semua hadir.", "Yang menerima"),
    "statement": ("JAMINAN PELAYANAN", "butir 12", "Camat Yosowilangun"),
    "shipping_list": (
        "350807-2026-012",
        "Kecamatan Yosowilangun",
        "SUMIYATI",
        "0A118401",
        "Yang menyerahkan",
    ),
    "labels": ("0399/KTP/2026", "Map 7"),
    "complaint_receipt": ("034/ADUAN/2026", "4K7M-Q2XQ", "Nur Laila", "Selasa, 10 Maret 2026", "Rahasia"),
    "answer_letter": ("Desa Krai", "hari Jumat", "10 Maret 2026", "dengan kode di slip Anda"),
    "complaint_book": (
        "dicoret",
        "034 10-03-2026",
        "7F3A 91C0 5E2B 44D8",
        "1 2 3 4 5 6 7 8 9",
        "Tumini",
        "Jawaban: Kartu dapat",
    ),
    "official_letter": ("800/12/2026", "Yth. Kepala Dinas Contoh", "09.00 sampai 12.00", "Tembusan", "Segera"),
    "disposition": ("001/SM/2026", "Kasi Pelayanan Umum", "batas 16 Mar 2026", "Undang semua desa."),
    "capa": ("Petugas satu orang", "Wiwik Handayani", "012/ADUAN/2026", "Loket kedua"),
    "annual_report": (
        "LAPORAN TAHUNAN PENGADUAN",
        "keadaan 4 Juli 2026",
        "tahunnya belum berakhir",
        "Setahun dalam angka",
        "Triwulan II 23 2 1 26 20 4 2",
        "Kecepatan pelayanan 37 23 – – 60",
        "Baris tahun ini menurut buku 68",
        "Hendra Prasetyawan",
    ),
    "recap": (
        "Dibuat oleh",
        "Diperiksa oleh",
        "Disetujui oleh",
        "7f3a 91c0 5e2b 44d8",
        "Kecepatan pelayanan",
        "6,2",
    ),
    "information_request": ("PR/029/F-13.2", "0012/HLS/2026", "Gelombang dua", "Gambar pesan pelanggan"),
    "information_sheet": ("LEMBAR INFORMASI", "Jumat 14 Agustus pukul 16.00.", "0812****1234"),
    "inventory": ("DAFTAR SARANA DAN PRASARANA", "berfungsi 0 sejak 10 Maret 2026", "Yang mencatat"),
    "competence": ("DAFTAR PELAKSANA MENURUT STANDAR", "Petugas Operator", "Orang kurang"),
    "internal_check": ("LAPORAN PEMERIKSAAN INTERNAL", "Temuan berat", "Latar foto merah", "Yang menjawab", "LTPP 01"),
    "daily_needs": ("LAPORAN KEBUTUHAN PELANGGAN", "Terjawab sesuai instruksi", "Yang mencatat"),
    "indicator_document": (
        "STANDAR PELAYANAN MINIMUM",
        "1:16",
        "Dihitung sebagai rasio",
        "Tahun 1 dibaca 2022",
        "Matriks: 2",
    ),
    "decree": ("KEPUTUSAN CAMAT", "HK.01/120/2026", "Magister (S2)", "KESATU", "31 Desember 2026"),
    "integrity_pact": ("PAKTA INTEGRITAS", "rahasia nomor", "HK.01/120/2026", "Mengetahui"),
    "student_card": ("Alya Maharani", "P99.00.26.001", "Berlaku selama terdaftar sebagai mahasiswa", "4K7M-Q2XQ"),
    "card_sheet": ("P99.00.26.011", "Lembar 2 dari 2", "tanpa penyesuaian ukuran"),
    "distribution_list": ("DAFTAR PEMBAGIAN KTM", "3 hari kerja", "Tanda tangan", "P99.00.26.002"),
    "checklist": ("DAFTAR PERIKSA KTM", "NIM dan foto sesuai", "PR/046 7.5", "Citra Anggun"),
    "intake_report": ("LAPORAN PEMBUATAN KTM", "Angkatan 2026, 14 mahasiswa", "Pembagian KTM"),
    "survey_slip": ("Bagaimana pelayanan kami?", "7QX2-M4KA-C1B", "1 April 2026"),
    "survey_form": ("Lembar nomor 41", "Lembar nomor 42", "Sangat sesuai", "Perempuan"),
    "survey_report": ("01/SKM/2026", "76,93", "cukup; perlu 132", "Kursi ruang tunggu", "Ditetapkan oleh"),
    "survey_poster": ("Anda menilai, kami memperbaiki", "76,93", "Mutu B: baik", "Camat Yosowilangun"),
    "paten": ("LAPORAN PELAYANAN ADMINISTRASI TERPADU", "36 dari 40", "81,25 (B)", "Mengetahui"),
    "performance": ("EVALUASI KINERJA", "7 dari 9 sasaran", "91,3%", "Pantau blangko", "2027: 96%", "MUTU/F-01"),
    "poster": ("Anda mengadu, kami menjawab", "Janji perbaikan kami", "13 Apr 2026", "37"),
}
EVERY = [(name, size) for name, paper in PAPERS.items() for size in paper.sizes]


def test_examples_cover_every_paper() -> None:
    assert set(EXAMPLES) == set(PAPERS) == set(WORDS)
    assert all((paths.template_folder() / "paper" / paper.template).is_file() for paper in PAPERS.values())


@pytest.mark.parametrize(("name", "size"), EVERY)
def test_paper_comes_out_with_its_words(name: str, size: str, tmp_path: Path) -> None:
    pdf = render_paper(name, EXAMPLES[name](), size=size)
    # the viewer shows the title; tags for a screen reader, and the archive's own standard
    assert all(sign in pdf for sign in (b"/DisplayDocTitle true", b"/StructTreeRoot", b"pdfuaid:part", b"pdfaid:part"))
    text = text_of(pdf, tmp_path)
    assert [word for word in WORDS[name] if word not in text] == []
    assert "SALINAN" not in text
    assert "digital" not in text.lower()
    wide, high = page_size(pdf, tmp_path)
    if size == "80mm":
        assert wide == 80
    else:
        assert {wide, high} == set(MILLIMETRES[size])


@pytest.mark.parametrize("name", PAPERS)
def test_first_print_twice_is_one_file_and_a_copy_says_so(name: str, tmp_path: Path) -> None:
    first, again = render_paper(name, EXAMPLES[name]()), render_paper(name, EXAMPLES[name]())
    assert first == again
    example = EXAMPLES[name]()
    pages = pages_of(render_paper(name, example, copy=True), tmp_path)
    assert all(("DRAF" if example.draft else "SALINAN") in page for page in pages)


@pytest.mark.parametrize("name", ["receipt", "promise_slip", "return_slip"])
@pytest.mark.parametrize("size", papers.SLIPS)
def test_a_slip_is_one_page_also_as_a_copy(name: str, size: str, tmp_path: Path) -> None:
    assert len(pages_of(render_paper(name, EXAMPLES[name](), size=size, copy=True), tmp_path)) == 1


@pytest.mark.parametrize("size", papers.SHEETS)
def test_forms_and_hand_over_fit_one_sheet(size: str, tmp_path: Path) -> None:
    assert len(pages_of(render_paper("filled_form", EXAMPLES["filled_form"](), size=size), tmp_path)) == 1
    assert len(pages_of(render_paper("hand_over", EXAMPLES["hand_over"](), size=size), tmp_path)) == 1
    blank = pages_of(render_paper("blank_form", EXAMPLES["blank_form"](), size=size), tmp_path)
    assert len(blank) == 3
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


def test_full_nik_stands_only_on_the_form_and_the_annex(tmp_path: Path) -> None:
    letter = pages_of(render_paper("covering_letter", sheets_road.covering_letter()), tmp_path)
    assert "3508994107620004" not in letter[0]
    assert "3508994107620004" in letter[1]
    assert "TERBATAS" in letter[1]
    for name in sorted(set(PAPERS) - {"filled_form", "population_form", "covering_letter"}):
        text = text_of(render_paper(name, EXAMPLES[name]()), tmp_path)
        assert not {"3508994107620004", "3508994112080003"} & set(text.split()), name


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


def test_time_limit_says_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(papers, "TIME_LIMIT", 0.001)
    with pytest.raises(Problem) as caught:
        render_paper("receipt", slips.receipt())
    assert caught.value.code == "print_failed"
    assert "belum selesai" in caught.value.sentence


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
    text = " ".join(pages).replace("\u200b", "")
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
