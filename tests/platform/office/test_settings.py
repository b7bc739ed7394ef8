"""Settings: who may, what fits, pauses from the standard's list, the office network."""

import io
from pathlib import Path

import pytest

from app.casework.desk import service as cases
from app.compose_office import make_office_app
from app.core.problems import Problem
from app.platform.office import queries, service, settings
from app.platform.office.settings import OWN_HOSTS
from app.quality.quarter.views.waiting_room import make_kiosk_app
from sync.journal import Journal
from tests.platform.office.pictures import HARMFUL, svg
from tests.platform.people import PIN, SECRET_KEY, START, Browser, Clock
from tests.services.ktp.desk import Desk

ON = START.date()


UNFIT = [
    ("none", 1),
    ("paper.size", "A3"),
    ("paper.size", 4),
    ("recording.slots_per_day", 0),
    ("recording.slots_per_day", True),
    ("recording.slots_per_day", 1000),
    ("centre.runs_loket", "ya"),
    ("pauses.enabled", [1]),
    ("office.name", "x" * 60_001),
    ("network.hosts", "http://a"),
    ("network.hosts", " ".join("abcdefghijkl")),
    ("promise.kept_when", ""),
]


@pytest.mark.parametrize(("key", "value"), UNFIT)
def test_a_value_that_does_not_fit_is_refused(desk: Desk, key: str, value: object) -> None:
    before = settings.all_settings(desk.journal.db)
    with pytest.raises(Problem) as caught:
        service.change_setting(desk.journal, desk.who("ratna"), key=key, value=value, now=START)
    assert set(caught.value.fields) == {key}
    assert settings.all_settings(desk.journal.db) == before


def test_only_the_secretary_changes_settings(desk: Desk, as_budi: Browser) -> None:
    for command in (
        lambda who: service.set_pauses(desk.journal, who, enabled=[], now=START),
        lambda who: service.set_network(desk.journal, who, opened=False, hosts="", without_tls=False, now=START),
    ):
        with pytest.raises(Problem) as caught:
            command(desk.who("budi"))
        assert caught.value.code == "forbidden"
    assert as_budi.get("/pengaturan/").status_code == 403


def test_a_listed_reason_can_be_switched_on_and_then_be_used(desk: Desk, as_ratna: Browser) -> None:
    case_id = desk.complete()
    page = as_ratna.get("/pengaturan/").get_data(as_text=True)
    assert "Blangko habis" in page
    with pytest.raises(Problem):
        cases.pause_case(desk.journal, desk.who("budi"), case_id=case_id, reason="blanks_out", text="x", now=START)
    assert as_ratna.post("/pengaturan/jeda", {"enabled": ["blanks_out"]}).status_code == 303
    cases.pause_case(desk.journal, desk.who("budi"), case_id=case_id, reason="blanks_out", text="x", now=START)
    assert as_ratna.post("/pengaturan/jeda", {"enabled": ["holiday"]}).status_code == 422
    assert settings.get_setting(desk.journal.db, "pauses.enabled") == ["blanks_out"]
    with pytest.raises(Problem):
        service.set_pauses(desk.journal, desk.who("ratna"), enabled=["holiday"], now=START)


def test_identity_stays_as_typed_when_something_is_wrong(as_ratna: Browser, desk: Desk) -> None:
    known = {
        "office_name": "Kecamatan Contoh",
        "office_short_name": "Contoh",
        "office_regency": "Kabupaten Contoh",
        "office_place": "Contoh",
        "office_phone": "0334 1",
    }
    answer = as_ratna.post("/pengaturan/identitas", known | {"office_place": ""})
    assert answer.status_code == 422
    assert 'value="0334 1"' in answer.get_data(as_text=True)
    assert settings.get_setting(desk.journal.db, "office.phone") == ""
    assert as_ratna.post("/pengaturan/identitas", known).status_code == 303
    assert settings.get_setting(desk.journal.db, "office.phone") == "0334 1"


def test_arms_are_put_on_and_taken_off(as_ratna: Browser, desk: Desk) -> None:
    def post(data: dict[str, object]) -> int:
        return as_ratna.post("/pengaturan/lambang", data).status_code

    assert post({}) == 422
    assert post({"arms": (io.BytesIO(HARMFUL["script"]), "a.svg")}) == 422
    assert settings.get_setting(desk.journal.db, "office.arms") == ""
    assert post({"arms": (io.BytesIO(svg()), "a.svg")}) == 303
    page = as_ratna.get("/pengaturan/").get_data(as_text=True)
    assert '<img class="arms" src="data:image/svg+xml;base64,' in page
    assert "arms_kept" not in page, "the settings do not take back what they have shown"
    assert post({"aksi": "lepas", "arms": (io.BytesIO(svg()), "a.svg")}) == 303, "taken off is taken off"
    assert settings.get_setting(desk.journal.db, "office.arms") == ""


def test_series_and_villages_say_what_is_wrong_and_keep_it(as_ratna: Browser, desk: Desk) -> None:
    answer = as_ratna.post("/pengaturan/nomor/letter", {"pattern": "470/{year}", "start": "9"})
    assert answer.status_code == 422
    assert 'value="470/{year}"' in answer.get_data(as_text=True)
    assert as_ratna.post("/pengaturan/nomor/letter", {"pattern": "470/{n}/{year}", "start": "9"}).status_code == 303
    assert "470/9/2026" in as_ratna.get("/pengaturan/nomor").get_data(as_text=True)
    for _ in range(2):
        desk.send(desk.ready())
    low = as_ratna.post("/pengaturan/nomor/dispatch", {"pattern": "K-{n}", "start": "2"})
    assert low.status_code == 422
    assert "Berikutnya K-3: isi 3 atau lebih." in low.get_data(as_text=True)
    village = queries.list_villages(desk.journal.db)[0].code
    assert as_ratna.post(f"/pengaturan/desa/{village}", {"name": "", "head_name": "Suparman"}).status_code == 422
    assert (
        as_ratna.post(f"/pengaturan/desa/{village}", {"name": "Krai Lor", "head_name": "Suparman"}).status_code == 303
    )
    assert queries.list_villages(desk.journal.db)[0].head_name == "Suparman"
    assert as_ratna.post("/pengaturan/desa/3508990000", {"name": "x"}).status_code == 404


def test_the_office_is_closed_until_somebody_opens_it() -> None:
    assert settings.plan_network(False, "192.168.1.10", True) == settings.NetworkPlan(
        "127.0.0.1", OWN_HOSTS, False, False
    )
    behind = settings.plan_network(True, "192.168.1.10, Loket.kantor", False)
    assert behind == settings.NetworkPlan("127.0.0.1", (*OWN_HOSTS, "192.168.1.10", "loket.kantor"), True, False)
    assert settings.plan_network(True, "192.168.1.10", True) == settings.NetworkPlan(
        "0.0.0.0", (*OWN_HOSTS, "192.168.1.10"), False, True
    )


def test_without_tls_every_page_says_so(journal: Journal, as_ratna: Browser, clock: Clock, tmp_path: Path) -> None:
    assert as_ratna.post("/pengaturan/jaringan", {"open": "y"}).status_code == 422
    wanted = {"open": "y", "hosts": "192.168.1.10", "without_tls": "y"}
    for pin, sentence in (("", "Isi PIN."), ("000000", "PIN tidak cocok")):
        refused = as_ratna.post("/pengaturan/jaringan", wanted | {"pin": pin})
        assert (refused.status_code, sentence in refused.text, "192.168.1.10" in refused.text) == (
            422,
            True,
            True,
        )
    assert not queries.network_plan(journal.db).insecure
    assert as_ratna.post("/pengaturan/jaringan", wanted | {"pin": PIN}).status_code == 303
    assert queries.network_plan(journal.db).insecure
    opened = make_office_app(journal, tmp_path, {"SECRET_KEY": SECRET_KEY, "CLOCK": clock})
    ratna = Browser(opened, "ratna")
    for path in ("/", "/pengaturan/", "/standar/", "/keadaan/"):
        assert "Jaringan kantor terbuka tanpa pengaman" in ratna.get(path).get_data(as_text=True)
    assert ratna.get("/masuk", base_url="http://192.168.1.10:8035/").status_code in (200, 303)
    assert ratna.get("/masuk", base_url="http://jahat.contoh/").status_code == 400
    assert as_ratna.post("/pengaturan/jaringan", {"hosts": "192.168.1.10", "without_tls": "y"}).status_code == 303
    assert not queries.network_plan(journal.db).insecure


def test_the_address_for_reports_stands_where_people_meet_trouble(
    desk: Desk, as_ratna: Browser, as_budi: Browser
) -> None:
    address, sentence = "Sekretaris, 0334 123456", "Menemukan celah atau data yang bocor?"
    kiosk = make_kiosk_app(desk.journal, {"CLOCK": lambda: START})
    sign_in, refused = (
        (lambda: Browser(as_ratna.app).get("/masuk").text),
        (lambda: as_budi.get("/pengaturan/").text),
    )
    assert sentence not in sign_in() + refused()
    service.change_setting(desk.journal, desk.who("ratna"), key="office.report_to", value=address, now=START)
    for page in (sign_in(), refused()):
        assert f"{sentence} Laporkan kepada {address}." in page
    assert f"dilaporkan kepada {address}." in kiosk.test_client().get("/").text
