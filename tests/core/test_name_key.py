"""Spellings of one name give one key; different names do not."""

import pytest

from app.core.similarity import consonant_key, name_tokens

SAME = [
    [
        "Muhammad Soleh",
        "H. Moch. Soleh",
        "Moh Sholeh",
        "MOCHAMMAD SOLEH",
        "Muchamad Soleh",
        "M. Soleh",
        "Mukhammad Solleh",
    ],
    ["Soekarno", "Sukarno"],
    ["Djoko Tjahjono", "Joko Cahyono"],
    ["Agus Widjaja", "AGUS WIJAYA"],
    ["Sjamsoel Bahri", "Syamsul Bahri", "Samsul Bachri"],
    ["Choirul Anam", "Khoirul Anam", "Khoirul Annam"],
    ["Nur Aini", "Nuraini", "Nur'aini", "Noer Aini", "NOORAINI"],
    ["Achmad Yusuf", "Ahmad Yusup", "AHMAT YUSUF"],
    ["Abd. Rahman", "Abdul Rahman", "Abdurrahman"],
    ["St. Fatimah", "Siti Fatimah", "SITI FATIMA"],
    ["Zainal Abidin", "Sainal Abiddin"],
    ["Hj. Sri Wahyuni, S.Pd.", "SRI WAHYUNI"],
    ["Novi Ridho", "Nopi Ridlo"],
    ["Khoiriyah", "Choiriah"],
]


@pytest.mark.parametrize("spellings", SAME, ids=lambda spellings: spellings[0])
def test_spellings_of_one_name(spellings: list[str]) -> None:
    assert len({"".join(name_tokens(name)) for name in spellings}) == 1
    assert len({consonant_key(name_tokens(name)) for name in spellings}) == 1


def test_different_names_stay_different() -> None:
    names = [
        "Siti Aisyah",
        "Siti Aminah",
        "Sulastri",
        "Sulistri",
        "Joko",
        "Yoyok",
        "Chandra",
        "Hendra",
        "Ani",
        "Anik",
    ]
    assert len({name_tokens(name) for name in names}) == len(names)


def test_odd_input_is_survived() -> None:
    assert name_tokens("") == ()
    assert name_tokens("H.") == ("H",)
    assert name_tokens("123 ,,") == ()
    assert len("".join(name_tokens("A B" * 1_000_000))) < 300
    assert consonant_key(()) == ""
