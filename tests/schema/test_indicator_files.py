"""A file of indicators: what it fills in by itself, and every fault with file, line, key and a sentence."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from schema.definitions import DefinitionError
from schema.indicator_values import exact_text, parse_value
from schema.indicators import (
    INDICATORS,
    Formula,
    IndicatorFile,
    indicator_files,
    indicator_schema,
    list_differences,
    load_indicators,
    read_indicators,
)

PLAIN = """\
id = "contoh"
title = "Sasaran contoh"
source = "Keputusan contoh"
years = [2026, 2027]

[[indicators]]
id = "tepat_waktu"
component = "Pelayanan"
name = "Berkas tepat waktu"
definition = "Bagian berkas yang selesai dalam janji."
unit = "percent"
direction = "more"
measured = "month"
query = "on_time"
arguments = { service = "ktp", days = 12 }
targets = { 2026 = "95", 2027 = "97,5" }
responsible = "pelayanan"

[[indicators]]
id = "rasio"
component = "Pelayanan"
name = "Petugas dan pemohon"
definition = "Petugas berbanding pemohon."
unit = "ratio"
direction = "nearer"
ideal = "1:10"
measured = "year"
formula = { numerator = "Petugas", denominator = "Pemohon" }
targets = { 2026 = "1:20" }
"""
STATED = """\
id = "contoh"
title = "Sasaran contoh"
source = "Keputusan contoh"
years = [2026, 2027]

[[parts]]
id = "table"
title = "Tabel"
columns = ["2026", "2027"]

[[parts]]
id = "matrix"
title = "Matriks"
columns = ["1", "2"]

[groups]
A = "Pelayanan"

[units]
"%" = { unit = "percent" }
"judul" = { unit = "count", noun = "judul" }

[times]
"setiap tahun" = "year"

[[indicators]]
id = "tulisan"
group = "A"
component = "Pelayanan"
direction = "more"

[[indicators.statements]]
part = "matrix"
place = "nomor 1"
name = "Jumlah tulisan terbit"
definition = "Banyaknya tulisan"
unit = "Judul"
measured = "setiap tahun"
targets = ["4", "6"]
strategy = "Menulis"

[[indicators.statements]]
part = "table"
place = "nomor 7"
name = "Jumlah tulisan"
unit = "judul"
targets = ["4", "5"]
formula = { numerator = "Banyaknya tulisan" }
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "contoh.toml"
    path.write_text(text, encoding="utf-8")
    return path


def read(folder: Path, text: str) -> IndicatorFile:
    return read_indicators(written(folder, text))


def test_the_first_part_that_says_something_is_believed(tmp_path: Path) -> None:
    """The matrix stands first in the file, the table first among the parts."""
    file = read(tmp_path, STATED)
    (one,) = file.indicators
    assert (one.name, one.definition, one.strategy) == ("Jumlah tulisan", "Banyaknya tulisan", "Menulis")
    assert (one.unit, one.noun, one.measured, one.period) == ("count", "judul", "year", "year")
    assert one.targets == {"2026": "4", "2027": "5"}
    assert one.target(2027) == parse_value("5")
    assert one.target(2028) is None
    assert one.clause == "Tabel nomor 7; Matriks nomor 1"
    assert [difference.sentence for difference in list_differences(file)] == [
        "Nama: Matriks nomor 1: Jumlah tulisan terbit; Tabel nomor 7: Jumlah tulisan",
        "Target 2027: Matriks nomor 1: 6; Tabel nomor 7: 5",
    ]


def test_an_indicator_may_believe_another_part_first_and_speak_for_itself(tmp_path: Path) -> None:
    own = 'direction = "more"\nfirst_part = "matrix"\nname = "Tulisan"\nnoun = "buku"'
    (one,) = read(tmp_path, STATED.replace('direction = "more"', own)).indicators
    assert (one.name, one.noun, one.targets) == ("Tulisan", "buku", {"2026": "4", "2027": "6"})


def test_a_plain_file_needs_no_statements(tmp_path: Path) -> None:
    file = read(tmp_path, PLAIN)
    on_time, ratio = file.indicators
    assert (on_time.query, on_time.arguments, on_time.period) == ("on_time", {"service": "ktp", "days": 12}, "month")
    assert (ratio.best, ratio.measured) == (parse_value("1:10"), "year")
    assert list_differences(file) == []
    assert file.find("rasio") is ratio
    assert file.find("lain") is None


def test_formulas_reckon_exactly() -> None:
    share = Formula(numerator="a", denominator="b", scale=100)
    assert exact_text(share.value(Fraction(2), Fraction(3), "percent")) == "200/3"
    ratio = Formula(numerator="dosen", denominator="mahasiswa")
    assert exact_text(ratio.value(Fraction(4), Fraction(90), "ratio")) == "1:45/2"
    upside_down = Formula(numerator="pelamar", denominator="diterima", denominator_first=True)
    assert exact_text(upside_down.value(Fraction(500), Fraction(100), "ratio")) == "1:5"
    assert exact_text(Formula(numerator="judul").value(Fraction(30), None, "count")) == "30"
    for formula, numerator in ((share, 1), (ratio, 1), (upside_down, 0)):
        with pytest.raises(ValueError, match="nol"):
            formula.value(Fraction(numerator), Fraction(0), "ratio")
    with pytest.raises(ValueError, match="nol"):
        ratio.value(Fraction(0), Fraction(9), "ratio")


FAULTS = [
    (PLAIN, 'id = "contoh"', 'id = "lain"', 1, "id", "sama dengan nama dokumen"),
    (PLAIN, "[2026, 2027]", "[2027, 2026]", 4, "years", "urut"),
    (PLAIN, "[2026, 2027]", "[2026, 2026]", 4, "years", "urut"),
    (PLAIN, "[2026, 2027]", "[]", 4, "years", "kosong"),
    (PLAIN, "[2026, 2027]", "[26, 27]", 4, "years[1]", "terlalu kecil"),
    (PLAIN, 'id = "rasio"', 'id = "tepat_waktu"', 19, "indicators[2]", "sudah ditulis"),
    (PLAIN, 'id = "rasio"', 'id = "Rasio"', 20, "indicators[2].id", "huruf kecil"),
    (PLAIN, 'name = "Berkas tepat waktu"\n', "", 6, "indicators[1].name", "wajib ada"),
    (PLAIN, 'direction = "more"', 'direction = "up"', 12, "indicators[1].direction", "tidak dikenal; yang boleh"),
    (PLAIN, 'unit = "percent"', 'unit = "orang"', 11, "indicators[1].unit", "tidak dikenal; yang boleh"),
    (PLAIN, 'measured = "month"', 'measured = "kapan"', 13, "indicators[1].measured", "tidak dikenal; yang boleh"),
    (PLAIN, 'query = "on_time"', 'qeury = "on_time"', 14, "indicators[1].qeury", "tidak dikenal"),
    (PLAIN, 'query = "on_time"\narguments = { service = "ktp", days = 12 }\n', "", 6, "indicators[1]", "tepat satu"),
    (PLAIN, 'query = "on_time"', 'query = "on_time"\nwithout_formula = "x"', 6, "indicators[1]", "tepat satu"),
    (PLAIN, 'query = "on_time"', 'without_formula = "x"', 15, "indicators[1].arguments", "hanya untuk indikator"),
    (PLAIN, '2027 = "97,5"', '2028 = "97,5"', 16, "indicators[1].targets.2028", "tidak ada di years"),
    (PLAIN, '2027 = "97,5"', '2027 = "banyak"', 16, "indicators[1].targets.2027", "banyak: Tulis angka"),
    (PLAIN, '2026 = "95"', '2026 = "1:20"', 16, "indicators[1].targets.2026", "satuan ratio memakai rasio"),
    (PLAIN, '2026 = "95"', "2026 = 95", 16, "indicators[1].targets", "seharusnya teks"),
    (PLAIN, '2026 = "1:20"', '2026 = "20"', 29, "indicators[2].targets.2026", "satuan ratio memakai rasio"),
    (PLAIN, 'ideal = "1:10"', 'ideal = "10"', 26, "indicators[2].ideal", "satuan ratio"),
    (PLAIN, 'direction = "nearer"', 'direction = "less"', 26, "indicators[2].ideal", "hanya untuk arah nearer"),
    (
        PLAIN,
        'direction = "more"',
        'direction = "more"\nnoun = "berkas"',
        13,
        "indicators[1].noun",
        "hanya untuk satuan",
    ),
    (PLAIN, 'direction = "more"', 'direction = "more"\ngroup = "A"', 13, "indicators[1].group", "tidak ada di groups"),
    (
        PLAIN,
        'direction = "more"',
        'direction = "more"\nfirst_part = "A"',
        13,
        "indicators[1].first_part",
        "tidak mengatakan",
    ),
    (PLAIN, '"Petugas", denominator = "Pemohon"', '"Petugas"', 28, "indicators[2].formula", "memerlukan denominator"),
    (PLAIN, '"Pemohon" }', '"Pemohon", scale = 100 }', 28, "indicators[2].formula", "tanpa scale"),
    (PLAIN, '"Pemohon" }', '"Pemohon", scale = 10 }', 28, "indicators[2].formula.scale", ""),
    *(
        (
            PLAIN,
            'query = "on_time"\narguments = { service = "ktp", days = 12 }',
            formula,
            14,
            "indicators[1].formula",
            why,
        )
        for formula, why in (
            ('formula = { numerator = "a", denominator = "b" }', "memerlukan denominator dan scale = 100"),
            ('formula = { numerator = "a", scale = 100 }', "memerlukan denominator dan scale = 100"),
            (
                'formula = { numerator = "a", denominator = "b", scale = 100, denominator_first = true }',
                "denominator_first hanya untuk satuan ratio",
            ),
        )
    ),
    (
        STATED,
        '"Banyaknya tulisan" }',
        '"Banyaknya tulisan", scale = 100 }',
        26,
        "indicators[1].formula",
        "hanya untuk satuan",
    ),
    (STATED, '["1", "2"]', '["1"]', 14, "parts[2].columns", "jumlah kolom"),
    (STATED, 'id = "matrix"', 'id = "table"', 11, "parts[2]", "sudah ditulis"),
    (STATED, 'part = "matrix"', 'part = "annex"', 33, "indicators[1].statements[1].part", "tidak ada di parts"),
    (STATED, 'part = "matrix"', 'part = "table"', 42, "indicators[1].statements[2]", "sudah ditulis"),
    (STATED, 'unit = "Judul"', 'unit = "Lembar"', 37, "indicators[1].statements[1].unit", "tidak ada di units"),
    (STATED, '"setiap tahun"\nt', '"tiap tahun"\nt', 38, "indicators[1].statements[1].measured", "tidak ada di times"),
    (STATED, '["4", "6"]', '["4"]', 39, "indicators[1].statements[1].targets", "jumlah target"),
    (STATED, '["4", "6"]', '["4", "enam"]', 39, "indicators[1].statements[1].targets[2]", "enam: Tulis angka"),
    (STATED, '["4", "6"]', '["4", "1:6"]', 39, "indicators[1].statements[1].targets[2]", "satuan ratio"),
    (STATED, 'place = "nomor 7"\n', "", 42, "indicators[1].statements[2].place", "wajib ada"),
    (STATED, 'id = "contoh"', 'id = "contoh', 1, "", "tulisan TOML tidak terbaca"),
]


@pytest.mark.parametrize(("text", "old", "new", "line", "key", "sentence"), FAULTS)
def test_each_fault_has_its_line_and_key(
    tmp_path: Path, text: str, old: str, new: str, line: int, key: str, sentence: str
) -> None:
    assert old in text
    with pytest.raises(DefinitionError) as caught:
        read(tmp_path, text.replace(old, new, 1))
    error = caught.value
    assert (error.file, error.line, error.key) == ("contoh.toml", line, key), error.sentences
    assert sentence in error.sentences[0]


def test_every_fault_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    text = (
        PLAIN.replace('"97,5"', '"banyak"')
        .replace('ideal = "1:10"', 'ideal = "x"')
        .replace("[2026, 2027]", "[2027, 2026]")
    )
    with pytest.raises(DefinitionError) as caught:
        read(tmp_path, text)
    assert [sentence.split(":")[0] for sentence in caught.value.sentences] == [
        'contoh.toml, baris 4, kunci "years"',
        'contoh.toml, baris 16, kunci "indicators[1].targets.2027"',
        'contoh.toml, baris 26, kunci "indicators[2].ideal"',
    ]


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, PLAIN)
    path.write_bytes(path.read_bytes() + b"\n# \xff\n")
    with pytest.raises(DefinitionError, match="UTF-8"):
        read_indicators(path)


@pytest.mark.parametrize("name", indicator_files())
def test_every_shipped_file_is_without_fault(name: str) -> None:
    file = load_indicators(name)
    for indicator in file.indicators:
        assert indicator.component, indicator.id
        assert indicator.definition, indicator.id
        assert all(indicator.target(int(year)) for year in indicator.targets)


def test_the_published_schema_is_current() -> None:
    published = (INDICATORS / "indicators.schema.json").read_text(encoding="utf-8")
    assert published == indicator_schema(), "jalankan: python -m schema.indicators"
    assert json.loads(published)["$defs"]["Indicator"]["required"] == ["id", "direction"]
