"""Who may do what is changed by two people; the person is told; a new PIN waits a day or for a colleague's word."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from app.cli.administration import confirm_alone_
from app.core import clock as clocks
from app.core.permissions import Actor
from app.core.problems import Problem
from app.platform.people import changes, credentials, queries, service
from app.platform.people.changes import AnyChange
from app.platform.people.queries import changes_about, changes_made_alone
from sync.journal import Journal
from tests.platform.people import CHEAP, PASSWORD, PIN, START, Browser, Clock, agree

NEW, NEW_PIN = "jahe hangat manis", "735104"
TODAY = START.date()
PAGE = "/pengaturan/persetujuan"


def who(journal: Journal, name: str, now: Any = START) -> Actor:
    found = queries.actor_named(journal.db, name, now.date())
    assert found is not None
    return found


def proposed(journal: Journal, change: AnyChange, by: str = "ratna", now: Any = START, password: str = "") -> int:
    return service.propose_change(journal, who(journal, by), change, now=now, password=password, cost=CHEAP)


def code(command: Any, *args: Any, **told: Any) -> str:
    with pytest.raises(Problem) as caught:
        command(*args, **told)
    return caught.value.code


def roles(journal: Journal, name: str, *held: str) -> changes.SetRoles:
    return changes.SetRoles(who(journal, name).person_id, held)


def acts(journal: Journal, name: str) -> list[str]:
    return [change.act for change in changes_about(journal.db, who(journal, name).person_id)]


# -- two people ----------------------------------------------------------------------------------------------------


def test_nobody_proposes_or_confirms_what_is_about_himself(journal: Journal) -> None:
    ratna = who(journal, "ratna")
    decree = changes.Appoint(ratna.person_id, "camat", "plt", "1", TODAY, None)
    own = [
        roles(journal, "ratna", "camat"),
        changes.GivePassword(ratna.person_id),
        decree,
        changes.Enable(ratna.person_id, "x"),
    ]
    for change in own:
        assert code(proposed, journal, change, password=NEW) == "own_authority"
    number = proposed(journal, roles(journal, "budi", "kasi", "admin"))
    assert code(service.confirm_proposal, journal, who(journal, "budi"), number, now=START) == "own_authority"
    assert code(service.confirm_proposal, journal, ratna, number, now=START) == "second_needed"
    assert code(service.confirm_proposal, journal, who(journal, "sari"), number, now=START) == "forbidden"


def test_two_administrators_alone_settle_only_what_touches_no_head(journal: Journal) -> None:
    for name in ("oki", "sari"):
        agree(journal, roles(journal, name, "admin"), now=START)
    oki, sari = who(journal, "oki"), who(journal, "sari")
    camat, desi = who(journal, "camat").person_id, who(journal, "desi").person_id
    heavy = [
        roles(journal, "desi", "camat"),
        roles(journal, "desi", "admin"),
        roles(journal, "desi", "information"),
        changes.GivePassword(camat),
        changes.Disable(camat, "Pindah"),
        changes.Appoint(desi, "kasi", "plh", "1", TODAY, None),
    ]
    for change in heavy:
        number = proposed(journal, change, "oki", password=NEW)
        assert code(service.confirm_proposal, journal, sari, number, now=START) == "second_needed", change
    service.confirm_proposal(
        journal, sari, proposed(journal, changes.GivePassword(desi), "oki", password=NEW), now=START
    )
    assert acts(journal, "desi") == ["password"]
    assert oki.roles == {"admin"}


def test_both_stand_in_the_journal_and_the_password_does_not(journal: Journal) -> None:
    sari = who(journal, "sari").person_id
    agree(journal, changes.GivePassword(sari), now=START, password=NEW)
    entry = journal.about(f"person/{sari}")[-1]
    assert (entry.kind, entry.actor, entry.body.proposed_by, entry.body.second, entry.body.alone) == (
        "authority.changed",
        "budi",
        "ratna",
        "budi",
        False,
    )
    assert journal.db.one("SELECT count(*) FROM authority_proposal") == (0,)


def test_of_two_who_confirm_at_once_one_does(journal: Journal) -> None:
    number = proposed(journal, roles(journal, "sari", "operator"))

    def confirm(name: str) -> str:
        try:
            service.confirm_proposal(journal, who(journal, name), number, now=START)
        except Problem as problem:
            return problem.code
        return "done"

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(confirm, ("budi", "camat"))) == ["done", "not_found"]
    assert acts(journal, "sari") == ["roles"]


def test_what_became_of_both_meanwhile_counts(journal: Journal) -> None:
    """A second person who is out, lost the role or acts no more; a proposer who may propose no more."""
    number = proposed(journal, roles(journal, "sari", "kasi"))
    budi = who(journal, "budi")
    agree(journal, changes.Appoint(who(journal, "ida").person_id, "kasi", "plh", "1", TODAY, TODAY), now=START)
    later, ida = START + timedelta(days=1), who(journal, "ida")
    assert "kasi" in ida.roles
    assert code(service.confirm_proposal, journal, ida, number, now=later) == "forbidden"
    service.confirm_proposal(
        journal, who(journal, "camat"), proposed(journal, roles(journal, "budi", "counter")), now=START
    )
    assert code(service.confirm_proposal, journal, budi, number, now=START) == "forbidden"
    service.confirm_proposal(
        journal, who(journal, "camat"), proposed(journal, changes.Disable(budi.person_id, "x")), now=START
    )
    assert code(service.confirm_proposal, journal, budi, number, now=START) == "forbidden"
    agree_on = proposed(journal, roles(journal, "oki", "admin", "kasi"))
    service.confirm_proposal(journal, who(journal, "camat"), agree_on, now=START)
    out = proposed(journal, roles(journal, "ratna", "counter"), "camat")
    service.confirm_proposal(journal, who(journal, "oki"), out, now=START)
    with pytest.raises(Problem, match="Ratna Puspita tidak lagi berwenang mengusulkan"):
        service.confirm_proposal(journal, who(journal, "camat"), number, now=START)
    assert who(journal, "sari").roles == {"counter"}


def test_a_proposal_is_taken_back_refused_or_gone_after_a_week(journal: Journal) -> None:
    camat = who(journal, "camat")
    given = changes.GivePassword(who(journal, "sari").person_id)
    for name in ("ratna", "camat"):
        number = proposed(journal, given, password=NEW)
        assert code(service.withdraw_proposal, journal, who(journal, "oki"), number, now=START) == "forbidden"
        service.withdraw_proposal(journal, who(journal, name), number, now=START)
        assert code(service.confirm_proposal, journal, camat, number, now=START) == "not_found"
    number = proposed(journal, given, password=NEW)
    late = START + timedelta(days=7, seconds=1)
    assert code(service.confirm_proposal, journal, camat, number, now=late) == "not_found"
    assert acts(journal, "sari") == []
    proposed(journal, given, password=NEW, now=late)
    assert journal.db.one("SELECT count(*) FROM authority_proposal") == (1,)
    taken_back = [("ratna", "authority.withdrawn"), ("camat", "authority.refused")]
    logged = (
        "SELECT p.username, l.action FROM access_log l JOIN person p ON p.id = l.person_id WHERE l.action IN (?, ?)"
    )
    assert list(journal.db.run(f"{logged} ORDER BY l.id", [action for _, action in taken_back])) == taken_back


def test_the_second_person_confirms_at_the_same_pc_with_everything_that_is_his(
    as_ratna: Browser, journal: Journal
) -> None:
    number = proposed(journal, roles(journal, "sari", "operator"))
    path, good = f"{PAGE}/{number}/setujui", {"username": "budi", "password": PASSWORD, "pin": PIN}
    for wrong in (
        {"pin": PIN},
        {**good, "password": "salah sekali"},
        {**good, "pin": "000111"},
        {**good, "pin": ""},
        *({**good, "username": name} for name in ("oki", "ratna", "sari")),
    ):
        refused = as_ratna.post(path, wrong)
        assert refused.status_code in (403, 422), wrong
    assert who(journal, "sari").roles == {"counter"}
    assert as_ratna.post(path, good).status_code == 303
    assert who(journal, "sari").roles == {"operator"}


def test_a_refused_form_keeps_what_was_typed(as_ratna: Browser) -> None:
    typed = {
        "name": "Tono Wijaya",
        "username": "tono",
        "roles": ["counter"],
        "password": NEW,
        "pin": "000111",
    }
    refused = as_ratna.post("/pengaturan/petugas/baru", typed)
    text = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert 'value="Tono Wijaya"' in text
    assert "PIN tidak cocok" in text
    assert NEW not in text


# -- alone -----------------------------------------------------------------------------------------------------------


def test_the_command_makes_it_where_nobody_else_could(journal: Journal) -> None:
    number = proposed(journal, roles(journal, "sari", "operator"))
    with pytest.raises(Problem, match="Budi Santoso"):
        service.confirm_proposal_alone(journal, number, now=START + timedelta(days=2, hours=23))
    journal.db.run("UPDATE credential SET pin_misses = 20 WHERE person_id <> 1")
    service.confirm_proposal_alone(journal, number, now=START)
    [alone] = changes_made_alone(journal.db, TODAY)
    assert alone.what == "Peran diganti: Petugas Operator"
    assert alone.who == "Diusulkan Ratna Puspita, disahkan dengan perintah di komputer kantor"
    logged = "SELECT person_id, subject, detail, address FROM access_log WHERE action = 'authority.alone'"
    sari = who(journal, "sari").person_id
    assert list(journal.db.run(logged)) == [(None, f"person/{sari}", "roles", "console")]


def test_after_three_days_the_command_makes_it_anyway_and_every_desk_shows_it_for_a_week(
    journal: Journal, web: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = proposed(journal, roles(journal, "sari", "operator"))
    folder = str(Path(str(journal.db.database)).parent)
    monkeypatch.setattr(clocks, "now", clock)
    waiting = f"{number}  Sari Wulandari: Peran diganti, diusulkan Ratna Puspita"
    assert CliRunner().invoke(confirm_alone_, ["--data", folder]).output == f"{waiting}\n"
    early = CliRunner().invoke(confirm_alone_, [str(number), "--data", folder])
    assert early.exit_code == 1
    assert "Masih ada yang dapat menyetujuinya" in early.output
    clock.forward(days=3)
    made = CliRunner().invoke(confirm_alone_, [str(number), "--data", folder])
    assert (made.exit_code, made.output) == (
        0,
        f"Berlaku: {waiting}\nSemua meja menampilkannya selama seminggu.\n",
    )
    assert CliRunner().invoke(confirm_alone_, ["--data", folder]).output == "Tidak ada usulan yang menunggu.\n"
    notice = "Hak petugas diubah oleh satu orang saja"
    for name in ("oki", "camat", "desi"):
        assert notice in Browser(web, name).get("/saya").get_data(as_text=True)
    clock.forward(days=7)
    assert notice in Browser(web, "oki").get("/saya").get_data(as_text=True)
    clock.forward(days=1)
    assert notice not in Browser(web, "oki").get("/saya").get_data(as_text=True)


# -- told ------------------------------------------------------------------------------------------------------------


def test_the_person_is_told_until_he_has_read_it(journal: Journal, web: Flask, clock: Clock) -> None:
    agree(journal, roles(journal, "sari", "counter", "operator"), now=START)
    sari, told = (
        Browser(web, "sari"),
        "Peran diganti: Petugas Loket, Petugas Operator. Diusulkan Ratna Puspita",
    )
    page = sari.get("/saya").get_data(as_text=True)
    assert 'id="authority-own"' in page
    assert told in page
    assert 'id="authority-own"' not in Browser(web, "oki").get("/saya").get_data(as_text=True)
    [newest] = changes_about(journal.db, sari.actor.person_id)
    assert sari.post("/saya/perubahan", {"sampai": str(newest.id), "lanjut": "/saya"}).headers["Location"] == "/saya"
    page = sari.get("/saya").get_data(as_text=True)
    assert 'id="authority-own"' not in page
    assert "Peran diganti" in page
    sari.post("/saya/perubahan", {"sampai": "999999"})
    agree(journal, roles(journal, "sari", "counter"), now=START)
    assert 'id="authority-own"' in sari.get("/saya").get_data(as_text=True)


def test_a_pin_or_password_that_somebody_made_in_one_s_name_is_told_too(journal: Journal) -> None:
    sari = who(journal, "sari")
    credentials.set_password(journal, sari, old=PASSWORD, new=NEW, now=START, cost=CHEAP)
    credentials.set_pin(journal, sari, password=NEW, pin=NEW_PIN, now=START, cost=CHEAP)
    assert acts(journal, "sari") == ["pin", "own_password"]
    assert NEW not in json.dumps([change.what for change in changes_about(journal.db, sari.person_id)])


# -- a new PIN -------------------------------------------------------------------------------------------------------


def test_a_new_pin_waits_a_day_and_with_the_old_one_it_does_not(journal: Journal) -> None:
    budi = who(journal, "budi")
    assert (
        credentials.set_pin(journal, budi, password=PASSWORD, pin=NEW_PIN, old_pin=PIN, now=START, cost=CHEAP) == START
    )
    credentials.confirm_pin(journal.db, budi, NEW_PIN, now=START)
    wrong = code(
        credentials.set_pin, journal, budi, password=PASSWORD, pin="402915", old_pin=PIN, now=START, cost=CHEAP
    )
    assert wrong == "wrong_pin"
    begins = credentials.set_pin(journal, budi, password=PASSWORD, pin="402915", now=START, cost=CHEAP)
    assert begins == START + timedelta(days=1)
    again = START + timedelta(hours=1)
    credentials.set_pin(journal, budi, password=PASSWORD, pin=NEW_PIN, old_pin="402915", now=again, cost=CHEAP)
    assert code(credentials.confirm_pin, journal.db, budi, NEW_PIN, now=begins - timedelta(seconds=1)) == "pin_waits"
    newest = journal.db.one("SELECT action, person_id FROM access_log ORDER BY id DESC LIMIT 1")
    assert newest == ("pin.too_new", budi.person_id)
    credentials.confirm_pin(journal.db, budi, NEW_PIN, now=begins)


def test_a_colleague_vouches_but_not_who_gave_the_password(journal: Journal) -> None:
    sari, names = who(journal, "sari"), ("ratna", "budi", "camat")
    agree(journal, changes.GivePassword(sari.person_id), now=START, password=NEW)
    credentials.set_pin(journal, sari, password=NEW, pin=NEW_PIN, now=START, cost=CHEAP)
    refusals = [
        code(service.vouch_for_pin, journal, who(journal, name), sari.person_id, now=START) for name in names[:2]
    ]
    assert refusals == ["second_needed", "second_needed"]
    assert code(service.vouch_for_pin, journal, sari, sari.person_id, now=START) == "forbidden"
    service.vouch_for_pin(journal, who(journal, "camat"), sari.person_id, now=START)
    credentials.confirm_pin(journal.db, sari, NEW_PIN, now=START)
    assert code(service.vouch_for_pin, journal, who(journal, "camat"), sari.person_id, now=START) == "conflict"
    assert changes_made_alone(journal.db, TODAY) == ()
    assert acts(journal, "sari") == ["vouched", "pin", "password"]


def test_a_voucher_s_own_pin_must_decide(journal: Journal, web: Flask) -> None:
    for name in ("sari", "camat"):
        credentials.set_pin(journal, who(journal, name), password=PASSWORD, pin=NEW_PIN, now=START, cost=CHEAP)
    sari = who(journal, "sari").person_id
    refused = Browser(web, "camat").post(f"{PAGE}/pin/jamin", {"people": sari, "pin": NEW_PIN})
    assert refused.status_code == 422
    assert "berlaku untuk menyetujui mulai" in refused.get_data(as_text=True)
    assert Browser(web, "budi").post(f"{PAGE}/pin/jamin", {"people": sari, "pin": PIN}).status_code == 303


def test_one_pin_vouches_for_everybody_who_was_ticked_or_for_nobody(journal: Journal, web: Flask) -> None:
    """Budi gave Sari the password with Ratna: he vouches for the Camat only, and not for both in one go."""
    sari, camat = who(journal, "sari"), who(journal, "camat")
    agree(journal, changes.GivePassword(sari.person_id), now=START, password=NEW)
    for one, password in ((sari, NEW), (camat, PASSWORD)):
        credentials.set_pin(journal, one, password=password, pin=NEW_PIN, now=START, cost=CHEAP)
    budi, ticks = Browser(web, "budi"), r'name="people" type="checkbox" value="(\d+)">'
    page = budi.get(f"{PAGE}/").get_data(as_text=True)
    assert re.findall(ticks, page) == [str(camat.person_id)], "nothing arrives ticked"
    assert "Bukan Anda yang menjamin" in page
    for people in ([], [camat.person_id, sari.person_id], ["x"]):
        assert budi.post(f"{PAGE}/pin/jamin", {"people": people, "pin": PIN}).status_code == 422
        assert code(credentials.confirm_pin, journal.db, camat, NEW_PIN, now=START) == "pin_waits"
    assert "Centang siapa yang ada di depan Anda" in budi.post(f"{PAGE}/pin/jamin", {"pin": PIN}).get_data(as_text=True)
    both = [sari.person_id, camat.person_id]
    assert code(service.vouch_for_pins, journal, who(journal, "budi"), both[::-1], now=START) == "second_needed"
    assert code(credentials.confirm_pin, journal.db, camat, NEW_PIN, now=START) == "pin_waits", "all or nobody"
    assert budi.post(f"{PAGE}/pin/jamin", {"people": camat.person_id, "pin": PIN}).status_code == 303
    credentials.confirm_pin(journal.db, camat, NEW_PIN, now=START)
    assert acts(journal, "camat")[0] == "vouched"
    assert re.findall(ticks, budi.get(f"{PAGE}/").get_data(as_text=True)) == []


def test_whoever_confirms_reads_what_each_change_does(journal: Journal, web: Flask) -> None:
    profile, sari = queries.profile_of(journal.db), who(journal, "sari")
    counter, operator, chief = (profile.label(role) for role in ("counter", "operator", "camat"))
    until, camat = TODAY + timedelta(days=9), who(journal, "camat").person_id
    told = {
        roles(journal, "sari", "operator"): [("Sekarang", counter), ("Menjadi", operator)],
        changes.AddPerson("tono", "Tono Wijaya", ("counter",)): [("Peran", counter), ("Nama pengguna", "tono")],
        changes.Appoint(sari.person_id, "camat", "plh", "HK/9", TODAY, until, camat): [
            ("Penunjukan", f"Plh. {chief}, HK/9"),
            ("Berlaku", f"{TODAY:%d-%m-%Y} sampai {until:%d-%m-%Y}"),
        ],
        changes.Appoint(sari.person_id, "camat", "plt", "HK/10", TODAY, None, camat): [
            ("Penunjukan", f"Plt. {chief}, HK/10"),
            ("Berlaku", f"{TODAY:%d-%m-%Y} sampai dicabut"),
        ],
        changes.Disable(sari.person_id, "Cuti besar."): [("Isinya", "Cuti besar.")],
        changes.GivePassword(sari.person_id): [],
    }
    for change, facts in told.items():
        gives_password = isinstance(change, changes.AddPerson | changes.GivePassword)
        number = proposed(journal, change, password=NEW if gives_password else "")
        page = Browser(web, "budi").get(f"{PAGE}/").get_data(as_text=True)
        rows = re.findall(r"<dt>(.*?)</dt>\s*<dd[^>]*>(.*?)</dd>", page, re.DOTALL)
        assert [(name.strip(), said.strip()) for name, said in rows] == facts, change.act
        service.withdraw_proposal(journal, who(journal, "ratna"), number, now=START)


def test_the_rail_counts_what_waits_for_this_very_person(journal: Journal) -> None:
    later = START + timedelta(days=2)
    proposed(journal, roles(journal, "sari", "kasi"), now=later)
    credentials.set_pin(journal, who(journal, "oki"), password=PASSWORD, pin=NEW_PIN, now=later, cost=CHEAP)
    counts = {name: service.count_waiting(journal.db, who(journal, name), later) for name in ("ratna", "budi", "camat")}
    assert counts == {"ratna": 0, "budi": 2, "camat": 2}


def test_who_will_act_or_is_out_is_weighed_as_what_he_will_be(journal: Journal) -> None:
    for name in ("oki", "ida"):
        agree(journal, roles(journal, name, "admin"), now=START)
    sari, week = who(journal, "sari").person_id, timedelta(days=7)
    agree(journal, changes.Appoint(sari, "camat", "plh", "1", TODAY + week, None), now=START)
    for change in (changes.GivePassword(sari), changes.Disable(sari, "x")):
        number = proposed(journal, change, "oki", password=NEW)
        assert code(service.confirm_proposal, journal, who(journal, "ida"), number, now=START) == "second_needed"
    agree(journal, changes.Disable(sari, "x"), now=START)
    number = proposed(journal, changes.Enable(sari, "x"), "oki", START + week)
    assert code(service.confirm_proposal, journal, who(journal, "ida"), number, now=START + week) == "second_needed"
