"""The only way by which the program reads a signed paper: in a process of its own, and by a second one beside it."""

import logging
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Sequence
from datetime import datetime
from importlib.util import find_spec

import msgspec

from app import paths
from app.core.problems import Problem
from app.platform.signatures.verdict import FAULTS, Question, RootFacts, Verdict
from schema.data_folder import temporary_folder

log = logging.getLogger(__name__)
ON_THE_WALL = 60
"""Seconds that a check may take, a busy PC reckons little in them."""
SECOND_ON_THE_WALL = 20
TOOL = "pdfsig"
IS_VALID = "Signature Validation: Signature is Valid."

_one_at_once = threading.Lock()


def can_judge() -> bool:
    """Whether what checks signatures is installed: it is an extra of the program (decision 93)."""
    return find_spec("pyhanko") is not None


def judge_signed(pdf: bytes, handed: bytes, roots: Sequence[bytes], now: datetime) -> Verdict:
    """What a signed paper is worth: who signed what was handed over, by which root. Raises Problem `invalid` at
    `signed`, with what to do."""
    if pdf == handed:
        raise refusal("unsigned")
    if not pdf.startswith(handed):
        raise refusal("other_paper")
    verdict = ask_child(Question(pdf, len(handed), tuple(roots), now.isoformat()))
    if verdict.fault:
        raise refusal(verdict.fault)
    second = ask_second(pdf)
    if second is False:
        raise refusal("second_judge")
    if second:
        unchecked = verdict.unchecked
    else:
        unchecked = (*verdict.unchecked, "second_judge")
    return msgspec.structs.replace(verdict, unchecked=unchecked)


def refusal(fault: str) -> Problem:
    return Problem.of("invalid", {"signed": FAULTS[fault]})


def ask_child(question: Question) -> Verdict:
    """What the process says; what became of it is told by the fault `too_much`."""
    try:
        with _one_at_once:
            done = run_bounded([], msgspec.msgpack.encode(question), ON_THE_WALL, dict(os.environ))
        return msgspec.msgpack.decode(done.stdout, type=Verdict)
    except subprocess.TimeoutExpired:
        return Verdict(fault="too_much")
    except msgspec.MsgspecError:
        log.warning("the check of a signed paper ended with status %s", done.returncode)  # its words may hold names
        return Verdict(fault="too_much")


def read_root(data: bytes) -> RootFacts:
    """What a root certificate says of itself; a fault where it is none or could not be read."""
    try:
        done = run_bounded(["root"], data, SECOND_ON_THE_WALL, dict(os.environ))
        return msgspec.msgpack.decode(done.stdout, type=RootFacts)
    except (subprocess.TimeoutExpired, msgspec.MsgspecError):
        return RootFacts(fault=True)


def ask_second(pdf: bytes) -> bool | None:
    """Whether `pdfsig` finds the signature valid too; None where it is not installed."""
    if shutil.which(TOOL) is None or os.name != "posix":
        return None
    with temporary_folder("tte-") as folder:
        path = folder / "surat.pdf"
        path.write_bytes(pdf)
        plain = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "HOME": str(folder)}
        try:
            done = run_bounded(["second", str(path)], b"", SECOND_ON_THE_WALL, plain)
        except subprocess.TimeoutExpired:
            return False
    return done.returncode == 0 and done.stdout.decode("utf-8", "replace").count(IS_VALID) == 1


def run_bounded(
    arguments: list[str], question: bytes, seconds: int, environment: dict[str, str]
) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [sys.executable, "-m", "app.platform.signatures.child", *arguments],
        input=question,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=seconds,
        env=environment,
        cwd=paths.CHECKOUT,  # the folder of the package: `-m` finds it wherever the office was started
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # no black window on Windows
    )
