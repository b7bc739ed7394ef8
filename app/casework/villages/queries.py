"""What a village may know: states of its own applicants, the services it types drafts of, and what became of these."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

import msgspec

from app.casework.batches.partners import runs_loket
from app.casework.desk.checklist import lacking_items
from app.casework.desk.opening import services_open_to
from app.casework.desk.queries import CaseRow, case_events, select_cases
from app.casework.desk.tables import CaseFile
from app.casework.villages.events import GivenNumber
from app.casework.villages.files import (
    MOST_HELD_TOLD,
    MOST_REASONS,
    NUMBERS_A_BLOCK,
    DraftFate,
    KnownCase,
    NumberBlock,
    OfferedService,
)
from app.casework.villages.tables import BroughtDraft, VillageBlock, VillageKey
from app.core.clock import at_office
from app.core.permissions import Actor, may
from app.core.procedure import engine
from app.platform.office import queries as office
from app.platform.office.numbers import epoch_letter
from app.platform.people.queries import profile_of
from schema.database import Database, first_column, first_value
from schema.service_procedure import Definition
from sync.entries import to_utc_text
from sync.keys import PublicKeys
from sync.nodes import read_peers

MOST_CASES = 2000
"""Cases of which one list tells; of older ones only how many."""
KEPT_DAYS = 90
"""Days after its end for which a list still tells of a case or a draft."""
GIVEN = re.compile(r"(?P<village>[0-9]{4})[- .–](?P<n>[0-9]{1,15})(?P<letter>[A-Z]{0,5})")
"""A number on the receipt of a village: last digits of its code, the number, the letter of a later epoch."""
MOST_FATES = 400
MOST_BLOCKS_A_DAY = 10
"""Blocks of numbers that are granted to one village in a day."""
MOST_BELIEVED = 1_000_000
"""The highest number of an earlier epoch of this office that is believed though nothing is known of its block."""
LONGEST, LONGEST_NAME = 300, 100
"""Signs of one word of a list, and of a name that a village typed, on the page."""


class VillageRow(NamedTuple):
    """A village as the page shows it: its key, its last list, when it last asked over the network, drafts that wait for
    a clerk, and since when two computers work with the key (empty: one)."""

    code: str
    name: str
    keys: PublicKeys | None
    noted_at: str
    listed_at: str
    listed_cases: int
    asked_at: str
    waiting: int
    doubled_at: str


class WaitingDraft(NamedTuple):
    """A draft that a village brought; `given` is the number on its receipt."""

    id: int
    village: str
    service: str
    name: str
    brought_at: str
    given: str


def village_actor(db: Database, village: str) -> Actor:
    """Whoever sees what this village sees, and nothing else."""
    profile = profile_of(db)
    return Actor(0, "Desa", "", profile.one_area, area=village, profile=profile)


def keys_of(db: Database, village: str) -> PublicKeys | None:
    """The keys of a village that count now."""
    row = counting_key(db, village)
    if not row:
        return None
    return PublicKeys(row.village, row.signing, row.recipient)


def key_with_signer(db: Database, village: str, signer: str) -> VillageKey | None:
    """The key of a village that signs so, of whichever epoch; the newest where one counted twice."""
    return VillageKey.first(db, village=village, signer=signer, order="epoch DESC")


def counting_key(db: Database, village: str) -> VillageKey | None:
    return VillageKey.first(db, village=village, ended_at="")


def epoch_of(db: Database, village: str) -> int:
    """The epoch of the village's newest key; 0 before the first."""
    return int(first_value(db, "SELECT coalesce(max(epoch), 0) FROM village_key WHERE village = ?", (village,)))


def is_key_of_another(db: Database, signer: str, village: str) -> bool:
    sql = "SELECT 1 FROM village_key WHERE signer = ? AND village <> ? LIMIT 1"
    return db.one(sql, (signer, village)) is not None


# -- numbers that villages give by themselves -------------------------------------------------------------------------


def blocks_of(db: Database, village: str, epoch: int, most: int) -> list[NumberBlock]:
    """The newest blocks that were granted to an epoch of a village, the newest first."""
    rows = VillageBlock.rows(db, village=village, epoch=epoch, order="series DESC, nth DESC", limit=most)
    return [NumberBlock(row.series, row.nth) for row in rows]


def needs_numbers(db: Database, village: str, today: date) -> bool:
    """Whether a further block is due: the village has none in its epoch, or a draft came from the second half of the
    newest. Bounded by day, since drafts are written by the village."""
    blocks = blocks_of(db, village, epoch_of(db, village), 1)
    if not blocks:
        return True
    sql = "SELECT count(*) FROM village_block WHERE village = ? AND at >= ?"
    if int(first_value(db, sql, (village, to_utc_text(at_office(today, 0))))) >= MOST_BLOCKS_A_DAY:
        return False
    middle = GivenNumber(blocks[0].series, blocks[0].first.n + NUMBERS_A_BLOCK // 2)
    newest = BroughtDraft.first(db, village=village, order="series DESC, n DESC")
    return newest is not None and newest.n > 0 and GivenNumber(newest.series, newest.n) >= middle


def next_block(db: Database, village: str, series: int) -> NumberBlock:
    """The block behind all that were granted to any epoch of the village in this epoch of the office."""
    sql = "SELECT coalesce(max(nth), -1) FROM village_block WHERE village = ? AND series = ?"
    return NumberBlock(series, int(first_value(db, sql, (village, series))) + 1)


def is_granted(db: Database, village: str, given: GivenNumber, epoch: int) -> bool:
    """Whether the number is the village's to give. `epoch`: that of the office; of an earlier one it may have forgotten
    what it granted, so it believes the village."""
    nth = (given.n - 1) // NUMBERS_A_BLOCK
    known = VillageBlock.first(db, village=village, series=given.series, nth=nth) is not None
    return known or (given.series < epoch and given.n <= MOST_BELIEVED)


def given_number(db: Database, brought: str) -> str:
    """The number that a village gave, by `village/code` of its draft; empty without one."""
    village, _, code = brought.partition("/")
    row = BroughtDraft.first(db, village=village, code=code)
    if row is not None and row.n:
        return GivenNumber(row.series, row.n).text(village)
    return ""


def codes_of_number(db: Database, text: str) -> list[tuple[str, str]]:
    """(village, code) of the drafts to which villages gave a number, as it is typed or read out."""
    found = GIVEN.fullmatch(text.strip().upper())
    if found is None:
        return []
    number = {"series": series_of(found["letter"]), "n": int(found["n"])}
    villages = [code for code in office.village_names(db) if code.endswith(found["village"])]
    rows = [BroughtDraft.first(db, village=village, **number) for village in villages]
    return [(row.village, row.code) for row in rows if row is not None and row.n]


def series_of(letter: str) -> int:
    """The epoch of an office whose numbers bear this letter (`epoch_letter`); 0 where none does."""
    series = 1
    for sign in letter:
        series = (series - 1) * 26 + ord(sign) - ord("A") + 1
    if epoch_letter(series) != letter:
        return 0
    return series


def list_villages(db: Database) -> list[VillageRow]:
    """Every village of the office."""
    rows = db.run(
        "SELECT v.code, v.name, k.signing, k.recipient, coalesce(k.at, ''), coalesce(l.at, ''), coalesce(l.cases, 0),"
        " coalesce(n.at, ''),"
        " (SELECT count(*) FROM draft d WHERE d.area = v.code AND d.brought <> '' AND d.case_id IS NULL),"
        " coalesce(k.doubled_at, '')"
        " FROM village v LEFT JOIN village_key k ON k.village = v.code AND k.ended_at = ''"
        " LEFT JOIN village_contact n ON n.village = v.code LEFT JOIN village_list l"
        " ON l.id = (SELECT max(m.id) FROM village_list m WHERE m.village = v.code) ORDER BY v.code"
    )
    return [village_row(*row) for row in rows]


def village_row(code: str, name: str, signing: str | None, recipient: str | None, *more: Any) -> VillageRow:
    keys = None
    if signing and recipient:
        keys = PublicKeys(code, signing, recipient)
    return VillageRow(code, name, keys, *more)


def villages_with_key(db: Database, _on: date) -> Mapping[str, str]:
    """Code → name of the villages for which a list can be sealed."""
    counting = "JOIN village_key k ON k.village = v.code AND k.ended_at = ''"
    return dict(db.run(f"SELECT v.code, v.name FROM village v {counting} ORDER BY v.code"))


def every_village(db: Database, _on: date) -> Mapping[str, str]:
    return office.village_names(db)


def told_before(db: Database, village: str) -> set[int]:
    """Cases of which some list told this village."""
    return set(first_column(db, "SELECT case_id FROM village_told WHERE village = ?", (village,)))


def brought_on(db: Database, village: str, day: date) -> int:
    """Drafts that a village brought or took back since the beginning of a day."""
    sql = "SELECT count(*) FROM brought_draft WHERE village = ? AND at >= ?"
    return int(first_value(db, sql, (village, to_utc_text(at_office(day, 0)))))


# -- files that were counted, files that wait for a decision -----------------------------------------------------------


class HeldRow(NamedTuple):
    """A held file as the page shows it; `takable`: its drafts may be taken, since the epoch that wrote it has ended."""

    id: int
    village: str
    written_at: str
    drafts: int
    why: str
    takable: bool


def held_files(db: Database) -> list[HeldRow]:
    """What waits for a decision, the oldest first."""
    rows = db.run(
        "SELECT h.id, h.village, h.written_at, h.drafts, h.why, h.epoch < (SELECT max(k.epoch) FROM village_key k"
        " WHERE k.village = h.village) FROM village_held h WHERE h.state = 'held' ORDER BY h.id"
    )
    return [
        HeldRow(held_id, village, at, drafts, why, bool(ended)) for held_id, village, at, drafts, why, ended in rows
    ]


def held_codes(db: Database, village: str, *, back: bool = False) -> list[str]:
    """Codes of a village's drafts in files that wait for a decision; with `back` of those that such a file takes
    back."""
    sql = (
        "SELECT DISTINCT d.code FROM village_held h JOIN village_held_draft d ON d.held_id = h.id"
        " WHERE h.village = ? AND h.state = 'held' AND d.takes_back = ? ORDER BY d.code LIMIT ?"
    )
    return first_column(db, sql, (village, int(back), MOST_HELD_TOLD))


def held_room(db: Database, village: str) -> tuple[int, int]:
    """(Files, bytes) that wait for a decision of this village."""
    row = db.one(
        "SELECT count(*), coalesce(sum(length(c.content)), 0) FROM village_held h"
        " LEFT JOIN village_held_content c ON c.digest = h.digest WHERE h.village = ? AND h.state = 'held'",
        (village,),
    )
    if row:
        return (int(row[0]), int(row[1]))
    return (0, 0)


# -- what a list tells -------------------------------------------------------------------------------------------


def told_cases(db: Database, village: str, today: date) -> tuple[list[CaseRow], int]:
    """Open cases of a village and those that ended lately, the newest first, and how many were left out."""
    since = (today - timedelta(days=KEPT_DAYS)).isoformat()
    where = "(c.closed = 0 OR c.closed_on >= ?)"
    rows = select_cases(db, village_actor(db, village), where, [since], "c.id DESC", MOST_CASES)
    count = f"SELECT count(*) FROM case_file c WHERE c.area = ? AND {where}"
    return rows, int(first_value(db, count, (village, since))) - len(rows)


def known_cases(db: Database, rows: Iterable[CaseRow]) -> list[KnownCase]:
    rows = list(rows)
    lacking = lacking_items(db, [row.id for row in rows])
    given = given_numbers(db, [row.id for row in rows])
    return [known_case(db, row, lacking.get(row.id, []), given.get(row.id, "")) for row in rows]


def given_numbers(db: Database, case_ids: Collection[int]) -> dict[int, str]:
    """Id of a case → the number that its own village gave the draft, of those that have one."""
    marks = ", ".join("?" * len(case_ids))
    rows = db.run(
        "SELECT c.id, b.village, b.series, b.n FROM case_file c JOIN brought_draft b"
        " ON b.village = c.area AND c.brought LIKE c.area || '/%' AND b.code = substr(c.brought, 12)"
        f" WHERE c.id IN ({marks}) AND c.brought <> '' AND b.n > 0",
        [*case_ids],
    )
    return {case_id: GivenNumber(series, n).text(village) for case_id, village, series, n in rows}


def known_case(db: Database, row: CaseRow, lacking: list[str], given: str) -> KnownCase:
    definition = office.adopted_definition(db, row.service, row.revision)
    returned_on, reasons = told_return(db, definition, row)
    due_on = row.due_on or ""
    missing = missing_names(definition, lacking)
    if row.closed or row.kept_on:
        due_on = ""
    if row.closed:
        missing = []
    return KnownCase(
        row.number,
        definition.short_name,
        engine.kind_named(definition, row.kind).label[:LONGEST],
        row.name[:LONGEST],
        engine.state_named(definition, row.step).state_label[:LONGEST],
        row.received_on,
        due_on,
        missing,
        returned_on,
        reasons,
        given,
    )


def told_return(db: Database, definition: Definition, row: CaseRow) -> tuple[str, list[str]]:
    """(ISO day, reasons of the slip) of a case that waits for its applicant; nothing of any other."""
    from app.casework.desk import papers  # papers are many, and most cases were not returned

    if row.step not in papers.applicant_steps(definition):
        return "", []
    back = papers.last_return(definition, case_events(db, row.id))
    case = CaseFile.first(db, id=row.id)
    if back is None or case is None:
        return "", []
    found = papers.return_reasons(db, definition, case, back.note)
    reasons = [f"{each.what.rstrip('.')}. {each.remedy}".strip() for each in found]
    return back.on_date, [reason[:LONGEST] for reason in reasons[:MOST_REASONS]]


def missing_names(definition: Definition, lacking: list[str]) -> list[str]:
    """What a village may tell its applicant to bring: items that the standard demands and that are not in order."""
    wanted = set(lacking)
    return [need.named()[:LONGEST] for need in definition.requirements if need.id in wanted and need.mandatory][:60]


def offered_services(db: Database, village: str, today: date) -> list[OfferedService]:
    """The standards of which this village types drafts, as they are in force."""
    offered = []
    for definition in services_open_to(db, village_actor(db, village), today):
        known = (definition.id, definition.identity.revision)
        text = first_value(db, "SELECT text FROM standard WHERE service = ? AND revision = ?", known)
        offered.append(OfferedService(definition.id, str(text), partner_keys(db, definition)))
    return offered


def partner_keys(db: Database, definition: Definition) -> PublicKeys | None:
    """The keys of the partner to whom cases of a service go; none where it has none, or one without Loket."""
    if definition.partner is None or not runs_loket(db, definition):
        return None
    stream = definition.partner.stream
    return next((peer.keys for peer in read_peers(db) if peer.stream_out == stream), None)


def draft_fates(db: Database, village: str, today: date) -> list[DraftFate]:
    """What became of the drafts of a village, the newest first."""
    since = f"{(today - timedelta(days=KEPT_DAYS)).isoformat()}T00:00:00Z"
    rows = db.run(
        "SELECT b.code, b.state, b.reason, d.id, c.number, c.area, b.series, b.n FROM brought_draft b"
        " LEFT JOIN draft d ON d.area = b.village AND d.brought = b.code AND d.case_id IS NULL"
        " LEFT JOIN case_file c ON c.brought = b.village || '/' || b.code AND c.brought <> ''"
        " WHERE b.village = ? AND (b.at >= ? OR d.id IS NOT NULL)"
        " ORDER BY b.at DESC, b.code LIMIT ?",
        (village, since, MOST_FATES),
    )
    return [with_given(village, fate_of(village, *row), series, n) for *row, series, n in rows]


def with_given(village: str, fate: DraftFate, series: int, n: int) -> DraftFate:
    if n:
        return msgspec.structs.replace(fate, given=GivenNumber(series, n).text(village))
    return fate


def fate_of(
    village: str, code: str, state: str, reason: str, draft: int | None, number: str | None, area: str | None
) -> DraftFate:
    """The words for one draft; the number of a case that a clerk gave to another village is not told."""
    if number is not None and area == village:
        return DraftFate(code, "registered", number)
    if number is not None:
        return DraftFate(code, "registered")
    if state == "returned":
        return DraftFate(code, "returned", reason=reason)
    if state != "taken":
        return DraftFate(code, "set_aside", reason=reason)
    if draft:
        return DraftFate(code, "waiting")
    return DraftFate(code, "lost")


# -- what waits for a clerk --------------------------------------------------------------------------------------


BROUGHT = "FROM village v JOIN draft d ON d.area = v.code AND d.brought <> '' WHERE d.case_id IS NULL"
"""Drafts of villages that no clerk has judged."""


def waiting_drafts(db: Database, today: date) -> list[WaitingDraft]:
    """Drafts of villages that no clerk has judged, the oldest first."""
    rows = db.run(
        f"SELECT d.id, d.area, d.service, d.fields, d.created_at, d.brought {BROUGHT} ORDER BY d.created_at, d.id"
    )
    return [
        WaitingDraft(
            draft_id, area, service, applicant_in(db, service, fields, today), at, given_number(db, f"{area}/{code}")
        )
        for draft_id, area, service, fields, at, code in rows
    ]


def waiting_draft(db: Database, village: str, code: str) -> int | None:
    """The id of a village's draft that waits."""
    row = db.one("SELECT id FROM draft WHERE area = ? AND brought = ? AND case_id IS NULL", (village, code))
    return int(row[0]) if row else None


def applicant_in(db: Database, service: str, fields: str, on: date) -> str:
    field = engine.field_with_role(office.current_definition(db, service, on), "name")
    if not field:
        return ""
    return str(json.loads(fields).get(field.id, ""))[:LONGEST_NAME]


def waiting_count(db: Database, actor: Actor, _at: object) -> int | None:
    """How many drafts of villages wait, for the menu; nothing for whoever may not judge them."""
    if not may(actor, "village.exchange"):
        return None
    return int(first_value(db, f"SELECT count(*) {BROUGHT}")) or None
