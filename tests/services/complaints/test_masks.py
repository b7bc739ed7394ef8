"""Names, NIK, KK, telephones, addresses and e-mail planted into complaints: none of them is found afterwards."""

import re
import unicodedata
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.clock import at_office
from app.core.quarters import Quarter
from app.core.text import fold_text
from app.quality.quarter import service
from app.services.complaints.known_names import Names, own_words_of, plain_word, words_of_name
from app.services.complaints.masks import Masker
from app.services.complaints.word_lists import COMMON
from tests.services.complaints.desk import BookDesk
from tests.world.citizens import FEMALE, FEMALE_LAST, MALE, MALE_LAST

Q1 = Quarter(2026, 1)
AMBIGUOUS = ("Hari", "Bagus", "Untung", "Tri", "Putri", "Bunga", "Cinta")
PIECES = (
    "Saya menunggu tiga hari {0} dan tidak ada kabar.",
    "{0} meminta uang 50.000 di parkiran",
    "kata {0}, berkas belum jadi",
    "Tolong tegur {0}!",
    "({0})",
    "Petugas membentak ibu saya.\n{0}\nTerima kasih",
    "jalan rusak,{0}; kursi kurang",
)
letters = st.text(alphabet="abdegijklmnoprstuwy", min_size=4, max_size=9).filter(
    lambda word: word not in COMMON and not any(word.endswith(end) for end in ("nya", "lah", "kah", "ku", "mu", "s"))
)
parts = st.one_of(st.sampled_from(MALE + MALE_LAST + FEMALE + FEMALE_LAST + AMBIGUOUS), letters)
full_names = st.lists(parts, min_size=2, max_size=4, unique_by=str.lower).map(" ".join)
cases = st.sampled_from((str.upper, str.lower, str.title, str.swapcase, lambda text: text))
gaps = st.sampled_from((" ", "  ", "\n", ". ", "\u200b "))
separators = st.sampled_from(("", " ", "-", ".", " - ", "\u200b", "/", "  "))


def words(text: str) -> list[str]:
    return [plain_word(one) for one in re.findall(r"[^\W\d_]+", unicodedata.normalize("NFKC", text))]


def holds(text: str, name: str) -> bool:
    """Whether the words of a name stand one after the other in a text."""
    found, wanted = words(text), words_of_name(name)
    return any(found[n : n + len(wanted)] == wanted for n in range(len(found)))


def digits(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKC", text) if sign.isdigit())


@settings(max_examples=150)
@given(
    names=st.lists(full_names, min_size=1, max_size=5),
    pieces=st.lists(st.sampled_from(PIECES), min_size=1, max_size=4),
    case=cases,
    gap=gaps,
)
def test_no_planted_name_is_left(names: Sequence[str], pieces: Sequence[str], case: object, gap: str) -> None:
    masker = Masker(Names.from_people(names))
    written = [case(name).replace(" ", gap) for name in names]
    text = " ".join(piece.format(name) for piece, name in zip(pieces * 5, written, strict=False))
    clean = masker.text(text)
    for name in names[: len(pieces) * 5]:
        assert not holds(clean, name), clean
        for word in words_of_name(name):
            assert word in COMMON or word not in words(clean), (word, clean)


@settings(max_examples=150)
@given(
    number=st.from_regex(r"350899[0-7][1-9](0[1-9]|1[0-2])[0-9]{2}[0-9]{4}", fullmatch=True, alphabet="0123456789")
    | st.from_regex(r"08[1-9][0-9]{7,9}", fullmatch=True, alphabet="0123456789"),
    separator=separators,
    piece=st.sampled_from(PIECES),
    groups=st.sampled_from((2, 3, 4, 6, 16)),
    wide=st.booleans(),
)
def test_no_planted_number_is_left(number: str, separator: str, piece: str, groups: int, wide: bool) -> None:
    written = separator.join(number[start : start + groups] for start in range(0, len(number), groups))
    if wide:
        written = "".join(chr(ord(one) + 0xFEE0) if one.isdigit() else one for one in written)
    clean = Masker(Names.from_people([])).text(piece.format(written))
    assert len(digits(clean)) <= len(digits(piece.format("")))
    assert "[nomor]" in clean


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("tanggal 12-03-2026 pukul 09.30 antre 3 jam", "12-03-2026 pukul 09.30"),
        ("biaya Rp 1.500.000 dan Rp150000", "Rp 1.500.000 dan Rp150000"),
        ("tahun 2025-2026, jam 10.15-11.00", "2025-2026, jam 10.15-11.00"),
        ("pak camat, bu guru, petugas loket", "pak camat, bu guru, petugas loket"),
        ("nama salah cetak di KTP", "nama salah cetak di KTP"),
        ("jalan rusak dan gang sempit", "jalan rusak dan gang sempit"),
        ("RT kami belum dikunjungi", "RT kami belum dikunjungi"),
        ("UU 24/2013 dan Formulir F-1.02", "UU 24/2013 dan Formulir F-1.02"),
        ("tiga hari, bagus sekali", "tiga hari, bagus sekali"),
    ],
)
def test_what_tells_nothing_of_a_person_stays(text: str, kept: str) -> None:
    assert kept in Masker(Names.from_people(["Hari Bagus Wijaya"])).text(text)


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("Pak Sugeng minta uang", "Sugeng"),
        ("bu sulastri di loket", "sulastri"),
        ("Petugas Wagiman marah", "Wagiman"),
        ("nama saya sukirman", "sukirman"),
        ("atas nama: SUKIRMAN BIN KARTO", "KARTO"),
        ("Bapak H. Abdul Rozaq, S.Pd.", "Rozaq"),
        ("rumah di Jl. Melati No. 12 RT 003/RW 001", "Melati"),
        ("RT 03 RW 01", "03"),
        ("rt.3/rw.1", "3"),
        ("RT/RW 003/001 Dusun Krajan", "Krajan"),
        ("Dusun Tulusrejo", "Tulusrejo"),
        ("surel budi.santoso@contoh.co.id", "contoh"),
        ("budi (at) contoh.id", "contoh"),
        ("IG @budi_santoso", "budi"),
        ("telp (0334) 390555", "390555"),
        ("WA 390555", "390555"),
        ("O812 3456 7890", "3456"),
        ("+62 812-3456-7890", "3456"),
        ("KK 3508 9911 2080 003", "9911"),
        ("slip 4K7M-Q2XA-B1C", "Q2XA"),
        ("budisantoso dan Budi_Santoso, Budinya", "udi"),
        ("SANTOSO, BUDI", "BUDI"),
        ("Búdi Santôso", "Sant"),
    ],
)
def test_shapes_that_give_somebody_away_are_taken_out(text: str, gone: str) -> None:
    clean = Masker(Names.from_people(["Budi Santoso"])).text(text)
    assert gone not in clean
    assert "[" in clean


def test_the_own_address_and_contact_go_even_without_their_shape() -> None:
    masker = Masker(Names.from_people([]), {7: own_words_of("Krajan Tengah RT 3", "budi.s dot contoh")})
    assert "rajan" not in masker.text("Saya dari krajan tengah, hubungi BUDI.S DOT CONTOH", 7)
    assert "krajan" in masker.text("Saya dari krajan tengah", 8)


def test_a_gist_is_cut_after_masking_and_at_a_word() -> None:
    long = "kata " * 40 + "Budi Santoso"
    assert len(Masker(Names.from_people(["Budi Santoso"])).gist(long)) <= 172
    assert "antoso" not in Masker(Names.from_people(["Budi Santoso"])).gist("x" * 165 + " Budi Santoso")


def test_nobody_stands_in_the_figures_of_a_quarter(book: BookDesk) -> None:
    planted = ("Slamet Riyadi", "Tumini Wati", "350899411280003", "081234567890", "Bunga Cinta")
    book.write(
        "Saya Tumini Wati, NIK 3508 9941 1280 0030, Pak SLAMET RIYADI minta uang. Hubungi 0812-3456-7890",
        name="Tumini Wati",
        contact="081234567890",
        address="Dusun Kebonan RT 4 RW 2",
    )
    follower = book.write("Bunga Cinta juga melihat, slamet riyadi lagi", name="Bunga Cinta")
    book.follow(follower, "Slamet Riyadi dipanggil, ibu Tumini Wati dihubungi di 081234567890.")
    book.write("Di kebonan tidak ada kabar", name="Slamet Riyadi", address="Dusun Kebonan")
    book.clock.at = at_office(Q1.end, 9).replace(month=4, day=2)
    service.draft_recap(book.journal, book.who("ida"), quarter=Q1, now=book.clock())
    text = service.load_recap(book.journal.db, Q1).figures
    assert [one for one in planted if fold_text(one) in fold_text(text)] == []
    assert "ebonan" not in text
    assert len(re.findall(r"[0-9]{9,}", re.sub(r'"hidden":\[.*?\]', "", text))) == 0
