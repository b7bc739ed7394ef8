"""The shipped KTP definition says what the printed standard SP-PELY-02 says, clause by clause."""

import re
from datetime import date

from schema.definitions import SERVICES, definition_text, load_all, load_definition, schema_text

KTP = load_all()["ktp-el"]


def test_the_identity_block() -> None:
    identity = KTP.identity
    assert (identity.number, identity.revision) == ("SP-PELY-02", "01")
    assert identity.full_number == "SP-KEC.YOSOWILANGUN-PELY-02"
    assert (identity.revised_on, identity.issued_on) == (date(2015, 11, 20), date(2015, 11, 23))
    assert [each.post for each in identity.signatories] == [
        "Kasi Pelayanan Umum",
        "Sekretaris Kecamatan",
        "Camat Yosowilangun",
    ]


def test_the_twelve_legal_bases_in_order_with_their_misprints() -> None:
    assert [entry.number for entry in KTP.legal_basis] == [f"1.{n}" for n in range(1, 13)]
    third = KTP.legal_basis[2]
    assert "631KEP" in third.printed
    assert "63/KEP" in third.text
    assert "712003 tentang pedomsn" in KTP.legal_basis[1].printed
    assert "23 Tahun 2014" in KTP.legal_basis[0].superseded_by
    for entry in KTP.legal_basis:
        assert entry.superseded_by or "belum diperiksa" in entry.note


def test_the_fourteen_chapters_and_all_their_clauses() -> None:
    assert [section.number for section in KTP.sections] == [str(n) for n in range(1, 15)]
    counts = {section.number: len(section.clauses) for section in KTP.sections if section.shows == "clauses"}
    assert counts == {
        "2": 3,
        "3": 1,
        "4": 7,
        "5": 1,
        "6": 1,
        "7": 1,
        "10": 1,
        "11": 9,
        "12": 1,
        "13": 1,
        "14": 3,
    }
    complaint = KTP.sections[10]
    assert complaint.tables[0].rows[0][1] == "Buku Pengaduan"


def test_promise_fee_and_product() -> None:
    assert KTP.promise is not None
    assert (KTP.promise.days, KTP.promise.unit, KTP.promise.clause) == (12, "working_days", "5.1")
    assert KTP.fee is not None
    assert (KTP.fee.rupiah, KTP.fee.clause) == (0, "6.1")
    assert KTP.product is not None
    assert KTP.product.clause == "7.1"


def test_facilities_competence_supervision_and_guarantees() -> None:
    assert [each.clause for each in KTP.facilities] == [f"8.{n}" for n in range(1, 9)]
    assert sum(each.quantity for each in KTP.facilities) == 12
    assert [(each.post, each.education, each.staff) for each in KTP.competence] == [
        ("Kasi Pelayanan Umum", "S1", 1),
        ("Petugas Operator", "SMU sederajat", 1),
        ("Petugas Loker", "SMU sederajat", 1),
    ]
    assert KTP.supervision is not None
    assert KTP.supervision.roles == ("sekretaris",)
    assert [(each.clause, each.title) for each in KTP.documents] == [
        ("12", "Jaminan Pelayanan"),
        ("13", "Kebijakan Mutu: Pelayanan Prima"),
    ]


def test_every_step_of_clause_four_is_a_row_without_an_invented_time() -> None:
    assert {row.clause for row in KTP.rows} == {f"4.{n}" for n in range(1, 8)}
    assert [row.time for row in KTP.rows] == [None] * 9
    assert {step.clause for step in KTP.steps} == {"4.3", "4.4", "4.5", "4.6", "4.7"}
    for step in KTP.steps:
        assert next(row for row in KTP.rows if row.no == step.row).clause == step.clause


def test_the_seven_kinds_of_the_presidential_regulation() -> None:
    assert [kind.id for kind in KTP.kinds] == [
        "baru",
        "pindah_datang",
        "perubahan_data",
        "hilang",
        "rusak",
        "luar_domisili",
        "perpanjangan_itap",
    ]
    assert all("96/2018" in kind.rule for kind in KTP.kinds)


def test_the_form_code_never_stands_bare() -> None:
    bare = re.compile(r"F-1\.07")
    shown = [code.label for code in KTP.form_codes]
    shown += [item.label for item in KTP.requirements]
    shown += [paper for row in KTP.rows for paper in (*row.papers, row.title, row.output)]
    shown += [paper for step in KTP.steps for paper in (*step.papers, step.say, step.meaning)]
    for text in shown:
        assert not bare.search(text) or "F-1.02" in text
    assert [code.code for code in KTP.form_codes] == ["F-1.07", "F-1.21", "F-1.02"]


def test_titles_are_active_verbs_without_a_subject() -> None:
    for title in [row.title for row in KTP.rows] + [step.title for step in KTP.steps]:
        assert re.match(r"Me(m|n|ng|ny|l|r)?[a-z]", title), title


def test_the_published_schema_is_current() -> None:
    published = (SERVICES / "service.schema.json").read_text(encoding="utf-8")
    assert published == schema_text(), "jalankan: python -m schema.definitions"


def test_the_full_text_of_a_revision_is_enough_to_load_it_again() -> None:
    text = definition_text(SERVICES / "ktp-el.toml")
    assert load_definition(text, "jurnal") == KTP
    assert load_definition(text.replace("\n", "\r\n"), "jurnal") == KTP
