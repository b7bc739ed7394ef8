"""The file of a register: every fault with its line and key; another service's register knows nothing of KTP."""

import tomllib

import pytest

from app.casework.importing.file_formats import read_bytes
from app.casework.importing.headings import Vocabulary
from app.casework.importing.judging import judge_book
from schema.definitions import SERVICES, DefinitionError, definition_text, load_definition
from schema.register import REGISTERS, Register, load_register, parse_register
from schema.structs import convert_values
from tests.casework.importing.books import TODAY, VILLAGES, workbook

KTP = definition_text(REGISTERS / "ktp-el.toml")
MARKET = """
format = 1
service = "izin-pasar"
key = "letter"
paper = "buku izin"

[[columns]]
id = "letter"
label = "Nomor surat"
needed = true
headings = ["NO. SURAT"]

[[columns]]
id = "received"
label = "Tanggal terima"
needed = true
headings = ["TANGGAL"]

[[columns]]
id = "name"
label = "Nama pedagang"
field = "trader"
needed = true
headings = ["PEDAGANG"]

[[columns]]
id = "stall"
label = "Lapak"
field = "stall_number"
plain = true
headings = ["LAPAK"]

[[columns]]
id = "state"
label = "Keterangan"
headings = ["KET"]

[states]
unknown = "check"
handed_over = "done"
list = [{ step = "check", label = "diperiksa" }, { step = "done", label = "sudah diberikan", closed = true }]
words = [{ step = "done", pattern = 'diberikan' }]
"""
OTHERWISE = "Yang ditulis lain: Lapak, Keterangan."
HEAD = ("NO. SURAT", "TANGGAL", "PEDAGANG", "LAPAK", "KET")


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "said"),
    [
        ('service = "ktp-el"', 'service = "ktm"', 'service = "ktm"', "service", "untuk layanan ktp-el"),
        ('key = "nik"', 'key = "nim"', "[[columns]]", "columns", "kolom nim belum ada"),
        ('id = "rt"\n', 'id = "kk"\n', 'id = "kk"\nlabel = "RT"', "columns[12].id", "kolom kk sudah ada"),
        ('field = "full_name"', 'field = "nama"', 'field = "nama"', "columns[5].field", "isian nama tidak ada"),
        ('headings = ["rt"]', 'headings = ["rtrw"]', 'headings = ["rtrw"]', "columns[12].headings", "judul rtrw"),
        ('kind = "rusak"', 'kind = "patah"', 'kind = "patah"', "kinds.words[5].kind", "jenis patah tidak ada"),
        ('unknown = "validate"', 'unknown = "x"', 'unknown = "x"', "states.unknown", "x tidak ada di states.list"),
        (
            '{ step = "done", label = "sudah diambil", closed = true',
            '{ step = "done", label = "sudah diambil"',
            '{ step = "done", label',
            "states.list[8].step",
            "done tidak ada di layanan ini",
        ),
        (
            '{ step = "died", pattern = \'',
            '{ step = "died", pattern = \'(',
            '{ step = "died", pattern = \'(',
            "states.words[1].pattern",
            "pola ini tidak terbaca",
        ),
        ("copies_down = true", "copied = true", "copied = true", "columns[2].copied", "kunci copied tidak dikenal"),
    ],
)
def test_a_wrong_register_is_refused_with_line_and_key(old: str, new: str, line: str, key: str, said: str) -> None:
    text = KTP.replace(old, new, 1)
    assert text != KTP
    with pytest.raises(DefinitionError) as caught:
        parse_register(text, "ktp-el.toml", load_definition(SERVICES / "ktp-el.toml"))
    assert (caught.value.line, caught.value.key) == (text[: text.index(line)].count("\n") + 1, key)
    assert said in caught.value.sentences[0]


def test_every_fault_is_named_at_once() -> None:
    text = KTP.replace('kind = "rusak"', 'kind = "patah"').replace('unknown = "validate"', 'unknown = "x"')
    with pytest.raises(DefinitionError) as caught:
        parse_register(text, "ktp-el.toml", load_definition(SERVICES / "ktp-el.toml"))
    assert len(caught.value.sentences) == 2


def test_all_kinds_of_the_service_have_words() -> None:
    register = load_register("ktp-el")
    assert register.kinds is not None
    kinds = {kind.id for kind in load_definition(SERVICES / "ktp-el.toml").kinds}
    assert {word.kind for word in register.kinds.words} == kinds


def test_a_service_without_a_register_has_none() -> None:
    with pytest.raises(LookupError):
        load_register("izin-pasar")


def test_the_register_of_another_service_is_read_by_its_file_alone() -> None:
    words = Vocabulary(convert_values(tomllib.loads(MARKET), Register))
    rows = [
        ("511/7/2024", "3/1/2024", "Bu Contoh", "B 12", "diberikan 5/1/2024"),
        ("511/8/2024", "4/1/2024", "Pak Contoh", "", "menunggu lapak"),
        ("511/7/2024", "3/1/2024", "Bu Contoh", "B 13", ""),
        ("", "4/1/2024", "Tanpa Surat", "B 9", ""),
    ]
    report = judge_book(read_bytes(workbook({"2024": [HEAD, *rows]})), words, VILLAGES, TODAY)
    assert [(line.verdict, line.reason) for line in report.lines] == [
        ("accepted", "Baik."),
        ("warning", "Keterangan tidak dikenal sebagai keadaan berkas; disimpan sebagai catatan."),
        (
            "repeated",
            f"Nomor surat, tanggal terima, dan jenisnya sama dengan lembar 2024 baris 2. {OTHERWISE}",
        ),
        ("refused", "Nomor surat kosong."),
    ]
    first, second = report.records
    assert (first.key, first.state.step, first.state.closed) == ("511/7/2024", "done", True)
    assert first.fields == {"letter": "511/7/2024", "trader": "BU CONTOH", "stall_number": "B 12"}
    assert (second.state.step, second.state.note) == ("check", "menunggu lapak")
