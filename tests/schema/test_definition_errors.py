"""A wrong definition file is refused with file, line, key and a sentence that says what to do."""

from pathlib import Path

import pytest

from schema.definitions import DefinitionError, load_all, load_definition
from schema.service_checks import OfficeNames
from tests.core.procedure.services import STAFF_CARD, changed, ktp_text

Swap = tuple[str, str]
LETTER = 'rule = "SOP-07 baris 1"\n'
SEEN = """
[requirements.observed]
label = "Cap yang terlihat"
expected = "kind"
choices = [{ value = "merah", label = "Merah" }, { value = "biru", label = "Biru" }]
"""


def seen_of(old: str, new: str) -> Swap:
    """An item that is looked at, with one fault in it."""
    return LETTER, changed(f"{LETTER}{SEEN}", (old, new))


def at_top(line: str) -> Swap:
    return "case_code = ", f"{line}\ncase_code = "


def added(head: str, keys: dict[str, str], key: str, value: str) -> Swap:
    """A table before the promise, with one of its keys set otherwise."""
    lines = [f"{name} = {held}" for name, held in (keys | {key: value}).items()]
    return "[promise]", "\n".join([head, *lines, "", "[promise]"])


def limit(key: str, value: str) -> Swap:
    known = {
        "id": '"answer"',
        "label": '"Jawaban"',
        "amount": "30",
        "unit": '"working_minutes"',
        "starts_on": '["@opened"]',
        "stops_on": '["decide.@entered"]',
    }
    return added("[[limits]]", known, key, value)


def partner(key: str, value: str) -> Swap:
    known = {
        "id": '"press"',
        "name": '"Percetakan"',
        "short": '"Cetak"',
        "stream": '"press"',
        "product": '"kartu"',
        "columns": '[{ fields = ["unit_name"] }]',
        "steps": '{ send = "decide", answer = "make" }',
        "answers": '[{ id = "printed", label = "Ya", outcome = "made" }]',
    }
    return added("[partner]", known, key, value)


def letter(key: str, value: str) -> Swap:
    known = {
        "id": '"notice"',
        "label": '"Pemberitahuan"',
        "subject": '"Jadwal untuk {unit_name}"',
        "addressed_to": '"Kepala {unit_name}"',
        "text": '"{schedule}"',
        "signatories": '["head"]',
    }
    return added("[[letters]]", known, key, value)


def refused(text: str) -> DefinitionError:
    with pytest.raises(DefinitionError) as caught:
        load_definition(text, "layanan.toml")
    return caught.value


@pytest.mark.parametrize(
    ("swap", "key", "sentence"),
    [
        (('label = "Kolektif"', 'lable = "Kolektif"'), "kinds[1].lable", "kunci lable tidak dikenal"),
        (('case_code = "KP"\n', ""), "case_code", "kunci case_code wajib ada"),
        (("days = 3", 'days = "tiga"'), "promise.days", "seharusnya bilangan bulat"),
        (("days = 3", "days = 0"), "promise.days", "terlalu kecil; paling sedikit 1"),
        (('unit = "calendar_days"', 'unit = "jam"'), "promise.unit", "tidak dikenal; yang boleh"),
        (('case_code = "KP"', 'case_code = "kp"'), "case_code", "tulisannya tidak sesuai; yang boleh"),
        (('name = "Kartu pegawai kolektif"', 'name = ""'), "name", "isinya kosong"),
        (("issued_on = 2018-05-02", 'issued_on = "kemarin"'), "identity.issued_on", ""),
        (('to = "make", starts', 'to = "fly", starts'), "steps[1].outcomes[1].to", "langkah fly tidak ada; yang ada"),
        (('to = "@done"', 'to = "@heaven"'), "steps[2].outcomes[1].to", "akhir heaven tidak ada"),
        (
            ('id = "letter"\nlabel = "Surat p', 'id = "letter"\nkinds = ["satuan"]\nlabel = "Surat p'),
            "requirements[1].kinds",
            "jenis permohonan satuan tidak ada",
        ),
        (
            ('id = "letter"\nlabel = "Surat p', 'id = "letter"\nmissing_reason = "Lupa"\nlabel = "Surat p'),
            "requirements[1].missing_reason",
            "reasons sebuah hasil Lupa tidak ada",
        ),
        (seen_of('"kind"', '"colour"'), "requirements[1].observed.expected", "fakta colour tidak ada"),
        (
            seen_of('value = "biru"', 'value = "merah"'),
            "requirements[1].observed.choices[2].value",
            "merah ditulis dua kali",
        ),
        (
            seen_of("choices", 'differs_reason = "Lupa"\nchoices'),
            "requirements[1].observed.differs_reason",
            "reasons sebuah hasil Lupa tidak ada",
        ),
        (seen_of(', { value = "biru", label = "Biru" }', ""), "requirements[1].observed.choices", "paling sedikit 2"),
        ((LETTER, f'{LETTER}when = [{{ fact = "kind" }}]\n'), "requirements[1].when[1]", "one_of, not_one_of, below"),
        (('clause = "3"\nrow = 3', 'clause = "9"\nrow = 3'), "steps[2].clause", "klausul langkah 9 tidak ada"),
        (("row = 2\n", "row = 7\n"), "steps[1].row", "baris 7 tidak ada"),
        (('actor = "maker"\nplace', 'actor = "nobody"\nplace'), "steps[2].actor", "pelaksana nobody tidak ada"),
        (('place = "bureau"\nstate', 'place = "moon"\nstate'), "steps[1].place", "tempat berkas moon tidak ada"),
        (("lambat {due}", "lambat {besok}"), "steps[2].say", "kata ganti besok tidak ada"),
        (('section = "letter"', 'section = "surat"'), "fields[1].section", "bagian formulir surat tidak ada"),
        (('id = "make"', 'id = "decide"'), "", "decide ditulis dua kali"),
        (('branches = [{ label = "Ya", to = 3 }, ', "branches = ["), "rows[2].symbol", "keputusan memerlukan"),
        (('kept_on = "make.made"', 'kept_on = "decide.agreed"'), "promise", "keeps_promise tertulis pada make.made"),
        (('type = "text"', 'type = "choice"'), "fields[1].type", "memerlukan choices"),
        (at_top('case_number = "{n}/{n}"'), "case_number", "pola harus memuat {n} satu kali"),
        (at_top('case_number = "{number}/{year}"'), "case_number", "pola harus memuat {n} satu kali"),
        (at_top('one_open_per = "moon"'), "one_open_per", "kolom moon tidak ada"),
        (at_top('one_open_per = "unit_name"'), "one_open_per", 'beri kolom itu role = "key"'),
        (("row = 2\n", ""), "steps[1].row", "tulis baris prosedurnya (row), atau no_row_because"),
        (('roles = ["head"]\n', ""), "steps[1].outcomes", "langkah decide tidak dapat diakhiri siapa pun"),
        (limit("starts_on", '["decide.flown"]'), "limits[1].starts_on[1]", "saat decide.flown tidak ada"),
        (limit("stops_on", '["moon.@entered"]'), "limits[1].stops_on[1]", "saat moon.@entered tidak ada"),
        (limit("stops_on", '["soon"]'), "limits[1].stops_on[1]", "tulisannya tidak sesuai; yang boleh"),
        (limit("unit", '"minutes"'), "limits[1].unit", "tidak dikenal; yang boleh"),
        (limit("range", "[2, 5]"), "limits[1]", "tulis salah satu: amount, atau range"),
        (limit("pauses", '["rain"]'), "limits[1].pauses", "alasan jeda rain tidak ada"),
        (limit("id", '"promise"'), "limits[1].id", "janji sudah ditulis di [promise]"),
        (partner("columns", '[{ fields = ["colour"] }]'), "partner.columns[1].fields", "kolom colour tidak ada"),
        (partner("columns", '[{ fields = ["unit_name"], supplied = "record" }]'), "partner.columns[1]", "salah satu"),
        (partner("columns", '[{ supplied = "address" }]'), "partner.columns[1].head", "perlu judul"),
        (partner("address", '["moon"]'), "partner.address", "kolom moon tidak ada"),
        (partner("product", '"plakat"'), "partner.steps.send", 'perlu special = "batches.dispatch"'),
        (partner("product", '"plakat"'), "partner.steps.send", "langkah decide perlu hasil sent"),
        (partner("product", '"plakat"'), "partner.answers", "jawaban refused belum ada"),
        (
            partner("answers", '[{ id = "yes", label = "Ya", outcome = "made" }]'),
            "partner.answers[1].id",
            "tidak dikenal; yang boleh",
        ),
        (partner("steps", '{ send = "decide", answer = "moon" }'), "partner.steps.answer", "langkah moon tidak ada"),
        (
            ("starts_promise = true", 'starts_promise = true, needs_letter = "signed"'),
            "steps[1].outcomes[1].needs_letter",
            'signed memerlukan letter, nama surat dengan direction = "out"',
        ),
        (letter("text", '"{besok}"'), "letters[1].text", "kata ganti besok tidak ada"),
        (letter("signatories", "[]"), "letters[1].signatories", "surat notice memerlukan signatories"),
        (letter("number", '"{n}/SK"'), "letters[1].number", "pola harus memuat {n} satu kali dan {year}"),
        (
            ('actor = "maker"\nplace', 'actor = "maker"\nletter = "memo"\nplace'),
            "steps[2].letter",
            "surat memo tidak ada",
        ),
        (
            partner("answers", '[{ id = "printed", label = "Ya", outcome = "flown" }]'),
            "partner.answers[1].outcome",
            "hasil flown tidak ada",
        ),
    ],
)
def test_one_fault(swap: Swap, key: str, sentence: str) -> None:
    error = refused(changed(STAFF_CARD, swap))
    if key:
        assert f'kunci "{key}"' in str(error)
    assert sentence in str(error)
    assert str(error).startswith(f"layanan.toml, baris {error.line}")


def test_the_line_is_the_line_of_the_key() -> None:
    text = changed(STAFF_CARD, ('to = "@done"', 'to = "@heaven"'))
    error = refused(text)
    assert '"@heaven"' in text.splitlines()[error.line - 1]


def test_the_line_inside_a_list_over_several_lines() -> None:
    text = changed(STAFF_CARD, ('to = "@rejected", needs_reason', 'to = "@nowhere", needs_reason'))
    assert '"@nowhere"' in text.splitlines()[refused(text).line - 1]


def test_broken_toml_names_its_line() -> None:
    error = refused(changed(STAFF_CARD, ('id = "kartu-pegawai"', 'id = "kartu-pegawai')))
    assert error.line == 2
    assert "tulisan TOML tidak terbaca" in str(error)


def test_a_missing_table_is_the_fault_of_the_whole_file() -> None:
    error = refused("format = 1\n")
    assert error.line == 1
    assert "wajib ada" in str(error)


def test_every_fault_is_told_at_once_in_the_order_of_the_file() -> None:
    error = refused(changed(STAFF_CARD, ('section = "letter"', 'section = "x"'), ('to = "@done"', 'to = "@x"')))
    assert len(error.sentences) == 2
    assert "fields[1].section" in error.sentences[0]


def test_shape_and_names_are_told_together() -> None:
    """An unknown key, a wrong type, a missing key and an unknown name: four lines, four faults."""
    wrong = changed(
        STAFF_CARD,
        ('label = "Kolektif"', 'label = "Kolektif"\nlable = "x"'),
        ("days = 3", 'days = "tiga"'),
        ('rule = "SOP-07"\n', ""),
        ('to = "@done"', 'to = "@heaven"'),
    )
    error = refused(wrong)
    keys = [sentence.split('"')[1] for sentence in error.sentences]
    assert sorted(keys) == ["kinds[1].lable", "kinds[1].rule", "promise.days", "steps[2].outcomes[1].to"]
    for sentence, text in ((error.sentences[1], "lable"), (error.sentences[-1], "days")):
        line = int(sentence.split("baris ")[1].split(",")[0])
        assert text in wrong.splitlines()[line - 1]


def test_roles_and_sections_are_those_of_the_office() -> None:
    text = changed(STAFF_CARD, ('roles = ["maker", "head"]', 'roles = ["maker", "wadir"]\nsection = "biro"'))
    assert load_definition(text, office=OfficeNames({"maker", "head", "wadir"}, {"biro"})).actors[2].section == "biro"
    with pytest.raises(DefinitionError) as caught:
        load_definition(text, "layanan.toml", OfficeNames({"maker", "head"}, {"umum"}))
    assert "peran wadir tidak ada; yang ada: head, maker" in caught.value.sentences[0]
    assert "seksi biro tidak ada; yang ada: umum" in caught.value.sentences[1]


def test_a_step_that_nothing_leads_to() -> None:
    second = STAFF_CARD[STAFF_CARD.index('[[steps]]\nid = "make"') : STAFF_CARD.index("[[exits]]")]
    orphan = changed(second, ('id = "make"', 'id = "orphan"'), (", keeps_promise = true", ""))
    error = refused(changed(STAFF_CARD, (second, second + orphan)))
    assert error.key == "steps[3].id"
    assert "langkah orphan tidak dapat dicapai" in str(error)


def test_a_step_without_a_way_out() -> None:
    error = refused(changed(STAFF_CARD, ('to = "@done", keeps', 'to = "make", keeps')))
    assert "dari langkah make tidak ada jalan menuju akhir" in str(error)
    assert "akhir done tidak dituju hasil mana pun" in str(error)


def test_a_role_of_the_form_is_held_once() -> None:
    assert "peran key sudah dipegang kolom nik" in str(
        refused(changed(ktp_text(), ('role = "family_key"', 'role = "key"')))
    )


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "rusak.toml"
    path.write_bytes(b'format = 1\nname = "caf\xe9"\n')
    with pytest.raises(DefinitionError, match=r"rusak\.toml, baris 2: dokumen bukan teks UTF-8"):
        load_definition(path)


def test_errors_show_the_name_that_was_given_else_that_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "rusak.toml"
    path.write_text("format = 1\nname =\n", encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"^rusak\.toml, baris 2"):
        load_definition(path)
    with pytest.raises(DefinitionError, match=r"^layanan\.toml, baris 2"):
        load_definition(path, "layanan.toml")
    with pytest.raises(DefinitionError, match=r"^\(teks\), baris 1"):
        load_definition("halo")


def test_two_files_with_one_id(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(STAFF_CARD, encoding="utf-8")
    assert list(load_all(tmp_path)) == ["kartu-pegawai"]
    (tmp_path / "b.toml").write_text(STAFF_CARD, encoding="utf-8")
    with pytest.raises(DefinitionError, match=r'b\.toml, baris 2, kunci "id": layanan kartu-pegawai sudah ada'):
        load_all(tmp_path)
