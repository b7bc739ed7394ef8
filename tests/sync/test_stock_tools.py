"""`docs/batch-format.md` does not lie: its commands for age, gunzip and openssl open and prove a batch."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from sync.file_format import Header
from sync.outgoing_files import make_parcels
from tests.sync.world import CENTRE, OFFICE, World

PAGE = Path(__file__).parents[2] / "docs" / "batch-format.md"


def commands() -> str:
    """All shell blocks of the page, in order."""
    return "\n".join(re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL))


@pytest.fixture
def opened(world: World, tmp_path: Path) -> tuple[str, Path, str]:
    """(output of the commands, their folder, our digest of the batch)."""
    desk = tmp_path / "desk"
    desk.mkdir()
    world.ask(3)
    made = next(make_parcels(world.office, world.peer, world.now))
    (desk / "batch.loket").write_bytes(made.sealed)
    shutil.copy(world.folder / "keys" / CENTRE / "age.key", desk)
    shutil.copy(world.folder / "keys" / OFFICE / "public.pem", desk)
    done = subprocess.run(["sh", "-e", "-c", commands()], cwd=desk, check=True, text=True, stdout=subprocess.PIPE)
    return done.stdout, desk, made.digest


def test_a_batch_opens_and_proves_itself(opened: tuple[str, Path, str]) -> None:
    output, desk, digest = opened
    assert "Signature Verified Successfully" in output
    assert digest in output
    header = json.loads(output.splitlines()[0])
    assert (header["format"], header["count"]) == ("loket/1", 3)
    entries = [json.loads(line) for line in output.splitlines()[1:4]]
    assert [entry["id"] for entry in entries] == ["1/dukcapil/1", "1/dukcapil/2", "1/dukcapil/3"]
    assert (desk / "signed.txt").read_bytes().endswith(b"\n")


def test_a_changed_byte_is_found_by_openssl(opened: tuple[str, Path, str]) -> None:
    _, desk, _ = opened
    changed = (desk / "signed.txt").read_bytes().replace(b"Warga 2", b"Warga 9")
    (desk / "signed.txt").write_bytes(changed)
    verify = next(line for line in commands().splitlines() if line.startswith("openssl pkeyutl"))
    done = subprocess.run(["sh", "-c", verify], cwd=desk, text=True, stdout=subprocess.PIPE)
    assert done.returncode != 0
    assert "Signature Verification Failure" in done.stdout


def test_the_page_names_every_header_field() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [name for name in Header.__struct_fields__ if f"`{name}`" not in page] == []
