"""A form beside the reference: differences are told, explained or taken over one by one, and looks are noted."""

import re
from datetime import date, timedelta

import pytest
from flask import Flask

from app.casework.desk.findings import Reader, case_explanations
from app.casework.residents import queries, service
from app.casework.residents.compare import compare_form, say_value
from app.casework.residents.service import Lists
from app.core.similarity import is_same_address, match_names
from app.platform.office import queries as office
from app.platform.people.access_log import access_lines
from schema.definitions import load_all
from schema.residents import load_residents_list
from sync.journal import Journal
from tests.casework.residents.lists import KK, resident, take_in, to_csv
from tests.platform.people import KRAI, MUNDER, START, Browser, Clock, actor_of
from tests.services.ktp.desk import Desk

NIK = "3508991708800001"
FORM = {
    "nik": NIK,
    "kk": KK,
    "full_name": "Slamet Widodo",
    "birth_place": "Lumajang",
    "birth_on": "17081980",
    "sex": "male",
    "village": KRAI,
    "street": "Jalan Seruni 5, Dsn. Krajan",
    "rt": "3",
    "rw": "1",
}
HELD = resident(NIK, "SLAMET WIDODO")
WHY = "KK asli terbit 02-03-2026, lebih baru dari daftar desa"
SECRETS = ("3508991203000099", "BEJO SANTOSO PRAKOSO", "MELATI INDAH")
"""What only the reference holds: a number, a name, a street."""


@pytest.fixture
def sari(web: Flask) -> Browser:
    return Browser(web, "sari")


def draft(browser: Browser, desk: Desk, **changed: str) -> tuple[str, dict[str, object]]:
    """A form in work: its address and what stands in it."""
    where = browser.post("/permohonan/baru", {"layanan": "ktp-el", "kunci": NIK}).location
    return where, {**desk.form(**{**FORM, **changed}), "have": ["village_letter", "photo"]}


def told(browser: Browser, where: str, form: dict[str, object], field: str = "nik") -> str:
    """The answer to a field that was left."""
    answer = browser.post(f"{where}/isian", form, htmx=True, headers={"HX-Trigger-Name": field})
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.get_data(as_text=True))


def reasons_asked(page: str) -> list[str]:
    return sorted(set(re.findall(r'name="(explain-residents-[a-z0-9-]+)"', page)))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Jl. Seruni No. 5", "Jalan Seruni 5", True),
        ("KRAJAN, Jl. Seruni No. 5", "Dsn. Krajan", True),
        ("Jl. Jend. Soedirman", "JALAN JENDERAL SUDIRMAN", True),
        ("Dusun Krajan", "", True),
        ("Jl. Seruni 5", "Jl. Seruni 7", False),
        ("Jl. Seruni 5", "Jl. Melati 5", False),
        ("Dusun Krajan", "Dusun Tegalrejo", False),
        ("KAB. LUMAJANG", "Lumajang", True),
        ("Lumajang", "Jember", False),
    ],
)
def test_addresses_are_compared_without_their_short_forms(one: str, other: str, same: bool) -> None:
    left_out = frozenset(load_residents_list().words_left_out)
    assert is_same_address(one, other, left_out) is same
    assert is_same_address(other, one, left_out) is same


def test_names_are_the_same_spelt_otherwise_alike_or_others() -> None:
    assert match_names("Siti Nur'aini", "SITI NURAINI") == "same"
    assert match_names("Moch. Soleh", "MUHAMMAD SHOLEH") == "spelling"
    assert match_names("Suparman", "SUPARMIN") == "alike"
    assert match_names("Slamet Widodo", "BEJO SANTOSO") == "other"


def test_an_agreeing_form_is_told_once_with_the_day_of_the_list(sari: Browser, desk: Desk, journal: Journal) -> None:
    where, form = draft(sari, desk)
    assert "Acuan penduduk" not in told(sari, where, form), "an office without a reference says nothing"
    take_in(journal, to_csv([HELD]), village=KRAI)
    page = told(sari, where, form)
    assert "Tidak ada yang berbeda" in page
    assert "Data Krai per 20 Februari 2026 (2 minggu lalu)" in page
    assert reasons_asked(page) == []
    assert sari.post(where, {**form, "aksi": "daftar"}).status_code == 303


def test_a_difference_is_explained_or_taken_over_one_by_one(sari: Browser, desk: Desk, journal: Journal) -> None:
    other = {"No. KK": SECRETS[0], "Alamat": SECRETS[2], "Dusun": "", "RT": "007", "Tanggal Lahir": "18-08-1980"}
    take_in(journal, to_csv([{**HELD, **other}]), village=KRAI)
    where, form = draft(sari, desk)
    page = told(sari, where, form)
    assert [reason.split("-")[2] for reason in reasons_asked(page)] == ["birthon", "kk", "rt", "street"]
    assert "350899******0099; di formulir: 350899******0077" in page
    assert SECRETS[0] not in page, "the whole number is nowhere on the page"
    assert "4 isian berbeda" in page
    assert 'value="3508991203000077"' in sari.get(where).get_data(as_text=True), "nothing came into the form by itself"

    [taken] = re.findall(r'name="pakai" value="(residents-kk-\w+)"', page)
    assert sari.post(where, {**form, "pakai": taken}).status_code == 303
    assert f'value="{SECRETS[0]}"' in sari.get(where).get_data(as_text=True)
    [(_, line)] = access_lines(journal.db, actions=["residents.taken"])
    assert (line.subject, line.detail) == (f"draft/{where.rsplit('/', 1)[1]}", "kk")

    form["kk"] = SECRETS[0]
    refused = sari.post(where, {**form, "aksi": "daftar"})
    assert refused.status_code == 409
    fields = reasons_asked(refused.get_data(as_text=True))
    assert [field.split("-")[2] for field in fields] == ["birthon", "rt", "street"]
    assert sari.post(where, {**form, "aksi": "daftar", **dict.fromkeys(fields, WHY)}).status_code == 303
    assert {row.reason for row in case_explanations(journal.db, 1).values()} == {WHY}


def test_what_only_the_reference_holds_is_in_no_other_file(
    sari: Browser, desk: Desk, journal: Journal, web: Flask
) -> None:
    """Not in the journal, a draft, the log or anything else of the folder: also not as a digest that can be tried."""
    own = {"No. KK": SECRETS[0], "Nama": SECRETS[1], "Alamat": SECRETS[2]}
    take_in(journal, to_csv([{**HELD, **own}]), village=KRAI)
    where, form = draft(sari, desk, full_name="Bejo Santosa Prakosa")
    page = told(sari, where, form)
    fields = reasons_asked(page)
    assert len(fields) == 3
    assert sari.post(where, {**form, "aksi": "daftar", **dict.fromkeys(fields, WHY)}).status_code == 303
    for path in ("/berkas/1", "/berkas/1/periksa", "/berkas"):
        assert sari.get(path).status_code == 200
    journal.db.run("PRAGMA wal_checkpoint(TRUNCATE)")
    folder = journal.db.folder
    assert folder is not None
    held = b"".join(p.read_bytes() for p in folder.rglob("*") if p.is_file() and p.name != "acuan-penduduk.sqlite3")
    for secret in SECRETS:
        assert secret.encode() not in held
    from app.casework.desk.findings import value_digest

    for row in case_explanations(journal.db, 1):
        assert value_digest(KK, SECRETS[0]) not in row, "the mark is keyed by what dies with the file"


def test_another_name_tells_nothing_else(sari: Browser, desk: Desk, journal: Journal) -> None:
    take_in(journal, to_csv([{**HELD, "Nama": SECRETS[1], "No. KK": SECRETS[0]}]), village=KRAI)
    where, form = draft(sari, desk)
    page = told(sari, where, form)
    assert [reason.split("-")[2] for reason in reasons_asked(page)] == ["fullname"]
    assert "lain sama sekali" in page
    assert "BEJO" not in page
    assert "0099" not in page
    assert 'name="pakai" value="residents' not in page


def test_only_the_spelling_is_shown_and_asks_nothing(sari: Browser, desk: Desk, journal: Journal) -> None:
    take_in(journal, to_csv([{**HELD, "Nama": "SLAMET WIDHODHO"}]), village=KRAI)
    where, form = draft(sari, desk)
    page = told(sari, where, form)
    assert reasons_asked(page) == []
    assert "SLAMET WIDHODHO; di formulir" in page
    assert 'name="pakai" value="residents-fullname' in page


def test_an_application_that_changes_the_data_is_shown_and_not_asked(
    sari: Browser, desk: Desk, journal: Journal
) -> None:
    take_in(journal, to_csv([{**HELD, "Alamat": SECRETS[2], "Dusun": ""}]), village=KRAI)
    where, form = draft(sari, desk, kind="perubahan_data", changes="Alamat lama Melati Indah")
    page = told(sari, where, form, "kind")
    assert "MELATI INDAH; di formulir" in page
    assert reasons_asked(page) == []


def test_a_nik_that_is_not_there_is_said_neutrally_and_an_old_list_is_called_old(
    sari: Browser, desk: Desk, journal: Journal
) -> None:
    take_in(journal, to_csv([resident("3508991708800009", "Orang Lain")]), village=KRAI, as_of=date(2025, 9, 1))
    where, form = draft(sari, desk)
    page = told(sari, where, form)
    assert "NIK ini tidak ada di acuan. Acuan memuat Krai per 1 September 2025 (6 bulan lalu, sudah lama)." in page
    assert "Itu belum berarti keliru" in page
    assert reasons_asked(page) == []


def test_the_file_is_compared_again_when_it_is_checked(
    sari: Browser, desk: Desk, journal: Journal, web: Flask, clock: Clock
) -> None:
    """A list that came after the form: the file is not complete before somebody has said why they differ."""
    case_id = desk.open(**FORM)
    take_in(journal, to_csv([{**HELD, "No. KK": SECRETS[0]}]), village=KRAI)
    for path in (f"/berkas/{case_id}", f"/berkas/{case_id}/periksa"):
        assert "Nomor KK di acuan penduduk: 350899******0099" in sari.get(path).get_data(as_text=True), path
    for name in ("camat", "ida"):
        assert "di acuan penduduk" not in Browser(web, name).get(f"/berkas/{case_id}").get_data(as_text=True), name
    decision = {**desk.found(case_id), "outcome": "complete", "step": "validate"}
    refused = sari.post(f"/berkas/{case_id}/periksa", decision)
    assert refused.status_code == 422
    [field] = reasons_asked(refused.get_data(as_text=True))
    assert sari.post(f"/berkas/{case_id}/periksa", {**decision, "outcome": ""}).status_code == 303
    stepped = sari.post(f"/berkas/{case_id}/langkah", {"outcome": "complete", "step": "validate"})
    assert stepped.status_code == 422, "no other way around it"
    assert sari.post(f"/berkas/{case_id}/periksa", {**decision, field: WHY}).status_code == 303
    assert desk.step(case_id) == "record"
    assert "di acuan penduduk" not in sari.get(f"/berkas/{case_id}").get_data(as_text=True), "and later it is done with"


def test_what_goes_to_the_partner_says_nothing_of_the_reference(desk: Desk, journal: Journal) -> None:
    from app.casework.batches import dispatch

    case_id = desk.ready(**FORM)
    take_in(journal, to_csv([{**HELD, "No. KK": SECRETS[0]}]), village=KRAI)
    [waits] = dispatch.ready_cases(journal.db, "ktp-el", desk.now.date())
    assert (waits.id, waits.why_not) == (case_id, "")
    assert dispatch.explained_cases(journal.db, [case_id]) == {}


def test_destroyed_in_the_middle_nothing_is_asked_any_more(sari: Browser, desk: Desk, journal: Journal) -> None:
    take_in(journal, to_csv([{**HELD, "No. KK": SECRETS[0]}]), village=KRAI)
    where, form = draft(sari, desk)
    assert reasons_asked(told(sari, where, form))
    ratna = actor_of(journal.db, "ratna", START.date())
    service.destroy_reference(journal, ratna, Lists(), reason="Selesai", now=START)
    assert "acuan" not in told(sari, where, form).lower()
    assert sari.post(where, {**form, "aksi": "daftar"}).status_code == 303


def test_a_village_clerk_is_told_of_the_own_village_only(web: Flask, desk: Desk, journal: Journal) -> None:
    elsewhere = "3508991708800002"
    take_in(journal, to_csv([{**HELD, "No. KK": SECRETS[0]}]), village=MUNDER)
    take_in(journal, to_csv([resident(elsewhere, "Tini Lestari", **{"No. KK": SECRETS[0]})]), village=KRAI)
    desi = Browser(web, "desi")
    where, form = draft(desi, desk)
    assert reasons_asked(told(desi, where, {**form, "village": MUNDER}))
    page = told(desi, where, {**form, "nik": elsewhere, "full_name": "Tini Lestari"})
    assert reasons_asked(page) == []
    assert "Acuan memuat Munder per" in page
    assert "Data Krai" not in page


def test_each_person_asked_about_is_one_line_a_day(
    sari: Browser, desk: Desk, journal: Journal, clock: Clock, web: Flask
) -> None:
    take_in(journal, to_csv([HELD]), village=KRAI)
    where, form = draft(sari, desk)
    for _ in range(3):
        told(sari, where, form)
        clock.forward(minutes=3)
    told(sari, where, {**form, "nik": "3508991708800009"})
    clock.forward(days=1)
    oki = Browser(web, "oki")  # another session of another day
    there, same = draft(oki, desk)
    told(oki, there, same)
    assert [(look.on - START.date(), look.name, look.people) for look in queries.looks_by_day(journal.db, clock())] == [
        (timedelta(days=1), "Oki Setiawan", 1),
        (timedelta(), "Sari Wulandari", 2),
    ]
    lines = [line for _, line in access_lines(journal.db, actions=["residents.compared"])]
    assert not any("350899" in line.subject + line.detail for line in lines)
    assert len({line.subject for line in lines}) == 2, "the same person has the same mark, whoever looks"


def test_without_a_reference_nobody_looked(desk: Desk, journal: Journal) -> None:
    definition = office.current_definition(journal.db, "ktp-el", START.date())
    reader = Reader(actor_of(journal.db, "sari", START.date()), START, "127.0.0.1")
    before = journal.db.one("SELECT count(*) FROM access_log")
    assert compare_form(journal.db, definition, desk.form(**FORM), reader) is None
    assert journal.db.one("SELECT count(*) FROM access_log") == before


def test_rules_without_a_reader_tell_nothing(desk: Desk, journal: Journal) -> None:
    from app.casework.desk.findings import review_form
    from app.services.ktp.rules import KTP_RULES

    take_in(journal, to_csv([{**HELD, "No. KK": SECRETS[0]}]), village=KRAI)
    definition = office.current_definition(journal.db, "ktp-el", START.date())
    reading = review_form(journal.db, definition, KTP_RULES, desk.form(**FORM), START.date())
    assert not [notice for notice in reading.review.notices if notice.id.startswith("residents")]


def test_a_value_is_said_as_pages_show_it() -> None:
    fields = {field.id: field for field in load_all()["ktp-el"].fields}
    names = {MUNDER: "Munder"}
    said = {
        ("nik", "3508991708800001"): "350899******0001",
        ("village", MUNDER): "Munder",
        ("village", KRAI): KRAI,
        ("sex", "female"): "perempuan",
        ("birth_on", "1980-08-17"): "17-08-1980",
        ("street", "Jl. Seruni No. 5"): "Jl. Seruni No. 5",
    }
    assert {asked: say_value(fields[asked[0]], asked[1], names) for asked in said} == said
