"""Where the processor's time goes: each act is really done, and every function belongs to one part."""

import re

import pytest

from bench import profiles, run

ACTS = ["list page", "case page", "desk", "dispatch page", "registration"]
EXCHANGES = ["exchange, nothing new", "exchange, ten new lines", "exchange, 400 new lines"]


@pytest.mark.parametrize(
    ("file", "function", "part"),
    [
        ("~", "<method 'execute' of 'apsw.Connection' objects>", "SQLite"),
        ("~", "<built-in method _sodium.crypto_sign>", "signatures, envelopes, packing"),
        ("~", "<method 'decode' of 'msgspec.json.Decoder' objects>", "JSON"),
        ("/srv/loket/templates/base.html", "root", "templates"),
        ("/site-packages/werkzeug/routing/map.py", "build", "Flask, Werkzeug"),
        ("/site-packages/peewee.py", "sql", "database layer"),
        ("/srv/loket/schema/database.py", "rows", "database layer"),
        ("/srv/loket/sync/journal.py", "record", "sync"),
        ("/srv/loket/app/casework/desk/rows.py", "draw", "rooms"),
        ("~", "<built-in method builtins.sum>", "Python's own"),
    ],
)
def test_a_function_belongs_to_its_part(file: str, function: str, part: str) -> None:
    assert profiles.part_of(file, function) == part


def test_every_act_is_told_with_shares_of_its_whole(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, number in (("CASES", 1000), ("LOOKS", 2), ("ROUNDS", 1)):
        monkeypatch.setattr(profiles, name, number)
    assert run.main(["profiles"]) == 0
    lines = capsys.readouterr().out.splitlines()[1:]
    assert [line[:26].rstrip() for line in lines] == [*ACTS, *EXCHANGES]
    for line in lines:
        assert float(line[26:34]) > 0
        assert abs(sum(map(int, re.findall(r"(\d+)%", line))) - 100) <= 5, "nine shares, each rounded"
