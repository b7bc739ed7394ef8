"""The administrator's page of the program's versions, at the office and at the centre."""

from pathlib import Path

import pytest

from app.platform.updates import sticks, versions
from app.platform.updates.endorsements import ReleaseEndorsement
from app.platform.updates.releases import MAINTAINERS_SIGNATURE, check_maintained
from app.platform.updates.versions import Choice, Result, write_choice, write_result
from app.platform.updates.views import page
from schema.version import VERSION
from sync.journal import Journal
from tests.platform.people import Browser
from tests.platform.updates.made import KEYS, MAINTAINERS, made_release

PAGE = "/versi/"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(versions, "home", lambda: tmp_path)
    return tmp_path


def test_what_runs_what_lies_there_and_how_the_last_update_ended(as_ratna: Browser, home: Path) -> None:
    told = as_ratna.get(PAGE).text
    assert f"Loket {VERSION} berjalan di komputer ini." in told
    assert "Pemutakhiran terakhir" not in told
    for name in ("0.9.0", "0.10.0", "0.11.0.baru"):
        (home / "versi" / name).mkdir(parents=True)
        (home / "versi" / name / "run.py").touch()
    write_choice(Choice(VERSION, "0.9.0"))
    write_result(Result("back", "0.10.0", "2026-03-02T01:00:00Z", "Loket 0.10.0 tidak lulus <b>pemeriksaan</b>."))
    told = as_ratna.get(PAGE).text
    assert "Pemutakhiran terakhir tidak jadi" in told
    assert "tidak lulus &lt;b&gt;pemeriksaan" in told
    assert "Senin, 2 Maret 2026 pukul 08.00" in told
    assert told.index("<h3>Loket 0.10.0</h3>") < told.index("<h3>Loket 0.9.0</h3>") < told.index("Sebelumnya")
    assert "0.11.0" not in told, "an unfinished one"


def test_own_definition_files_are_shown_with_their_first_fault(as_ratna: Browser, home: Path) -> None:
    own = home / "definisi/indikator/kami.toml"
    own.parent.mkdir(parents=True)
    own.write_text('id = "lain"\n', encoding="utf-8")
    told = as_ratna.get(PAGE).text
    assert "Dokumen definisi kantor ini" in told
    assert told.index("kami.toml") < told.index("Tidak dipakai") < told.index("kami.toml, baris 1")


def test_how_to_update_is_told_where_somebody_can_sign_for_this_version(
    as_ratna: Browser, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert "membawa kunci percobaan" in as_ratna.get(PAGE).text
    monkeypatch.setattr(page, "own_keys", lambda: KEYS)
    plugged = [(tmp_path / "stick", "BIRU"), (tmp_path / "another stick", "MERAH"), (tmp_path / "empty", "HIJAU")]
    for folder, _ in plugged:
        folder.mkdir()
    made_release(plugged[0][0], "9.1.0")
    made_release(plugged[1][0], "9.2.0", signatures={})
    monkeypatch.setattr(sticks, "removable_drives", lambda: plugged)
    told = as_ratna.get(PAGE).text
    assert "run.py update FLASHDISK" in told
    assert "Flashdisk BIRU: Loket 9.1.0 dapat dipasang" in told
    assert f"run.py update {tmp_path / 'stick'}" in told
    assert "Flashdisk MERAH: rilisnya tidak dapat dipasang" in told
    assert "tidak bertanda tangan pengelola" in told
    assert "HIJAU" not in told


def test_what_the_centre_endorsed_is_told_and_its_release_may_come(
    as_ratna: Browser, journal: Journal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(page, "own_keys", lambda: KEYS)
    release = made_release(tmp_path, signatures={MAINTAINERS_SIGNATURE: MAINTAINERS})
    monkeypatch.setattr(sticks, "removable_drives", lambda: [(tmp_path, "BIRU")])
    assert "Minta dokumen pengesahannya" in as_ratna.get(PAGE).text
    row = {"digest": check_maintained(release, KEYS).digest, "version": "9.1.0", "at": "2026-03-02T01:00:00Z"}
    with journal.transaction(), journal.db.applying():
        ReleaseEndorsement.add(journal.db, stream=journal.source, source="dukcapil-3508", **row)
    told = as_ratna.get(PAGE).text
    assert "Pusat mengesahkan Loket 9.1.0 pada Sen 2 Mar 08.00." in told
    assert "Loket 9.1.0 dapat dipasang" in told


def test_it_is_the_administrators_page_and_found_from_two_others(as_ratna: Browser, as_oki: Browser) -> None:
    assert all(f'href="{PAGE}"' in as_ratna.get(path).text for path in ("/keadaan/", "/cadangan/"))
    assert as_oki.get(PAGE).status_code == 403
