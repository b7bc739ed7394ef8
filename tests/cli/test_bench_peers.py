"""The comparison with other programs: what it reckons and draws, our own side for real, a machine without npm."""

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from bench.peers import compare, environments
from bench.peers.answers import Answer, chart, table
from bench.peers.exchanges import Content, new_pair
from bench.peers.sides import NotDone, contenders


def answer(**measured: list[float]) -> Answer:
    return Answer("speed", "lines", "lines/s", more_is_better=True, measured=measured)


def test_a_ratio_says_how_many_times_better_ours_is() -> None:
    more = answer(Loket=[900, 1000, 5000], peer=[100, 200, 900])
    assert more.ratio("peer") == 5
    less = Answer("time", "time", "ms", measured={"Loket": [4], "peer": [2]})
    assert less.ratio("peer") == 0.5, "the peer is better"
    assert "| time | peer | 2 ms | 2 to 2 | 0.50 × |" in table([less])


def test_a_chart_is_an_svg_with_a_bar_as_long_as_its_number() -> None:
    drawn = ET.fromstring(chart(answer(Loket=[1000], peer=[250])))
    bars = [float(bar.attrib["width"]) for bar in drawn.iter("{http://www.w3.org/2000/svg}rect")][1:]
    assert bars[1] == bars[0] / 4
    assert "".join(drawn.itertext()).count("longer is better") == 2


def test_without_the_registries_it_ends_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(environments.CACHE, str(tmp_path))
    monkeypatch.setattr(environments, "make_python", lambda name, _folder: environments.run(name, "false"))
    assert compare.main(["--only", "exchange"]) == 1
    assert "morango: its packages could not be fetched" in capsys.readouterr().err


def test_our_own_side_answers_as_the_others_and_a_lost_line_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bench.peers.sides.environment", lambda name: tmp_path / name)
    own = contenders(tmp_path / "columns.json")[0]
    content = Content(tmp_path)
    with new_pair(own, tmp_path) as pair:
        pair.write(content.ten())
        seconds, size = pair.push()
        assert seconds > 0
        assert size > 1000
        pair.expected += 1
        with pytest.raises(NotDone, match="10 lines instead of 11"):
            pair.check_whole()
