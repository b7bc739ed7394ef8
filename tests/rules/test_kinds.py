"""docs/kinds.md says who may send what; tests/proof/test_authority.py tries every forbidden cell."""

from tests.rules.kinds import PAGE, every_kind, written


def test_the_page_of_kinds_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == written(), "run: python -m tests.rules.kinds"


def test_most_kinds_stay_at_home() -> None:
    travelling = {name for name, kind in every_kind().items() if kind.travel}
    assert not travelling & {"person.disabled", "roles.set", "admin.reset", "blanks.received", "keys.rotated"}
    assert {name.split(".")[0] for name in travelling} == {
        "case",
        "centre",
        "dispatch",
        "file",
        "fork",
        "heads",
        "line",
        "recap",
        "release",
        "shipment",
        "twin",
    }
