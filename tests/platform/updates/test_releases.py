"""A release is taken only whole, newer, and signed by both."""

import random
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from nacl.signing import SigningKey

from app.cli.release import RELEASED
from app.core.problems import Problem
from app.platform.updates import releases
from app.platform.updates.releases import (
    ENDORSEMENT_ENDING,
    ENDORSEMENT_SIGNATURE,
    KEYS_FILE,
    MAINTAINERS_SIGNATURE,
    MANIFEST,
    check_release,
    find_release,
    own_keys,
    sign_manifest,
)
from schema.version import VERSION
from tests.cli.calling import run
from tests.platform.updates.made import (
    BOTH,
    ENDORSER,
    KEYS,
    KEYS_TEXT,
    MAINTAINERS,
    SMALL,
    STRANGER,
    made_release,
    rewritten,
)

ONLY_MAINTAINERS = {MAINTAINERS_SIGNATURE: MAINTAINERS}


def refusal(path: Path, own: str = VERSION) -> str:
    with pytest.raises(Problem) as refused:
        check_release(path, KEYS, own)
    return refused.value.code.removeprefix("release_")


def test_a_release_is_the_same_file_each_time_and_is_taken(tmp_path: Path) -> None:
    first = made_release(tmp_path)
    bytes_of_first = first.read_bytes()
    release = check_release(first, KEYS)
    assert (release.version, [file.path for file in release.manifest.files]) == ("9.1.0", sorted(SMALL))
    assert release.manifest.next_maintainers == KEYS.maintainers
    assert made_release(tmp_path).read_bytes() == bytes_of_first


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-30])


def flip(path: Path) -> None:
    """One byte of a file's packed content, which a stick lost."""
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        member = archive.getinfo("run.py")
    data[member.header_offset + 30 + len("run.py") + 3] ^= 0xFF
    path.write_bytes(data)


def swell(path: Path) -> None:
    """A file that unpacks to more than its list says."""
    rewritten(path, {"run.py": b"0" * 50_000_000})


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (cut, "not_release"),
        (flip, "damaged"),
        (swell, "damaged"),
        (lambda path: path.write_bytes(b""), "not_release"),
        (lambda path: path.write_text("no zip"), "not_release"),
        (lambda path: rewritten(path, {"run.py": b"print('other')"}), "damaged"),
        (lambda path: rewritten(path, {"app/more.py": b""}), "damaged"),
        (lambda path: rewritten(path, {"app/__init__.py": None}), "damaged"),
        (lambda path: rewritten(path, {MANIFEST: b"{}"}), "foreign"),
        (lambda path: rewritten(path, {MANIFEST: None}), "not_release"),
        (lambda path: rewritten(path, {MANIFEST: b" " * 5_000_000}), "damaged"),
        (lambda path: rewritten(path, {MAINTAINERS_SIGNATURE: None}), "unsigned"),
        (lambda path: rewritten(path, {MAINTAINERS_SIGNATURE: b"\xff{"}), "unsigned"),
        (lambda path: rewritten(path, {ENDORSEMENT_SIGNATURE: None}), "not_endorsed"),
    ],
)
def test_what_was_changed_on_its_way_is_refused(tmp_path: Path, spoil: Callable[[Path], object], code: str) -> None:
    path = made_release(tmp_path)
    spoil(path)
    assert refusal(path) == code


@pytest.mark.parametrize(
    ("signatures", "code"),
    [
        ({}, "unsigned"),
        (ONLY_MAINTAINERS, "not_endorsed"),
        ({ENDORSEMENT_SIGNATURE: ENDORSER}, "unsigned"),
        ({**BOTH, MAINTAINERS_SIGNATURE: STRANGER}, "foreign"),
        ({**BOTH, ENDORSEMENT_SIGNATURE: STRANGER}, "not_endorsed"),
        ({**BOTH, ENDORSEMENT_SIGNATURE: MAINTAINERS}, "not_endorsed"),
    ],
)
def test_both_must_have_signed(tmp_path: Path, signatures: dict[str, object], code: str) -> None:
    assert refusal(made_release(tmp_path, signatures=signatures)) == code


def test_a_signature_of_one_role_is_none_of_the_other(tmp_path: Path) -> None:
    """Whoever holds one key for both still has to sign twice."""
    path = made_release(tmp_path, signatures={MAINTAINERS_SIGNATURE: ENDORSER})
    with zipfile.ZipFile(path) as archive:
        given = archive.read(MAINTAINERS_SIGNATURE)
    path.with_suffix(ENDORSEMENT_ENDING).write_bytes(given)
    one_key = msgspec.structs.replace(KEYS, maintainers=KEYS.endorsement)
    with pytest.raises(Problem) as refused:
        check_release(path, one_key)
    assert refused.value.code == "release_not_endorsed"


def test_the_endorsement_may_come_in_a_file_of_its_own(tmp_path: Path) -> None:
    path = made_release(tmp_path, signatures=ONLY_MAINTAINERS)
    with zipfile.ZipFile(path) as archive:
        manifest = archive.read(MANIFEST)
    beside = tmp_path / f"from-the-centre{ENDORSEMENT_ENDING}"
    beside.write_bytes(sign_manifest(ENDORSEMENT_SIGNATURE, manifest + b" ", ENDORSER))
    assert refusal(path) == "not_endorsed", "that is the endorsement of another release"
    beside.write_bytes(sign_manifest(ENDORSEMENT_SIGNATURE, manifest, ENDORSER))
    assert check_release(path, KEYS).version == "9.1.0"


@pytest.mark.parametrize(
    ("version", "oldest", "code"),
    [("0.2.0", "0.1.0", "same"), ("0.1.9", "0.1.0", "older"), ("0.10.0", "0.3.0", "too_far")],
)
def test_versions_only_rise(tmp_path: Path, version: str, oldest: str, code: str) -> None:
    assert refusal(made_release(tmp_path, version, oldest=oldest), own="0.2.0") == code


def test_ten_comes_after_nine(tmp_path: Path) -> None:
    assert check_release(made_release(tmp_path, "0.10.0", oldest="0.9.9"), KEYS, "0.9.9").version == "0.10.0"
    made_release(tmp_path, "0.9.0")
    assert find_release(tmp_path).name == "loket-0.10.0.loket-rilis"


@pytest.mark.parametrize(
    "name",
    [
        "../outside.py",
        "/etc/outside.py",
        "app/../../outside.py",
        "app\\outside.py",
        "C:/outside.py",
        ".venv/bin/python",
        "app/nul.py",
        "app/COM1",
        "app/ending.",
        "app/stream:hidden",
        "APP/__init__.py",
        "app//double.py",
    ],
)
def test_a_name_that_leads_elsewhere_is_refused_even_when_signed(tmp_path: Path, name: str) -> None:
    assert refusal(made_release(tmp_path, files={**SMALL, name: b""})) == "strange_name"


def test_a_name_that_is_too_long_for_windows_is_refused(tmp_path: Path) -> None:
    assert check_release(made_release(tmp_path, files={**SMALL, "a" * 180: b""}), KEYS)
    assert refusal(made_release(tmp_path, files={**SMALL, "a" * 181: b""})) == "not_release"


def test_no_byte_of_a_release_can_be_changed_into_another_program(tmp_path: Path) -> None:
    """Whatever a stick does to a file, a sentence comes, or the same program."""
    path = made_release(tmp_path)
    whole, draw, taken = path.read_bytes(), random.Random(24), 0
    for _ in range(400):
        data = bytearray(whole)
        for _ in range(draw.choice((1, 1, 3))):
            data[draw.randrange(len(data))] = draw.randrange(256)
        path.write_bytes(data)
        try:
            taken += check_release(path, KEYS).version == "9.1.0"
        except Problem:
            continue
    assert taken < 200, "most of a release is guarded; dates of its members are not"


def test_what_is_larger_than_a_release_may_be_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = made_release(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(releases, "MOST_FILE_BYTES", path.stat().st_size - 1)
        assert refusal(path) == "too_large"
    monkeypatch.setattr(releases, "MOST_BYTES", sum(len(data) for data in SMALL.values()) - 1)
    assert refusal(path) == "too_large"


def test_where_there_is_none_it_is_said(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "gone"):
        with pytest.raises(Problem, match="tidak ada dokumen rilis"):
            find_release(place)


def test_this_checkout_becomes_a_release_that_its_holders_of_keys_sign(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.cli.release.OLDEST", "0.1.0")
    monkeypatch.setattr("app.cli.release.released_paths", lambda: ["run.py", KEYS_FILE, "schema/version.py"])
    public_key = run("release", "--new-key", str(tmp_path / "key")).stdout.strip()
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    assert run("release", "--new-key", str(tmp_path / "key")).returncode == 1
    assert run("release", "--out", str(tmp_path), "--key", str(tmp_path / "key")).returncode == 0
    [path] = tmp_path.glob("*.loket-rilis")
    keys = msgspec.structs.replace(KEYS, maintainers=public_key, endorsement=public_key)
    with pytest.raises(Problem, match="pengesahan"):
        check_release(path, keys, "0.1.9")
    assert run("release", "--endorse", str(path), "--key", str(tmp_path / "key")).returncode == 0
    release = check_release(path, keys, "0.1.9")
    assert release.version == VERSION
    assert release.manifest.next_maintainers == own_keys().maintainers
    assert run("release", "--out", str(tmp_path)).returncode == 2


def test_the_shipped_keys_are_two_and_marked_while_nobody_holds_them() -> None:
    keys = own_keys()
    assert keys.maintainers != keys.endorsement
    assert keys.development


def test_a_release_has_no_tests_and_every_folder_of_the_program() -> None:
    assert {"app", "sync", "schema", "templates", "static", "run.py"} <= set(RELEASED)
    assert not {"tests", "bench", "pyproject.toml"} & set(RELEASED)


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small checkout with everything committed; a test of it is no part of a release."""
    place = tmp_path / "checkout"
    texts = {"run.py": "print('loket')", KEYS_FILE: KEYS_TEXT.decode(), "app/ya.py": "", "tests/test_x.py": ""}
    for name, text in texts.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text, encoding="utf-8")
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.invalid"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "begin"]):
        subprocess.run([*git, *words], cwd=place, check=True)
    monkeypatch.setattr("app.paths.CHECKOUT", place)
    return place


def test_a_release_is_of_what_was_committed_alone(checkout: Path, tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes((bytes(MAINTAINERS).hex() + "\n").encode())
    words = ("release", "--out", str(tmp_path / "deep/out"), "--key", str(tmp_path / "key"))
    path = tmp_path / f"deep/out/loket-{VERSION}.loket-rilis"
    made = run(*words)
    assert (made.returncode, made.stdout) == (0, f"Rilis: {path}\n")
    with zipfile.ZipFile(path) as archive:
        manifest = msgspec.json.decode(archive.read(MANIFEST))
    assert [file["path"] for file in manifest["files"]] == sorted(["app/ya.py", KEYS_FILE, "run.py"])
    endorsed = run("release", "--endorse", str(path), "--key", str(tmp_path / "key"))
    assert (endorsed.returncode, endorsed.stdout) == (0, f"Pengesahan: {path.with_suffix(ENDORSEMENT_ENDING)}\n")
    (checkout / "tests/test_x.py").write_text("1")
    assert run(*words).returncode == 0, "what no release holds may be changed"
    (checkout / "app/new.py").touch()
    refused = run(*words)
    assert (refused.returncode, "Belum di-commit: ?? app/new.py." in refused.stderr) == (1, True)


def test_what_no_release_can_be_made_from_is_told(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, out = tmp_path / "key", str(tmp_path / "out")
    for text in ("", "no key", "ab" * 31):
        key.write_text(text)
        refused = run("release", "--out", out, "--key", str(key))
        assert (refused.returncode, f"{key} bukan dokumen kunci" in refused.stderr) == (1, True), text
    before = key.read_text()
    refused = run("release", "--new-key", str(key))
    assert (refused.returncode, f"{key} sudah ada" in refused.stderr, key.read_text()) == (1, True, before)
    for words in ((), ("--out", out), ("--key", str(key)), ("--endorse", out), ("--out", out, "--endorse", out)):
        refused = run("release", *words)
        assert (refused.returncode, "Sebut --out dan --key" in refused.stderr) == (2, True), words
    key.write_text(bytes(MAINTAINERS).hex())
    shutil.rmtree(checkout / ".git")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    refused = run("release", "--out", out, "--key", str(key))
    assert (refused.returncode, "git tidak dapat ditanya: " in refused.stderr) == (1, True)
    assert not (tmp_path / "out").exists()


def test_each_new_key_is_another_one_and_its_public_half_is_told(tmp_path: Path) -> None:
    told = [run("release", "--new-key", str(tmp_path / name)).stdout.strip() for name in ("one", "two")]
    seeds = [bytes.fromhex((tmp_path / name).read_text()) for name in ("one", "two")]
    assert [len(seed) for seed in seeds] == [32, 32]
    assert told == [bytes(SigningKey(seed).verify_key).hex() for seed in seeds]
    assert told[0] != told[1]
