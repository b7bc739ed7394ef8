"""An office of another kind: its posts sign its standard, its sections do its services, nothing is of a kecamatan."""

import io
import re
from datetime import date
from pathlib import Path

import pytest

from app.casework.batches.partners import works_with_partner
from app.casework.desk import moving, service
from app.casework.desk.opening import Application, open_case
from app.casework.desk.views.lists import first_service
from app.compose_office import make_office_app
from app.core.permissions import Actor
from app.core.problems import Problem
from app.platform.office import papers, queries, standards
from app.platform.office.events import VillageData
from app.platform.office.service import NewPerson, first_standards, found_office
from app.platform.people.queries import list_people, profile_of
from app.platform.practice.founding import sign_standards
from app.services.complaints import limits
from app.services.ktp.views.registers import readable_services
from schema import profiles
from schema.definitions import SERVICES, definition_text
from sync.journal import Journal
from tests.casework.desk.papers import application, asked_of
from tests.platform.office.adopting import put_in_force
from tests.platform.office.first import typed
from tests.platform.people import CHEAP, MUNDER, PASSWORD, START, Browser, Clock, actor_of, enter

TODAY = START.date()
FACULTY = Path(__file__).parents[2] / "schema" / "fakultas.toml"
ROLES = {
    "village": "staf",
    "counter": "staf",
    "operator": "staf",
    "kasi": "kabag",
    "sekretaris": "wadir",
    "camat": "dekan",
}
IDENTITY = {
    "office.code": "350807",
    "office.name": "Fakultas Contoh",
    "office.regency": "Kabupaten Contoh",
    "office.place": "Contoh",
}
PEOPLE = [
    NewPerson("wira", "Wira Utama", ("wadir", "pengelola"), PASSWORD),
    NewPerson("dewi", "Dewi Ratih", ("dekan",), PASSWORD),
    NewPerson("ayu", "Ayu Lestari", ("kabag",), PASSWORD),
    NewPerson("bima", "Bima Sakti", ("kabag",), PASSWORD),
    NewPerson("sinta", "Sinta Wati", ("staf",), PASSWORD),
]


def standard_text() -> str:
    """The KTP procedure in the words of a faculty: other roles and posts, another section than the counter's."""
    text = definition_text(SERVICES / "ktp-el.toml").replace('section = "pelayanan"', 'section = "kemahasiswaan"')
    text = re.sub(
        r"roles = \[[^\]]*\]",
        lambda match: re.sub(r"\w+(?=\")", lambda role: ROLES.get(role[0], role[0]), match[0]),
        text,
    )
    for old, new in (("Kasi Pelayanan Umum", "Kepala Bagian"), ("Camat Yosowilangun", "Dekan Contoh")):
        text = text.replace(f'post = "{old}"', f'post = "{new}"')
    return text


def with_faculty(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """The program knows one kind of office more."""
    for path in (*profiles.PROFILES.glob("*.toml"), FACULTY):
        (folder / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(profiles, "PROFILES", folder)


@pytest.fixture
def faculty(empty: Journal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Journal:
    """A set-up faculty whose standard is in force; Ayu heads the section Akademik, Bima the one of the students."""
    with_faculty(monkeypatch, tmp_path)
    found_office(
        empty,
        identity=IDENTITY,
        people=PEOPLE,
        starts={},
        effective_on=date(2026, 1, 1),
        standard_text=standard_text(),
        profile="fakultas",
        own=[VillageData(MUNDER, "Munder")],
        now=START,
        cost=CHEAP,
    )
    limits.seed_office(empty, START)
    for code, head in (("akademik", "ayu"), ("kemahasiswaan", "bima")):
        name = profile_of(empty.db).sections[code].name
        limits.set_section(empty, who(empty, "wira"), code=code, name=name, head=head, now=START)
    return empty


def who(journal: Journal, username: str) -> Actor:
    return actor_of(journal.db, username, TODAY)


def file_of(journal: Journal) -> int:
    sinta = who(journal, "sinta")
    opened = asked_of(
        lambda heeded: open_case(
            journal, sinta, Application(service="ktp-el", raw=application(), ticked={}, heeded=heeded), now=START
        )
    )
    return opened.id


def test_its_own_posts_sign_its_standard(faculty: Journal) -> None:
    assert queries.list_standards(faculty.db) == []
    due = standards.signatures_of(faculty.db, "ktp-el", "01", TODAY)
    assert [(one.post, ", ".join(person.name for person in able)) for one, able in due] == [
        ("Kepala Bagian", "Bima Sakti"),
        ("Sekretaris Kecamatan", "Wira Utama"),
        ("Dekan Contoh", "Dewi Ratih"),
    ]
    sign_standards(faculty, START)
    assert queries.current_definition(faculty.db, "ktp-el", TODAY).identity.revision == "01"


def test_the_head_of_another_section_is_refused_with_the_name_of_the_section(faculty: Journal) -> None:
    sign_standards(faculty, START)
    case_id = file_of(faculty)
    before = faculty.db.one("SELECT count(*) FROM journal")
    correct = {"case_id": case_id, "raw": application(street="Lain"), "reason": "Salah tulis", "now": START}
    for command in (
        lambda: service.correct_case(faculty, who(faculty, "ayu"), **correct),
        lambda: moving.advance_case(
            faculty, who(faculty, "ayu"), case_id=case_id, outcome="returned", note="x", now=START
        ),
    ):
        with pytest.raises(Problem) as refused:
            command()
        assert refused.value.status == 403
        assert "Bagian Kemahasiswaan" in refused.value.sentence
        assert "Pelayanan Umum" not in refused.value.sentence
    assert faculty.db.one("SELECT count(*) FROM journal") == before
    moving.advance_case(faculty, who(faculty, "bima"), case_id=case_id, outcome="returned", note="Kurang", now=START)


def test_papers_and_lists_speak_of_its_posts(faculty: Journal) -> None:
    db = faculty.db
    assert papers.chief_official(db, TODAY).post == "Dekan Contoh"
    assert papers.head_official(db, TODAY).name == "Ayu Lestari"
    assert papers.head_official(db, TODAY, "kemahasiswaan").name == "Bima Sakti"
    assert papers.head_official(db, TODAY, "kemahasiswaan").post == "Kepala Bagian Kemahasiswaan"
    assert papers.staff_official(db, "bima").post == "Kepala Bagian Kemahasiswaan"
    assert {person.username: person.role_names for person in list_people(db)}["wira"] == "Wakil Dekan, Pengelola Sistem"


def test_the_set_up_page_asks_the_people_of_the_chosen_kind_of_office(
    stranger: Browser, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with_faculty(monkeypatch, tmp_path)
    page = stranger.get("/persiapan/").get_data(as_text=True)
    assert "Jenis kantor" in page
    assert "Sekretaris Kecamatan (administrator)" in stranger.get("/persiapan/petugas").get_data(as_text=True)
    stranger.post("/persiapan/kantor", typed(profile="fakultas", aksi="jenis"))
    page = stranger.get("/persiapan/petugas").get_data(as_text=True)
    assert "Wakil Dekan (pengelola)" in page
    assert "Sekretaris Kecamatan (administrator)" not in page


@pytest.mark.parametrize(("kind", "works"), [("biro", False), ("poltekkes", True), ("kecamatan", True)])
def test_before_the_first_standard_an_office_has_the_work_of_its_kind(empty: Journal, kind: str, works: bool) -> None:
    """A bureau sends nothing to anybody: no menu speaks of a bank's cards or of a print centre."""
    found_new_office(empty, kind)
    assert {works_with_partner(empty.db, role) for role in ("send", "hand_over")} == {works}


def test_the_first_register_of_a_bureau_is_that_of_its_own_service(empty: Journal, tmp_path: Path) -> None:
    found_new_office(empty, "biro")
    app = make_office_app(empty, tmp_path, {"SECRET_KEY": "x" * 32, "CLOCK": Clock()})
    with app.test_request_context("/register"):
        assert first_service() == "kartu-pns"


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize(("kind", "read"), [("kecamatan", "KTP-el"), ("poltekkes", "KTM"), ("biro", "")])
def test_an_office_reads_old_registers_of_its_own_services_only(
    empty: Journal, tmp_path: Path, kind: str, read: str, signed: bool
) -> None:
    """A bureau has no register that is read: no menu leads there, and whoever keeps the address is told why not."""
    found_new_office(empty, kind)
    for text in first_standards(profiles.load_profile(kind)) if signed else ():
        put_in_force(empty, text)
    enter(empty, {"tari": {"name": "Tari Lestari", "roles": sorted(profiles.load_profile(kind).marked("administers"))}})
    keeper = Browser(make_office_app(empty, tmp_path, {"SECRET_KEY": "x" * 32, "CLOCK": Clock()}), "tari")
    with keeper.app.test_request_context("/impor"):
        assert list(readable_services(empty.db).values()) == ([read] if read else [])
    assert ('href="/impor"' in keeper.get("/").get_data(as_text=True)) == bool(read)
    for answer in (keeper.get("/impor"), keeper.post("/impor", {"file": (io.BytesIO(b"NAMA;NIP"), "daftar.csv")})):
        told = answer.get_data(as_text=True)
        assert (answer.status_code in (200, 303)) == bool(read)
        assert ("register lamanya dibaca Loket" in told) == (not read)


def found_new_office(empty: Journal, kind: str) -> None:
    profile = profiles.load_profile(kind)
    keeper = next(iter(profile.marked("administers")))
    people = [
        NewPerson("wira", "Wira Utama", tuple({keeper, profile.overseer}), PASSWORD),
        NewPerson("dewi", "Dewi Ratih", (profile.chief,), PASSWORD),
    ]
    found_office(
        empty,
        identity=IDENTITY,
        people=people,
        starts={},
        effective_on=None,
        profile=kind,
        now=START,
        cost=CHEAP,
    )
