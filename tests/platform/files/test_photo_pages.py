"""Photos of an intake through the pages: upload, report, looked at beside name and number, confirmed, taken back."""

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask

from app.casework.desk import opening
from app.compose_office import make_office_app
from app.core.permissions import Actor
from app.core.problems import Problem
from app.platform.files import queries, service
from app.platform.files.service import check_needed_files
from app.platform.office.queries import adopted_definition
from app.services.ktm import photos
from app.services.ktm import queries as ktm
from schema.definitions import SERVICES, definition_text
from schema.service_procedure import Outcome
from sync.journal import Journal
from sync.verification import gone_bodies, verify_side
from tests.conftest import go_on_with
from tests.platform.files.pictures import exif, jpeg
from tests.platform.files.test_matching import zipped
from tests.platform.office.adopting import put_in_force
from tests.platform.people import SECRET_KEY, START, Browser, Clock, actor_of

PAGE = "/ktm/foto?angkatan=2026"
NAMES = ("Alya Maharani", "Bagas Pratama", "Citra Anggun")


def open_requests(journal: Journal) -> None:
    put_in_force(journal, definition_text(SERVICES / "ktm.toml"), on=date(2026, 1, 5))
    for n, name in enumerate(NAMES, 1):
        raw = {"nim": f"P99.00.26.{n:03}", "full_name": name, "programme": "D-III Keperawatan"}
        raw |= {"intake": "2026", "status": "enrolled", "kind": "new"}
        opening.open_case(journal, sari(journal), opening.Application(service="ktm", raw=raw, ticked={}), now=START)


def sari(journal: Journal) -> Actor:
    return actor_of(journal.db, "sari", START.date())


@pytest.fixture(scope="session")
def office_file(adopted_office: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three students of one intake ask for their cards."""
    return go_on_with(adopted_office, tmp_path_factory, open_requests)


@pytest.fixture
def web(journal: Journal, clock: Clock, tmp_path: Path) -> Flask:
    """The office as it is composed."""
    return make_office_app(journal, tmp_path, {"SECRET_KEY": SECRET_KEY, "CLOCK": clock})


def upload(browser: Browser, files: dict[str, bytes], field: str = "files") -> str:
    data = {"angkatan": "2026", field: [(BytesIO(content), name) for name, content in files.items()]}
    answer = browser.post("/ktm/foto", data, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return browser.get(PAGE).get_data(as_text=True)


def newest(journal: Journal, case_id: int) -> int:
    return int(queries.files_of(journal.db, f"case/{case_id}", "photo")[-1].id)


def test_a_zip_becomes_photos_that_are_looked_at_page_by_page(
    journal: Journal, as_sari: Browser, tmp_path: Path
) -> None:
    ids = [int(row[0]) for row in journal.db.run("SELECT id FROM case_file WHERE service = 'ktm' ORDER BY id")]
    archive = zipped(
        {
            "2026/P990026001.jpg": jpeg(grey=1, extra=exif(1)),
            "2026/P99.00.26.002_bagas.jpg": jpeg(grey=2),
            "2026/P990026009.jpg": jpeg(grey=3),
        }
    )
    page = upload(as_sari, {"foto.zip": archive.getvalue()})
    assert "2 foto disimpan" in page
    assert "1 mahasiswa belum punya foto" in page
    assert "P990026009.jpg" in page
    assert "Tidak ada pemiliknya" in page
    one, two = newest(journal, ids[0]), newest(journal, ids[1])
    for shown in (f'src="/lampiran/{one}"', "Alya Maharani", "P99.00.26.001", f'src="/lampiran/{two}"'):
        assert shown in page
    assert as_sari.get(f"/lampiran/{one}").data == jpeg(grey=1), "without the place where it was taken"

    answer = as_sari.post(
        "/ktm/foto/periksa", {"angkatan": "2026", "foto": [one, two], f"alasan-{two}": "Foto orang lain"}
    )
    assert answer.status_code == 303
    stale = as_sari.post("/ktm/foto/periksa", {"angkatan": "2026", "keadaan": "waiting", "foto": [one, two]})
    assert stale.status_code == 409, "a page of before does not confirm what somebody else found wrong"
    students = {student.case_id: student.state for student in photos.list_students(journal.db, "ktm", "2026")}
    assert students == {ids[0]: "confirmed", ids[1]: "doubted", ids[2]: "missing"}
    assert "Foto orang lain" in as_sari.get(PAGE + "&keadaan=doubted").get_data(as_text=True)

    page = upload(as_sari, {"P990026001.jpg": jpeg(grey=11)})
    assert "1 mengganti foto yang sudah dipastikan" in page
    assert [file.confirmed_by for file in queries.files_of(journal.db, f"case/{ids[0]}", "photo")] == ["sari", ""]
    assert as_sari.get(f"/lampiran/{one}").status_code == 200, "the old one is kept"
    assert verify_side(journal, "office", tmp_path / "ulang.sqlite3").faults == []


def test_a_folder_of_files_works_too_and_nothing_is_lost_on_the_way(journal: Journal, as_sari: Browser) -> None:
    page = upload(as_sari, {"Foto/P990026003.jpg": jpeg(grey=3), "Foto/Thumbs.db": b"x"}, "folder")
    assert "1 foto disimpan" in page
    (file_id,) = [student.file_id for student in photos.list_students(journal.db, "ktm", "2026") if student.file_id]
    stale = as_sari.post("/ktm/foto/periksa", {"angkatan": "2026", "foto": [file_id, 999], f"alasan-{file_id}": "Lain"})
    assert stale.status_code == 409
    assert 'value="Lain"' in stale.get_data(as_text=True)
    long = as_sari.post("/ktm/foto/periksa", {"angkatan": "2026", "foto": [file_id], f"alasan-{file_id}": "x" * 201})
    assert long.status_code == 422
    assert as_sari.post("/ktm/foto/periksa", {"angkatan": "2026", "foto": [file_id]}).status_code == 303
    one = {"angkatan": "2026", "keadaan": "confirmed", "foto": file_id}
    empty = as_sari.post("/ktm/foto/periksa", one)
    assert (empty.status_code, "Tulis apa yang tidak cocok" in empty.get_data(as_text=True)) == (422, True)
    assert as_sari.post(f"/lampiran/{file_id}/musnahkan", {"reason": "x"}).status_code == 403, "only what is doubted"
    assert as_sari.post("/ktm/foto/periksa", one | {f"alasan-{file_id}": "Buram"}).status_code == 303
    assert queries.find_file(journal.db, file_id).doubt == "Buram"
    assert "Musnahkan" in as_sari.get(PAGE + "&keadaan=doubted").get_data(as_text=True)
    page = as_sari.get(f"/lampiran/{file_id}/musnahkan?lanjut=//jahat.example/").get_data(as_text=True)
    assert ('value="Buram"' in page, "jahat" in page) == (True, False)
    said = {"reason": "Buram", "lanjut": PAGE}
    assert as_sari.post(f"/lampiran/{file_id}/musnahkan", said | {"reason": " "}).status_code == 422
    assert as_sari.post(f"/lampiran/{file_id}/musnahkan", said).headers["Location"] == PAGE
    assert as_sari.post(f"/lampiran/{file_id}/musnahkan", said).status_code == 409, "once"
    assert as_sari.get(f"/lampiran/{file_id}").status_code == 409
    assert journal.db.one("SELECT gone_why FROM stored_file") == ("Buram",)
    assert journal.db.one("SELECT count(*) FROM file_content") == (0,)
    nothing = as_sari.post("/ktm/foto", {"angkatan": "2026"}, content_type="multipart/form-data")
    assert nothing.status_code == 422
    assert "Tidak ada foto di dalamnya" in nothing.get_data(as_text=True)


def test_only_photos_of_these_students_are_judged_and_only_by_those_who_may(
    journal: Journal, as_sari: Browser, as_ratna: Browser, as_desi: Browser
) -> None:
    upload(as_sari, {"P990026001.jpg": jpeg(grey=1)})
    scan = service.keep_file(
        journal, sari(journal), data=jpeg(grey=9), rule=service.SCAN, subject="case/1", now=START
    ).id
    assert as_sari.post("/ktm/foto/periksa", {"angkatan": "2026", "foto": [scan]}).status_code == 409
    for other in (as_ratna, as_desi):
        assert other.get("/ktm/foto").status_code == 403
        assert other.post("/ktm/foto/periksa", {"angkatan": "2026", "foto": [1]}).status_code == 403
    assert as_desi.get(f"/lampiran/{scan}").status_code == 403


def test_the_head_destroys_any_file_of_a_case_and_sees_them_all_in_one_list(
    journal: Journal, as_sari: Browser, as_budi: Browser, as_desi: Browser
) -> None:
    """Every role tries; a scan of a case goes by its head only, whatever it shows."""
    scan = service.keep_file(
        journal, sari(journal), data=jpeg(grey=9), rule=service.SCAN, subject="case/1", name="KTP Alya.jpg", now=START
    ).id
    for other in (as_sari, as_desi):
        assert other.get(f"/lampiran/{scan}/musnahkan").status_code == 403
        assert other.post(f"/lampiran/{scan}/musnahkan", {"reason": "x"}).status_code == 403
        assert other.get("/lampiran").status_code == 403
    page = as_budi.get("/lampiran").get_data(as_text=True)
    assert (f"/lampiran/{scan}/musnahkan" in page, "Pindaian" in page, "Alya" in page) == (True, True, False)
    assert as_budi.post(f"/lampiran/{scan}/musnahkan", {"reason": "Lewat masa simpan"}).status_code == 303
    assert "Lewat masa simpan" in as_budi.get("/lampiran").get_data(as_text=True)
    assert queries.find_file(journal.db, scan).name == "", "its name can be destroyed in the journal as well"
    assert len(gone_bodies(journal)) == 1


def test_a_step_asks_for_the_confirmed_photo(journal: Journal) -> None:
    row = journal.db.one("SELECT revision FROM case_file WHERE service = 'ktm'")
    assert row is not None
    definition = adopted_definition(journal.db, "ktm", row[0])
    outcome = Outcome(id="go", label="Lanjut", history="Lanjut", to="next", needs_files=("photo",))
    case = type("Case", (), {"id": 1})

    def lacking() -> str:
        with pytest.raises(Problem) as raised:
            check_needed_files(journal.db, case, definition, outcome, None, START.date())
        return raised.value.sentence

    assert "Pasfoto mahasiswa belum ada" in lacking()
    rule = definition.files[0]
    kept = service.keep_file(journal, sari(journal), data=jpeg(grey=1), rule=rule, subject="case/1", now=START)
    assert "belum dipastikan" in lacking()
    service.doubt_file(journal, sari(journal), file_id=kept.id, reason="Buram", now=START)
    assert "tidak cocok (Buram)" in lacking()
    service.confirm_files(journal, sari(journal), file_ids=[kept.id], now=START)
    check_needed_files(journal.db, case, definition, outcome, None, START.date())


def test_a_photo_that_was_replaced_since_it_was_shown_is_judged_by_nobody(journal: Journal, as_sari: Browser) -> None:
    """Whoever looked at the old photo has not seen the new one."""
    upload(as_sari, {"P990026001.jpg": jpeg(grey=1)})
    [shown] = [student.file_id for student in photos.list_students(journal.db, "ktm", "2026") if student.file_id]
    upload(as_sari, {"P990026001.jpg": jpeg(grey=5)})
    [newest] = [student.file_id for student in photos.list_students(journal.db, "ktm", "2026") if student.file_id]
    assert newest != shown

    def judge(**reasons: str) -> tuple[int, int]:
        said = {int(file_id.removeprefix("f")): why for file_id, why in reasons.items()}
        return photos.judge_photos(journal, sari(journal), service="ktm", intake="2026", reasons=said, now=START)

    for reason in ("", "Buram"):
        with pytest.raises(Problem, match="ada yang diganti"):
            judge(**{f"f{shown}": reason})
        with pytest.raises(Problem, match="ada yang diganti"):
            judge(**{f"f{newest}": reason, f"f{shown}": ""})
    with pytest.raises(Problem):
        judge()
    assert judge(**{f"f{newest}": " "}) == (1, 0)
    case = "case/" + str(photos.list_students(journal.db, "ktm", "2026")[0].case_id)
    known = [(file.id, file.confirmed_by) for file in queries.files_of(journal.db, case, "photo")]
    assert known == [(shown, ""), (newest, "sari")]
    assert judge(**{f"f{newest}": "Bukan orangnya"}) == (0, 1)
    with pytest.raises(Problem, match="ada yang diganti"):
        judge(**{f"f{newest}": ""})  # doubted by now: only a page that shows the doubted may judge it again


def test_a_card_shows_the_newest_photo_once_it_was_confirmed_and_not_doubted(journal: Journal) -> None:
    [rule] = ktm.find_card_service(journal.db, START.date()).files
    assert ktm.case_photo(journal.db, 1) is None
    kept = service.keep_file(
        journal, sari(journal), data=jpeg(grey=1), rule=rule, subject="case/1", name="a.jpg", now=START
    )
    assert ktm.case_photo(journal.db, 1) is None, "nobody has looked"
    service.confirm_files(journal, sari(journal), file_ids=[kept.id], now=START)
    content, kind = ktm.case_photo(journal.db, 1) or (b"", "")
    assert (content[:2], kind) == (b"\xff\xd8", "jpeg")
    assert ktm.count_missing_photos(journal.db, "ktm", "2026") == len(NAMES) - 1
    service.doubt_file(journal, sari(journal), file_id=kept.id, reason="Buram", now=START, field="alasan")
    assert ktm.case_photo(journal.db, 1) is None
    assert ktm.count_missing_photos(journal.db, "ktm", "2026") == len(NAMES)
