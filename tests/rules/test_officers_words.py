"""One word for one thing: what docs/glossary.md settled is said on pages, papers, in messages and in the guide."""

import ast
import re
from collections.abc import Iterator

import pytest

from app.core.central_status import STATUSES
from tests.rules.source import ROOT, files, modules, nodes, template_text
from tests.rules.words import REFUSED

READ_BY_NOBODY = (
    "app/services/complaints/word_lists.py",
    "app/services/complaints/number_masks.py",
    "app/services/hotline/reports.py",
    "app/platform/web/own_flask.py",
)
"""Words of citizens, in which names, numbers and subjects are looked for, and headers of answers."""
DEFINED = ("schema/services/", "schema/profiles/", "schema/evaluation/")
QUOTED = re.compile(r"^(printed|description|explanation|citation|text|copying|quote)\b|^name = \"PC\"$")
"""Keys of a definition under which its source is quoted letter by letter; one of its things bears an old word."""


def shown_by_python(path: str) -> Iterator[tuple[int, str]]:
    """Texts of a module that can be read on a page: no docstring, no single word in small letters."""
    statements = {id(node.value) for node in nodes(path) if isinstance(node, ast.Expr)}
    for node in nodes(path):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in statements:
            text = node.value
            if " " in text or text[:1].isupper():
                yield node.lineno, text
        elif isinstance(node, ast.JoinedStr):
            yield node.lineno, ast.unparse(node)


def without_code(path: str, text: str) -> str:
    """The text of a template, definition or guide page without comments, quotations, addresses and names of files."""
    if path.endswith(".html"):
        text = re.sub(r"([\"'])\n\s*\1", "", text)  # the pieces of a divided text
        text = re.sub(r"\{#.*?#\}|url_for\([^)]*\)|\b(id|class|name|href|for)=\"[^\"]*\"", "", text, flags=re.DOTALL)
    if path.endswith(".typ"):
        text = re.sub(r"(?m)//.*$", "", text)
    if path.endswith(".toml"):
        kept = (line for line in text.splitlines() if not line.startswith("#") and not QUOTED.match(line))
        text = "\n".join(line for line in kept if re.match(r"\w+ = \"[^\"]*[A-Z ]", line))
    if path.endswith(".md"):
        text = re.sub(r"`[^`]*`|\]\([^)]*\)", "", text)
    return text


def shown() -> Iterator[tuple[str, str]]:
    """(place, text) of everything that an officer or a visitor can read; of a text whole paragraphs."""
    for path in modules("app/", "sync/"):
        if path not in READ_BY_NOBODY:
            for line, text in shown_by_python(path):
                yield f"{path}:{line}", text
    for path in files():
        page = path.startswith("templates/") and path.endswith((".html", ".typ"))
        words = path.startswith(DEFINED) and path.endswith(".toml")
        guide = path.startswith("docs/petugas/") and path.endswith(".md")
        if (
            page
            or words
            or guide
            or path in ("docs/administrators.md", "docs/centre-administrators.md", "docs/windows.md")
        ):
            text = without_code(path, (ROOT / path).read_text(encoding="utf-8"))
            yield from ((f"{path}:{n}", part) for n, part in (lines_of if words else paragraphs_of)(text))


def lines_of(text: str) -> Iterator[tuple[int, str]]:
    yield from enumerate(text.splitlines(), 1)


def paragraphs_of(text: str) -> Iterator[tuple[int, str]]:
    """(line, words) of every paragraph: an old word broken over two lines is still an old word."""
    at = 1
    for part in re.split(r"\n[ \t]*\n", text):
        yield at + len(part) - len(part.lstrip("\n")), " ".join(part.split())
        at += part.count("\n") + 2


def test_no_page_paper_message_or_guide_says_an_old_word() -> None:
    said = [
        f"{place}: {found[0]!r}, say {instead}"
        for place, text in shown()
        for pattern, instead in REFUSED.items()
        if (found := pattern.search(text))
    ]
    assert said == []


STUTTER = re.compile(r"(?<![\w'\"{}.-])([A-Za-z]{2,}) \1(?![\w'\"{}.(-])")
CODES = [code.partition(" (")[0] for code, _ in STATUSES.values()]


def test_no_sentence_stutters_and_no_code_of_siak_stands_without_its_meaning() -> None:
    """A code is written where its meaning is (`app/core/central_status.py`), or among the words of a sentence."""
    wrong = []
    for place, text in shown():
        words = re.sub(r"<[^>]*>", " | ", text)
        wrong += [f"{place}: {found[0]!r}" for found in STUTTER.finditer(words)]
        bare = any(code in words for code in CODES) and not re.search(r"[a-z]{3,} [a-z]{3,}", words)
        wrong += [f"{place}: {words}"] if bare and not place.startswith("app/core/central_status.py") else []
    assert wrong == []


@pytest.mark.parametrize(
    "text",
    [
        "Tulis ke stik",
        "Dengan stik USB",
        "Kosongkan kalau belum tahu",
        "Cadangan 12.034 bita",
        "Aliran ini berhenti",
        "Sidiknya tidak cocok",
        "Neraca pengiriman",
        "Kepala jurnal",
        "Jalan ke pusat",
        "Kantor ini bekerja tanpa jalan ke bank",
        "kode pengamannya ditambatkan setiap hari",
        "Dokumen unggahan dihapus dari ingatan.",
        "yang masih berdiri",
        "Apa kata bank?",
        "Kiriman malam",
        "Deret nomor surat",
        "administrator pusat cetak",
        "Ditolak Dukcapil",
        "Disdukcapil daerah asal",
        "tercapai 96,0 %",
        "Pilih berkas Excel",
        "Nama berkas sama dengan NIM",
        "Berkas basis data rusak",
        "Kasus di balik angka",
        "Kartu yang tiba berdiri di sini",
        "kunci untuk PC baru",
        "Ktm di loket",
        "keluarga satu kk",
        "Tekan Tukar sekarang",
        "Median (detik)",
        "Benih acak: 12",
        "masukan dari stake holder",
        "oleh orang lain daripada yang mengetik",
        "1/office/213",
    ],
)
def test_an_old_word_is_refused(text: str) -> None:
    assert any(pattern.search(text) for pattern in REFUSED)


@pytest.mark.parametrize(
    "text",
    [
        "Sidik jari sertifikat",
        "Pengiriman 2026-031",
        "dukcapil-3508 dan empat angka",
        "{% if found %}",
        "96,0% tepat waktu",
        "Jalan Raya Yosowilangun",
        "Dispenduk Capil menolak berkas",
        "Berkas lengkap dan valid",
        "keluarga satu KK, nomor KK",
        "PC/F-01 Daftar kirim",
    ],
)
def test_a_good_word_is_let_pass(text: str) -> None:
    assert not any(pattern.search(text) for pattern in REFUSED)


def test_a_file_is_chosen_in_indonesian() -> None:
    """The browser's own button speaks the browser's language: every one of ours stands beside our own words."""
    bare = [
        f"{path}: {tag[:80]}"
        for path in files()
        if path.startswith("templates/") and path.endswith(".html")
        for before, tag in re.findall(r"(.{0,120})(<input [^>]*type=\"file\")", template_text(ROOT / path))
        if not re.search(r'<label class="pick-file"><span class="btn" aria-hidden="true">Pilih \w+</span>$', before)
    ]
    assert bare == []


def test_no_field_speaks_the_language_of_the_browser() -> None:
    """Its calendar is in its own language, and so is the bubble at a field that it finds empty or out of bounds: dates
    are typed, and a form with fields of ours is judged by us."""
    own = []
    for path in files():
        if path.startswith("templates/") and path.endswith(".html"):
            page = template_text(ROOT / path)
            own += [f"{path}: {one}" for one in re.findall(r"type=\"(?:date|month|week|time|datetime-local)\"", page)]
            for head, body in re.findall(r"<form\b([^>]*)>(.*?)</form>", page, re.DOTALL):
                judged = re.search(r"ui\.(field|pin|boxes|password)\(|\brequired\b(?!\|| %)|type=\"number\"", body)
                own += [f"{path}: {head.strip()[:80]}"] if judged and "novalidate" not in head else []
    assert own == []
