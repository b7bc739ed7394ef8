import re
from datetime import date, timedelta

import apsw
import pytest

from app import compose
from app.core.permissions import SYSTEM, Actor
from app.core.problems import Problem
from app.platform.people import changes, credentials, queries, service, sessions
from app.platform.people.access_log import Week, access_log_digest, log_access, monday_of
from schema.database import SqliteDatabase, open_office
from schema.migrations import migrate_database
from sync.journal import Journal
from tests.platform.people import CHEAP, MUNDER, PASSWORD, PIN, START, Browser, Clock, agree

TODAY = date(2026, 3, 12)


def actor(journal: Journal, username: str, on: date = TODAY) -> Actor:
    found = queries.actor_named(journal.db, username, on)
    assert found is not None
    return found


def refused(code: str, command: object, *args: object, **kwargs: object) -> dict[str, str]:
    with pytest.raises(Problem) as caught:
        command(*args, **kwargs)
    assert caught.value.code == code
    return caught.value.fields


def test_only_administrators_manage_people(journal: Journal) -> None:
    newcomer = changes.AddPerson("baru", "Baru", ("counter",))
    for username in ("sari", "budi", "oki", "desi"):
        refused(
            "forbidden",
            service.propose_change,
            journal,
            actor(journal, username),
            newcomer,
            password=PASSWORD,
            now=START,
        )
    refused(
        "forbidden",
        service.add_person,
        journal,
        actor(journal, "ratna"),
        newcomer,
        password=PASSWORD,
        now=START,
    )


def test_every_wrong_field_gets_its_sentence(journal: Journal) -> None:
    fields = refused(
        "invalid",
        service.add_person,
        journal,
        SYSTEM,
        changes.AddPerson("Sari", " ", (), "123", area=MUNDER),
        password="pendek",
        now=START,
    )
    assert set(fields) == {"username", "name", "roles", "nip", "password", "area"}


def test_a_village_clerk_needs_a_village(journal: Journal) -> None:
    fields = refused(
        "invalid",
        service.add_person,
        journal,
        SYSTEM,
        changes.AddPerson("desa", "Desa", ("village",)),
        password=PASSWORD,
        now=START,
    )
    assert set(fields) == {"area"}
    assert actor(journal, "desi").area == MUNDER


def test_the_last_administrator_stays(journal: Journal) -> None:
    ratna = actor(journal, "ratna")
    refused("conflict", agree, journal, changes.Disable(ratna.person_id, "Pensiun"), now=START)
    refused("invalid", agree, journal, changes.SetRoles(ratna.person_id, ("sekretaris",)), now=START)
    agree(journal, changes.SetRoles(actor(journal, "budi").person_id, ("kasi", "admin")), now=START)
    agree(journal, changes.SetRoles(ratna.person_id, ("sekretaris",)), now=START)
    assert actor(journal, "ratna").roles == {"sekretaris"}


def test_the_holder_signs_unless_somebody_acts(journal: Journal) -> None:
    ratna, budi = actor(journal, "ratna"), actor(journal, "budi")
    holder = queries.who_signs(journal.db, "camat", TODAY)
    assert holder is not None
    assert (holder.name, holder.prefix, holder.nip) == ("Hadi Purnomo", "", "197102031996031002")
    until = TODAY + timedelta(days=3)
    agree(journal, changes.Appoint(ratna.person_id, "camat", "plh", "800/7/2026", TODAY, until), now=START)
    agree(journal, changes.Appoint(budi.person_id, "kasi", "an", "800/8/2026", TODAY, None), now=START)
    signs = [queries.who_signs(journal.db, "camat", TODAY + timedelta(days=n)) for n in (-1, 0, 3, 4)]
    assert [(sign.prefix, sign.name) for sign in signs if sign] == [
        ("", "Hadi Purnomo"),
        ("Plh. ", "Ratna Puspita"),
        ("Plh. ", "Ratna Puspita"),
        ("", "Hadi Purnomo"),
    ]


def test_acting_grants_the_post_for_its_days_and_an_does_not(journal: Journal) -> None:
    ida = actor(journal, "ida").person_id
    acting_id = agree(journal, changes.Appoint(ida, "camat", "plt", "1/2026", TODAY, None), now=START)
    agree(journal, changes.Appoint(ida, "kasi", "an", "2/2026", TODAY, None), now=START)
    assert actor(journal, "ida").roles == {"information", "camat"}
    assert actor(journal, "ida", TODAY - timedelta(days=1)).roles == {"information"}
    agree(journal, changes.ending_of(journal.db, acting_id, TODAY), now=START)
    assert actor(journal, "ida", TODAY + timedelta(days=1)).roles == {"information"}


def test_who_acts_for_another_holder_does_not_sign_for_the_first(journal: Journal) -> None:
    """With a Kasi for each section the papers name the first one, or who acts for that very person."""
    ratna, budi, ida = (actor(journal, name) for name in ("ratna", "budi", "ida"))
    tono = agree(journal, changes.AddPerson("tono", "Tono Wijaya", ("kasi",)), password=PASSWORD, now=START)

    def give(from_on: date, until_on: date | None, instead_of: int) -> None:
        decree = changes.Appoint(ida.person_id, "kasi", "plt", "9/2026", from_on, until_on, instead_of)
        agree(journal, decree, now=START)

    give(TODAY, TODAY, tono)
    later = TODAY + timedelta(days=1)
    give(later, None, budi.person_id)
    signs = [queries.who_signs(journal.db, "kasi", day) for day in (TODAY, later)]
    assert [(sign.prefix, sign.name) for sign in signs if sign] == [
        ("", "Budi Santoso"),
        ("Plt. ", "Ida Rahayu"),
    ]
    refused("invalid", give, TODAY, None, ratna.person_id)
    refused("invalid", give, TODAY, None, ida.person_id)


def test_who_is_signed_in_reads_the_own_post_else_the_role(journal: Journal) -> None:
    ratna, budi = actor(journal, "ratna"), actor(journal, "budi")
    assert budi.post == "Kasi Pelayanan Umum"
    service.change_person(
        journal, ratna, budi.person_id, name=budi.name, title="Kasi Pemberdayaan", now=START, nip="", rank=""
    )
    assert actor(journal, "budi").post == "Kasi Pemberdayaan"


def test_a_lone_administrator_gets_in_again(journal: Journal, clock: Clock) -> None:
    for _ in range(5):
        refused(
            "wrong_password",
            sessions.sign_in,
            journal.db,
            username="ratna",
            password="lupa sama sekali",
            now=clock(),
        )
    service.reset_administrator(journal, "Ratna", "kunci baru sekali", clock(), cost=CHEAP)
    clock.forward(minutes=10)
    assert sessions.sign_in(journal.db, username="ratna", password="kunci baru sekali", now=clock())
    refused("not_found", service.reset_administrator, journal, "sari", "kunci baru sekali", clock())
    entry, change = journal.about(f"person/{actor(journal, 'ratna').person_id}")[-2:]
    assert (entry.kind, entry.actor, entry.body.roles) == ("admin.reset", "console", ["sekretaris", "admin"])
    assert (change.kind, change.body.act, change.body.alone) == ("authority.changed", "reset", True)


def test_no_secret_reaches_the_journal(journal: Journal) -> None:
    service.reset_administrator(journal, "ratna", "kunci baru sekali", START, cost=CHEAP)
    agree(
        journal,
        changes.GivePassword(actor(journal, "sari").person_id),
        password="kunci lain sekali",
        now=START,
    )
    bodies = b"".join(bytes(row[0]) for row in journal.db.run("SELECT body FROM journal_body"))
    assert b"ratna" in bodies
    for secret in (PASSWORD, PIN, "kunci baru sekali", "kunci lain sekali", "scrypt"):
        assert secret.encode() not in bodies


def test_pin_confirms_is_counted_and_never_inside_a_transaction(journal: Journal, clock: Clock) -> None:
    budi = actor(journal, "budi")
    credentials.confirm_pin(journal.db, budi, PIN, now=clock())
    with journal.transaction(), pytest.raises(RuntimeError):
        credentials.confirm_pin(journal.db, budi, PIN, now=clock())
    for _ in range(19):
        refused("wrong_pin", credentials.confirm_pin, journal.db, budi, "000111", now=clock())
    refused("pin_locked", credentials.confirm_pin, journal.db, budi, "000111", now=clock())
    refused("pin_locked", credentials.confirm_pin, journal.db, budi, PIN, now=clock())
    credentials.set_pin(journal, budi, password=PASSWORD, pin="735104", now=clock(), cost=CHEAP)
    refused("pin_waits", credentials.confirm_pin, journal.db, budi, "735104", now=clock.forward(hours=23, minutes=59))
    credentials.confirm_pin(journal.db, budi, "735104", now=clock.forward(minutes=1))


@pytest.mark.parametrize("pin", ["12345", "1234567", "123456", "654321", "777777", "121212", "12a456", "١٢٣٤٥٦"])
def test_a_weak_pin_is_refused(journal: Journal, pin: str) -> None:
    assert set(
        refused("invalid", credentials.set_pin, journal, actor(journal, "budi"), password=PASSWORD, pin=pin, now=START)
    ) == {"pin"}


def test_what_is_no_nip_is_refused_of_somebody_known_too(journal: Journal) -> None:
    ratna = actor(journal, "ratna")
    of = {"name": "Ratna", "rank": "", "title": "", "now": START}
    for nip in ("1980", "19800230200001200A"):
        assert set(refused("invalid", service.change_person, journal, ratna, ratna.person_id, nip=nip, **of)) == {"nip"}


def test_replay_gives_the_same_people(journal: Journal, tmp_path: object) -> None:
    ratna = actor(journal, "ratna")
    agree(journal, changes.Appoint(ratna.person_id, "camat", "plh", "1/2026", TODAY, None), now=START)
    service.change_person(journal, ratna, ratna.person_id, name="Ratna P., S.Sos", nip="", rank="", title="", now=START)
    agree(journal, changes.Disable(actor(journal, "ida").person_id, "Pindah"), now=START)
    other = open_office(f"{tmp_path}/ulang.sqlite3")
    migrate_database(other, "office")
    replayed = compose.journal("office", other)
    entries = [
        journal.decode(bytes(head), bytes(body))
        for head, body in journal.db.run(
            "SELECT j.head, b.body FROM journal j JOIN journal_body b ON b.id = j.id ORDER BY j.seq"
        )
    ]
    with other.applying(), other.writing():
        replayed.apply(entries)
    for table in ("person", "person_role", "acting", "authority_change"):
        rows = [sorted(map(repr, db.run(f"SELECT * FROM {table}"))) for db in (journal.db, other)]
        assert rows[0] == rows[1]
        assert rows[0]
    other.close()


def test_the_access_log_cannot_be_rewritten(office_db: SqliteDatabase) -> None:
    before = access_log_digest(office_db, TODAY)
    log_access(office_db, at=START, person_id=1, action="case.reveal", subject="case/12")
    after = access_log_digest(office_db, TODAY)
    assert before != after
    assert access_log_digest(office_db, TODAY + timedelta(days=1)) == access_log_digest(office_db, date(2020, 1, 1))
    for sql in ("UPDATE access_log SET action = 'x'", "DELETE FROM access_log"):
        with pytest.raises(apsw.ConstraintError):
            office_db.run(sql)
    assert access_log_digest(office_db, TODAY) == after


def test_the_pages_of_the_administrator(as_ratna: Browser, journal: Journal) -> None:
    person_id = as_ratna.actor.person_id
    for path in (
        "/pengaturan/petugas/",
        "/pengaturan/petugas/baru",
        f"/pengaturan/petugas/{person_id}",
        "/pengaturan/petugas/penjabat",
        "/saya",
    ):
        assert as_ratna.get(path).status_code == 200
    assert as_ratna.get("/pengaturan/petugas/999").status_code == 404
    sari = f"/pengaturan/petugas/{actor(journal, 'sari').person_id}"
    foreign = as_ratna.post(f"{sari}/peran", {"roles": ["counter", "printer"], "area": "", "pin": PIN})
    assert (foreign.status_code, "Pilih dari daftar." in foreign.text) == (422, True), "a role of the other side"
    new = as_ratna.post("/pengaturan/petugas/baru", {"name": "", "username": "", "password": "", "pin": PIN}).text
    for sentence in ("Isi nama.", "Isi nama pengguna.", "Isi kata sandi sementara."):
        assert sentence in new
    form = {
        "post": "camat",
        "kind": "plh",
        "person_id": actor(journal, "budi").person_id,
        "decree": "800/9/2026",
        "from_on": "12032026",
        "instead_of": "",
        "pin": PIN,
    }
    unsaid = as_ratna.post("/pengaturan/petugas/penjabat", form)
    assert "Pilih siapa yang digantikan." in unsaid.get_data(as_text=True)
    form["instead_of"] = str(actor(journal, "camat").person_id)
    assert as_ratna.post("/pengaturan/petugas/penjabat", form).status_code == 303
    waits = as_ratna.get("/pengaturan/persetujuan/").get_data(as_text=True)
    assert "Plh. Camat, 800/9/2026" in waits
    assert "Plh. Camat" not in as_ratna.get("/pengaturan/petugas/penjabat").get_data(as_text=True)
    said = {"username": "camat", "password": PASSWORD, "pin": PIN}
    assert as_ratna.post("/pengaturan/persetujuan/1/setujui", said).status_code == 303
    page = as_ratna.get("/pengaturan/petugas/penjabat").get_data(as_text=True)
    assert "Plh. Camat" in page
    assert "menggantikan Hadi Purnomo" in page
    assert "12 Mar 2026 sampai dicabut" in page
    wrong = as_ratna.post("/pengaturan/petugas/penjabat", {**form, "kind": "raja", "pin": PIN})
    assert wrong.status_code == 422
    assert "Pilih dari daftar." in wrong.get_data(as_text=True)
    assert as_ratna.post("/pengaturan/petugas/penjabat", {**form, "from_on": "31022026"}).status_code == 422


@pytest.mark.parametrize(
    ("day", "until", "runs"),
    [
        (date(2026, 3, 1), date(2026, 3, 5), False),
        (date(2026, 3, 2), date(2026, 3, 5), True),
        (date(2026, 3, 5), date(2026, 3, 5), True),
        (date(2026, 3, 6), date(2026, 3, 5), False),
        (date(2026, 3, 1), None, False),
        (date(2036, 3, 2), None, True),
    ],
)
def test_an_appointment_runs_from_its_first_to_its_last_day(day: date, until: date | None, runs: bool) -> None:
    line = queries.ActingLine(1, "camat", "plt", 2, "Budi", "SK 1", date(2026, 3, 2), until)
    assert line.runs(day) is runs


def test_a_week_of_the_log_ends_on_sunday_between_its_neighbours() -> None:
    week = Week(monday_of(date(2026, 3, 12)), [], [])
    days = [str(day) for day in (week.before, week.monday, week.sunday, week.after)]
    assert days == ["2026-03-02", "2026-03-09", "2026-03-15", "2026-03-16"]
    assert {monday_of(week.monday + timedelta(days=n)) for n in range(7)} == {week.monday}


def test_nobody_stands_in_for_himself_and_a_closed_account_gets_no_password(journal: Journal) -> None:
    budi, sari = actor(journal, "budi"), actor(journal, "sari")
    for holder, from_on, until_on, wrong in (
        (budi.person_id, TODAY, None, {"instead_of": "Orang tidak menggantikan dirinya"}),
        (sari.person_id, TODAY, None, {"instead_of": "Pilih pejabat yang memegang"}),
        (None, None, None, {"from_on": ""}),
        (None, TODAY, TODAY - timedelta(days=1), {"until_on": ""}),
        (None, TODAY, TODAY, {}),
    ):
        decree = changes.Appoint(budi.person_id, "kasi", "plt", "9/2026", from_on, until_on, holder)
        found = changes.wrong_appointment(journal.db, decree)
        assert set(found) == set(wrong), holder
        assert all(found[key].startswith(words) for key, words in wrong.items())
    agree(journal, changes.Disable(sari.person_id, reason="Pindah"), now=START)
    with pytest.raises(Problem, match="tidak aktif"):
        changes.GivePassword(sari.person_id).check(journal.db)
    gone = changes.Appoint(sari.person_id, "kasi", "plt", "9/2026", TODAY, None, None)
    assert set(changes.wrong_appointment(journal.db, gone)) == {"person_id"}


def test_the_page_of_a_village_clerk_shows_which_village(as_ratna: Browser, journal: Journal) -> None:
    page = as_ratna.get(f"/pengaturan/petugas/{actor(journal, 'desi').person_id}").text
    [areas] = re.findall(r'<select[^>]*name="area".*?</select>', page, re.S)
    assert re.findall(r'<option[^>]*value="(\d*)"[^>]*selected|<option[^>]*selected[^>]*value="(\d*)"', areas) in (
        [(MUNDER, "")],
        [("", MUNDER)],
    )
