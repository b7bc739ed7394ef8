"""Structs are met for the first time by many threads at once; msgspec alone would crash the process."""

import subprocess
import sys

import pytest

from tests.rules.source import ROOT

EIGHT_AT_ONCE = """
import sys, threading
from schema.definitions import SERVICES, definition_text, load_definition
from sync.entries import decode_body
from app import compose

text = definition_text(SERVICES / "ktp-el.toml")
kinds = compose.kinds("office")
sys.setswitchinterval(1e-6)
start, done = threading.Barrier(8), []

def first_use() -> None:
    start.wait()
    for kind in kinds:
        try:
            decode_body(kind, kind.version, b"[]")
        except ValueError:
            pass
    done.append(load_definition(text, "ktp-el.toml").id)

threads = [threading.Thread(target=first_use) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(done), set(done))
"""


@pytest.mark.parametrize("turn", range(4))
def test_the_first_use_by_many_threads_at_once_crashes_nothing(turn: int) -> None:
    run = subprocess.run([sys.executable, "-c", EIGHT_AT_ONCE], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout.strip()) == (0, "8 {'ktp-el'}"), (turn, run.stderr[-300:])
