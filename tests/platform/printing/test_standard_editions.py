"""The standard in two editions, compared line by line with the printed originals (`*_standard.txt`)."""

import re
from pathlib import Path

import pytest

from app.platform.printing.papers import render_paper
from schema.definitions import SERVICES, load_definition
from schema.service_procedure import Definition
from tests.platform.printing import sheets_standard
from tests.platform.printing.reading import raw_text
from tests.platform.printing.sheets_standard import KTP

ORIGINALS = {"ktp": KTP, **{name: load_definition(SERVICES / f"{name}.toml") for name in ("hotline", "ktm")}}
"""`kartu-pns` has no clauses: its original is a flowchart."""
NOTES = (
    *("Dibaca", "dibaca", "Tercetak", "belum dicocokkan", "belum diperiksa", "Kini", "kini F-"),
    *("menurut SP", "SP:", "Petugas Loker"),
)
MISPRINTS = (("Petugas Loker", "Petugas Loket"), ("Pengalamn Kerja", "Pengalaman Kerja"))


def letters(text: str) -> str:
    """Letters, digits and signs that carry sense; blanks, marks of the scan and dashes of lists left out."""
    return re.sub(r"\s+|\*\*|</?[^>]*>|[-–;:.|]", "", text)


def readings(service: Definition) -> dict[str, str]:
    """What the clean edition says in place of a sentence that the original misspells or that names an old form."""
    said = (*service.legal_basis, *(each for section in service.sections for each in section.clauses))
    return {text.printed: text.text for text in said if text.reading}


def seed_lines(name: str) -> list[str]:
    """The lines of the original from clause 1 to the last, cells of its tables one by one."""
    seed = (Path(__file__).parent / f"{name}_standard.txt").read_text(encoding="utf-8")
    cells = [cell for line in seed.splitlines() for cell in line.split("\t")]
    return [cell for cell in (re.sub(r"^\s*-\s+(?=[0-9])", "", one).strip() for one in cells) if letters(cell)]


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("standard")
    return {
        name: raw_text(render_paper("standard", sheets_standard.standard(annotated=annotated)), folder)
        for name, annotated in (("clean", False), ("annotated", True))
    }


def body_text(text: str) -> str:
    """The clauses without head, foot and flowchart."""
    kept = [line for line in text.splitlines() if "Dicetak" not in line and "Revisi" not in line]
    return "\n".join(kept).partition("\n1. ")[2].partition("BAGAN ALIR")[0]


@pytest.mark.parametrize("name", ORIGINALS)
def test_the_clean_edition_says_the_original_line_by_line_with_its_misprints_corrected(
    name: str, tmp_path: Path
) -> None:
    """Every heading, number, sentence and table of the original, in its order."""
    definition = ORIGINALS[name]
    printed = raw_text(render_paper("standard", sheets_standard.standard(definition=definition)), tmp_path)
    whole, place, lost, read = letters("1. " + body_text(printed)), 0, [], readings(definition)
    for line in seed_lines(name):
        number = re.match(r"[0-9]+(\.[0-9]+)*\.?(?=\s)", line)
        said = line[number.end() :].strip() if number else line
        wanted = letters((number[0] if number else "") + read.get(said, said))
        wanted = next((letters(new) for old, new in MISPRINTS if letters(old) == wanted), wanted)
        found = whole.find(wanted, place)
        if found < 0:
            lost.append(line)
        else:
            place = found + len(wanted)
    assert lost == []


@pytest.mark.parametrize("name", ORIGINALS)
def test_the_clean_edition_has_no_number_that_the_original_does_not_have(name: str, tmp_path: Path) -> None:
    printed = raw_text(render_paper("standard", sheets_standard.standard(definition=ORIGINALS[name])), tmp_path)
    numbers = re.findall(r"^ *((?:Lampiran )?\d+(?:\.\d+)+(?: \(\d+\))?)\s", body_text(printed), re.MULTILINE)
    known = {re.sub(r"(?<=\d)\.$", "", line.split("\t")[0].strip(" -")) for line in seed_lines(name)}
    starts = {re.sub(r"\.$", "", words) for words in (re.match(r"(?:Lampiran )?[\d.]*", one)[0] for one in known)}  # type: ignore[index]  # always matches
    assert len(numbers) > 10
    assert [number for number in numbers if number not in starts] == []


def test_the_clean_edition_to_be_signed_has_no_working_notes(papers: dict[str, str]) -> None:
    assert [note for note in NOTES if note in papers["clean"]] == []
    assert "Petugas Loket" in papers["clean"]


def test_standard_and_sop_in_force_name_the_law_that_was_replaced(papers: dict[str, str], tmp_path: Path) -> None:
    """Whoever reads the signed paper learns that its law is not today's, from the paper itself."""
    clean = " ".join(papers["clean"].split())
    assert "Catatan dasar hukum. Sejauh tercatat dalam naskah ini sudah diganti: butir 1.1 oleh Undang-Undang" in clean
    assert "Catatan dasar hukum" not in papers["annotated"], "there it stands beside each entry"
    sop = " ".join(raw_text(render_paper("sop", sheets_standard.sop()), tmp_path).split())
    assert "sudah diganti: nomor 1 oleh Undang-Undang Nomor 23 Tahun 2014" in sop


def test_the_annotated_edition_keeps_the_printed_words_and_says_how_they_are_read(papers: dict[str, str]) -> None:
    assert "631KEP" in papers["annotated"]
    assert "63/KEP" in papers["annotated"]
    assert "Petugas Loker (dibaca Petugas Loket)" in papers["annotated"]
    assert "Petugas Loker" not in papers["clean"]


def test_the_table_of_visitors_complaints_stands_at_11_2_with_its_heading(papers: dict[str, str]) -> None:
    for text in papers.values():
        places = [text.find(words) for words in ("11.2", "PENGADUAN PENGUNJUNG", "SARANA PENGADUAN", "11.3")]
        assert places == sorted(places)
        assert min(places) >= 0
