"""NIK and No. KK: what is forgiven, what is refused, what is only pointed out."""

import logging
import pickle
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.identity import Nik, NoKK, kk_warnings, nik_warnings
from app.core.problems import ValueProblem

TODAY = date(2026, 3, 25)
WOMAN = "3508995708900003"  # 17 August 1990, day + 40
MAN = "3508991708900003"
KK = "3508990101150002"


@pytest.mark.parametrize(
    "typed",
    [
        "3508995708900003",
        " 350899 570890 0003 ",
        "350899.570890.0003",
        "3508-9957-0890-0003",
        "'3508995708900003",
        "\u20193508995708900003",
        "\ufeff3508\u00a09957\u20130890\u200b0003",
        "3508995708900003.0",
    ],
)
def test_spellings_of_one_nik(typed: str) -> None:
    assert Nik.parse(typed).full == WOMAN


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "NIK belum diisi."),
        ("   ", "NIK belum diisi."),
        ("350899570890003", "NIK harus 16 angka. Yang diketik 15 angka."),
        ("350899570890003.0", "NIK harus 16 angka. Yang diketik 15 angka."),
        ("35089957089000034", "NIK harus 16 angka. Yang diketik 17 angka."),
        ("35O8995708900003", "NIK hanya berisi angka. Yang ke-3 adalah huruf “O”."),
        ("3508995708/900003", "NIK hanya berisi angka. Yang ke-11 adalah tanda “/”."),
        ("3508995708\x0000003", "NIK hanya berisi angka. Yang ke-11 adalah tanda yang tidak terlihat."),
        ("\u0663508995708900003", "NIK hanya berisi angka. Yang ke-1 adalah tanda “\u0663”."),
        ("3,50899E+15", "NIK sudah dibulatkan oleh lembar kerja. Ketik ulang 16 angkanya dari KK."),
        ("3508991713900003", "Bulan lahir di dalam NIK (angka ke-9 dan 10) adalah 13. Bulan itu tidak ada."),
        (
            "3508993102900003",
            "Tanggal lahir di dalam NIK (angka ke-7 sampai 12) adalah 31-02-90. Tanggal itu tidak ada.",
        ),
        (
            "3508998108900003",
            "Tanggal lahir di dalam NIK (angka ke-7 sampai 12) adalah 41-08-90. Tanggal itu tidak ada.",
        ),
        (
            "3508990008900003",
            "Tanggal lahir di dalam NIK (angka ke-7 sampai 12) adalah 00-08-90. Tanggal itu tidak ada.",
        ),
        (
            "3508994008900003",
            "Tanggal lahir di dalam NIK (angka ke-7 sampai 12) adalah 40-08-90. Tanggal itu tidak ada.",
        ),
        (
            "3508992902910003",
            "Tanggal lahir di dalam NIK (angka ke-7 sampai 12) adalah 29-02-91. Tanggal itu tidak ada.",
        ),
        ("3" * 5_000_000, "NIK terlalu panjang: harus 16 angka."),
    ],
)
def test_refusals_say_what_is_wrong(typed: str, sentence: str) -> None:
    with pytest.raises(ValueProblem) as raised:
        Nik.parse(typed)
    assert raised.value.sentence == sentence
    assert isinstance(raised.value, ValueError)


@pytest.mark.parametrize("province", ["92", "93", "95", "96", "54", "99"])
def test_no_province_is_refused(province: str) -> None:
    assert Nik.parse(province + WOMAN[2:]).region6 == province + "0899"


def test_leap_day_of_2000_and_of_1988_are_born_in_some_century() -> None:
    assert Nik.parse("3508992902000003").suggest_birth_on(TODAY) == date(2000, 2, 29)
    assert Nik.parse("3508996902880003").suggest_birth_on(TODAY) == date(1988, 2, 29)


def test_parts_of_a_nik() -> None:
    woman, man = Nik.parse(WOMAN), Nik.parse(MAN)
    assert (woman.sex, man.sex) == ("female", "male")
    assert woman.birth_day_month_year2 == man.birth_day_month_year2 == (17, 8, 90)
    assert (woman.region6, woman.serial) == ("350899", "0003")


def test_nothing_but_full_shows_the_number(caplog: pytest.LogCaptureFixture) -> None:
    nik, kk = Nik.parse(WOMAN), NoKK.parse(KK)
    assert nik.masked == "350899******0003"
    with caplog.at_level(logging.INFO):
        logging.getLogger("loket").info("%s %r %s", nik, [kk], {"nik": nik})
    shown = f"{nik} {nik!r} {[nik]} {kk!r} {caplog.text}"
    assert WOMAN not in shown
    assert KK not in shown
    assert WOMAN[6:12] not in shown
    assert repr(nik) == "Nik(350899******0003)"


def test_values_compare_hash_sort_and_pickle() -> None:
    assert Nik(WOMAN) == Nik.parse(WOMAN)
    assert len({Nik(WOMAN), Nik.parse(WOMAN)}) == 1
    assert sorted([Nik(WOMAN), Nik(MAN)]) == [Nik(MAN), Nik(WOMAN)]
    assert Nik(KK) != NoKK(KK)
    assert pickle.loads(pickle.dumps(Nik(WOMAN))) == Nik(WOMAN)


@pytest.mark.parametrize(
    "text", ["", "350899570890000", "35089957089000O3", "\u0663508995708900003", None, 3508995708900003]
)
def test_the_plain_constructor_takes_sixteen_ascii_digits_only(text: object) -> None:
    with pytest.raises(ValueProblem):
        Nik(text)  # what no type checker saw


@pytest.mark.parametrize(
    ("six", "expected"),
    [
        ("170890", date(1990, 8, 17)),
        ("250310", date(2010, 3, 25)),  # sixteen today
        ("260310", date(1910, 3, 26)),  # sixteen only tomorrow
        ("170808", date(2008, 8, 17)),  # seventeen, never 1908
        ("170826", date(1926, 8, 17)),  # 2026-08-17 is still to come
        ("010100", date(2000, 1, 1)),
    ],
)
def test_century_of_the_suggested_birth_date(six: str, expected: date) -> None:
    assert Nik.parse(f"350899{six}0003").suggest_birth_on(TODAY) == expected


def test_a_stored_number_without_a_real_date_has_no_suggestion() -> None:
    with pytest.raises(ValueProblem, match="Bulan itu tidak ada"):
        Nik("3508991713900003").suggest_birth_on(TODAY)


@given(st.dates(date(1927, 1, 1), date(2009, 1, 1)), st.booleans(), st.integers(1, 9999))
def test_a_number_made_from_a_birth_date_gives_it_back(born: date, woman: bool, serial: int) -> None:
    nik = Nik.parse(f"350899{born.day + 40 * woman:02d}{born:%m%y}{serial:04d}")
    assert nik.suggest_birth_on(TODAY) == born
    assert nik.sex == ("female" if woman else "male")
    assert nik_warnings(nik, born, nik.sex, office_region="350899") == []


def test_mismatches_warn_and_never_refuse() -> None:
    found = nik_warnings(Nik.parse("3508991708900000"), date(1991, 8, 17), "female")
    assert [sentence.split(".")[0] for sentence in found] == [
        "NIK ini pertama kali dicatat di wilayah 350899, bukan 350807",
        "Tanggal lahir di formulir 17-08-1991, di dalam NIK 17-08-90",
        "Jenis kelamin di formulir perempuan, menurut NIK laki-laki",
        "Empat angka terakhir NIK adalah 0000, padahal nomor urut mulai dari 0001",
    ]


def test_unknown_region_needs_a_list_that_would_know_it() -> None:
    nik = Nik.parse(WOMAN)
    assert "tidak ada di daftar" in nik_warnings(nik, known_regions={"3508", "350807"})[0]
    assert "bukan 350807" in nik_warnings(nik, known_regions={"3508"})[0]
    assert "tidak ada di daftar" in nik_warnings(nik, known_regions={"3509"})[0]


def test_kk_has_no_plus_forty_and_its_date_only_warns() -> None:
    assert NoKK.parse(" 3508.9901.0115.0002 ").recorded_day_month_year2 == (1, 1, 15)
    assert kk_warnings(NoKK.parse(KK), office_region="350899") == []
    assert "tidak lazim" in kk_warnings(NoKK.parse(WOMAN), office_region="350899")[0]
    assert kk_warnings(NoKK(WOMAN), Nik(WOMAN)) == ["No. KK sama dengan NIK. Periksa apakah salah satunya tertukar."]
    with pytest.raises(ValueProblem, match=r"^No. KK harus 16 angka. Yang diketik 2 angka.$"):
        NoKK.parse("12")
