"""A revision that is to take effect names what it says: its texts agree with the values that the program uses."""

import pytest

from schema.definitions import SERVICES, DefinitionError, definition_text, load_definition, load_revision
from schema.service_words import Days, days_in, fill_placeholders, minutes_in, number_in_words, parse_number_words
from tests.core.procedure.services import STAFF_CARD, changed

TEXT = definition_text(SERVICES / "ktp-el.toml")
CLAUSE = "paling lama 12 (dua belas) hari kerja."
SAID = 'text = "Paling lama {promise} sejak persyaratan lengkap."'
FEE = 'text = "Tidak dipungut biaya (gratis)."'


def refused(*swaps: tuple[str, str]) -> list[str]:
    text = changed(TEXT, *swaps)
    load_definition(text)  # what took effect before is still read
    with pytest.raises(DefinitionError) as caught:
        load_revision(text, "ktp.toml")
    return caught.value.sentences


def line_of(text: str) -> int:
    return TEXT[: TEXT.index(text)].count("\n") + 1


def test_the_shipped_standard_names_what_it_says() -> None:
    promise = load_revision(TEXT).promise
    assert promise is not None
    assert (promise.days, promise.text) == (
        12,
        "Paling lama 12 (dua belas) hari kerja sejak persyaratan lengkap.",
    )


def test_a_text_of_twelve_and_a_number_of_ten_are_refused_with_file_line_and_key() -> None:
    place = f'ktp.toml, baris {line_of(CLAUSE)}, kunci "sections[5].clauses[1].printed"'
    assert set(refused(("days = 12", "days = 10"))) == {
        (
            f"{place}: naskah menyebut 12 hari kerja, sedangkan promise berisi 10 hari kerja;"
            " samakan keduanya, atau tulis {promise} di naskah."
        )
    }


@pytest.mark.parametrize(
    ("swaps", "sentence"),
    [
        ([(CLAUSE, "paling lama sepuluh hari kerja.")], "menyebut 10 hari kerja"),
        ([(CLAUSE, "paling lama duabelas hari.")], "menyebut 12 hari,"),
        ([(CLAUSE, "paling lama 12 (dua belas) hari kalender.")], "menyebut 12 hari kalender"),
        ([(CLAUSE, "paling lama 12 (sepuluh) hari kerja.")], "angka 12 dan huruf (sepuluh) berbeda"),
        ([(CLAUSE, "paling lama 10 sampai 12 hari kerja.")], "menyebut 10 hari kerja"),
        ([(CLAUSE, "paling lama １４ hari kerja.")], "menyebut 14 hari kerja"),
        ([(SAID, 'text = "Paling lama 14 hari kerja."')], "menyebut 14 hari kerja"),
        ([(SAID, 'text = "Secepatnya."')], "tidak menyebut 12 hari kerja"),
        ([('unit = "working_days"', 'unit = "calendar_days"')], "promise berisi 12 hari kalender"),
        ([("rupiah = 0", "rupiah = 10000")], "biaya lain daripada fee.rupiah = 10000"),
        ([(FEE, 'text = "Rp 5.000,-"')], "biaya lain daripada fee.rupiah = 0"),
        ([(FEE, 'text = "Menurut peraturan."')], "tidak menyebut gratis"),
        ([("3 x 4 cm sebanyak 1 (satu)", "3 x 4 cm sebanyak 2 (satu)")], "angka 2 dan huruf (satu)"),
    ],
)
def test_other_disagreements(swaps: list[tuple[str, str]], sentence: str) -> None:
    assert any(sentence in one for one in refused(*swaps)), refused(*swaps)


def test_a_document_and_what_an_applicant_is_told_keep_to_the_promise() -> None:
    told = "sudah jadi dan dapat diambil di loket."
    [one] = refused((told, "jadi dalam 7 hari kerja."))
    assert "menyebut 7 hari kerja" in one
    assert ".say" in one
    load_revision(changed(TEXT, (told, "jadi; ambil dalam 30 hari.")))


def test_numbers_come_from_the_values_by_their_names() -> None:
    """`{promise}` and `{fee}` follow a changed number, so that nothing is left behind."""
    text = changed(TEXT, ("days = 12", "days = 21"), (CLAUSE, "paling lama {promise}."), (FEE, 'text = "{fee}"'))
    revision = load_revision(text)
    assert revision.promise is not None
    assert revision.promise.text.startswith("Paling lama 21 (dua puluh satu) hari kerja")
    assert revision.fee is not None
    assert revision.fee.text == "tidak dipungut biaya (gratis)"
    [clause] = [one.text for part in revision.sections for one in part.clauses if one.number == "5.1"]
    assert clause.endswith("paling lama 21 (dua puluh satu) hari kerja.")
    paid = changed(text, ("rupiah = 0", "rupiah = 25000"), ("tidak dipungut biaya (gratis).", "sebesar {fee}."))
    found = load_revision(paid).fee
    assert found is not None
    assert found.text == "Rp25.000"
    assert fill_placeholders({"promise": "x"}) == {"promise": "x"}


def test_a_standard_time_is_its_number_of_minutes() -> None:
    with pytest.raises(DefinitionError, match="waktu lain daripada 5 menit"):
        load_revision(changed(STAFF_CARD, ('text = "5 menit"', 'text = "15 menit"')))
    with pytest.raises(DefinitionError, match="waktu lain daripada 30 sampai 240 menit"):
        load_revision(changed(STAFF_CARD, ('text = "30 - 240 menit"', 'text = "30 - 200 menit"')))
    load_revision(changed(STAFF_CARD, ('text = "30 - 240 menit"', 'text = "30 menit - 4 jam"')))


@pytest.mark.parametrize("n", [1, 9, 10, 11, 12, 19, 20, 21, 99, 100, 101, 110, 111, 112, 200, 366, 1000, 1100, 25000])
def test_numbers_in_words_are_read_back(n: int) -> None:
    assert parse_number_words(number_in_words(n).split()) == n
    assert days_in(f"paling lama {number_in_words(n)} hari kerja") == [Days(n, "hari kerja")]


def test_what_is_no_number_of_days() -> None:
    for text in ("Kotak Saran dibuka setiap hari", "hari ke-3 kerja", "3 x 4 cm", "1 (satu) lembar"):
        assert days_in(text) == []
    assert minutes_in("disesuaikan") == set()
    assert parse_number_words(["Satu", "kali"]) is None


@pytest.mark.parametrize("until", ["sampai", "hingga", "s/d", "s.d.", "sd", "atau"])
def test_a_span_of_days_says_both_its_ends(until: str) -> None:
    assert days_in(f"selesai dalam 10 {until} 12 (dua belas) hari kerja") == [
        Days(n, "hari kerja") for n in (12, 12, 10)
    ]
    assert days_in(f"loket 3 {until} hari kerja") == [], "an end without a number is none"


@pytest.mark.parametrize(
    ("n", "words"), [(0, "nol"), (1_000_000, "satu juta"), (999_000_000, "sembilan ratus sembilan puluh sembilan juta")]
)
def test_numbers_in_words_reach_to_a_milliard(n: int, words: str) -> None:
    assert number_in_words(n) == words
    assert parse_number_words(number_in_words(999_999_999).split()) == 999_999_999
    for outside in (-1, 1_000_000_000):
        with pytest.raises(ValueError, match=r"999\.999\.999"):
            number_in_words(outside)
