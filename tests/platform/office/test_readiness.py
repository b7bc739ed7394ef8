"""*Siap melayani?*: until an application can be registered every desk says what is missing and whose turn it is."""

import re
from datetime import datetime, timedelta

import pytest

from app.core.clock import office_date
from app.platform.office import standards
from app.platform.people.credentials import PIN_WAITS, put_password
from app.platform.people.hashing import hash_secret
from app.platform.people.queries import actor_named
from app.platform.people.service import list_new_pins
from app.platform.people.tables import Credential
from schema.definitions import SERVICES, definition_text
from sync.journal import Journal
from tests.platform.office.first import SECRET, typed, walk_set_up
from tests.platform.people import CHEAP, PIN, START, Browser, Clock, keep_pin

NOTHING_WAITS = re.compile(r"[Tt]idak ada (?:[a-z]+ )?yang (?:menunggu|perlu)")
HTMX = {"HX-Request": "true"}
STAFF = {"kasi-name": "Budi Santoso", "counter-name": "Sari Wulandari", "operator-name": "Oki Setiawan"}
SIGNERS = ("budi", "ratna", "camat")


@pytest.fixture
def founded(stranger: Browser, empty: Journal) -> Journal:
    """An office of the first day: everybody has changed the first password, nobody has a PIN yet."""
    assert walk_set_up(stranger, typed(**STAFF)).status_code == 303
    Credential.update(must_change=0).execute(empty.db)
    return empty


def card(browser: Browser) -> str:
    """The card on somebody's desk, without its tags."""
    page = browser.get("/").get_data(as_text=True)
    found = re.search(r'<section class="sheet sheet-accent readiness".*?</section>', page, re.DOTALL)
    assert not NOTHING_WAITS.search(page), "nothing can be registered"
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split()) if found else ""


def people(stranger: Browser, *names: str) -> dict[str, Browser]:
    return {name: Browser(stranger.app, name) for name in names}


def test_each_desk_names_what_is_missing_who_acts_and_one_button_for_those_who_may(
    stranger: Browser, founded: Journal
) -> None:
    at = people(stranger, "ratna", "budi", "sari", "camat")
    for words in ("Standar pelayanan berlaku", "Cadangan terbukti", "Lambang", "Petugas", "Dispenduk Capil"):
        assert all(words in card(person) for person in at.values())
    assert all("Giliran Budi Santoso (Kasi Pelayanan Umum)" in card(person) for person in at.values())
    assert "Belum ada: Petugas Layanan Informasi." in card(at["sari"])
    buttons = {
        name: re.findall(r"Buat PIN|Buat kunci|Pasang lambang|Daftarkan kantor|Tambah petugas", card(person))
        for name, person in at.items()
    }
    assert buttons["ratna"] == ["Buat PIN", "Tambah petugas", "Buat kunci", "Pasang lambang", "Daftarkan kantor"]
    assert buttons["budi"] == ["Buat PIN"]
    assert buttons["sari"] == []
    page = at["ratna"].get("/").get_data(as_text=True)
    for href in set(re.findall(r'class="btn btn-small[^"]*" href="([^"]+)"', page)):
        assert at["ratna"].get(href).status_code == 200, href


def test_a_new_pin_waits_and_whoever_may_vouch_has_the_button(stranger: Browser, founded: Journal) -> None:
    at = people(stranger, "ratna", "sari")
    make_pin_in_force(founded, "budi", START + PIN_WAITS)
    make_pin_in_force(founded, "ratna", START)
    for one, may in ((at["ratna"], True), (at["sari"], False)):
        assert "PIN Budi Santoso berlaku mulai" in card(one)
        assert ("Jamin PIN" in card(one)) is may
        assert ("Menunggu jaminan: Budi Santoso." in card(one)) is may


def make_pin(browser: Browser, pin: str = PIN) -> None:
    """On the own page, with the password of the set-up."""
    assert browser.post("/saya/pin", {"password": SECRET, "pin": pin}).status_code == 303


def test_an_office_whose_head_made_a_pin_before_the_administrator_serves_on_its_first_day(
    stranger: Browser, founded: Journal
) -> None:
    """Camat and Kasi sign in first; nobody is offered to vouch with a PIN that decides nothing."""
    at = people(stranger, *SIGNERS)
    for name in SIGNERS:
        actor = actor_named(founded.db, name, office_date(START))
        assert actor is not None
        put_password(founded.db, actor.person_id, hash_secret(SECRET, CHEAP), must_change=False, now=START)
    for name in ("camat", "budi"):
        make_pin(at[name])
    for name in ("camat", "budi"):
        words = card(at[name])
        assert "Jamin PIN" not in words
        assert "Lebih cepat bila Ratna Puspita membuat PIN" in words
        assert "Giliran Ratna Puspita ." in words, "whoever can end the wait, not who waits"
        assert re.search('name="people"', at[name].get("/pengaturan/persetujuan/").get_data(as_text=True)) is None
    assert "PIN pertama kantor" in card(at["ratna"])
    make_pin(at["ratna"])
    assert "PIN disimpan dan langsung berlaku." in at["ratna"].get("/saya").get_data(as_text=True)
    assert "PIN pertama kantor" not in card(at["ratna"])
    assert "Menunggu jaminan: Hadi Purnomo, Budi Santoso." in card(at["ratna"])
    assert "dijamin Ratna Puspita" in card(at["camat"])
    ticked = [pin.person_id for pin in list_new_pins(founded.db, START)]
    assert at["ratna"].post("/pengaturan/persetujuan/pin/jamin", {"people": ticked, "pin": PIN}).status_code == 303
    for name in SIGNERS:
        digest = standards.known_proposal(founded.db, "ktp-el").digest
        signed = at[name].post("/standar/ktp-el/usulan/tanda-tangan", {"digest": digest, "pin": PIN})
        assert signed.status_code == 303, name
    assert "Siap melayani" not in at["budi"].get("/").get_data(as_text=True)


def test_the_card_goes_with_the_last_signature_and_only_then(stranger: Browser, founded: Journal, clock: Clock) -> None:
    at = people(stranger, *SIGNERS, "sari")
    waiting = standards.known_proposal(founded.db, "ktp-el")
    for given, name in enumerate(SIGNERS):
        actor = actor_named(founded.db, name, office_date(START))
        assert actor is not None
        keep_pin(founded.db, actor.person_id, now=START - timedelta(days=1))
        assert f"{given} dari 3 tanda tangan" in card(at["sari"])
        assert f"{given} dari 3 tanda tangan" in at["sari"].get("/meja/lagi", headers=HTMX).get_data(as_text=True)
        able = [person for person in at if "Baca dan tanda tangani" in card(at[person])]
        assert able == [name]
        standards.sign_standard(founded, actor, service="ktp-el", digest=waiting.digest, now=START)
    asked = at["sari"].get("/meja/lagi", headers=HTMX).get_data(as_text=True)
    assert asked.startswith('<div id="desk">'), "no page in the page"
    assert 'id="kunci"' in asked, "the desk that stood open is by itself one on which work begins"
    page = at["sari"].get("/").get_data(as_text=True)
    assert "Siap melayani" not in page
    assert NOTHING_WAITS.search(page)


def test_a_standard_of_another_day_and_one_that_nobody_proposed_keep_the_card(
    stranger: Browser, founded: Journal
) -> None:
    ratna = actor_named(founded.db, "ratna", office_date(START))
    assert ratna is not None
    standards.withdraw_standard(founded, ratna, service="ktp-el", reason="Salah naskah.", now=START)
    at = people(stranger, "ratna", "sari")
    assert "Belum diusulkan." in card(at["ratna"])
    assert "Usulkan" in card(at["ratna"])
    assert "Giliran Sekretaris atau Administrator" in card(at["sari"])
    text, later = definition_text(SERVICES / "ktp-el.toml"), office_date(START) + timedelta(days=7)
    standards.propose_standard(founded, ratna, text=text, effective_on=later, now=START)
    for name in SIGNERS:
        actor = actor_named(founded.db, name, office_date(START))
        assert actor is not None
        digest = standards.known_proposal(founded.db, "ktp-el").digest
        standards.sign_standard(founded, actor, service="ktp-el", digest=digest, now=START)
    assert "berlaku mulai Kamis, 19 Maret 2026" in card(at["sari"])


def test_what_the_card_says_stands_nowhere_else_on_the_page(stranger: Browser, founded: Journal) -> None:
    """A missing recovery key and a partner that knows nothing of the office: once on the desk, once on each page."""
    ratna = people(stranger, "ratna")["ratna"]
    make_pin_in_force(founded, "ratna", START - timedelta(days=1))
    make_pin_in_force(founded, "budi", START + PIN_WAITS)
    page = ratna.get("/").get_data(as_text=True)
    told = {"kunci": "Kunci pemulihan", "mitra": "Belum terdaftar", "pin": "Budi Santoso.", "bar": 'id="authority-'}
    assert {name: page.count(words) for name, words in told.items()} == {"kunci": 1, "mitra": 1, "pin": 1, "bar": 0}
    assert "menunggu persetujuan kedua" not in page
    main = ratna.get("/keadaan/").get_data(as_text=True).partition("<main")[2]
    assert main.count("Buat kunci pemulihan di halaman Cadangan") == 1
    assert main.count("elum terdaftar") == 1
    assert "Buat kunci pemulihan di halaman Cadangan" not in ratna.get("/cadangan/").get_data(as_text=True)


def make_pin_in_force(journal: Journal, name: str, begins: datetime) -> None:
    actor = actor_named(journal.db, name, office_date(START))
    assert actor is not None
    keep_pin(journal.db, actor.person_id, now=begins)


def test_a_name_that_ends_with_a_title_is_followed_by_one_stop(stranger: Browser, empty: Journal) -> None:
    given = STAFF | {"kasi-name": "Budi Santoso, S.Sos.", "camat-name": "Hadi Purnomo, M.Si."}
    assert walk_set_up(stranger, typed(**given)).status_code == 303
    Credential.update(must_change=0).execute(empty.db)
    at = people(stranger, "ratna", "camat")
    make_pin_in_force(empty, "ratna", START - timedelta(days=1))
    make_pin_in_force(empty, "budi", START + PIN_WAITS)
    pages = [at["ratna"].get("/"), at["camat"].get("/standar/ktp-el/usulan")]
    texts = [re.sub(r"<[^>]+>", "", page.get_data(as_text=True)) for page in pages]
    assert all("S.Sos." in text for text in texts)
    assert [text for text in texts if ".." in text.replace("...", "")] == []
