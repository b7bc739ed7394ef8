"""Letters of the office: one head for all, an annex that says whose it is, long values, signatures with their text."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from app.platform.printing.data import letters as shapes
from app.platform.printing.data.common import Paper
from app.platform.printing.papers import render_paper
from tests.platform.printing import samples, sheets_letters, sheets_quarter, sheets_road
from tests.platform.printing.reading import pages_of, text_of

LONG = "R. Muhammad Fathurrahman Wicaksono Hadiningrat Kusumo, S.STP., M.Si."
STREET = "Jalan " + "Mayor Jenderal Soekartijo " * 7 + "Nomor 56"
ROWS = tuple((f"Baris {n}", "Kegiatan pelayanan administrasi kependudukan") for n in range(42))
LETTERS = {
    "official_letter": sheets_letters.letter,
    "answer_letter": sheets_quarter.answer,
}


@pytest.mark.parametrize("name", LETTERS)
def test_every_letter_has_number_sifat_lampiran_hal_and_address(name: str, tmp_path: Path) -> None:
    first = pages_of(render_paper(name, LETTERS[name]()), tmp_path)[0]
    places = [first.find(word) for word in ("Nomor :", "Sifat :", "Lampiran :", "Hal :")]
    assert places == sorted(places)
    assert min(places) > 0
    assert "Kepada" in first
    assert "Yth. " in first


@pytest.mark.parametrize(("lines", "sheets"), [(14, "1 (satu) lembar"), (40, "3 (tiga) lembar")])
def test_the_annex_is_headed_by_its_letter_and_the_form_counts_its_sheets(
    lines: int, sheets: str, tmp_path: Path
) -> None:
    first, *annex = pages_of(render_paper("covering_letter", sheets_road.covering_letter(lines)), tmp_path)
    assert f"Lampiran: {sheets}" in first
    assert "SURAT PENGANTAR Nomor 470/121/427.86/2026" in first
    assert [word for word in ("Nomor :", "Sifat :", "Hal :") if word in first] == [], (
        "a covering letter has its own head"
    )
    assert len(annex) == int(sheets[0])
    assert "Lampiran Surat Nomor : 470/121/427.86/2026" in annex[0]
    assert "Tanggal : 12 Maret 2026" in annex[0]


@pytest.mark.parametrize(
    ("name", "head"), [("official_letter", "Lampiran Surat Nomor"), ("decree", "LAMPIRAN KEPUTUSAN")]
)
@pytest.mark.parametrize(("rows", "sheets"), [(2, "1 (satu) lembar"), (42, "2 (dua) lembar")])
def test_an_annex_in_the_text_goes_along_on_sheets_of_its_own_counted_and_signed(
    name: str, head: str, rows: int, sheets: str, tmp_path: Path
) -> None:
    annex = shapes.Annex(title="Daftar nama", blocks=(shapes.Block(rows=(("No.", "Nama"), *ROWS[:rows])),))
    letter = replace(sheets_letters.letter(), attachment="", annexes=(annex,), enacts="Camat Yosowilangun")
    first, *others = pages_of(render_paper(name, letter), tmp_path)
    assert len(others) == int(sheets[0])
    assert head in others[0]
    assert "800/12/2026" in others[0]
    assert "DAFTAR NAMA" in others[0]
    for page in (first, others[-1]):
        assert samples.CAMAT.name in page, "signed there too"
    if name == "official_letter":
        assert f"Lampiran : {sheets}" in first
    else:
        places = [
            first.find(word) for word in ("KEPUTUSAN CAMAT", "TENTANG", "DENGAN RAHMAT TUHAN", "CAMAT YOSOWILANGUN,")
        ]
        assert places == sorted(places)
        assert min(places) > 0


def test_di_tempat_ends_an_address_block_without_an_address_only(tmp_path: Path) -> None:
    one_line = replace(sheets_letters.letter(), to=("Kepala Dinas Contoh",))
    assert "di tempat" in text_of(render_paper("official_letter", one_line), tmp_path)
    with_address = replace(sheets_letters.letter(), to=("Kepala Dinas Contoh", "Jalan Melati 4", "di Lumajang"))
    assert "di tempat" not in text_of(render_paper("official_letter", with_address), tmp_path)


def long_papers() -> dict[str, Paper]:
    """Names of sixty letters and more, addresses of two hundred, tables of forty lines."""
    signer, told = replace(samples.CAMAT, name=LONG), "Jawaban " * 60
    official = replace(
        sheets_letters.letter(), signer=signer, to=(LONG, STREET), blocks=(shapes.Block(rows=(("Nama", "Hal"), *ROWS)),)
    )
    answer = replace(sheets_quarter.answer(), signer=signer, to=(LONG, STREET), words="Saya " * 800)
    sent = sheets_road.covering_letter(40)
    lines = tuple(replace(line, name=LONG.upper()[:60], home=STREET) for line in sent.lines)
    minutes = sheets_road.minutes()
    return {
        "official_letter": official,
        "answer_letter": replace(answer, paragraphs=(told,) * 6),
        "covering_letter": replace(sent, signer=signer, lines=lines),
        "minutes": replace(
            minutes,
            items=minutes.items * 4,
            previous=sheets_road.balances() * 4,
            witness=signer,
            giving=replace(minutes.giving, name=LONG),
        ),
    }


@pytest.mark.parametrize("name", ["official_letter", "answer_letter", "covering_letter", "minutes"])
def test_text_stands_above_the_signatures_however_long_the_values(name: str, tmp_path: Path) -> None:
    pages = pages_of(render_paper(name, long_papers()[name]), tmp_path)
    signed = next(page for page in pages if "Hadiningrat" in page and "Camat Yosowilangun," in page)
    above = signed[: signed.index("Camat Yosowilangun,")]
    wanted = {"official_letter": "Baris 41", "answer_letter": "Terima kasih", "covering_letter": "Mohon diterima"}
    assert wanted.get(name, "PIHAK KESATU") in above


def test_the_two_rows_of_a_person_from_elsewhere_stay_on_one_page(tmp_path: Path) -> None:
    _, *annex = pages_of(render_paper("covering_letter", long_papers()["covering_letter"]), tmp_path)
    assert len(annex) > 2
    assert [page for page in annex if page.count("Alamat asal") != page.count("HADININGRAT")] == []
