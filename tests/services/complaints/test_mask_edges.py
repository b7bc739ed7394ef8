"""Where a mask begins and ends: from how many digits, after which words, how many of them, what of a name is known."""

from datetime import date
from typing import Any

import pytest

from app.core.clock import at_office
from app.core.quarters import Quarter
from app.services.complaints import number_masks, service
from app.services.complaints.known_names import Names, own_words_of, word_digest
from app.services.complaints.masks import Masker, introduced_names, masker_of_quarter
from app.services.complaints.word_lists import is_short_form
from app.services.complaints.words import CATEGORIES, ELEMENTS, LIMITS
from sync.entries import to_utc_text
from tests.quality.quarter.recaps import go
from tests.services.complaints.desk import BookDesk

MASKER = Masker(
    Names.from_people(["Budi Santoso", "Hari Bagus Wijaya", "dr. Oki Putri"]),
    {7: own_words_of("Krajan Tengah di RT 3 ab", "budi.s dot contoh")},
    frozenset([word_digest("Keliling")]),
    frozenset(["krai"]),
)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        # numbers: seven digits anywhere, four after a word for a telephone, eight of an amount
        ("angka 123456 dan 1234567", "angka 123456 dan [nomor]"),
        ("hp 123 dan hp 1234", "hp 123 dan hp [nomor]"),
        ("no hp: 0812 dan nomor 1234", "no hp: [nomor] dan nomor 1234"),
        ("Rp 12345678 dan Rp 123456789", "Rp 12345678 dan Rp [nomor]"),
        ("12345678 saja", "[nomor] saja"),
        ("pukul 09.30 dan 2026-03-12 09.30", "pukul 09.30 dan 2026-03-12 09.30"),
        ("08.10.00.00.00 atau 08.00-10.30", "[nomor] atau 08.00-10.30"),
        ("1.234.567 atau 12.345.678", "1.234.567 atau [nomor]"),
        ("ABCD-EFG1-HIJ bukan ABCD-EFGH-IJK", "[kode] bukan ABCD-EFGH-IJK"),
        ("3508990101010001 3508990101010002", "[nomor]"),
        # names that are also words: only as a pair, or with a capital letter within a sentence
        ("Putri datang, tadi Putri datang", "Putri datang, tadi [nama] datang"),
        ("Tadi Putri datang", "Tadi Putri datang"),
        ("tadi, Putri datang", "tadi, Putri datang"),
        ("hari bagus", "[nama]"),
        ("bagus. hari", "[nama]"),
        ("hari, bagus", "hari, bagus"),
        ("Wijaya Hari", "[nama]"),
        ("hari wijaya", "[nama]"),
        ("budisantoso", "[nama]"),
        ("harinya bagus", "harinya bagus"),
        ("budinya, okis, budilah dan budi", "[nama], [nama], [nama] dan [nama]"),
        # after a title: further titles are passed over, at most four words with capital letters, or one written small
        ("pak ali dan pak member", "pak [nama] dan pak [nama]"),
        ("pak memberitahu", "pak memberitahu"),
        ("pak al", "pak al"),
        ("pak saya Joko", "pak saya [nama]"),
        ("nama lengkap Joko", "nama lengkap [nama]"),
        ("Bu Aminah Wati Nur Siti Rahma datang", "Bu [nama] datang"),
        ("Pak   Joko", "Pak [nama]"),
        ("Pak, Joko", "Pak, [nama]"),
        ("Pak, Gantarwo", "Pak, Gantarwo"),
        ("Pak    Gantarwo", "Pak [nama]"),
        ("Pak Merdiyanto dan pak merdiyanto", "Pak [nama] dan pak [nama]"),
        ("Pak Bagus dan Bu Camat", "Pak [nama] dan Bu Camat"),
        ("Pak Kades Krai, Pak Kades Gantarwo", "Pak Kades Krai, Pak Kades [nama]"),
        ("istri saya Gantarwo, istri saya antre", "istri saya [nama], istri saya antre"),
        ("KTP GANTARWO rusak, KTP rusak", "KTP [nama] rusak, KTP rusak"),
        ("MOHON KTP SEGERA DICETAK A.N. GANTARWO", "MOHON KTP SEGERA DICETAK A.N. [nama]"),
        ("Terima kasih.\nGantarwo", "Terima kasih. [nama]"),
        ("lahir 17-08-1990, datang 12-03-2026", "lahir [nomor], datang 12-03-2026"),
        ("jalan merdeka nomor 12, jalan rusak", "[alamat], jalan rusak"),
        ("jalan merdeka nomor A, jalan rusak", "[alamat], jalan rusak"),
        ("jalan merdeka nomor 12 blok B, jalan rusak", "[alamat], jalan rusak"),
        ("jalan rusak nomor satu di desa", "jalan rusak nomor satu di desa"),
        ("N 1234 ABC dan Rp 500 RB", "[nomor] dan Rp 500 RB"),
        ("NIK nol satu dua tiga", "NIK [nomor]"),
        ("Pak: Joko", "Pak: [nama]"),
        ("petugas Sutrisno dan petugas sutrisno", "petugas [nama] dan petugas [nama]"),
        ("pak", "pak"),
        ("petugas", "petugas"),
        ("pak Guru Sutrisno", "pak Guru [nama]"),
        ("Pak Camat", "Pak Camat"),
        # a word that somebody hid by hand
        ("Keliling desa", "[nama] desa"),
        ("KELILING desa", "[nama] desa"),
    ],
)
def test_the_edge_of_a_mask(text: str, clean: str) -> None:
    assert MASKER.text(text) == clean


@pytest.mark.parametrize(
    ("word", "short"),
    [
        ("RT", True),
        ("PKH", True),
        ("BRI", True),
        ("RSUD", True),
        ("PUSKM", True),
        ("KA", False),  # of two letters none may be a vowel: so are names shortened too
        ("ANI", False),
        ("BUDI", False),
        ("T", False),
        ("BPJSTK", False),
        ("Bri", False),
    ],
)
def test_a_short_form_of_an_institution_has_few_letters_and_hardly_a_vowel(word: str, short: bool) -> None:
    assert is_short_form(word) is short


def test_own_words_are_those_of_the_line_alone() -> None:
    assert MASKER.text("di krajan tengah, RT kami", 7) == "di [alamat] tengah, RT kami"
    assert MASKER.text("di krajan, Budi.s Dot Contoh", 7) == "di [alamat], [surel]"
    assert MASKER.text("di krajan tengah", 8) == "di krajan tengah"
    assert own_words_of("Jl Melati ab di", "0812") == own_words_of("melati", "")
    assert own_words_of("", " a@b ").contacts == ("a@b",)
    assert own_words_of("", "0812").contacts == ()


def test_names_are_read_as_words_and_pairs() -> None:
    known = Names.from_people(["H. Budi Santoso Adi, S.Sos", "Al", "Hari"])
    assert known.sure == {"budi", "santoso", "adi", "budisantosoadi"}
    assert known.maybe == {"al", "hari"}
    assert known.pairs == {(a, b) for a in ("budi", "santoso", "adi") for b in ("budi", "santoso", "adi") if a != b}


def test_who_was_introduced_with_a_capital_letter_is_known_everywhere() -> None:
    assert set(introduced_names(["Pak Joko dan pak ali, Bu Camat Siti Aminah", "tidak ada"])) == {
        "Joko",
        "Siti Aminah",
    }


@pytest.mark.parametrize(
    ("text", "limit", "gist"),
    [
        ("kata kata", 9, "kata kata"),
        ("kata kata x", 9, "kata …"),
        ("kata, kata", 6, "kata …"),
        ("a" * 12, 9, "a" * 9 + " …"),
    ],
)
def test_a_gist_ends_at_a_word(text: str, limit: int, gist: str) -> None:
    assert MASKER.gist(text, limit=limit) == gist
    assert MASKER.gist("x" * 170) == "x" * 170
    assert MASKER.gist("x" * 171) == "x" * 170 + " …"


def test_what_the_staff_reads_keeps_its_lines_and_its_names() -> None:
    assert (
        Masker(Names.from_people([])).page("Pak Joko\nNIK 3508990101010001\n\n  akhir")
        == "Pak [nama]\nNIK [nomor]\n\nakhir"
    )
    assert number_masks.plain_text("a\tb\r\nc\u200bd") == "a b\ncd"
    assert number_masks.show_marks("\ue000 . \ue000 x \ue003\ue000") == "[nomor] x [nama][nomor]"


def known_to(book: BookDesk, quarter: Quarter) -> set[str]:
    """Which of the complainants' names the masker of a quarter knows after it ended."""
    cut = to_utc_text(at_office(quarter.after.start, 9))
    return {
        one
        for one in ("early", "late", "open", "after")
        if one in masker_of_quarter(book.journal.db, quarter, cut).names.sure
    }


def test_a_quarter_knows_the_people_of_a_year_and_of_what_was_open(book: BookDesk) -> None:
    """Complainants: long ago and settled, long ago and settled in the quarter, long ago and open, and afterwards."""

    def settled(name: str, on: date) -> None:
        line = book.write(name=name)
        book.follow(line)
        book.answer(line)
        begun = book.clock.at
        go(book, on)
        service.close_line(book.journal, book.who("ida"), complaint_id=line.id, now=book.clock())
        book.clock.at = begun

    settled("Early", date(2026, 3, 30))
    settled("Late", date(2027, 7, 1))
    book.write(name="Open")
    go(book, date(2027, 10, 5))
    book.write(name="After")
    assert known_to(book, Quarter(2026, 1)) == {"early", "late", "open"}
    assert known_to(book, Quarter(2027, 1)) == {"early", "late", "open"}
    assert known_to(book, Quarter(2027, 3)) == {"late", "open"}
    assert known_to(book, Quarter(2027, 4)) == {"open", "after"}


def test_the_categories_follow_the_fourteen_elements() -> None:
    """KEP/25/M.PAN/2/2004, in its order; a levy is an unfair fee, the office's own four belong to none."""
    order = (
        "procedure",
        "requirements",
        "clarity",
        "discipline",
        "responsibility",
        "skill",
        "speed",
        "fairness",
        "courtesy",
        "fee_fairness",
        "fee_certainty",
        "schedule",
        "comfort",
        "safety",
    )
    assert {name: CATEGORIES[name].element for name in order} == {name: n for n, name in enumerate(order, 1)}
    others: dict[str, Any] = {name: category.element for name, category in CATEGORIES.items() if name not in order}
    assert others == {"levy": 10, "wrong_data": 0, "no_blanks": 0, "devices": 0, "other": 0}
    assert {name for name, category in CATEGORIES.items() if category.section == "umum"} == {
        "comfort",
        "safety",
        "other",
    }
    assert (ELEMENTS[10], ELEMENTS[0]) == ("Kewajaran biaya", "Urusan kantor sendiri")
    assert sorted(ELEMENTS) == list(range(15))
    assert {name: (limit.days, limit.unit) for name, limit in LIMITS.items()} == {
        "first_answer": (3, "working_days"),
        "information": (5, "working_days"),
        "desk": (14, "working_days"),
        "field": (60, "working_days"),
    }


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("mobil N 1234 AB parkir", "mobil [nomor] parkir"),
        ("motor n 1234 ab parkir", "motor [nomor] parkir"),
        ("kamar A 12 dan B", "kamar A 12 dan B"),
        ("berat A 12 kg", "berat A 12 kg"),
        ("mobil A 12 DAN", "mobil [nomor]"),
        ("plat N 1234 itu", "[nomor] itu"),
    ],
)
def test_a_plate_is_masked_and_a_room_with_a_word_after_it_is_not(said: str, shown: str) -> None:
    assert MASKER.page(said) == shown
