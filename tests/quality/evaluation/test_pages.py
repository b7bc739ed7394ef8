"""Pages of documents, the policy where visitors read it, papers as they leave, two presses of one button."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from app.platform.people.credentials import put_pin
from app.platform.people.hashing import hash_secret, make_pepper
from app.quality.evaluation.queries import evaluation_rules
from app.quality.evaluation.tables import EvaluationCycle, FollowUp, QualityDocument, Supervision
from app.quality.evaluation.views.cycles import name_cycle
from app.quality.evaluation.views.kiosk import make_kiosk_app
from sync.journal import Journal
from tests.platform.files.pictures import pdf
from tests.platform.people import CHEAP, PIN, Browser, Clock
from tests.world.evaluation_staff import Team

POLICY = {
    "text": "Kami melayani dengan sepenuh hati.",
    "name1": "Pelayanan Prima",
    "point1": "Pengunjung dilayani dengan ramah, aman, dan selamat.",
}
PLAN = {"period": "2026", "kind": "routine", "from_on": "28122026", "until_on": "15012027", "team-sekretaris": "ratna"}


@pytest.fixture
def visitors(journal: Journal, clock: Clock) -> Browser:
    """The kiosk and the screen of the waiting room."""
    return Browser(make_kiosk_app(journal, {"CLOCK": clock}))


def digest_on(page: str) -> str:
    return page.partition('name="digest" value="')[2].partition('"')[0]


def title_on(page: str) -> str:
    return page.partition("<title>")[2].partition("</title>")[0]


def test_the_policy_hangs_where_visitors_read_it(as_ratna: Browser, as_camat: Browser, visitors: Browser) -> None:
    address = "/mutu/kebijakan/baru"
    refused = as_ratna.post(address, POLICY | {"point1": "Pengunjung dilayani dengan ramah."})
    assert refused.status_code == 422
    assert "menjamin keamanan dan keselamatan pengunjung" in refused.text
    assert POLICY["text"] in refused.text, "nothing typed is lost"
    assert as_ratna.post(address, POLICY).status_code == 303
    assert as_ratna.post(address, POLICY).status_code == 422, "pressed twice: one draft"
    draft = as_ratna.get("/mutu/1").text
    assert title_on(draft) != title_on(as_ratna.get(address).text)
    assert "DRAF, belum berlaku" in draft
    assert visitors.client.get("/kebijakan-mutu").status_code == 404
    assert "Kebijakan Mutu" not in visitors.client.get("/").text
    page = as_camat.get("/mutu/1").text
    assert "Kebijakan Mutu" in as_camat.get("/").text, "it waits on his desk"
    signed = {"digest": digest_on(page), "pin": "000000"}
    assert as_camat.post("/mutu/1/tanda-tangan", signed).status_code == 422
    assert as_camat.post("/mutu/1/tanda-tangan", signed | {"pin": PIN}).status_code == 303
    assert as_camat.post("/mutu/1/tanda-tangan", signed | {"pin": PIN}).status_code == 409
    for place in ("/", "/papan", "/kebijakan-mutu"):
        assert "Kebijakan Mutu" in visitors.client.get(place).text, place
    assert POLICY["point1"] in visitors.client.get("/papan").text
    assert POLICY["point1"] in as_ratna.get("/papan-pengumuman").text


def test_a_section_signs_its_targets_and_gets_its_copy(
    as_budi: Browser, as_ratna: Browser, as_camat: Browser, journal: Journal
) -> None:
    assert as_budi.post("/mutu/sasaran", {"place": "2026/pelayanan"}).headers["Location"] == "/mutu/1"
    assert as_budi.post("/mutu/sasaran", {"place": "2026/pelayanan"}).status_code == 409
    for browser in (as_budi, as_ratna, as_camat):
        page = browser.get("/mutu/1").text
        assert browser.post("/mutu/1/tanda-tangan", {"digest": digest_on(page), "pin": PIN}).status_code == 303
    assert [row.state for row in QualityDocument.rows(journal.db)] == ["in_force"]
    assert as_budi.post("/mutu/1/cetak", {"salinan": "3"}).status_code == 403, "only who distributes"
    for copy in ("", "0", "3"):
        assert as_ratna.post("/mutu/1/cetak", {"salinan": copy}).data.startswith(b"%PDF-")
    assert as_budi.post("/mutu/1/salinan/3", {}).status_code == 303
    control = as_ratna.get("/mutu/1/kendali").text
    for words in ("TIDAK TERKENDALI", "ASLI", "TERKENDALI 3", "Budi Santoso", "SM-PELAYANAN-2026"):
        assert words in control
    assert as_ratna.post("/mutu/1/salinan/1", {"received_by": "Hadi"}).status_code == 422


def test_a_cycle_is_named_exactly_by_its_whole_number(as_ratna: Browser) -> None:
    row = SimpleNamespace(id=1, number="01/MONEV/2026", state="running")
    with as_ratna.app.test_request_context():
        assert [name_cycle(row, typed).exact for typed in ("01/monev/2026", "01/MONEV")] == [True, False]


def test_a_cycle_on_its_pages(as_ratna: Browser, as_budi: Browser, team: Team, journal: Journal) -> None:
    assert as_budi.get("/monev/baru").status_code == 403
    refused = as_ratna.post("/monev/baru", PLAN | {"until_on": "kapan"})
    assert refused.status_code == 422
    assert 'value="kapan"' in refused.text
    assert as_ratna.post("/monev/baru", PLAN).headers["Location"] == "/monev/1"
    twice = as_ratna.post("/monev/baru", PLAN)
    assert (twice.status_code, len(EvaluationCycle.rows(journal.db))) == (422, 1)
    assert "Isi lembar audit Seksi Pelayanan Umum" in as_ratna.get("/").text
    given = {"on_date": "28122026", "post": "", "notes": "Baik"}
    told = as_ratna.post("/monev/1/pembinaan", given)
    assert "bukan namanya" in told.text
    files: Any = {"files": (pdf(), "berita acara.pdf")}
    data = given | {"post": "Inspektur"}
    assert send_file(as_ratna, "/monev/1/pembinaan", data, files).status_code == 303
    assert len(Supervision.rows(journal.db)) == 1
    hostile: Any = {"files": (b"MZ\x90\x00", "surat.pdf")}
    assert send_file(as_ratna, "/monev/1/pembinaan", data, hostile).status_code == 422
    assert len(Supervision.rows(journal.db)) == 1, "with a file that is none nothing is written"
    page = as_budi.get("/monev/1").text
    assert "berita acara.pdf" in page
    assert "/lampiran/1" in page
    assert as_budi.get("/lampiran/1").status_code == 200
    team.finish_sheets(1)
    team.draft(1)
    for address in ("/monev/1/cetak", "/monev/lembar/1/cetak"):
        assert as_budi.post(address, {}).data.startswith(b"%PDF-")
    assert as_budi.get("/monev/1/evaluasi").status_code == 403
    target = as_budi.get("/monev/ltpp?sasaran=kecamatan/box_opened&periode=2026").text
    assert "LTPP sasaran" in title_on(target), "another page than the one for any LTPP"
    assert as_budi.post("/monev/ltpp", {"sasaran": "kecamatan/box_opened", "periode": "2026"}).status_code == 303
    assert as_budi.post("/monev/ltpp", {"sasaran": "kecamatan/box_opened", "periode": "2026"}).location == "/ltpp/1"
    assert as_budi.post("/monev/ltpp", {"sasaran": "kecamatan/box_opened", "periode": "besok"}).status_code == 404
    assert as_budi.post("/monev/ltpp", {"sasaran": "x", "periode": "2026"}).status_code == 404


def test_what_is_refused_on_a_sheet_or_of_a_follow_up_is_said_and_stays_typed(
    as_ratna: Browser, as_budi: Browser, team: Team, journal: Journal
) -> None:
    cycle_id = team.plan()
    sheet = team.sheet(cycle_id, "pelayanan")
    at = f"/monev/lembar/{sheet.id}"
    bare = as_ratna.post(f"{at}/baris/1", {"question": "Siapa yang hadir?", "weight": "conform"})
    assert bare.status_code == 422
    assert "Tulis bukti yang dilihat." in bare.text
    assert "Siapa yang hadir?" in bare.text
    assert 'href="#evidence-1"' in bare.text, "the summary leads to the field of that row"
    typed = {"unit": "pelayanan", "what": "Latih petugas", "level": "", "person": "budi", "due_on": "kapan"}
    refused = as_budi.post(f"/monev/{cycle_id}/tindak-lanjut?lembar={sheet.id}", typed)
    assert refused.status_code == 422
    for said in ("Pilih tingkatnya.", "Latih petugas", 'value="kapan"'):
        assert said in refused.text
    level = next(iter(evaluation_rules(journal.db).levels))
    whole = typed | {"level": level, "due_on": "10022027"}
    assert as_budi.post(f"/monev/{cycle_id}/tindak-lanjut?lembar={sheet.id}", whole).location == at
    assert as_budi.post(f"/monev/{cycle_id}/tindak-lanjut", whole | {"due_on": "01012020"}).status_code == 422
    assert len(FollowUp.rows(journal.db)) == 1
    assert "Tulis apa yang sudah dikerjakan." in as_budi.post("/monev/tindak-lanjut/1/selesai", {"note": ""}).text
    assert as_budi.post("/monev/tindak-lanjut/1/selesai", {"note": "Sudah dilatih"}).status_code == 303
    silent = as_ratna.post("/monev/tindak-lanjut/1/periksa", {"note": "Daftar hadir dilihat"})
    assert silent.status_code == 422
    assert "Pilih salah satu." in silent.text
    assert "Daftar hadir dilihat" in silent.text
    assert as_ratna.post("/monev/tindak-lanjut/1/periksa", {"note": "Belum semua", "hasil": "0"}).status_code == 303
    assert FollowUp.rows(journal.db)[0].state == "open"


def test_numbers_that_are_none_bring_a_page_and_no_failure(as_ratna: Browser, as_budi: Browser) -> None:
    for year in ("²²²²", "0000", "9" * 5000):
        assert as_ratna.get("/monev/baru", query_string={"tahun": year}).status_code == 200, year[:4]
        assert as_ratna.post("/monev/baru", {"tahun": year}).status_code == 422, year[:4]
    assert as_ratna.post("/sarana", {"name": "Kamera", "count": "9" * 400}).status_code == 422
    assert as_budi.post("/monev/lembar/1/jawab", {f"response-{'9' * 5000}": "Sudah"}).status_code == 404


def send_file(browser: Browser, address: str, data: dict[str, str], files: dict[str, tuple[bytes, str]]) -> Any:
    from io import BytesIO

    sent = data | {name: (BytesIO(content), called) for name, (content, called) in files.items()}
    return browser.post(address, sent)


def test_the_page_of_a_plan_offers_who_may_be_in_the_team_and_what_has_begun(as_ratna: Browser) -> None:
    page = as_ratna.get("/monev/baru?tahun=2026").text
    team = page.partition('name="team-sekretaris"')[2][:2000]
    assert "Ratna Puspita" in team
    assert "Sari Wulandari" not in team, "not of that role"
    assert 'value="2026-Q4"' in page
    assert '<option value="2027' not in as_ratna.get("/monev/baru?tahun=2027").text, "nothing of that year has begun"


def test_the_evaluation_lists_every_assessed_target(as_camat: Browser, team: Team) -> None:
    cycle_id = team.plan()
    team.report(cycle_id)
    page = as_camat.get(f"/monev/{cycle_id}/evaluasi").text
    for name in ("KTP selesai sesuai janji", "2027"):
        assert name in page, name


def test_a_policy_of_eight_points_comes_whole_by_its_page(as_ratna: Browser, journal: Journal) -> None:
    points = {f"name{n}": f"Butir {n}" for n in range(2, 9)} | {f"point{n}": f"Bunyi {n}" for n in range(2, 9)}
    assert as_ratna.post("/mutu/kebijakan/baru", POLICY | points).status_code == 303
    page = as_ratna.get("/mutu/1").text
    assert all(f"Bunyi {n}" in page for n in range(2, 9))


def test_whoever_has_no_pin_that_counts_is_told_so_in_the_place_of_the_button(
    journal: Journal, clock: Clock, as_ratna: Browser, as_camat: Browser
) -> None:
    as_ratna.post("/mutu/kebijakan/baru", POLICY)
    assert "Tandatangani</button>" in as_camat.get("/mutu/1").text
    later = clock() + timedelta(days=1)
    secret = hash_secret(PIN, CHEAP, pepper=make_pepper(journal.db))
    put_pin(journal.db, as_camat.actor.person_id, secret, counts_from=later, now=clock())
    page = as_camat.get("/mutu/1").text
    assert "Tandatangani</button>" not in page
    assert "PIN Anda belum berlaku" in page
