"""What a definition says of itself as a document: empty identity fields, copies, times by schedule, inferred actors."""

import pytest

from app.core.procedure.revisions import revision_changes
from schema.definitions import DefinitionError, load_definition
from tests.core.procedure.services import STAFF_CARD, changed

LISTS = """case_code = "KP"
distribution = [{ number = 1, holder = "Kepala Biro", roles = ["head"] }, { number = 2, holder = "Arsip" }]
chronology = [{ on = 2020-01-02 }, { on = 2021-01-02, note = "Terbit" }]
"""
TEXT = changed(
    STAFF_CARD,
    ('number = "SOP-07"\nfull_number = "SOP-07/BIRO"\n', ""),
    ("issued_on = 2018-05-02\n", ""),
    ("signatories = [", 'statuses = ["ASLI", "TERKENDALI DIREKTORAT"]\nsignatories = ['),
    ("[[kinds]]", '[boxes]\nrelation = ["SOP Surat Masuk"]\n\n[[kinds]]'),
    ('case_code = "KP"\n', LISTS),
)


def test_what_the_source_leaves_empty_stays_empty() -> None:
    d = load_definition(TEXT)
    assert (d.identity.number, d.identity.full_number, d.identity.issued_on, d.identity.revised_on) == (
        "",
        "",
        None,
        None,
    )
    assert [(one.number, one.holder, one.roles) for one in d.distribution] == [
        (1, "Kepala Biro", ("head",)),
        (2, "Arsip", ()),
    ]
    assert [(one.on.year, one.note) for one in d.chronology] == [(2020, ""), (2021, "Terbit")]
    assert d.identity.statuses == ("ASLI", "TERKENDALI DIREKTORAT")


def test_a_time_by_schedule_has_no_number_and_drives_no_clock() -> None:
    times = [row.time for row in load_definition(TEXT).rows if row.time]
    assert [time.is_by_schedule for time in times] == [False, False, True]
    clock = 'time = { text = "Disesuaikan" }\nstandard_time = { amount = 1, unit = "working_days" }'
    with pytest.raises(DefinitionError, match="Disesuaikan mengikuti jadwal"):
        load_definition(changed(TEXT, ('time = { text = "Disesuaikan" }', clock)))


def test_a_copy_has_one_holder() -> None:
    with pytest.raises(DefinitionError, match="1 ditulis dua kali"):
        load_definition(changed(TEXT, ("number = 2, holder", "number = 1, holder")))


def test_every_new_key_has_its_words_in_a_difference() -> None:
    new = changed(
        TEXT,
        ('holder = "Arsip"', 'holder = "Bagian Umum"'),
        ('note = "Terbit"', 'note = "Terbit pertama kali"'),
        ('relation = ["SOP Surat Masuk"]', 'relation = ["SOP Surat Keluar"]'),
        ('actor = "head"\nsymbol', 'actor = "head"\ninferred_because = "Tanda hilang."\nsymbol'),
        ('post = "Kasubbag" }', 'post = "Kasubbag", on_paper = true }'),
    )
    said = " ".join(change.sentence for change in revision_changes(load_definition(TEXT), load_definition(new)))
    for word in ("Daftar distribusi", "Kronologi dokumen", "keterkaitan", "pelaksana disimpulkan", "di kertas"):
        assert word in said, said
