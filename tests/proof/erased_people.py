"""A lived-in office nine years later: all that is due is destroyed, and nothing that its people said or were stays."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from app import compose
from app.cli.administration import actor_named
from app.cli.demo.command import WALK_DAY
from app.cli.demo.half_year import DAYS, make_half_year
from app.cli.demo.offices import EVERY_SERVICE
from app.cli.demo.sides import FOLDERS
from app.cli.proving import prove_side
from app.core.clock import at_office, office_date
from app.records.retention import queries, service
from schema.person_fields import DESTROYED, person_values, redacted_json
from sync.journal import Journal
from tests.proof.parts import Part

LEAST = 8
"""Shorter words stand in many places that are nobody's."""
COMPILED = "templat"
"""Below a data folder: its pages as Python knows them (`app/compose_office.py`)."""
YEARS = timedelta(days=9 * 366)


def prove_erased_people(folder: Path, seed: int) -> Part:
    """Half a year of an office with every service is made, then looked at nine years later."""
    make_half_year(folder, EVERY_SERVICE, WALK_DAY, centre_address="127.0.0.1:9", days=DAYS, seed=seed)
    return look_for_people(folder / FOLDERS["office"], at_office(WALK_DAY, 8) + YEARS)


def look_for_people(office: Path, now: datetime) -> Part:
    """Two people decide on everything that is due; its values are looked for in every byte of the data folder."""
    db = compose.open_side("office", office)
    journal = compose.journal("office", db)
    made = decide(journal, now)
    subjects = [record.subject for record in queries.records_of(db, made)]
    planted = values_of(journal, queries.own_entries(db, subjects))
    faults = list(prove_side("office", office, fresh=False).faults)
    gone = service.carry_out(journal, office, now)
    service.clear_traces(db)
    faults += prove_side("office", office, fresh=False).faults
    kept = kept_words(journal)
    db.close()
    held = b"".join(file.read_bytes() for file in files_of(office)).upper()
    left = [value for value in sorted(planted) if value.upper().encode() in held and value.upper() not in kept]
    faults += [f"still there: {value!r} in {files_with(office, value)}" for value in left]
    if not planted or gone != len(subjects):
        faults.append(f"{gone} of {len(subjects)} records, {len(planted)} values")
    return Part(f"erased people: {gone} records, {len(planted)} values, {len(left)} left", faults)


def files_with(office: Path, value: str) -> list[str]:
    """The files of an invented office in which a value stands, for whoever has to mend it."""
    wanted = value.upper().encode()
    return [str(path.relative_to(office)) for path in files_of(office) if wanted in path.read_bytes().upper()]


def files_of(office: Path) -> list[Path]:
    """Every file of a data folder but the compiled pages: their words are the program's, and which of them lie there
    depends on what was opened. A post that is called *Bidang I* stands on one as an example."""
    files = [path for path in sorted(office.rglob("*")) if path.is_file()]
    return [path for path in files if office / COMPILED not in path.parents]


def decide(journal: Journal, now: datetime) -> int:
    """Everything that is due: proposed by the Sekretaris, confirmed by the Camat."""
    groups = [group.key for group in queries.due_groups(queries.due_records(journal.db, office_date(now)))]
    proposer, second = (actor_named(journal.db, name, office_date(now)) for name in ("wiji", "hendra"))
    assert proposer is not None
    assert second is not None
    made = service.propose(journal, proposer, groups=groups, reason="JRA Kabupaten Contoh 12/2030", now=now)
    service.confirm(journal, second, destruction_id=made, now=now)
    return made


BODIES = (
    "SELECT j.head, b.body FROM journal j JOIN journal_body b ON b.id = j.id WHERE j.verdict = 'stored' AND j.id = ?"
)


def values_of(journal: Journal, ids: list[int]) -> set[str]:
    """Every text in a person's field of these entries that is long enough to look for, but for set phrases."""
    found: set[str] = set()
    for entry_id in ids:
        for head, body in journal.db.run(BODIES, (entry_id,)):
            entry = journal.decode(bytes(head), bytes(body))
            kind = journal.kinds[entry.kind]
            if kind.personal:
                found.update(goes_from(entry.body))
    return {one for one in found if len(one) >= LEAST and one != DESTROYED} - set(service.set_phrases())


def goes_from(body: msgspec.Struct) -> Iterator[str]:
    """The texts that go with the person: what its redaction changes."""
    before, after = person_values(body), person_values(redacted(body))
    for path, value in before.items():
        if after.get(path) != value:
            yield from texts_in(value)


def redacted(body: Any) -> Any:
    return msgspec.json.decode(redacted_json(msgspec.json.encode(body), type(body)), type=type(body))


def texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from re.split(r"; |\n", value)
    elif isinstance(value, dict):
        for one in value.values():
            yield from texts_in(one)
    elif isinstance(value, list | tuple):
        for one in value[1:] if isinstance(value, tuple) else value:
            yield from texts_in(one)


def kept_words(journal: Journal) -> str:
    """All that entries still say, as one text: what stands there belongs to a record that stays, or to nobody."""
    rows = journal.db.run("SELECT body FROM journal_body")
    return "\n".join(bytes(row[0]).decode().upper() for row in rows)
