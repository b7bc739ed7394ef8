"""The same cycle in a polytechnic: quality team and internal supervision together, the director evaluates."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from app.cli.demo.offices import OFFICES
from app.cli.demo.sides import make_office
from app.core.permissions import Actor
from app.core.problems import Problem
from app.platform.people.queries import actor_named
from app.quality.evaluation import papers, queries, service
from app.quality.evaluation.transitions import load_cycle
from app.quality.indicators.queries import load_targets
from app.quality.indicators.service import NewTarget, set_targets
from schema.indicator_values import format_value
from sync.journal import Journal
from tests.platform.people import Clock
from tests.world.evaluation_staff import Team
from tests.world.indicator_staff import agree_to_targets

BEGAN = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
ROLES, ANSWERERS = {"mutu": ["tirta"], "spi": ["gustia"]}, {"jurusan": "yuni", "": "rahma"}


@pytest.fixture
def campus(tmp_path: Path) -> Iterator[Team]:
    """The targets of 2026 in force; what the first component promises, the department answers for."""
    journal = make_office(tmp_path, OFFICES["poltekkes"], now=BEGAN, on=BEGAN.date(), starts={})
    clock = Clock(datetime(2026, 12, 28, 3, 0, tzinfo=UTC))

    def who(username: str) -> Actor:
        found = actor_named(journal.db, username, clock().date())
        assert found
        return found

    targets = load_targets(journal.db, 2026)
    changes = [
        NewTarget(key, format_value(one.value, places=6), responsible="jurusan" if n < 4 else "")
        for n, (key, one) in enumerate(targets.items())
    ]
    set_targets(journal, who("laksmi"), year=2026, changes=changes[:8], now=clock())
    agree_to_targets(journal, who("tirta"), 2026, clock())
    yield Team(journal, clock, who, ROLES, ANSWERERS, "laksmi")
    journal.db.close()


def code_of(command: object, *args: object, **values: object) -> str:
    with pytest.raises(Problem) as told:
        command(*args, **values)
    return told.value.code


def sign(journal: Journal, actor: Actor, cycle_id: int, now: datetime) -> bool:
    digest = load_cycle(journal.db, cycle_id).digest
    return service.sign_report(journal, actor, cycle_id=cycle_id, digest=digest, now=now)


def test_quality_team_and_internal_supervision_report_together(campus: Team) -> None:
    db, now = campus.journal.db, campus.now
    alone = service.Plan("2026", date(2026, 12, 28), date(2027, 1, 15), {"mutu": ["tirta"], "spi": []})
    with pytest.raises(Problem) as refused:
        service.plan_cycle(campus.journal, campus.who("tirta"), plan=alone, now=now)
    assert "Satuan Pengawas Internal" in refused.value.fields["team-spi"]
    cycle_id = campus.plan()
    assert {sheet.unit for sheet in campus.sheets(cycle_id)} == {"jurusan", ""}
    campus.finish_sheets(cycle_id)
    campus.draft(cycle_id)
    assert [signature.post for signature in queries.signatures_of(db, f"evaluation/{cycle_id}")] == [
        "Kepala Pusat Penjaminan Mutu",
        "Kepala Satuan Pengawas Internal",
    ]
    assert code_of(sign, campus.journal, campus.who("gustia"), cycle_id, now) == "conflict", "the quality team first"
    assert not sign(campus.journal, campus.who("tirta"), cycle_id, now)
    assert code_of(campus.evaluate, cycle_id) == "state", "one signature is not enough"
    assert code_of(sign, campus.journal, campus.who("tirta"), cycle_id, now) == "conflict", "nobody signs twice"
    assert sign(campus.journal, campus.who("gustia"), cycle_id, now)
    paper = papers.report_paper(db, cycle_id, campus.who("tirta"), now)
    assert [(label, signer.name) for label, signer in paper.signers] == [
        ("Disusun oleh", "Tirta Kencana"),
        ("Disusun oleh", "Gustia Permata"),
    ]
    assert [name for name, _, kept in paper.principles if kept] == [
        *("Transparansi", "Kemandirian", "Akuntabilitas", "Responsibilitas", "Kewajaran"),
        *("Menyeluruh", "Berkesinambungan", "Sahih", "Kegunaan atau manfaat"),
    ]
    assert "Poltekkes Kemenkes Contoh" in paper.principles[0][1]
    assert not paper.draft
    for role in ("bagas", "surya", "tirta", "gustia", "yuni"):
        campus.chief = role
        assert code_of(campus.evaluate, cycle_id) == "forbidden", "the director alone"
    campus.chief = "laksmi"
    campus.evaluate(cycle_id)
    assert load_cycle(db, cycle_id).state == "evaluated"
