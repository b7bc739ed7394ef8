"""Every aim of the figures is judged by a run that can be named, and a run says of which it says nothing."""

import json

import pytest

from bench import run
from bench.aims import AIMS, judged, left_out
from bench.measuring import Figure
from tests.rules.source import ROOT

MET = {"rate": 0.7, "idle bytes": 500, "ten bytes": 3000, "crowd": 4}
"""Results that just meet their aims."""


def test_each_aim_has_a_figure_that_can_be_asked_for_and_that_takes_it() -> None:
    assert {row.name for row in AIMS.values()} <= {*run.NAMES, *run.NAMED_ONLY}
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "bench").glob("*.py") if path.stem != "aims")
    assert [key for key in AIMS if f'"{key}"' not in source] == []


def test_a_run_of_everything_leaves_out_only_what_has_a_command_of_its_own() -> None:
    assert {row.name for row in left_out(run.NAMES)} == {"million", "ten_years", "encryption", "offices"}
    assert left_out((*run.NAMES, *run.NAMED_ONLY)) == []


@pytest.mark.parametrize("key", MET)
def test_the_aim_itself_is_met_and_what_lies_beyond_it_is_not(key: str) -> None:
    row, least = AIMS[key], 1 if AIMS[key].at_least else -1
    assert (judged(key, MET[key]).met, judged(key, MET[key]).margin) == (True, 0)
    worse = judged(key, row.aim * (1 - least * 0.1))
    assert (worse.met, round(worse.margin, 9)) == (False, -0.1)
    assert judged(key, row.aim * (1 + least * 0.1)).margin == pytest.approx(0.1)


@pytest.mark.parametrize(("rate", "code", "verdict"), [(0.77, 0, "+10%"), (0.63, 1, "-10%")])
def test_a_run_tells_margin_verdict_and_what_it_did_not_run(
    rate: float, code: int, verdict: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def take(_self: object, _name: str) -> list[Figure]:
        return [judged("rate", rate), judged("entry", 100)]

    monkeypatch.setattr(run.Measurements, "take", take)
    assert run.main(["--quick", "--only", "sync"]) == code
    shown = capsys.readouterr().out
    assert verdict in shown
    assert "desk at 1,000,000 cases against 10,000, time: ≤ 1.20 ×, by python3 run.py bench --only million" in shown
    assert run.main(["--quick", "--only", "sync", "--json"]) == code
    answer = json.loads(capsys.readouterr().out)
    assert (answer["met"], answer["figures"][0]["margin"]) == (code == 0, round((rate - 0.7) / 0.7, 4))
    assert "offices" in {row["name"] for row in answer["not_run"]}
