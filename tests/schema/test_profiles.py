"""Roles, posts, sections and rights come from a file; a wrong one is refused with file, line and key."""

from pathlib import Path

import pytest

from app.casework.desk.service import NOTE_ACTIONS
from app.casework.desk.story import OWN_WORDS
from app.core.permissions import Actor, may
from schema import profiles
from schema.definitions import SERVICES, DefinitionError, definition_text, load_revision
from schema.profiles import load_profile, profile_names, read_profile
from schema.service_checks import DESK_ACTIONS, OfficeNames

FACULTY = Path(__file__).with_name("fakultas.toml")
TEXT = FACULTY.read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of profiles with one more in it."""
    for path in (*profiles.PROFILES.glob("*.toml"), FACULTY):
        (tmp_path / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(profiles, "PROFILES", tmp_path)
    load_profile.cache_clear()
    return tmp_path


def test_another_office_has_its_own_posts_and_what_a_profile_does_not_give_nobody_has(folder: Path) -> None:
    faculty = load_profile("fakultas")
    assert faculty.posts == ("dekan", "wadir", "kabag")
    assert (faculty.post_named("Dekan Fakultas Ilmu"), faculty.post_named("Camat")) == ("dekan", "")
    assert faculty.labels({"kabag", "dekan"}) == "Kepala Bagian, Dekan"
    wadir = Actor(1, "Wira", "wira", frozenset({"wadir"}), profile=faculty)
    assert may(wadir, "standard.sign")
    assert not may(wadir, "case.correct")
    everybody = Actor(1, "Semua", "semua", frozenset(faculty.roles), profile=faculty)
    assert not may(everybody, "recording.do")
    with pytest.raises(KeyError):
        may(wadir, "no.such")


def test_who_acts_as_a_role_of_another_office_does_its_work_but_gets_no_right_by_it() -> None:
    kecamatan = load_profile()
    sekretaris = Actor(1, "Wiji", "wiji", frozenset({"sekretaris"}), profile=kecamatan)
    assert {"sekretaris", "kabag_kpp", "wadir2"} <= sekretaris.duties
    assert not {"kepala_biro", "direktur"} & sekretaris.duties
    kasi = Actor(1, "Sulis", "sulis", frozenset({"kasi"}), sections=frozenset({"umum"}), profile=kecamatan)
    assert not kasi.duties_in("pelayanan"), "the head of another section fills none of its roles there"
    assert kasi.elsewhere
    assert not sekretaris.elsewhere
    assert (kecamatan.filled_by("wadir"), kecamatan.filled_by("rektor")) == (("sekretaris",), ())
    assert load_profile("poltekkes").filled_by("wadir") == ("wadir3", "wadir2", "wadir1")


def test_the_head_of_a_section_does_the_work_of_that_section_alone(folder: Path) -> None:
    faculty = load_profile("fakultas")
    head = Actor(1, "Ayu", "ayu", frozenset({"kabag"}), sections=frozenset({"akademik"}), profile=faculty)
    assert may(head, "case.check", "akademik")
    assert not may(head, "case.check", "kemahasiswaan")
    assert [("kabag" in head.duties_in(section)) for section in ("akademik", "kemahasiswaan")] == [True, False]
    assert may(head, "case.check"), "the work of any section that serves"
    assert may(head, "case.view", "kemahasiswaan"), "reading is nobody's section"


def test_each_shipped_profile_agrees_with_itself_and_gives_every_first_person_a_role() -> None:
    assert profile_names() == ["biro", "kecamatan", "poltekkes"]
    for profile in map(load_profile, profile_names()):
        assert {role for person in profile.first_people.values() for role in person.roles} <= set(profile.roles)
        assert not profile.rights["standard.sign"] - frozenset(profile.side_roles("office")), profile.id
        keepers = profile.marked("sets_up")
        assert any(keepers & set(person.roles) for person in profile.first_people.values()), profile.id


def test_a_kecamatan_has_somebody_for_every_role_of_the_other_offices() -> None:
    kecamatan = load_profile()
    named = {"wadir", *(role for other in ("biro", "poltekkes") for role in load_profile(other).side_roles("office"))}
    assert sorted(role for role in named if not kecamatan.filled_by(role)) == []


@pytest.mark.parametrize(
    ("old", "new", "key", "sentence"),
    [
        ('chief = "dekan"', 'chief = "rektor"', "chief", "jabatan rektor tidak dikenal"),
        ('counter_section = "akademik"', 'counter_section = "umum"', "counter_section", "umum tidak dikenal"),
        ('"case.list"', '"case.lisst"', "groups.staff", "izin case.lisst tidak dikenal"),
        (
            'groups = ["staff", "desk"]',
            'groups = ["stafff"]',
            "roles.staf.groups",
            "kelompok izin stafff tidak dikenal",
        ),
        ("[roles.wadir]", "[roles.dekan]", "", "fakultas.toml"),
        ('"people.manage", ', "", "", "tidak ada peran yang memiliki izin people.manage"),
        ('name = "Dekanat fakultas"', 'nama = "Dekanat fakultas"', "", "nama"),
    ],
)
def test_a_wrong_profile_is_refused(tmp_path: Path, old: str, new: str, key: str, sentence: str) -> None:
    assert old in TEXT
    path = tmp_path / "fakultas.toml"
    path.write_text(TEXT.replace(old, new), encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        read_profile(path)
    assert sentence in str(caught.value)
    assert str(caught.value).startswith("fakultas.toml")
    if key:
        where = next(n for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1) if new in line)
        assert f'fakultas.toml, baris {where}, kunci "{key}' in str(caught.value)


KTP = definition_text(SERVICES / "ktp-el.toml")
NAMES = OfficeNames(load_profile().nameable, load_profile().serving)


def test_the_shipped_standards_fit_the_kecamatan() -> None:
    for path in SERVICES.glob("*.toml"):
        load_revision(path, office=NAMES)


@pytest.mark.parametrize(
    ("old", "new", "key", "sentence"),
    [
        ('id = "complete"', 'id = "note"', "steps[2].outcomes[1].id", "dipakai meja kerja sendiri"),
        ('id = "withdrawn"', 'id = "paused"', "exits[2].id", "dipakai meja kerja sendiri"),
        ('roles = ["camat"] }', 'roles = ["bupati"] }', "identity.signatories[3].roles", "peran bupati tidak ada"),
        ('roles = ["sekretaris"]\n', 'roles = ["kepala"]\n', "supervision.roles", "peran kepala tidak ada"),
        ('section = "pelayanan"', 'section = "umum"', "actors[4].section", "seksi umum tidak ada"),
    ],
)
def test_a_standard_that_names_what_the_office_does_not_have_is_refused_with_line_and_key(
    old: str, new: str, key: str, sentence: str
) -> None:
    text = KTP.replace(old, new, 1)
    for name in ("complete", "withdrawn"):
        if old == f'id = "{name}"':
            text = text.replace(f".{name}", f".{new[6:-1]}")
    with pytest.raises(DefinitionError) as caught:
        load_revision(text, "ktp-el.toml", NAMES)
    said = next(one for one in caught.value.sentences if sentence in one)
    where = next(n for n, line in enumerate(text.splitlines(), start=1) if new.strip() in line)
    assert said.startswith(f'ktp-el.toml, baris {where}, kunci "{key}"')


def test_the_reserved_names_are_those_that_the_desk_writes() -> None:
    assert {*OWN_WORDS, *NOTE_ACTIONS} == DESK_ACTIONS


def test_who_may_is_said_from_the_lowest_to_the_highest_and_of_those_who_do_the_work() -> None:
    profile = load_profile()
    holders = [
        role for role in profile.side_roles("office") if "letter.initial" in profile.granted(profile.roles[role])
    ]
    words = [profile.short(role) for role in holders]
    assert len(words) > 2
    assert profile.who_may("letter.initial") == f"{', '.join(words[:-1])} atau {words[-1]}"
    assert profile.who_may("letter.initial", doing=["kasi"]) == profile.short("kasi")
    assert profile.who_may("letter.initial", doing=["counter"]) == ""
    assert profile.who_may("letter.initial", doing=[]) == ""
    assert profile.who_may("letter.initial", side="centre") == ""
    only = [
        right
        for right in profile.rights
        if sum(role in profile.rights[right] for role in profile.side_roles("office")) == 1
    ]
    assert all(" atau " not in profile.who_may(right) for right in only)
