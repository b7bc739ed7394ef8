"""Under which post, for whom and in which order somebody signs a paper: holders, officials by decree, heads, staff."""

import pytest

from app.platform.office import papers
from app.platform.office.papers import (
    confirming_official,
    enacting_post,
    full_post,
    official_above,
    shared_control,
    signing_official,
    staff_official,
    standing_of,
)
from app.platform.people import changes
from app.platform.printing.data.common import Official
from schema.definitions import load_all
from sync.journal import Journal
from tests.platform.people import START, agree
from tests.platform.people.test_heads import ONE_DAY, TODAY, add, appoint, two, who

__all__ = ["two"]


def words(official: Official) -> tuple[str, str, str, str, str]:
    return official.name, official.post, official.acting, official.on_behalf_of, official.through


def test_a_post_is_named_with_its_office_where_the_short_word_says_not_whose(two: Journal) -> None:
    assert full_post(two.db, "camat") == "Camat Contoh"
    assert full_post(two.db, "sekretaris") == "Sekretaris Kecamatan"
    assert full_post(two.db, "kasi") == full_post(two.db, "kasi", "pelayanan") == "Kasi Pelayanan Umum"
    assert full_post(two.db, "kasi", "umum") == "Kepala Subbagian Umum dan Kepegawaian"


def test_the_highest_post_stands_at_the_right_and_whoever_has_none_at_the_left(journal: Journal) -> None:
    order = [standing_of(journal.db, roles) for roles in ((), ("counter",), ("kasubbag",), ("kasi",), ("camat",))]
    assert order[:2] == [0, 0]
    assert 0 < order[2] < order[3] < order[4]
    assert standing_of(journal.db, ("counter", "sekretaris", "kasubbag")) == standing_of(journal.db, ("sekretaris",))
    assert standing_of(journal.db, ("kasi",)) < standing_of(journal.db, ("sekretaris",)) < order[4]


def test_a_vacant_post_leaves_room_for_a_name(journal: Journal) -> None:
    made = signing_official(journal.db, "kasubbag", TODAY, START)
    assert words(made) == ("", "Kasubbag Umum dan Kepegawaian", "", "", "")
    assert (made.standing, made.approved_at) == (standing_of(journal.db, ("kasubbag",)), START)


@pytest.mark.parametrize(
    ("kind", "post", "behalf"),
    [("", "Camat Contoh", ""), ("plt", "Camat Contoh", ""), ("an", "Sekretaris Kecamatan", "Camat Contoh")],
)
def test_who_stands_in_signs_under_the_post_and_who_signs_for_it_under_the_own(
    journal: Journal, kind: str, post: str, behalf: str
) -> None:
    if kind:
        appoint(journal, "ratna", "camat", kind)
    made = signing_official(journal.db, "camat", TODAY)
    name = "Ratna Puspita" if kind else "Hadi Purnomo"
    assert words(made) == (name, post, kind, behalf, "")
    assert made.standing == standing_of(journal.db, ("camat",))
    assert (made.decree != "") is bool(kind)


def test_who_signs_for_the_chief_below_another_post_signs_through_it(journal: Journal) -> None:
    """A Kasubbag is the Secretary's: a.n. Camat, Sekretaris, u.b. Kasubbag; a.n. the Secretary himself not so."""
    add(journal, "tono", "kasubbag")
    appoint(journal, "tono", "camat", "an")
    assert words(signing_official(journal.db, "camat", TODAY)) == (
        "Tono",
        "Kasubbag Umum dan Kepegawaian",
        "ub",
        "Camat Contoh",
        "Sekretaris Kecamatan",
    )
    appoint(journal, "tono", "sekretaris", "an")
    made = signing_official(journal.db, "sekretaris", TODAY)
    assert words(made)[2:] == ("an", "Sekretaris Kecamatan", "")


def test_a_letter_in_the_name_of_the_chief_is_confirmed_by_him_or_on_his_behalf(two: Journal) -> None:
    def made(username: str) -> tuple[str, str, str, str]:
        official = confirming_official(two.db, username, TODAY, START)
        assert (official.approved_at, official.standing) == (START, standing_of(two.db, ("camat",)))
        return words(official)[:4]

    chief = ("Hadi Purnomo", "Camat Contoh", "", "")
    assert made("camat") == made("nobody") == chief
    assert made("ratna") == ("Ratna Puspita", "Sekretaris Kecamatan", "an", "Camat Contoh")
    assert made("budi") == ("Budi Santoso", "Kasi Pelayanan Umum", "an", "Camat Contoh")
    assert made("tono") == ("Tono", "Kepala Subbagian Umum", "an", "Camat Contoh")
    appoint(two, "ratna", "camat", "plh")
    assert made("ratna") == ("Ratna Puspita", "Camat Contoh", "plh", "")


def test_staff_sign_under_their_title_or_section_or_first_role(two: Journal) -> None:
    add(two, "tata", "operator", title="Pranata Muda")
    add(two, "titi", "kasi", title="Kepala Muda")
    made = {name: staff_official(two.db, name).post for name in ("tata", "titi", "tono", "budi", "oki", "camat", "x")}
    assert made == {
        "tata": "Pranata Muda",
        "titi": "Kepala Muda",
        "tono": "Kepala Subbagian Umum",
        "budi": "Kasi Pelayanan Umum",
        "oki": "Petugas Operator",
        "camat": "Camat Contoh",
        "x": "Petugas",
    }
    assert (staff_official(two.db, "x").name, staff_official(two.db, "oki").standing) == ("", 0)


def test_the_next_higher_acknowledges_and_nobody_himself_but_the_chief(journal: Journal) -> None:
    def above(name: str) -> str:
        return official_above(journal.db, staff_official(journal.db, name), TODAY).name

    assert [above(name) for name in ("oki", "budi", "ratna", "camat")] == [
        "Budi Santoso",
        "Ratna Puspita",
        "Hadi Purnomo",
        "Hadi Purnomo",
    ]


@pytest.mark.parametrize(
    ("post", "behalf", "named"),
    [
        ("Camat Contoh", "", "Camat Contoh"),
        ("Sekretaris Kecamatan", "Camat Contoh", "Camat Contoh"),
        ("Camat", "", "Camat Kecamatan Contoh"),
        ("Sekretaris Kecamatan", "", "Sekretaris Kecamatan Contoh"),
        ("", "", ""),
    ],
)
def test_a_decree_names_the_office_once(journal: Journal, post: str, behalf: str, named: str) -> None:
    assert enacting_post(journal.db, Official(name="X", post=post, on_behalf_of=behalf)) == named


def test_the_number_of_a_form_is_that_of_its_only_service_or_the_offices_own() -> None:
    ktp, ktm = load_all()["ktp-el"], load_all()["ktm"]
    assert shared_control([ktp], "F-05") == papers.form_control(ktp, "F-05")
    assert papers.form_control(ktp, "F-05").document == "PELY-02/F-05"
    for services in ((), (ktp, ktm)):
        assert shared_control(services, "F-05").document == "KANTOR/F-05"


def test_a_decree_that_is_over_gives_no_post(journal: Journal) -> None:
    appoint(journal, "ratna", "camat", "plh", until=1)
    names = [signing_official(journal.db, "camat", TODAY + n * ONE_DAY).name for n in range(3)]
    assert names == ["Ratna Puspita", "Ratna Puspita", "Hadi Purnomo"]
    agree(journal, changes.Disable(who(journal, "ida").person_id, "Pindah"), now=START)
    assert staff_official(journal.db, "ida").name == "Ida Rahayu", "what she signed before is still hers"
