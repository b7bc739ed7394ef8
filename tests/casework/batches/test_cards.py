"""Cards (SP 4.7): counted on arrival, called by hand, handed over once, misprints, cards that nobody fetches."""

import re
from datetime import date, timedelta

import msgspec
import pytest
from flask import Flask

from app.casework.batches import products, queries
from app.casework.batches.events import CardHandedOver
from app.casework.batches.products import points_to_compare
from app.casework.batches.views import products as product_pages
from app.casework.desk import moving
from app.casework.desk import service as cases
from app.casework.desk.moving import case_definition
from app.core.problems import Problem
from app.platform.office import service as office
from tests.platform.people import Browser
from tests.services.ktp.desk import Desk


def printed(desk: Desk, count: int, **changed: str) -> tuple[int, list[int]]:
    """A dispatch whose cards are all printed."""
    found = [desk.ready(**changed) for _ in range(count)]
    made = desk.send(*found)
    desk.printed(made, *range(1, count + 1))
    return made, found


def here(desk: Desk) -> int:
    """A file whose card lies at the counter."""
    _, [case_id] = printed(desk, 1)
    desk.arrived(case_id)
    return case_id


def give(desk: Desk, case_id: int, **changed: str) -> None:
    wanted = {"receiver": "Anisa Rahmawati", "relation": "self"} | changed
    products.hand_card_over(desk.journal, desk.who("sari"), case_id=case_id, now=desk.now, **wanted)


# -- arrival ---------------------------------------------------------------------------------------------------


def test_the_promise_is_kept_when_the_card_has_arrived(desk: Desk) -> None:
    case_id = here(desk)
    case = cases.case_by_id(desk.journal.db, case_id)
    assert case is not None
    assert (case.step, case.kept_on) == ("hand_over", "2026-03-12")


@pytest.mark.parametrize("closed", [False, True])
def test_a_list_of_shipment_stands_in_the_story_of_what_is_awaited(desk: Desk, closed: bool) -> None:
    case_id = desk.ready()
    made = desk.send(case_id)
    desk.printed(made, 1)
    with desk.journal.db.writing(), desk.journal.db.applying():
        desk.journal.db.run(
            "UPDATE case_file SET closed = ?, closed_on = ?", (int(closed), "2026-03-12" if closed else None)
        )
    desk.shipped("S-7", made, 1)
    told = list(desk.journal.db.run("SELECT note FROM case_event WHERE action = 'shipped' AND case_id = ?", [case_id]))
    assert told == ([] if closed else [("Daftar kirim S-7",)])


def test_a_count_that_differs_from_the_ticks_wants_a_note(desk: Desk) -> None:
    made, found = printed(desk, 2)
    desk.shipped("S-1", made, 1, 2)
    with pytest.raises(Problem) as problem:
        products.count_cards_in(desk.journal, desk.who("sari"), case_ids=found, counted=3, shipment="S-1", now=desk.now)
    assert "dihitung 3, dicentang 2" in problem.value.fields["counted"]
    assert desk.step(found[0]) == "arrive"
    products.count_cards_in(
        desk.journal,
        desk.who("sari"),
        case_ids=found,
        counted=3,
        shipment="S-1",
        note="satu kartu kecamatan lain",
        now=desk.now,
    )
    [shipment] = products.list_shipments(desk.journal.db)
    assert (shipment.count, shipment.counted, shipment.note) == (2, 3, "satu kartu kecamatan lain")


def test_a_card_that_is_not_in_the_envelope_waits_on_and_says_so(desk: Desk) -> None:
    made, found = printed(desk, 3)
    desk.shipped("S-1", made, 1, 2, 3)
    with pytest.raises(Problem) as problem:
        products.count_cards_in(
            desk.journal, desk.who("sari"), case_ids=found[:2], counted=2, shipment="S-1", now=desk.now
        )
    assert "note" in problem.value.fields
    products.count_cards_in(
        desk.journal,
        desk.who("sari"),
        case_ids=found[:2],
        counted=2,
        shipment="S-1",
        note="tidak di amplop",
        now=desk.now,
    )
    assert desk.step(found[2]) == "arrive"
    row = desk.journal.db.one("SELECT action, note FROM case_event WHERE case_id = ? ORDER BY id DESC", (found[2],))
    assert row == ("missing", "tidak di amplop")
    desk.later(days=1).arrived(found[2], shipment="S-1")
    assert products.list_shipments(desk.journal.db)[0].counted == 3


def test_cards_without_a_list_arrive_too(desk: Desk) -> None:
    made, found = printed(desk, 2)
    desk.shipped("S-1", made, 1)
    assert [card.id for card in products.expected_cards(desk.journal.db, "ktp-el", "")] == [found[1]]
    desk.arrived(found[1])
    with pytest.raises(Problem):
        desk.arrived(found[0])
    desk.arrived(found[0], shipment="S-1")
    assert products.expected_cards(desk.journal.db, "ktp-el") == []


def test_only_waiting_cards_of_that_list_arrive(desk: Desk) -> None:
    case_id = here(desk)
    with pytest.raises(Problem) as problem:
        desk.arrived(case_id)
    assert "Muat ulang" in problem.value.sentence


# -- misprint --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["arrive", "hand_over"])
def test_a_misprint_goes_back_and_the_new_card_alone_is_awaited(desk: Desk, where: str) -> None:
    made, [case_id] = printed(desk, 1)
    if where == "hand_over":
        desk.arrived(case_id)
    products.note_misprint(
        desk.journal, desk.who("sari"), case_id=case_id, reason="nama kurang satu huruf", now=desk.now
    )
    case = cases.case_by_id(desk.journal.db, case_id)
    assert case is not None
    assert (case.step, case.kept_on) == ("dispatch", None)
    again = desk.later(days=1).send(case_id)
    assert queries.list_lines(desk.journal.db, again)[0].again == "Ulang: salah cetak, nama kurang satu huruf"
    desk.printed(again, 1)
    assert [card.dispatch_id for card in products.expected_cards(desk.journal.db, "ktp-el")] == [again]
    desk.arrived(case_id)
    assert queries.list_lines(desk.journal.db, made)[0].misprint == "nama kurang satu huruf"
    give(desk, case_id)
    assert desk.step(case_id) == "@done"


def test_calls_for_a_misprinted_card_do_not_count_for_the_new_one(desk: Desk) -> None:
    case_id = here(desk)
    products.note_call(desk.journal, desk.who("sari"), case_id=case_id, means="phone", reached=True, now=desk.now)
    products.note_misprint(desk.journal, desk.who("sari"), case_id=case_id, reason="foto orang lain", now=desk.now)
    again = desk.later(days=2).send(case_id)
    desk.printed(again, 1)
    desk.arrived(case_id)
    [card] = products.ready_cards(desk.journal.db, desk.who("sari"), "ktp-el")
    assert (card.calls, card.arrived_on) == (0, "2026-03-14")


# -- calls -----------------------------------------------------------------------------------------------------


def test_never_called_come_first_and_late_ones_are_listed(desk: Desk) -> None:
    called, silent = here(desk), here(desk)
    products.note_call(
        desk.journal,
        desk.who("ida"),
        case_id=called,
        means="message",
        reached=False,
        note="tidak dibalas",
        now=desk.now,
    )
    rows = products.ready_cards(desk.journal.db, desk.who("sari"), "ktp-el")
    assert [row.id for row in rows] == [silent, called]
    for today, late in ((date(2026, 3, 21), 0), (date(2026, 3, 22), 2)):
        since = products.uncollected_since(desk.journal.db, today)
        listed = products.ready_cards(desk.journal.db, desk.who("sari"), "ktp-el", until=since)
        assert len(listed) == products.count_uncollected(desk.journal.db, desk.who("sari"), "ktp-el", since) == late


def test_calls_page_on_and_their_numbers_are_those_of_all_pages(
    desk: Desk, web: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(product_pages, "PER_PAGE", 2)
    waiting = [here(desk) for _ in range(3)]
    products.note_call(
        desk.journal, desk.who("ida"), case_id=waiting[0], means="message", reached=False, note="", now=desk.now
    )
    sari = Browser(web, "sari")
    found = {
        (which, number): sari.get(f"/kartu/panggilan?daftar={which}&hal={number}").text
        for which in ("semua", "belum", "lama")
        for number in (1, 2)
    }
    rows = {
        key: [int(case_id) for case_id in re.findall(r'<th scope="row"><a href="/berkas/(\d+)"', page)]
        for key, page in found.items()
    }
    assert (rows["semua", 1], rows["semua", 2]) == (waiting[1:], waiting[:1])
    assert (rows["belum", 1], rows["belum", 2], rows["lama", 1]) == (waiting[1:], [], [])
    assert "Semua 3" in found["semua", 1]
    assert "Belum dipanggil 2" in found["lama", 1]
    assert "Berikutnya" in found["semua", 1]
    assert "Berikutnya" not in found["semua", 2]


def test_cards_without_a_list_page_on_and_the_asked_one_is_in_sight(
    desk: Desk, web: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A shipment is counted whole; what stands on no list turns, and every number is that of all pages."""
    monkeypatch.setattr(product_pages, "PER_PAGE", 2)
    made, found = printed(desk, 5)
    desk.shipped("S-1", made, 1, 2)
    sari, listed, loose = Browser(web, "sari"), found[:2], found[2:]

    def shown(path: str) -> list[int]:
        return [int(number) for number in re.findall(r'id="berkas-(\d+)"', sari.get(path).text)]

    assert shown("/kartu/kedatangan") == [*listed, *loose[:2]]
    assert shown("/kartu/kedatangan?lepas=2") == [*listed, loose[2]]
    assert "5 ditunggu, belum dihitung" in sari.get("/kartu/kedatangan?lepas=2").text
    asked = sari.get(f"/kartu/kedatangan/{loose[2]}").location.partition("#")[0]
    assert loose[2] in shown(asked)
    refused = sari.post("/kartu/kedatangan?lepas=2", {"kartu": str(loose[2]), "counted": "7", "shipment": ""})
    assert refused.status_code == 422
    assert f'value="{loose[2]}" checked' in refused.text
    counted = {"kartu": [str(one) for one in listed], "counted": "2", "shipment": "S-1"}
    assert sari.post("/kartu/kedatangan", counted).status_code == 303
    assert "Belum dicatat tiba" in sari.post("/kartu/kedatangan", counted).text, "the list is gone from the page"


def test_counted_lists_page_on(desk: Desk, web: Flask) -> None:
    for number in range(26):
        made, [case_id] = printed(desk, 1)
        desk.shipped(f"S-{number}", made, 1)
        desk.arrived(case_id, shipment=f"S-{number}")
    first, second = (Browser(web, "sari").get(f"/kartu/kedatangan?tiba={number}").text for number in (1, 2))
    lists = [set(re.findall(r'<th scope="row">(S-\d+)</th>', page)) for page in (first, second)]
    assert [len(page_rows) for page_rows in lists] == [25, 1]
    assert len(lists[0] | lists[1]) == 26
    assert "25 cocok di halaman ini" in first


def test_the_arrival_is_known_when_the_promise_counts_to_the_hand_over(desk: Desk) -> None:
    office.change_setting(desk.journal, desk.who("ratna"), key="promise.kept_when", value="handed_over", now=desk.now)
    case_id = here(desk)
    [card] = products.ready_cards(desk.journal.db, desk.who("sari"), "ktp-el")
    assert card.arrived_on == "2026-03-12"
    give(desk.later(days=1), case_id)
    case = cases.case_by_id(desk.journal.db, case_id)
    assert case is not None
    assert case.kept_on == "2026-03-13"


def test_a_village_clerk_calls_only_the_own_village(desk: Desk) -> None:
    first, second = here(desk), here(desk)
    desi = desk.who("desi")
    mine = products.ready_cards(desk.journal.db, desi, "ktp-el")
    assert len(mine) == 1
    assert {card.area for card in mine} == {desi.area}
    other = ({first, second} - {mine[0].id}).pop()
    with pytest.raises(Problem) as problem:
        products.note_call(desk.journal, desi, case_id=other, means="village", reached=True, now=desk.now)
    assert problem.value.code == "not_found"


# -- hand-over -------------------------------------------------------------------------------------------------


def test_a_card_is_handed_over_once(desk: Desk) -> None:
    case_id = here(desk)
    give(desk, case_id)
    assert desk.step(case_id) == "@done"
    with pytest.raises(Problem) as problem:
        give(desk, case_id, receiver="Orang Lain")
    assert "sudah diserahkan" in problem.value.sentence
    row = products.find_hand_over(desk.journal.db, case_id)
    assert row is not None
    assert (row.receiver, row.actor) == ("ANISA RAHMAWATI", "sari")


@pytest.mark.parametrize("relation", ["family", "authorised"])
def test_somebody_else_signs_with_the_own_name(desk: Desk, relation: str) -> None:
    """The page has the applicant's name in its field already: who fetches for another is asked for his own."""
    case_id = here(desk)
    case = cases.case_by_id(desk.journal.db, case_id)
    assert case is not None
    with pytest.raises(Problem) as problem:
        give(desk, case_id, receiver=case.name.title(), relation=relation, authority="Kuasa 1 Maret")
    assert list(problem.value.fields) == ["receiver"]
    give(desk, case_id, receiver=case.name, relation="self")


def test_an_agent_needs_a_power_of_attorney(desk: Desk) -> None:
    case_id = here(desk)
    with pytest.raises(Problem) as problem:
        give(desk, case_id, receiver="Joko", relation="authorised")
    assert "authority" in problem.value.fields
    give(desk, case_id, receiver="Joko", relation="authorised", authority="Surat kuasa 12 Maret 2026")
    assert desk.step(case_id) == "@done"


def test_a_damaged_card_is_surrendered(desk: Desk) -> None:
    _, [case_id] = printed(desk, 1, kind="rusak")
    desk.arrived(case_id)
    with pytest.raises(Problem) as problem:
        give(desk, case_id)
    assert "surrendered" in problem.value.fields
    give(desk, case_id, surrendered="KTP patah, seri lama")
    assert desk.step(case_id) == "@done"


def test_an_uncollected_card_is_handed_over_after_all(desk: Desk) -> None:
    case_id = here(desk)
    moving.leave_case(
        desk.journal,
        desk.who("budi"),
        case_id=case_id,
        exit_id="uncollected",
        reason="dua bulan",
        now=desk.now,
    )
    with pytest.raises(Problem):
        give(desk, case_id)
    products.reopen_uncollected(desk.journal, desk.who("sari"), case_id=case_id, now=desk.now)
    give(desk, case_id)
    assert desk.step(case_id) == "@done"
    with pytest.raises(Problem):
        products.reopen_uncollected(desk.journal, desk.who("sari"), case_id=case_id, now=desk.now)


def test_an_uncollected_card_is_opened_again_by_its_page(desk: Desk, as_sari: Browser) -> None:
    case_id, why = here(desk), {"exit_id": "uncollected", "reason": "dua bulan", "now": desk.now}
    moving.leave_case(desk.journal, desk.who("budi"), case_id=case_id, **why)
    answer = as_sari.post(f"/kartu/serah/{case_id}/buka-lagi")
    assert (answer.status_code, answer.location) == (303, f"/kartu/serah/{case_id}")
    give(desk, case_id)
    assert desk.step(case_id) == "@done"


def test_cards_counted_on_paper_keep_their_own_day(desk: Desk) -> None:
    _, found = printed(desk, 2)
    day = desk.now.date()
    desk.later(days=1)
    count = {"case_ids": found[:1], "counted": 1, "now": desk.now}
    with pytest.raises(Problem) as problem:
        products.count_cards_in(desk.journal, desk.who("sari"), **count, on=day)
    assert "note" in problem.value.fields
    products.count_cards_in(desk.journal, desk.who("sari"), **count, on=day, note="Listrik padam")
    case = cases.case_by_id(desk.journal.db, found[0])
    assert case is not None
    assert (case.step, case.kept_on) == ("hand_over", day.isoformat())
    assert case_events(desk, found[0])[-1] == (day.isoformat(), "Listrik padam")
    with pytest.raises(Problem):
        products.count_cards_in(
            desk.journal,
            desk.who("sari"),
            case_ids=found[1:],
            counted=1,
            now=desk.now,
            on=desk.now.date() + timedelta(days=1),
            note="besok",
        )


def case_events(desk: Desk, case_id: int) -> list[tuple[str, str]]:
    rows = desk.journal.db.run("SELECT on_date, note FROM case_event WHERE case_id = ? ORDER BY id", (case_id,))
    return [(row[0], row[1]) for row in rows]


def test_a_hand_over_on_paper_keeps_its_day_but_never_before_the_card_came(desk: Desk) -> None:
    case_id = here(desk)
    arrived = desk.now.date()
    desk.later(days=2)
    late = {"on": arrived - timedelta(days=1), "note": "Listrik padam"}
    with pytest.raises(Problem) as problem:
        give(desk, case_id, **late)
    assert problem.value.fields == {"on": "Tanggal tidak boleh sebelum kartu tiba di kantor."}
    with pytest.raises(Problem):
        give(desk, case_id, on=arrived)
    give(desk, case_id, on=arrived, note="Listrik padam")
    given = products.find_hand_over(desk.journal.db, case_id)
    assert given is not None
    assert given.on_date == arrived.isoformat()
    assert case_events(desk, case_id)[-1] == (arrived.isoformat(), "Listrik padam")


def test_what_was_compared_is_recorded_and_entries_from_before_still_apply(desk: Desk) -> None:
    case_id = here(desk)
    db = desk.journal.db
    case = cases.case_by_id(db, case_id)
    assert case is not None
    known = dict(points_to_compare(db, case_definition(db, case), case))
    assert list(known) == ["Nama", "NIK", "Tanggal lahir", "Alamat", "Foto", "Nomor seri"]
    assert (known["Tanggal lahir"], known["Foto"]) == ("07-02-1980", "")
    assert "Desa Krai" in known["Alamat"]
    assert "*" in known["NIK"]
    with pytest.raises(Problem) as refused:
        give(desk, case_id, compared=["Foto", "tidak ada"])
    assert refused.value.fields == {"compared": "Pilih dari daftar."}
    give(desk, case_id, compared=["Foto", "Nama"])
    done = products.find_hand_over(db, case_id)
    assert done is not None
    assert done.compared == "Nama, Foto"
    [entry] = [recorded for recorded in desk.journal.about(f"case/{case_id}") if recorded.kind == "card.handed_over"]
    assert entry.body.compared == "Nama, Foto"
    old = {key: value for key, value in msgspec.to_builtins(entry.body).items() if key != "compared"}
    assert msgspec.convert(old, CardHandedOver).compared == ""
