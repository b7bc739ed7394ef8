"""Words of KET and JENIS, villages in short, headings in other words."""

from datetime import date

import pytest

from app.casework.importing.lines import clean_kind, clean_state
from app.casework.importing.spreadsheet import EMPTY, Cell
from app.core.problems import ValueProblem
from tests.casework.importing.books import RULES, VILLAGES, WORDS

RECEIVED = date(2025, 1, 26)


@pytest.mark.parametrize(
    ("words", "step"),
    [
        ("diambil", "done"),
        ("Sudah diambil", "done"),
        ("SELESAI", "done"),
        ("diserahkan", "done"),
        ("belum diambil", "hand_over"),
        ("siap ambil", "hand_over"),
        ("sudah jadi", "hand_over"),
        ("sudah rekam", "dispatch"),
        ("SDH REKAM", "dispatch"),
        ("PRR", "dispatch"),
        ("belum dikirim", "dispatch"),
        ("belum rekam", "record"),
        ("blm perekaman", "record"),
        ("tunggu rekam", "record"),
        ("dikirim", "print"),
        ("di Dispenduk Capil", "print"),
        ("sudah cetak", "arrive"),
        ("kurang KK", "returned"),
        ("dikembalikan", "returned"),
        ("tidak lengkap", "returned"),
        ("batal", "withdrawn"),
        ("ditolak", "refused"),
        ("meninggal", "died"),
        ("pindah ke Malang", "moved"),
        ("", "validate"),
        ("-", "validate"),
        ("anak Pak Lurah", "validate"),
    ],
)
def test_words_of_the_register_give_the_step(words: str, step: str) -> None:
    state = clean_state(Cell(words), EMPTY, RECEIVED, RULES, [])
    assert (state.step, state.closed) == (step, WORDS.states[step].closed)


def test_the_day_of_hand_over_comes_from_the_words_or_from_its_own_column() -> None:
    assert clean_state(Cell("diambil tgl 12/02/2025"), EMPTY, RECEIVED, RULES, []).on == date(2025, 2, 12)
    assert clean_state(EMPTY, Cell("12-02-2025"), RECEIVED, RULES, []).on == date(2025, 2, 12)
    assert clean_state(Cell("diambil"), EMPTY, RECEIVED, RULES, []).on is None


def test_a_hand_over_before_the_receipt_keeps_the_state_and_drops_the_day() -> None:
    warn: list[str] = []
    state = clean_state(EMPTY, Cell("12-02-2024"), RECEIVED, RULES, warn)
    assert (state.step, state.on, len(warn)) == ("done", None, 1)


def test_a_word_before_the_kind_does_not_matter() -> None:
    assert clean_kind(Cell("KTP-el Hilang"), WORDS, []) == "hilang"
    with pytest.raises(ValueProblem):
        clean_kind(Cell("akta lahir"), WORDS, [])


@pytest.mark.parametrize(
    ("text", "code", "doubtful"),
    [
        ("YOSOWILANGUN LR", "3508072006", False),
        ("Yswlngn Kdl", "3508072005", False),
        ("KRGNYR", "", True),
        ("KRNGNYR", "3508072008", False),
        ("yoso kidul", "3508072005", True),
        ("Karang Anyar", "3508072008", False),
        ("KARANGANYER", "3508072008", True),
        ("Kelurahan Krai", "3508072007", False),
        ("DSA. KRATON", "3508072002", False),
    ],
)
def test_villages_in_short(text: str, code: str, doubtful: bool) -> None:
    warn: list[str] = []
    found = VILLAGES.find_village(Cell(text), warn)
    assert (found == code or not code, bool(warn)) == (True, doubtful)


@pytest.mark.parametrize("text", ["Yosowilangun", "KARANG", "K", "Kr", "Sumberwringin", "Surabaya"])
def test_a_village_that_could_be_two_or_none_is_refused(text: str) -> None:
    with pytest.raises(ValueProblem):
        VILLAGES.find_village(Cell(text), [])


@pytest.mark.parametrize(
    ("headings", "keys"),
    [
        ("NO.; TANGGAL MASUK; NO. NIK; Nomor KK; NAMA PEMOHON; TTL", "number received nik kk name birth"),
        ("No Urut; Hari/Tanggal; NIK (16 digit); Nama Pemohon; JK", "number received nik name sex"),
        (
            "TGL; NAMA; TEMPAT LAHIR; TGL. LAHIR; RT; RW; Ket.",
            "received name birth_place birth_on rt rw state",
        ),
        ("NAMA; NIK; TGL; TGL AMBIL; STATUS; KET", "name nik received handed state"),
        (
            "Nama; NIK; Tangal Lahir; Jenis Permohonn; Alamt; Desa/Kelurahan",
            "name nik birth_on kind address village",
        ),
        ("NO KTP; NAMA; NAMA IBU KANDUNG; NO. HP/WA; DIAMBIL OLEH", "nik name mother phone receiver"),
    ],
)
def test_headings_in_other_words_are_understood(headings: str, keys: str) -> None:
    layout = WORDS.match_headings(headings.split("; "))
    assert [key for key, _at in sorted(layout.columns.items(), key=lambda item: item[1])] == keys.split()


def test_the_label_of_every_field_is_understood_as_a_heading() -> None:
    layout = WORDS.match_headings([field.label for field in WORDS.columns.values()])
    assert layout.columns == {id_: at for at, id_ in enumerate(WORDS.columns)}


def test_a_person_may_correct_the_matching() -> None:
    layout = WORDS.match_headings(["NAMA", "NIK", "X", "Y"])
    fixed = layout.with_columns(
        {"name": 0, "nik": 1, "village": 2, "kind": 9, "received": -1, "birth": 4, "nonsense": 3}
    )
    assert fixed.columns == {"name": 0, "nik": 1, "village": 2}
    assert fixed.key == layout.key
    assert fixed.unmatched_columns == (3,)
    assert set(fixed.missing_columns) == {"received", "kind", "birth"}
