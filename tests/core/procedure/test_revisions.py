"""Two revisions compared: one plain sentence per change, none for a file that only looks different."""

import msgspec
import pytest

from app.core.procedure import revisions
from app.core.procedure.revisions import Change, revision_changes
from schema import service_procedure, service_standard
from schema.definitions import load_definition
from schema.service_procedure import Definition
from tests.core.procedure.services import changed, ktp, ktp_text


def revised(*swaps: tuple[str, str]) -> Definition:
    return load_definition(changed(ktp_text(), *swaps), "revisi.toml")


def test_a_comment_or_a_line_break_is_no_change() -> None:
    assert revision_changes(ktp(), revised(("\nformat = 2", "\n# catatan\nformat  =  2"))) == []


@pytest.mark.parametrize(
    ("swap", "change"),
    [
        (
            ('revision = "01"', 'revision = "02"'),
            Change("identity", "Identitas dokumen, nomor revisi berubah dari “01” menjadi “02”."),
        ),
        (
            ("revised_on = 2015-11-20\n", "revised_on = 2026-01-05\n"),
            Change("identity", "Identitas dokumen, tanggal revisi berubah dari 20-11-2015 menjadi 05-01-2026."),
        ),
        (
            ("mandatory = false", "mandatory = true"),
            Change(
                "requirements",
                "Persyaratan: “Formulir perubahan elemen data (F-1.06)”, wajib berubah dari tidak menjadi ya.",
            ),
        ),
        (
            ('actor = "centre"\npapers', 'actor = "centre"\ntime = { text = "1 hari" }\npapers'),
            Change("rows", "Baris prosedur: 4.6 “Mencetak KTP”, waktu baku ditambahkan: “1 hari”."),
        ),
    ],
)
def test_one_changed_key(swap: tuple[str, str], change: Change) -> None:
    assert revision_changes(ktp(), revised(swap)) == [change]


def test_a_changed_promise_changes_the_text_that_names_it() -> None:
    told = "Paling lama {} hari kerja sejak persyaratan lengkap."
    assert [change.sentence for change in revision_changes(ktp(), revised(("days = 12\n", "days = 14\n")))] == [
        "Janji waktu, jumlah hari berubah dari 12 menjadi 14.",
        (
            f"Janji waktu, teks berubah dari “{told.format('12 (dua belas)')}”"
            f" menjadi “{told.format('14 (empat belas)')}”."
        ),
    ]


def test_an_added_and_a_removed_requirement() -> None:
    letter = '[[requirements]]\nid = "rt_letter"\nlabel = "Surat pengantar RT/RW"\nrule = "Laman kabupaten"\n\n'
    more = revised(('[[requirements]]\nid = "photo"', letter + '[[requirements]]\nid = "photo"'))
    sentence = "Persyaratan: “Surat pengantar RT/RW” ditambahkan."
    assert revision_changes(ktp(), more) == [Change("requirements", sentence)]
    assert revision_changes(more, ktp()) == [Change("requirements", sentence.replace("ditambahkan", "dihapus"))]


def test_a_new_order_is_said_once() -> None:
    turned = msgspec.structs.replace(ktp(), facilities=ktp().facilities[::-1])
    assert revision_changes(ktp(), turned) == [Change("facilities", "Sarana: urutannya berubah.")]


def test_posts_of_one_clause_are_told_apart() -> None:
    found = revision_changes(ktp(), revised(('post = "Petugas Loker"', 'post = "Petugas Loket"')))
    assert [change.sentence for change in found] == [
        "Kompetensi pelaksana: 9 “Petugas Loker” dihapus.",
        "Kompetensi pelaksana: 9 “Petugas Loket” ditambahkan.",
    ]


def test_every_key_of_the_file_has_a_plain_name() -> None:
    for module in (service_standard, service_procedure):
        for each in vars(module).values():
            if isinstance(each, type) and issubclass(each, service_standard.Part):
                for field in msgspec.structs.fields(each):
                    assert revisions.WORDS[field.name]
