"""`import` as a person or a script meets it."""

import json
from pathlib import Path

import pytest

from app import compose
from app.cli import main
from tests.casework.importing.books import line, man, register
from tests.casework.importing.conftest import set_up_office


def call(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of one call."""
    with pytest.raises(SystemExit) as ended:
        main(["import", *map(str, arguments)])
    told = capsys.readouterr()
    assert isinstance(ended.value.code, int)
    return ended.value.code, told.out, told.err


@pytest.fixture
def file(tmp_path: Path) -> Path:
    place = tmp_path / "register.xlsx"
    place.write_bytes(register(line(), line(no=2), man(3, nama=""), man(4, jenis="perpanjangan")))
    return place


def test_a_dry_run_needs_no_office_and_writes_nothing(
    capsys: pytest.CaptureFixture[str], file: Path, tmp_path: Path
) -> None:
    code, told, _ = call(capsys, file, "--service", "ktp-el", "--dry-run", "--json", "--data", tmp_path / "kosong")
    answer = json.loads(told)
    assert code == 0
    assert [row["verdict"] for row in answer["lines"]] == ["accepted", "repeated", "refused", "warning"]
    assert set(answer["lines"][0]) == {"sheet", "row", "verdict", "reason"}
    assert not (tmp_path / "kosong").exists()


def test_loading_without_an_office_is_told(capsys: pytest.CaptureFixture[str], file: Path, tmp_path: Path) -> None:
    code, _, said = call(capsys, file, "--data", tmp_path / "kosong")
    assert (code, "belum ada kantor yang siap" in said) == (1, True)


def test_a_real_run_loads_once_and_writes_the_rejected_lines(
    capsys: pytest.CaptureFixture[str], file: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    set_up_office(data / compose.FILES["office"]).db.close()
    rejects = tmp_path / "ditolak.xlsx"
    code, told, said = call(capsys, file, "--data", data, "--rejected", rejects)
    assert code == 0
    assert "4 baris: 1 diterima, 1 diterima dengan catatan, 1 ditolak, 1 berulang." in told
    assert "2 berkas baru ditulis (nomor 0001/KTP/2025 sampai 0004/KTP/2025); 0 sudah ada." in told
    assert "100%" in said
    assert rejects.stat().st_size > 1000
    _, again, _ = call(capsys, file, "--data", data, "--json")
    assert (json.loads(again)["loaded"], json.loads(again)["counts"]["repeated"]) == (0, 3)
    assert actors(data) == {"system"}


def actors(data: Path) -> set[str]:
    """Who brought the imported cases, as the desk shows it."""
    db = compose.open_side("office", data)
    found = {row[0] for row in db.run("SELECT entered_by FROM case_file")}
    db.close()
    return found


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.xlsx", b"", "Dokumen ini kosong"),
        ("a.xlsx", b"%PDF-1.4", "dokumen PDF"),
        ("a.csv", b"halo;dunia\n1;2\n", "Tidak ada baris judul kolom"),
    ],
)
def test_a_wrong_file_is_one_sentence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, content: bytes, sentence: str
) -> None:
    (tmp_path / name).write_bytes(content)
    code, told, said = call(capsys, tmp_path / name, "--dry-run")
    assert (code, told) == (1, "")
    assert sentence in said
    assert "Traceback" not in said


def test_a_file_that_is_not_there_is_one_sentence(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    missing = tmp_path / "tiada.csv"
    assert call(capsys, missing, "--dry-run") == (
        1,
        "",
        "Dokumen tiada.csv tidak ditemukan. Periksa nama dan foldernya.\n",
    )


def test_another_service_is_told(capsys: pytest.CaptureFixture[str], file: Path) -> None:
    code, _, said = call(capsys, file, "--service", "ktm", "--dry-run")
    assert (code, "belum untuk ktm" in said) == (1, True)


def test_a_dry_run_in_an_office_writes_nothing(capsys: pytest.CaptureFixture[str], file: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    set_up_office(data / compose.FILES["office"]).db.close()
    code, told, _ = call(capsys, file, "--dry-run", "--json", "--data", data)
    answer = json.loads(told)
    assert (code, answer["counts"]["accepted"], "loaded" in answer) == (0, 1, False)
    assert actors(data) == set()
    code, told, _ = call(capsys, file, "--data", data, "--json")
    assert {"loaded": 2, "known": 0}.items() <= json.loads(told).items()
