"""Applicants from another regency on the lists, letters and lines of this room."""

import json
from pathlib import Path

from app.casework.batches import papers
from app.casework.batches.partners import PartnerRules, find_partner_service, rules_for
from app.casework.desk.findings import Notice, find_notices
from app.centre import snapshot
from app.core.messages import DispatchLine
from app.platform.office import queries as office
from app.platform.office import settings
from app.platform.printing.papers import render_paper
from app.services.ktp import papers as ktp_papers
from app.services.ktp.rules import KtpPartnerRules, KtpRules
from sync.journal import Journal
from tests.casework.desk.papers import HOME, from_elsewhere
from tests.platform.people import START, Browser
from tests.platform.printing.reading import text_of
from tests.services.ktp.desk import Desk

LINE = "Jl. Semeru 12, RT 3 RW 7, Rambipuji, Rambipuji, Kabupaten Jember, Jawa Timur"
AWAY = {"kind": "luar_domisili", **HOME}


def test_the_lists_per_village_have_a_heading_for_them(desk: Desk, as_oki: Browser) -> None:
    desk.complete(**AWAY)
    desk.complete()
    groups = ktp_papers.recording_by_village(desk.journal.db, desk.who("oki"), desk.now).groups
    assert [(group.title, group.lines[0].address) for group in groups] == [
        ("Luar kecamatan", LINE),
        ("Desa Munder", "Dusun Krajan 2, RT 003 RW 001"),
    ]
    page = as_oki.get("/perekaman/").text
    assert '">Luar kecamatan <span' in page
    assert '">Desa Munder <span' in page


def test_the_call_list_names_no_village_to_ask(desk: Desk, as_sari: Browser) -> None:
    case_id = desk.ready(phone="", **AWAY)
    made = desk.send(case_id)
    desk.printed(made, 1)
    desk.arrived(case_id)
    (group,) = papers.call_list(
        desk.journal.db, find_partner_service(desk.journal.db, "ktp-el"), desk.who("sari"), desk.now
    ).groups
    assert (group.village, group.lines[0].contact, group.lines[0].address) == (
        "Luar kecamatan",
        "tanpa telepon",
        LINE,
    )
    page = as_sari.get(f"/kartu/panggilan/{case_id}").text
    assert "tinggal di luar kecamatan" in page
    assert "Titipkan lewat desa" not in page


def test_line_and_letter_carry_the_home_address(desk: Desk, tmp_path: Path) -> None:
    made = desk.send(desk.ready(**AWAY), desk.ready())
    lines = [entry.body for entry in desk.journal.about("case/1") if isinstance(entry.body, DispatchLine)]
    assert (lines[0].area, lines[0].area_name) == ("", "Luar kecamatan")
    assert {key: lines[0].fields.get(key) for key in HOME} == HOME
    shown = {
        key: (label, text)
        for key, label, text in snapshot.snapshot_fields(json.dumps(lines[0].fields), lines[0].area_name)
    }
    assert shown["home_address"] == ("Alamat asal", HOME["home_address"])
    assert "village" not in shown
    letter = papers.covering_letter(desk.journal.db, made, desk.who("sari"), desk.now)
    assert [(line.cells[letter.heads.index("Desa")][0], line.home) for line in letter.lines] == [
        ("Luar kecamatan", LINE),
        ("Munder", ""),
    ]
    text = text_of(render_paper("covering_letter", letter), tmp_path)
    assert f"Alamat asal: {LINE}" in " ".join(text.split())


def notices(desk: Desk, **changes: str) -> list[Notice]:
    from app.casework.desk.form import read_form

    definition = office.current_definition(desk.journal.db, "ktp-el", START.date())
    villages = office.village_names(desk.journal.db)
    form = read_form(definition, from_elsewhere(**changes), START.date(), villages)
    return find_notices(desk.journal.db, definition, KtpRules(), form, START.date()).notices


def review(desk: Desk, **changes: str) -> list[tuple[str, str]]:
    return [(notice.level, notice.field) for notice in notices(desk, **changes)]


def fields_about_the_region(desk: Desk, **changes: str) -> set[str]:
    return {notice.field for notice in notices(desk, **changes) if "wilayah" in notice.sentence}


def test_somebody_from_this_regency_is_not_away_from_home(desk: Desk) -> None:
    own = settings.get_setting(desk.journal.db, "office.regency").removeprefix("Kabupaten ")
    assert ("ask", "home_regency") in review(desk, home_regency=f"Kab. {own}")
    assert ("ask", "home_regency") not in review(desk)
    assert ("ask", "home_regency") not in review(desk, home_regency="Kota Malang")


def test_numbers_from_elsewhere_are_nothing_unusual(desk: Desk) -> None:
    numbers = {"nik": "3509194402090000", "kk": "3509191203150000"}
    assert fields_about_the_region(desk, **numbers) == set()
    assert fields_about_the_region(desk, kind="baru", village="", **numbers) == {"nik", "kk"}


def test_rules_for_the_partner_come_with_the_database(journal: Journal) -> None:
    assert type(rules_for(journal.db, "ktp-el")) is KtpPartnerRules
    assert type(rules_for(journal.db, "izin-pasar")) is PartnerRules
