"""One word for one thing: what docs/glossary.md settled is said on pages, papers, in messages and in the guide."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.rules.source import ROOT, files, modules, nodes

OLD_WORDS = {
    r"\bstik\b|\bUSB\b": "flashdisk",
    r"\bkalau\b": "jika",
    r"\bbita\b": "KB, MB, or nothing",
    r"\baliran(nya)?\b": "jalur",
    r"\bsidik(nya)?\b(?! jari)": "kode pengaman",
    r"\bneraca\b|\bkeseimbangan\b": "pencocokan",
    r"\bkepala (jurnal|buku catatan)\b": "catatan terakhir",
    r"\bjalan ke (pusat|dispenduk|bank|mitra|\{)|\btanpa jalan\b": "sambungan",
    r"\bjalan-jalan\b": "contoh",
    r"\b(di|ter)?tambat(an|kan)?\b": "dikunci",
    r"\bdari ingatan\b": "dihapus",
    r"\bmasih berdiri\b": "masih berlaku",
    r"\bapa kata\b": "jawaban",
    r"(?<![a-z])kiriman(nya)?\b": "pengiriman",
    r"\bderet (nomor|surat)\b": "penomoran",
    r"\bpusat cetak(nya)?\b": "Dispenduk Capil, or pusat where the partner may be a bank",
    r"(?<![\w-])(dis|dispen)?dukcapil(?![\w-])": "Dispenduk Capil",
    r"(?<=[0-9}]) %(?!\})|\"\s%\"": "96,0%, without a space",
    r"\b(Excel|CSV|PDF|ZIP|SVG)\b[^.]{0,12}\bberkas\b|\bberkas (Excel|CSV|XLSX|PDF|ZIP|SVG|\.)": "dokumen",
}
"""What officers must not read any more → what they read instead."""
REFUSED = {re.compile(words, re.IGNORECASE): instead for words, instead in OLD_WORDS.items()}
READ_BY_NOBODY = (
    "app/complaints/word_lists.py",
    "app/complaints/number_masks.py",
    "app/hotline/reports.py",
    "app/web/responses.py",
)
"""Words of citizens, in which names, numbers and subjects are looked for, and headers of answers."""
QUOTED = re.compile(r"^(printed|description|explanation|citation|text|copying|quote)\b")
"""Keys of a definition under which its source is quoted letter by letter."""


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
    """(place, text) of everything that an officer or a visitor can read."""
    for path in modules("app/", "sync/"):
        if path not in READ_BY_NOBODY:
            for line, text in shown_by_python(path):
                yield f"{path}:{line}", text
    for path in files():
        page = path.startswith("templates/") and path.endswith((".html", ".typ"))
        words = path.startswith(("schema/services/", "schema/profiles/")) and path.endswith(".toml")
        guide = path.startswith("docs/petugas/") and path.endswith(".md")
        if page or words or guide or path == "docs/administrators.md":
            text = without_code(path, (ROOT / path).read_text(encoding="utf-8"))
            yield from ((f"{path}:{n}", line) for n, line in enumerate(text.splitlines(), 1))


def test_no_page_paper_message_or_guide_says_an_old_word() -> None:
    said = [
        f"{place}: {found[0]!r}, say {instead}"
        for place, text in shown()
        for pattern, instead in REFUSED.items()
        if (found := pattern.search(text))
    ]
    assert said == []


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
        for before, tag in re.findall(r"(.{0,120})(<input [^>]*type=\"file\")", (ROOT / path).read_text("utf-8"))
        if not re.search(r'<label class="pick-file"><span class="btn" aria-hidden="true">Pilih \w+</span>$', before)
    ]
    assert bare == []
