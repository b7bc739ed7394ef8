"""Same person, other NIK: figures on a synthetic register, and the rules behind them."""

import random
from collections import defaultdict
from datetime import date, timedelta
from itertools import combinations
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.similarity import (
    SHOW_FROM,
    Person,
    blocking_keys,
    compare_persons,
    consonant_key,
    find_resemblance,
    is_same_address,
    match_names,
    name_tokens,
)

WOMEN = [
    "Siti",
    "Sri",
    "Sulastri",
    "Aminah",
    "Wahyuni",
    "Khoiriyah",
    "Nuraini",
    "Endang",
    "Lestari",
    "Rahayu",
    "Yuliati",
    "Fatimah",
    "Sumiati",
    "Dewi",
    "Ningsih",
    "Kholifah",
    "Suryani",
    "Indah",
    "Puspita",
    "Mutmainah",
    "Rohmah",
    "Umi",
    "Wiwik",
    "Ayu",
    "Kartini",
    "Zulaikha",
    "Lilik",
    "Maryam",
    "Hidayah",
    "Ratna",
]
MEN = [
    "Muhammad",
    "Ahmad",
    "Agus",
    "Slamet",
    "Joko",
    "Santoso",
    "Suyono",
    "Hariyanto",
    "Abdul",
    "Rahman",
    "Soleh",
    "Yusuf",
    "Zainal",
    "Abidin",
    "Bambang",
    "Sutrisno",
    "Eko",
    "Prasetyo",
    "Khoirul",
    "Anam",
    "Dwi",
    "Cahyono",
    "Sukarno",
    "Wijaya",
    "Samsul",
    "Arifin",
    "Hadi",
    "Purnomo",
    "Syaiful",
    "Basuki",
    "Edi",
    "Wahyudi",
]
RESPELLED = [
    ("Muhammad", "Moch."),
    ("Ahmad", "Achmad"),
    ("Khoi", "Choi"),
    ("Siti", "St."),
    ("Joko", "Djoko"),
    ("Cahyono", "Tjahjono"),
    ("Su", "Soe"),
    ("Zain", "Sain"),
    ("Syai", "Sai"),
    ("Yusuf", "Yusup"),
    ("Abdul ", "Abd. "),
    ("Wijaya", "Widjaja"),
    ("Soleh", "Sholeh"),
    ("ni ", "nni "),
    ("Fatimah", "Fatima"),
    ("Nuraini", "Nur Aini"),
]
SLIPS = ["spelling", "letter", "title", "swap", "digit", "mother", "joined"]


def population(dice: random.Random, families: int) -> list[Person]:
    """Families of two to five children; every thirtieth birth is a pair of twins."""
    people = []
    for family in range(families):
        mother, kk = " ".join(dice.sample(WOMEN, 2)), f"350899{family:010d}"
        born = date(1950, 1, 1) + timedelta(days=dice.randrange(20_000))
        for _ in range(dice.randint(2, 5)):
            born += timedelta(days=dice.randint(330, 1500))
            for _ in range(2 if dice.random() < 1 / 30 else 1):
                name = " ".join(dice.sample(dice.choice([WOMEN, MEN]), dice.choice([1, 2, 2, 2, 3])))
                people.append(Person(name, born, mother, kk))
    return people


def second_record(dice: random.Random, person: Person) -> Person:
    """The same person as another paper has it: one or two slips."""
    name, born, mother = person.name, person.birth_on, person.mother
    assert born is not None
    for slip in dice.sample(SLIPS, dice.choice([1, 1, 2])):
        if slip == "spelling":
            for plain, other in RESPELLED:
                name, mother = name.replace(plain, other), mother.replace(plain, other)
        elif slip == "letter":
            place = dice.randrange(1, len(name) - 1)
            name = name[:place] + name[place + 1 :]
        elif slip == "title":
            name = f"H. {name}, S.Pd."
        elif slip == "joined":
            name = name.replace(" ", "", 1)
        elif slip == "mother":
            mother = mother.split()[0]
        elif slip == "swap" and born.day <= 12:
            born = date(born.year, born.day, born.month)
        elif slip == "digit":
            born = born.replace(year=born.year + dice.choice([-1, 10]), day=min(born.day, 28))
    kk = person.kk if dice.random() < 0.5 else ""
    return Person(name.upper(), born, mother if dice.random() < 0.8 or not kk else "", kk)


def register(seed: int) -> tuple[list[Person], set[tuple[int, int]]]:
    dice = random.Random(seed)
    people = population(dice, 700)
    doubled = dice.sample(range(len(people)), 200)
    truth = {(original, len(people) + place) for place, original in enumerate(doubled)}
    return people + [second_record(dice, people[original]) for original in doubled], truth


def candidates(people: list[Person]) -> set[tuple[int, int]]:
    """Pairs that share a blocking key, as an indexed column would find them."""
    by_key: dict[str, list[int]] = defaultdict(list)
    for place, person in enumerate(people):
        for key in blocking_keys(person.name, person.birth_on):
            by_key[key].append(place)
    return {pair for places in by_key.values() for pair in combinations(places, 2)}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_precision_and_recall(seed: int) -> None:
    people, truth = register(seed)
    pairs = candidates(people)
    shown = {pair for pair in pairs if compare_persons(people[pair[0]], people[pair[1]]).score >= SHOW_FROM}
    found = len(shown & truth)
    recall, precision = found / len(truth), found / len(shown)
    all_pairs = len(people) * (len(people) - 1) / 2
    assert len(truth & pairs) / len(truth) >= 0.93  # what blocking keeps of the real doubles
    assert len(pairs) / all_pairs <= 0.002  # and how little it compares
    assert recall >= 0.92
    assert precision >= 0.95


BORN = date(1990, 8, 17)
SITI = Person("Siti Aminah", BORN, "Sulastri Rahayu", "3508990101150002")


@pytest.mark.parametrize(
    ("other", "at_least", "reasons"),
    [
        (
            Person("SITI AMINAH", BORN, "SULASTRI RAHAYU", "3508990101150002"),
            1.0,
            ("Nama sama", "Tanggal lahir sama", "No. KK sama", "Nama ibu sama"),
        ),
        (Person("Siti Aminah", BORN), 0.95, ("Nama sama", "Tanggal lahir sama")),
        (
            Person("St. Aminnah", date(1990, 8, 11), "Sulastri"),
            0.85,
            ("Nama sama dengan ejaan lain", "Tanggal lahir berbeda satu angka", "Nama ibu mirip"),
        ),
        (
            Person("Aminah", BORN, "Sulastri Rahayu"),
            0.9,
            ("Nama hampir sama", "Tanggal lahir sama", "Nama ibu sama", "Bisa jadi saudara kembar"),
        ),
    ],
)
def test_reasons_tell_what_is_alike(other: Person, at_least: float, reasons: tuple[str, ...]) -> None:
    likeness = compare_persons(SITI, other)
    assert likeness.score >= at_least
    assert likeness.reasons == reasons


@pytest.mark.parametrize(
    "other",
    [
        Person("Siti Aisyah", BORN, "Sulastri Rahayu", "3508990101150002"),  # twin sister
        Person("Hasan", BORN, "Sulastri Rahayu", "3508990101150002"),  # twin brother
        Person("Siti Aminah", BORN, "Kartini"),  # namesake of the same day
        Person("Siti Aminah", date(1971, 3, 2), "Sulastri Rahayu"),  # namesake of another age
        Person("", None),
    ],
)
def test_other_people_stay_below_the_line(other: Person) -> None:
    assert compare_persons(SITI, other).score < SHOW_FROM


def test_swapped_day_and_month_meet_under_one_key() -> None:
    one, other = Person("Siti", date(1990, 3, 8)), Person("Sitti", date(1990, 8, 3))
    assert blocking_keys(one.name, one.birth_on) & blocking_keys(other.name, other.birth_on)
    assert "Tanggal lahir sama bila hari dan bulannya ditukar" in compare_persons(one, other).reasons


def test_keys_are_few_and_short_and_know_a_missing_birth_date() -> None:
    keys = blocking_keys("Siti Nur Khoiriyah " * 20, BORN)
    assert len(keys) == 3
    assert max(map(len, keys)) <= 40
    assert blocking_keys("Siti", None) == blocking_keys("SITTI", None) == {"n:ST"}
    born = date(1990, 8, 3)
    assert blocking_keys("Siti", born) == {"b:19900308", "y:ST:1990", "d:ST:0803"}, "as the rows of years hold them"


people = st.builds(
    Person,
    st.text(st.sampled_from("ABDHIJKMSTUYaeo .'"), max_size=25),
    st.none() | st.dates(date(1950, 1, 1), date(1951, 1, 1)),
    st.sampled_from(["", "Sri", "Sri Rahayu"]),
    st.sampled_from(["", "3508990101150002"]),
)


@given(people, people)
def test_symmetric_deterministic_and_within_bounds(one: Person, other: Person) -> None:
    likeness = compare_persons(one, other)
    assert 0 <= likeness.score <= 1
    assert compare_persons(other, one) == compare_persons(one, other) == likeness


def test_fast_enough_for_a_clump_of_common_birth_dates() -> None:
    """Many were born on 1 July on paper: 20,000 comparisons cost less than a second of one core."""
    crowd = population(random.Random(5), 80)[:142]
    compare_persons(crowd[0], crowd[1])
    began = process_time()
    scores = [compare_persons(one, other).score for one in crowd for other in crowd]
    assert process_time() - began < 1.0
    assert len(scores) == 142 * 142


# -- the figures of the rule, reckoned by hand -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "score"),
    [
        (Person("Siti", BORN, "Rahayu"), Person("Siti", BORN, "Rahayu"), 1.0),  # 0.5 + 0.3 + 0.2
        (Person("Siti", BORN), Person("Siti", BORN), 0.95),  # (0.5 + 0.3) / 0.8, less for the unknown family
        (Person("Siti", None, "Rahayu"), Person("Siti", None, "Rahayu"), 0.95),  # (0.5 + 0.2) / 0.7, likewise
        (Person("Siti", date(1990, 3, 8), "Rahayu"), Person("Siti", date(1990, 8, 3), "Rahayu"), 0.97),  # birth 0.9
        (Person("Siti", BORN, "Rahayu"), Person("Siti", date(1991, 8, 17), "Rahayu"), 0.91),  # one digit: 0.7
        (Person("Siti", BORN, "Rahayu"), Person("Siti", date(1978, 8, 17), "Rahayu"), 0.82),  # one part: 0.4
        (Person("Siti", BORN, "Rahayu"), Person("Siti", date(1990, 1, 2), "Rahayu"), 0.7),  # only the year: 0
        (Person("Siti", BORN, "Rahayu"), Person("Siti", BORN, "Kartini"), 0.75),  # another mother: 0.2 x -0.25
        (Person("Siti", BORN, "Rahayu", "350899"), Person("Siti", BORN, "Kartini", "350899"), 1.0),  # one card
        (Person("Siti", BORN, "", "350899"), Person("Siti", BORN, "", "350898"), 0.95),  # other cards say nothing
        (Person("Siti", BORN, "Sri Rahayu"), Person("Siti", BORN, "Rahayu"), 0.98),  # one of her names: 0.2 x 0.9
    ],
)
def test_the_score_is_that_of_the_weights(one: Person, other: Person, score: float) -> None:
    assert compare_persons(one, other).score == score


@pytest.mark.parametrize(
    ("born", "reason"),
    [
        (date(1990, 8, 17), "Tanggal lahir sama"),
        (date(1990, 8, 18), "Tanggal lahir berbeda satu angka"),
        (date(1990, 8, 24), "Sebagian tanggal lahir sama"),
        (date(1990, 7, 17), "Tanggal lahir berbeda satu angka"),
        (date(1978, 8, 17), "Sebagian tanggal lahir sama"),
        (date(1991, 8, 18), ""),
        (date(1991, 7, 17), ""),
        (date(1990, 7, 18), ""),
    ],
)
def test_two_parts_of_three_make_a_birth_date_alike(born: date, reason: str) -> None:
    reasons = compare_persons(Person("Siti", BORN), Person("Siti", born)).reasons
    assert [one for one in reasons if "lahir" in one] == ([reason] if reason else [])


def test_a_likeness_is_shown_from_eight_tenths_and_never_by_another_name() -> None:
    one = Person("Siti Aminah", BORN, "Sulastri Rahayu", "3508990101150002")
    assert find_resemblance(one, Person("Siti Aminah", date(1978, 8, 17), "Sulastri Rahayu"))  # 0.82
    assert find_resemblance(one, Person("Siti Aminah", BORN, "Kartini")) is None  # 0.75
    stranger = Person("Bambang Sutrisno", BORN, "Sulastri Rahayu", "3508990101150002")
    assert find_resemblance(one, stranger) is None
    assert compare_persons(one, stranger).score <= 0.5, "whatever else agrees"


@pytest.mark.parametrize(
    ("one", "other", "stand"),
    [
        ("SITI NUR'AINI", "Siti Nuraini", "same"),
        ("Moch. Soleh", "Muhammad Sholeh", "spelling"),
        ("Siti Aminah", "Siti Aminoh", "alike"),
        ("Siti Aminah", "Bambang Sutrisno", "other"),
        ("Sri", "Sri Wahyuni", "other"),
        ("Sriyati", "Sriyati Wahyuni", "alike"),
    ],
)
def test_how_two_names_stand_to_each_other(one: str, other: str, stand: str) -> None:
    assert match_names(one, other) == match_names(other, one) == stand


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Jl. Jend. Sudirman 12", "Jalan Jenderal Sudirman No. 12", True),
        ("Jl. Jend. Sudirman 12", "Jalan Jenderal Sudirman No. 21", False),
        ("Jl. Jend. Sudirman", "Jalan Jenderal Sudirman No. 21", True),
        ("Dusun Krajan RT 03", "Krajan rt 3", True),
        ("Dusun Krajan", "Dusun Kalianyar", False),
        ("", "Dusun Krajan", True),
        ("Je Sudirman", "Jenderal Sudirman", False),
    ],
)
def test_an_address_is_the_same_where_nothing_contradicts(one: str, other: str, same: bool) -> None:
    left_out = ("jl", "jalan", "no", "rt", "dusun")
    assert is_same_address(one, other, left_out) is is_same_address(other, one, left_out) is same


def test_every_short_form_and_title_counts_for_nothing() -> None:
    """What stands before names on papers of the region, and the short forms of Muhammad, Siti and Nur."""
    for short in ("M.", "Md.", "Mhd.", "Moch.", "Moh.", "Much.", "Muh.", "Muhd.", "Mohd."):
        assert match_names(f"{short} Soleh", "Muhammad Soleh") == "spelling", short
    for short in ("St.", "Sti"):
        assert match_names(f"{short} Aminah", "Siti Aminah") == "spelling", short
    assert match_names("Nr. Aini", "Nur Aini") == "spelling"
    before = [
        "H",
        "Hj",
        "Haji",
        "Hajjah",
        "Hajah",
        "KH",
        "K",
        "R",
        "Rr",
        "Ra",
        "Dr",
        "Drs",
        "Dra",
        "Ir",
        "Prof",
        "Tn",
        "Ny",
        "Sdr",
        "Alm",
        "Almh",
        "Almarhum",
    ]
    for title in before:
        assert match_names(f"{title}. Sukarno", "Sukarno") == "spelling", title
    for between in ("bin", "binti", "bt"):
        assert match_names(f"Hasan {between} Yusuf", "Hasan Yusuf") == "spelling", between
    assert name_tokens("Haji") == ("HAJI",), "a name that is nothing but a title stays one"


def test_a_name_is_looked_at_up_to_two_hundred_letters_and_its_key_up_to_twenty_four() -> None:
    assert match_names("A" * 200 + "B", "A" * 200 + "C") == "same"
    assert match_names("A" * 199 + "B", "A" * 199 + "C") != "same"
    assert len(consonant_key(("BCDFGHJKLMNPQRSTVWXYZBCDFGHJ",))) == 24
