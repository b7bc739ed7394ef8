"""The application form as a page: saved field by field, whole without script, nothing typed is ever lost."""

import re
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from app.casework.desk import checklist, drafts, queries, service
from app.casework.desk.findings import first_values, review_form
from app.casework.desk.opening import Opened
from app.casework.desk.views.form import changed_fields
from app.core.permissions import Actor
from app.platform.office import queries as office
from app.platform.office import service as office_service
from app.services.ktp.rules import KTP_RULES
from sync.journal import Journal
from tests.casework.desk.conftest import form_of
from tests.casework.desk.papers import KK, NIK, application, open_anew, other
from tests.platform.people import KRAI, MUNDER, START, Browser


def held(journal: Journal, browser: Browser, draft: str) -> dict[str, str]:
    return drafts.draft_fields(drafts.get_draft(journal.db, browser.actor, int(draft.rsplit("/", 1)[1])))


def leave_field(browser: Browser, draft: str, name: str, raw: dict[str, str]) -> str:
    """What htmx sends when a field is left: the whole form and the field's name."""
    answer = browser.post(f"{draft}/isian", raw, htmx=True, headers={"HX-Trigger-Name": name})
    assert answer.status_code == 200
    return answer.text


def inner(page: str, element: str) -> str:
    """Content of the element with this id, up to the next element that has one."""
    found = re.search(rf'id="{element}"[^>]*>(.*?)(?=<[^>]+ id="|$)', page, re.DOTALL)
    assert found, element
    return found[1]


def test_looking_writes_nothing_and_beginning_twice_makes_one_draft(journal: Journal, as_sari: Browser) -> None:
    assert as_sari.get("/permohonan/baru?layanan=ktp-el").status_code == 200
    assert drafts.own_drafts(journal.db, as_sari.actor) == []
    first = as_sari.post("/permohonan/baru", {"layanan": "ktp-el", "kunci": NIK})
    again = as_sari.post("/permohonan/baru", {"layanan": "ktp-el", "kunci": NIK})
    assert (first.status_code, first.location) == (303, again.location)
    assert NIK not in first.location


def test_each_field_is_kept_when_it_is_left(journal: Journal, as_sari: Browser, draft: str) -> None:
    raw: dict[str, str] = {}
    for name, text in application().items():
        raw[name] = text
        leave_field(as_sari, draft, name, raw)
        assert held(journal, as_sari, draft)[name] == text
    page = as_sari.get(draft).text
    assert "Anisa Rahmawati" in page
    assert KK in page


def test_the_nik_is_read_back_and_suggests(as_sari: Browser, draft: str) -> None:
    answer = leave_field(as_sari, draft, "nik", {"nik": NIK})
    assert "4 Februari 2009" in inner(answer, "nik-check")
    assert "perempuan (04 + 40)" in inner(answer, "nik-check")
    assert 'data-fill="birth_on sex" data-value="04-02-2009 female"' in answer
    agreed = leave_field(as_sari, draft, "birth_on", {"nik": NIK, "birth_on": "04022009", "sex": "female"})
    assert "Pakai dari NIK" not in agreed
    assert "Latar pas foto" in agreed
    assert "Merah" in agreed
    assert "Latar belakang merah." in agreed


def test_a_wrong_field_is_told_and_empty_ones_are_not(as_sari: Browser, draft: str) -> None:
    answer = leave_field(as_sari, draft, "kk", {"nik": NIK, "kk": KK[:15]})
    assert "Yang diketik 15 angka" in inner(answer, "kk-told")
    assert "belum diisi" not in answer
    mended = leave_field(as_sari, draft, "kk", {"nik": NIK, "kk": KK})
    assert "error" not in inner(mended, "kk-told")


def test_kind_and_age_bring_their_fields_and_papers(as_sari: Browser, draft: str) -> None:
    changed = leave_field(as_sari, draft, "kind", {"kind": "perubahan_data"})
    assert 'name="changes"' in inner(changed, "f-changes") + changed
    assert "Bukti peristiwa yang mengubah data" in changed
    plain = leave_field(as_sari, draft, "kind", {"kind": "baru"})
    assert 'name="changes"' not in plain
    assert "Bukti peristiwa" not in plain
    young = leave_field(as_sari, draft, "birth_on", {"kind": "baru", "birth_on": "04022010"})
    assert 'name="marital_status"' in young
    assert 'id="f-changes"' not in leave_field(as_sari, draft, "street", {"kind": "baru", "street": "Dusun Baru"})


def test_an_open_application_is_shown_while_the_nik_is_typed(as_sari: Browser, draft: str, opened: Opened) -> None:
    answer = leave_field(as_sari, draft, "nik", {"nik": NIK})
    assert opened.number in inner(answer, "nik-found") + answer
    assert f'href="/berkas/{opened.id}"' in answer


def test_registered_without_script(journal: Journal, as_sari: Browser, draft: str) -> None:
    as_sari.post(draft, {"nik": NIK, "kind": "baru", "aksi": "simpan"})
    as_sari.post(draft, {"nik": NIK, "kind": "baru", "pakai": "birth_on"})
    page = as_sari.get(draft).text
    assert 'value="04-02-2009"' in page
    sent = as_sari.post(draft, form_of(application()))
    assert sent.status_code == 303
    assert sent.location.endswith("/kertas/tanda-terima")
    row = queries.latest_cases(journal.db, as_sari.actor).rows[0]
    assert (row.name, row.step) == ("ANISA RAHMAWATI", "validate")
    assert {item.state for item in checklist.checked_items(journal.db, row.id).values()} == {"present"}


def test_nothing_typed_is_lost_when_something_is_wrong(journal: Journal, as_sari: Browser, draft: str) -> None:
    wrong = application(kk=KK[:15], birth_on="31022009", full_name="Anisa <b>Rahmawati</b>", rt="")
    answer = as_sari.post(draft, form_of(wrong))
    assert answer.status_code == 422
    for text in (KK[:15], "31022009", "Anisa &lt;b&gt;Rahmawati&lt;/b&gt;", "Dusun Krajan", "0812-3456-4417"):
        assert text in answer.text
    assert answer.text.index("error-summary") < answer.text.index('id="nik"')
    assert 'href="#kk"' in answer.text
    assert answer.text.count(" checked") >= 5 + 2
    assert held(journal, as_sari, draft)["birth_on"] == "31022009"
    assert queries.latest_cases(journal.db, as_sari.actor).rows == []


def test_two_clicks_open_one_case(journal: Journal, as_sari: Browser, draft: str) -> None:
    first = as_sari.post(draft, form_of(application()))
    second = as_sari.post(draft, form_of(application()))
    assert (first.status_code, first.location) == (303, second.location)
    assert len(queries.latest_cases(journal.db, as_sari.actor).rows) == 1
    assert as_sari.get(draft).location == "/berkas/1"


def test_a_decision_is_asked_once_and_kept(journal: Journal, as_sari: Browser, opened: Opened) -> None:
    twin = application(nik="3508994402090018", full_name="Annisa Rahmawati")
    where = as_sari.post("/permohonan/baru", {"layanan": "ktp-el", "kunci": twin["nik"]}).location
    asked = as_sari.post(where, form_of(twin))
    assert asked.status_code == 409
    [notice] = set(re.findall(rf'href="#found-(similar-{opened.id}-[0-9a-f]{{8}})"', asked.text))
    assert "Annisa Rahmawati" in asked.text
    decided = as_sari.post(where, form_of(twin, heeded=[notice]))
    assert decided.status_code == 303


def test_megabytes_in_a_name_are_a_sentence(journal: Journal, as_sari: Browser, draft: str) -> None:
    leave_field(as_sari, draft, "street", {"nik": NIK, "street": "Dusun Krajan"})
    huge = as_sari.post(draft, form_of(application(full_name="A" * 5_000_000)))
    assert huge.status_code == 413
    assert "terlalu besar" in huge.text
    assert "Traceback" not in huge.text
    assert held(journal, as_sari, draft)["street"] == "Dusun Krajan"
    long = as_sari.post(draft, form_of(application(full_name="A" * 60_000, street="Dusun Baru")))
    assert long.status_code == 422
    assert "60.000 huruf" in long.text
    assert held(journal, as_sari, draft)["street"] == "Dusun Baru"


def test_the_village_is_fixed_for_its_clerk(journal: Journal, as_desi: Browser) -> None:
    where = as_desi.post("/permohonan/baru", {"layanan": "ktp-el", "kunci": NIK}).location
    page = as_desi.get(where).text
    assert "Krai" not in page
    assert "Pilih desa" not in page, "hers is chosen"
    as_desi.post(where, form_of(application(village="3508992007")))
    row = queries.latest_cases(journal.db, as_desi.actor).rows[0]
    assert (row.area, row.step) == (MUNDER, "submit")


def test_a_draft_is_not_for_others(as_sari: Browser, as_budi: Browser, as_ida: Browser, draft: str) -> None:
    assert as_budi.get(draft).status_code == 404
    assert as_budi.post(f"{draft}/isian", {"nik": NIK}, htmx=True).status_code == 404
    assert as_budi.post(f"{draft}/buang").status_code == 404
    assert as_ida.get("/permohonan/baru").status_code == 403
    assert as_sari.post(f"{draft}/buang").status_code == 303
    assert as_sari.get(draft).status_code == 404


def test_later_keeps_the_draft_and_the_desk_shows_it(as_sari: Browser, draft: str) -> None:
    away = as_sari.post(draft, form_of(application(), aksi="nanti"))
    assert away.location == "/"
    desk = as_sari.get("/").text
    assert "Anisa Rahmawati" in desk
    assert f'href="{draft}"' in desk
    assert NIK not in desk


def test_a_paper_received_yesterday_needs_its_reason(journal: Journal, as_sari: Browser, draft: str) -> None:
    asked = as_sari.post(draft, form_of(application(), received_on="11032026"))
    assert asked.status_code == 422
    assert 'href="#late_reason"' in asked.text
    nonsense = as_sari.post(draft, form_of(application(), received_on="kemarin dulu"))
    assert nonsense.status_code == 422
    assert "kemarin dulu" in nonsense.text
    as_sari.post(draft, form_of(application(), received_on="11032026", late_reason="Listrik padam"))
    assert queries.latest_cases(journal.db, as_sari.actor).rows[0].received_on == "2026-03-11"


def test_a_reserved_form_is_scanned_and_typed_in(journal: Journal, as_sari: Browser) -> None:
    codes = service.reserve_forms(journal, as_sari.actor, service="ktp-el", count=2, area=MUNDER, now=START)
    assert as_sari.post("/permohonan/formulir/isi", {"kode": "ABC"}).status_code == 422
    where = as_sari.post("/permohonan/formulir/isi", {"kode": codes[1].lower()})
    assert where.status_code == 303
    sent = as_sari.post(where.location, form_of(application()))
    assert sent.status_code == 303
    assert queries.latest_cases(journal.db, as_sari.actor).rows[0].number == "0002/KTP/2026"
    done = as_sari.post("/permohonan/formulir/isi", {"kode": "0002/KTP/2026"})
    assert done.location == "/berkas/1"


def test_a_new_person_with_an_earlier_case_is_compared(
    journal: Journal, as_sari: Browser, as_desi: Browser, as_wati: Browser, budi: Actor, opened: Opened
) -> None:
    from app.casework.desk import moving

    moving.leave_case(journal, budi, case_id=opened.id, exit_id="withdrawn", reason="batal", now=START)
    where = as_sari.post("/permohonan/baru", {"layanan": "ktp-el", "kunci": NIK}).location
    elsewhere = application(full_name="Anisah Rahmawati", village=KRAI)
    answer = leave_field(as_sari, where, "full_name", elsewhere)
    told = "Cocokkan dengan KK asli. Di sana tertulis"
    assert f"Nama berbeda dari berkas {opened.number}. {told} ANISA RAHMAWATI." in answer
    other_kk = application(full_name="Anisah Rahmawati", kk="3508991203150072", village=KRAI)
    answer = leave_field(as_sari, where, "kk", other_kk)
    assert f"Nomor KK berbeda dari berkas {opened.number}. {told} 350899******0071." in answer
    where = as_desi.post("/permohonan/baru", {"layanan": "ktp-el", "kunci": NIK}).location
    assert told in leave_field(as_desi, where, "full_name", elsewhere)  # the earlier file is of her own village
    where = as_wati.post("/permohonan/baru", {"layanan": "ktp-el", "kunci": NIK}).location
    of_another = leave_field(as_wati, where, "full_name", elsewhere)
    assert "Nama berbeda dari berkas" in of_another
    assert told not in of_another
    assert "ANISA RAHMAWATI" not in of_another
    definition = office.current_definition(journal.db, "ktp-el", START.date())
    of_krai = review_form(journal.db, definition, KTP_RULES, elsewhere, START.date(), inside=KRAI)
    [named] = [notice for notice in of_krai.review.notices if notice.field == "full_name"]
    assert of_krai.said(named) == f"Nama berbeda dari berkas {opened.number}. Cocokkan dengan KK asli."
    other_one = open_anew(journal, as_sari.actor, raw=other(1))
    assert other_one.number == "0002/KTP/2026"


def test_a_fresh_form_starts_with_the_code_in_force_and_the_offices_postcode(
    journal: Journal, as_sari: Browser, draft: str
) -> None:
    assert '<option selected value="f_1_02">' in as_sari.get(draft).text
    secretary = Actor(0, "Loket", "system", frozenset({"sekretaris"}))
    office_service.change_setting(journal, secretary, key="office.postcode", value="67382", now=START)
    assert 'value="67382"' in as_sari.get(draft).text
    sent = {**application(), "form_code": "f_1_07", "postcode": ""}
    as_sari.post(f"{draft}/isian", sent, htmx=True)
    page = as_sari.get(draft).text
    assert '<option selected value="f_1_07">' in page
    assert 'value="67382"' not in page


def test_f_1_21_is_not_offered_after_its_end_and_a_form_that_holds_it_keeps_it(as_sari: Browser, draft: str) -> None:
    assert 'value="f_1_21"' not in as_sari.get(draft).text
    as_sari.post(f"{draft}/isian", {**application(), "form_code": "f_1_21"}, htmx=True)
    assert '<option selected value="f_1_21">' in as_sari.get(draft).text


@pytest.mark.parametrize(
    ("day", "code"),
    [(date(2019, 12, 31), "f_1_07"), (date(2020, 1, 1), "f_1_02"), (date(2026, 3, 12), "f_1_02")],
)
def test_the_newest_form_code_follows_the_day(journal: Journal, day: date, code: str) -> None:
    definition = office.current_definition(journal.db, "ktp-el", START.date())
    assert first_values(journal.db, definition, day)["form_code"] == code


@pytest.mark.parametrize("kind", ["baru", "pindah_datang", "perubahan_data", "hilang", "rusak"])
def test_a_child_is_refused_whatever_the_kind(as_sari: Browser, draft: str, kind: str) -> None:
    child = application(kind=kind, nik="3508995003150001", birth_on="10-03-2015", marital_status="belum_kawin")
    answer = leave_field(as_sari, draft, "birth_on", child)
    assert "Pemohon belum berumur 16 tahun dan belum kawin" in answer
    ahead = application(kind=kind, nik="3508995001100001", birth_on="10-01-2010", marital_status="belum_kawin")
    answer = leave_field(as_sari, draft, "birth_on", ahead)
    assert "boleh direkam lebih dahulu" in answer


def test_nobody_is_born_tomorrow(as_sari: Browser, draft: str) -> None:
    answer = leave_field(as_sari, draft, "birth_on", application(birth_on="13-03-2026"))
    assert "Tanggal lahir tidak boleh di masa depan." in answer


@pytest.mark.parametrize(
    ("sent", "visible", "changed"),
    [
        ("", "", {"sex", "choice", "tick"}),
        ("text", "", {"sex", "choice", "tick", "text"}),
        ("", "text", {"sex", "choice", "tick", "text"}),
        ("text sex", "text sex", {"choice", "tick"}),
        ("always", "always", {"sex", "choice", "tick"}),
    ],
)
def test_fields_that_come_or_go_are_drawn_anew_and_one_that_stays_is_left_alone(
    sent: str, visible: str, changed: set[str]
) -> None:
    """Radio buttons and ticks that are not chosen are not sent: their absence says nothing."""
    fields = [SimpleNamespace(id=kind, type=kind, when="x") for kind in ("sex", "choice", "tick", "text")]
    definition: Any = SimpleNamespace(fields=[*fields, SimpleNamespace(id="always", type="choice", when="")])
    assert changed_fields(definition, dict.fromkeys(sent.split(), ""), set(visible.split())) == changed
