"""Photos out of a ZIP or a folder to the numbers in their names: what is taken, what is told, and hostile ZIPs."""

import io
import struct
import zipfile
from collections import Counter

import pytest

from app.core.permissions import Actor
from app.core.problems import Problem
from app.platform.files import matching, queries
from app.platform.files.matching import NamedFile
from schema.service_standard import FileRule
from sync.journal import Journal
from tests.platform.files.pictures import jpeg, pdf, png
from tests.platform.people import START

SRI = Actor(1, "Sri Lestari", "sri", frozenset({"kasubbag_mahasiswa"}))
PHOTO = FileRule(
    id="photo", label="Pasfoto", types=("jpeg", "png"), max_kb=300, width=300, height=400, ratio="3:4", confirmed=True
)
KEYS = {matching.plain_key(f"P.26-{n:03d}"): f"case/{n}" for n in range(1, 9)}


def named(files: dict[str, bytes]) -> list[NamedFile]:
    return [NamedFile(matching.file_name(name), lambda most, data=data: data[:most]) for name, data in files.items()]


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> io.BytesIO:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target


FOLDER = {
    "Foto 2026/P.26-001.jpg": jpeg(grey=1),
    "Foto 2026/p26002_Nama Mahasiswa.JPG": png(colour=2),
    "..\\..\\P26003 (1).jpeg": jpeg(grey=3),
    "P26004.jpg": jpeg(grey=4),
    "P26004 - Copy.png": png(colour=4),
    "P26005.png": jpeg(grey=5),
    "P26006.png": jpeg(grey=5),
    "P26007.jpg": jpeg(480, 480, grey=7),
    "P26008.jpg": jpeg(grey=8)[:-300],
    "P26999.jpg": jpeg(grey=9),
    "catatan.pdf": pdf(),
    "Thumbs.db": b"x",
    "__MACOSX/._P26001.jpg": b"x",
}


@pytest.mark.parametrize("way", ["zip", "folder"])
def test_each_file_finds_its_number_or_a_reason(journal: Journal, way: str) -> None:
    files = matching.zip_files(zipped(FOLDER)) if way == "zip" else named(dict(list(FOLDER.items())[:-2]))
    done = matching.match_files(journal.db, files, KEYS, PHOTO)
    assert {(one.subject, one.file.name) for one in done.matched} == {
        ("case/1", "P.26-001.jpg"),
        ("case/2", "p26002_Nama Mahasiswa.JPG"),
        ("case/3", "P26003 (1).jpeg"),
    }
    assert sorted((one.sort, one.name) for one in done.unmatched) == [
        ("duplicate", "P26004 - Copy.png"),
        ("duplicate", "P26004.jpg"),
        ("duplicate", "P26005.png"),
        ("duplicate", "P26006.png"),
        ("extra", "P26999.jpg"),
        ("extra", "catatan.pdf"),
        ("ratio", "P26007.jpg"),
        ("unreadable", "P26008.jpg"),
    ]
    matching.keep_matches(journal, SRI, done, PHOTO, START)
    assert (done.kept, done.same) == (3, 0)
    assert queries.read_file(journal.db, queries.files_of(journal.db, "case/3")[0].id).content == jpeg(grey=3)


def test_a_second_upload_adds_what_is_new_and_keeps_what_was(journal: Journal) -> None:
    for files, counts in (
        ({"P26001.jpg": jpeg(grey=1), "P26001 (1).jpg": jpeg(grey=1)}, (1, 1)),
        ({"P26001.jpg": jpeg(grey=1), "P26002.jpg": jpeg(grey=2)}, (1, 1)),
        ({"P26001.jpg": jpeg(grey=11)}, (1, 0)),
    ):
        done = matching.match_files(journal.db, named(files), KEYS, PHOTO)
        matching.keep_matches(journal, SRI, done, PHOTO, START)
        assert (done.kept, done.same) == counts
    held = queries.files_of(journal.db, "case/1")
    assert [queries.read_file(journal.db, file.id).content for file in held] == [jpeg(grey=1), jpeg(grey=11)]
    done = matching.match_files(journal.db, named({"P26005.jpg": jpeg(grey=2)}), KEYS, PHOTO)
    assert [one.sort for one in done.unmatched] == ["duplicate"], "this photo is another student's"


@pytest.mark.parametrize("name", ["P1.jpg", "foto/P1.jpg", "foto\\2026\\P1.jpg", "/P1.jpg"])
def test_a_file_is_known_by_its_name_without_folders(name: str) -> None:
    assert matching.file_name(name) == "P1.jpg"


def test_of_a_long_name_the_last_signs_are_kept() -> None:
    """They hold the number and what sort of file it is."""
    assert matching.file_name(f"foto/{'x' * 113}P1.jpg") == f"{'x' * 113}P1.jpg", "119 signs"
    assert matching.file_name(f"foto/{'x' * 200}P1.jpg") == f"{'x' * 114}P1.jpg", "120 signs"


def test_small_and_large_pictures_are_told_apart(journal: Journal) -> None:
    files = {"P26001.jpg": jpeg(240, 320, grey=1), "P26002.jpg": jpeg(grey=2) + bytes(400_000)}
    done = matching.match_files(journal.db, named(files), KEYS, PHOTO)
    assert Counter(one.sort for one in done.unmatched) == {"small": 1, "large": 1}


def refused(stream: io.BytesIO) -> str:
    with pytest.raises(Problem) as raised:
        matching.zip_files(stream)
    assert raised.value.status == 422
    return raised.value.sentence


def test_hostile_zips_cost_nothing(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "tidak terbaca" in refused(io.BytesIO(jpeg()))
    assert "tidak terbaca" in refused(io.BytesIO(b""))
    cut = io.BytesIO(zipped(FOLDER).getvalue()[:-40])
    assert "tidak terbaca" in refused(cut)
    assert "Tidak ada foto" in refused(zipped({"__MACOSX/._x": b"x"}))
    directory = bytearray(zipped(FOLDER).getvalue())
    directory[-10:-6] = struct.pack("<I", 600_000)
    assert "tidak terbaca" in refused(io.BytesIO(bytes(directory)))
    with monkeypatch.context() as patch:
        patch.setattr(matching, "MOST_UNPACKED", 1_000_000)
        assert "mengembang" in refused(zipped({"P26001.jpg": bytes(1_000_001)}))
    bomb, lying = zipped({"P26001.jpg": bytes(5_000_000)}), zipped({"P26002.jpg": zipped(FOLDER).getvalue()})
    done = [matching.match_files(journal.db, matching.zip_files(one), KEYS, PHOTO) for one in (bomb, lying)]
    assert [file.unmatched[0].sort for file in done] == ["large", "unreadable"]
    broken = bytearray(zipped({"P26001.jpg": jpeg(grey=1)}, zipfile.ZIP_STORED).getvalue())
    broken[600] ^= 0xFF
    done = [matching.match_files(journal.db, matching.zip_files(io.BytesIO(bytes(broken))), KEYS, PHOTO)]
    assert [one.sort for one in done[0].unmatched] == ["unreadable"]
    monkeypatch.setattr(matching, "MOST_FILES", 3)
    assert "Paling banyak" in refused(zipped(FOLDER))
