"""Every computed indicator equals a naive reckoning over the entries of random journals,"""

import shutil
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from app import compose
from app.platform.office import queries as office
from app.quality.indicators.computing import QUERIES, SATISFACTION, list_facts, measure
from schema.database import open_office
from schema.definitions import SERVICES as SHIPPED
from schema.definitions import definition_text, load_definition
from schema.indicators import load_indicators
from tests.platform.office.adopting import put_in_force, replayed
from tests.quality.indicators.naive import Naive
from tests.quality.indicators.random_office import LAST, RECAPPED, RandomOffice
from tests.world.nightly import by_day

FILE = load_indicators("kecamatan")
LIVED = [
    indicator for indicator in FILE.indicators if indicator.query not in (SATISFACTION, "first_answer", "settlement")
]
"""Those of the complaint book have their own random book below; satisfaction is reckoned by the survey room."""


class Days(NamedTuple):
    start: date
    end: date


SPANS = (
    Days(date(2025, 1, 1), date(2025, 12, 31)),
    Days(date(2026, 1, 1), date(2026, 12, 31)),
    Days(date(2026, 1, 1), date(2026, 6, 30)),
    *(Days(date(2026, month, 1), date(2026, month + 3, 1) - timedelta(days=1)) for month in (1, 4, 7)),
    *(Days(date(2026, month, 1), date(2026, month + 1, 1) - timedelta(days=1)) for month in range(1, by_day(3, 8))),
    Days(date(2026, 3, 31), date(2026, 3, 31)),
    Days(date(2027, 1, 1), date(2027, 12, 31)),
)


@pytest.fixture(scope="module")
def template(adopted_office: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office with three services: one with a promise of its own, another like it, one that limits a whole case."""
    path = tmp_path_factory.mktemp("computed") / "kantor.sqlite3"
    shutil.copy(adopted_office, path)
    db = open_office(path)
    journal = compose.journal("office", db)
    text = definition_text(SHIPPED / "ktp-el.toml")
    put_in_force(
        journal, text.replace('id = "ktp-el"', 'id = "kia"', 1).replace('case_code = "KTP"', 'case_code = "KIA"')
    )
    put_in_force(journal, definition_text(SHIPPED / "hotline.toml"))
    db.close()
    return path


@pytest.fixture
def new_office(template: Path, tmp_path: Path) -> Callable[[int], RandomOffice]:
    def made(seed: int) -> RandomOffice:
        path = tmp_path / f"kantor-{seed}.sqlite3"
        shutil.copy(template, path)
        db = open_office(path)
        db.run("PRAGMA synchronous = OFF")
        journal = compose.journal("office", db)
        with journal.transaction(), db.applying():
            db.run(
                "INSERT INTO recap (quarter, number, state, since_on, figures, digest, drafted_by, drafted_on,"
                " approved_by, approved_at, frame) VALUES (?, '1', 'approved', '2025-01-01', '{}', ?, 'ida',"
                " '2025-01-01', 'camat', '2025-01-01T00:00:00.000Z', '{}')",
                (RECAPPED, "0" * 64),
            )
        return RandomOffice(journal, seed)

    return made


def test_the_file_asks_what_there_is() -> None:
    """Every query is asked with the arguments that it needs, of steps, outcomes and sides that the service has; that
    of the queue is for offices that have one (tests/services/tickets)."""
    assert {indicator.query for indicator in FILE.indicators} == {*QUERIES, SATISFACTION} - {"ticket_called"}
    ktp = load_definition(definition_text(SHIPPED / "ktp-el.toml"), "ktp-el")
    steps = {known_step.id: {outcome.id for outcome in known_step.outcomes} for known_step in ktp.steps}
    for indicator in FILE.indicators:
        chosen = QUERIES.get(indicator.query)
        assert chosen is None or chosen.needs <= indicator.arguments.keys() <= chosen.needs | chosen.takes, indicator.id
        assert indicator.arguments.get("service", ktp.id) == ktp.id
        assert indicator.arguments.get("step", "print") in steps
        assert indicator.arguments.get("outcome", "complete") in steps["validate"]
        assert indicator.arguments.get("side", "office") in {step.waits_for for step in ktp.steps}
    asked = {indicator.arguments["step"] for indicator in FILE.indicators if indicator.query == "step_median"}
    assert asked == steps.keys() - {one.id for one in ktp.steps if one.waits_for == "applicant"} | {"hand_over"}


@pytest.mark.parametrize("seed", range(by_day(6, 80)))
def test_every_figure_equals_a_naive_reckoning(seed: int, new_office: Callable[[int], RandomOffice]) -> None:
    lived = new_office(seed)
    lived.work(cases=seed if seed < 3 else 150 + seed)
    db, calendar = lived.journal.db, office.office_calendar(lived.journal.db)
    naive = Naive(lived.journal, calendar, lived.definitions)
    counted: Counter[str] = Counter()
    for span in SPANS:
        for today in (span.start + timedelta(days=11), span.end, LAST + timedelta(days=400)):
            for one in LIVED:
                mine = measure(db, one.query, one.arguments, span, today)
                expected = naive.figure(one.query, dict(one.arguments), *span, today)
                assert (mine.value, mine.denominator) == expected, (one.id, span, today)
                counted[one.id] += int(mine.value or 0)
    assert (
        seed not in (3, 4, 5)
        or [one.id for one in LIVED if not counted[one.id] and not one.id.endswith("median")] == []
    )


def test_a_figure_opens_to_exactly_what_is_behind_it(new_office: Callable[[int], RandomOffice]) -> None:
    lived = new_office(5)
    lived.work(60)
    db, today, year = lived.journal.db, LAST + timedelta(days=400), SPANS[1]
    for one in LIVED:
        figure = measure(db, one.query, one.arguments, year, today)
        facts = list_facts(db, one.query, one.arguments, year, today, most=10_000)
        assert len(facts) == figure.denominator > 0, one.id
        pages = [list_facts(db, one.query, one.arguments, year, today, most=7, skip=n) for n in range(0, len(facts), 7)]
        assert [fact for page in pages for fact in page] == facts
        if QUERIES[one.query].reckoning == "share":
            assert sum(fact.counted for fact in facts) == figure.numerator
            for counted in (True, False):
                only = list_facts(db, one.query, one.arguments, year, today, counted, most=10_000)
                assert only == [fact for fact in facts if fact.counted is counted]
        else:
            assert (
                sorted(fact.days or 0 for fact in facts)[
                    -(-len(facts) * (50 if one.query.endswith("median") else 90) // 100) - 1
                ]
                == figure.value
            )


def test_the_replay_of_a_journal_gives_the_same_figures(
    new_office: Callable[[int], RandomOffice], tmp_path: Path
) -> None:
    lived = new_office(6)
    lived.work(30)
    again = replayed(lived.journal, tmp_path / "again.sqlite3")
    for table in ("step_stay", "dispatch_line"):
        rows = [list(db.run(f"SELECT * FROM {table} ORDER BY 1, 2")) for db in (lived.journal.db, again)]
        assert rows[0] == rows[1] != []
    again.close()
