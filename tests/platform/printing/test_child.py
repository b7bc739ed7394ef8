"""The process that sets one paper, in this very process: what it answers, and what it tries where Typst refuses."""

import io
import json
import sys
from types import SimpleNamespace
from typing import Any

import pytest
import typst

from app.platform.printing import child

JOB: dict[str, Any] = {"standards": ["a-2b"], "images": {"qr": ["kode"], "arms": "<svg/>"}}


class Refusal(typst.TypstError):
    """A refusal of Typst, told as those that Typst makes itself."""

    def __init__(self, message: str) -> None:
        super().__init__(message, message)

    def __str__(self) -> str:
        return str(self.args[0])


class Setter:
    """Stands where Typst is called: refuses in turn as it is told, and keeps what it was asked."""

    def __init__(self, patch: pytest.MonkeyPatch, *refusals: str) -> None:
        self.refusals, self.asked = list(refusals), list[tuple[list[str], str]]()
        patch.setattr(child, "_compile_typst", self.compile)

    def compile(self, job: dict[str, Any], images: dict[str, Any]) -> bytes:
        assert list(images["qr"]) == ["kode"]
        self.asked.append((job["standards"], images["arms"]))
        if self.refusals:
            raise Refusal(self.refusals.pop(0))
        return b"%PDF"


def run_child(patch: pytest.MonkeyPatch, job: dict[str, Any]) -> tuple[int, bytes, str]:
    """Its exit code, what it wrote to stdout, and to stderr."""
    out, said = io.BytesIO(), io.StringIO()
    patch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(json.dumps(job).encode())))
    patch.setattr(sys, "stdout", SimpleNamespace(buffer=out))
    patch.setattr(sys, "stderr", said)
    return child.main(), out.getvalue(), said.getvalue()


@pytest.mark.parametrize(
    ("refusals", "asked"),
    [
        ([], [(["a-2b"], "<svg/>")]),
        (["PDF/A-2b forbids this"], [(["a-2b"], "<svg/>"), ([], "<svg/>")]),
        (["failed to parse SVG"], [(["a-2b"], "<svg/>"), (["a-2b"], "")]),
    ],
)
def test_what_typst_refuses_is_set_without_archiving_or_without_arms(
    monkeypatch: pytest.MonkeyPatch, refusals: list[str], asked: list[tuple[list[str], str]]
) -> None:
    setter = Setter(monkeypatch, *refusals)
    assert run_child(monkeypatch, JOB) == (0, b"%PDF", "")
    assert setter.asked == asked


def test_a_paper_that_cannot_be_set_is_told_in_one_short_line(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = JOB | {"images": {"qr": ["kode"], "arms": ""}}
    for message, told in (("x" * 300 + "\nsecond line", "x" * 120), ("", "")):
        setter = Setter(monkeypatch, message)
        assert run_child(monkeypatch, bare) == (1, b"", f"Refusal: {told}\n")
        assert len(setter.asked) == 1, "without arms there is nothing else to try"
