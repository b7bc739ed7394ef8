"""Papers of the people of a request, as its definition lists them, and the data file."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from app.casework.desk.moving import form_values
from app.casework.desk.tables import CaseFile
from app.casework.members import queries
from app.casework.members.events import LISTED
from app.casework.members.judging import people_in
from app.casework.members.service import OWN_WORDS
from app.casework.members.tables import Member
from app.core.clock import office_date
from app.core.dates import long_date, numeric_date, plain_date, short_date
from app.core.permissions import Actor
from app.core.problems import check_found
from app.core.procedure import engine
from app.platform.office.papers import (
    common_fields,
    form_control,
    office_name,
    signing_official,
    staff_official,
)
from app.platform.people.queries import profile_of
from app.platform.printing.data.books import Column, Fact
from app.platform.printing.data.common import Official
from app.platform.printing.data.people import PeopleList, PeopleTable
from app.platform.printing.spreadsheet import SheetColumn, write_sheet
from schema.database import Database
from schema.service_fields import Field, People, PeoplePaper
from schema.service_procedure import Definition
from sync.entries import parse_utc_text

DAY_FORM, FIRST_FORM = "F-40", 41
"""Form numbers below that of the procedure: of the list of a day, then of its papers in their order."""
HOURS = Column(title="Jam", width=0)


def paper_frame(db: Database, definition: Definition, form: str, actor: Actor, now: datetime) -> dict[str, Any]:
    return common_fields(db, form_control(definition, form), actor, now)


def paper_forms(people: People) -> dict[str, str]:
    """Paper of a list of people → its form number."""
    return {paper.id: f"F-{number}" for number, paper in enumerate(people.papers, FIRST_FORM)}


def people_paper(
    db: Database, case: CaseFile, definition: Definition, name: str, actor: Actor, now: datetime
) -> PeopleList:
    """One of the papers that the definition lists. Raises Problem `not_found`."""
    people = people_in(definition)
    paper = check_found(next((paper_rule for paper_rule in people.papers if paper_rule.id == name), None), "Kertas itu")
    rows = queries.member_rows(db, case.id)
    named = [row for row in rows if not paper.states or row.state in paper.states]
    counts = dict(Counter(row.state for row in rows))
    balance: tuple[Fact, ...] = ()
    maker = None
    if paper.shows == "report":
        balance = balance_facts(people, counts)
        maker = staff_official(db, actor.username)
    return PeopleList(
        **paper_frame(db, definition, paper_forms(people)[paper.id], actor, now),
        title=paper.label,
        number=f"Berkas {case.number}",
        facts=request_facts(definition, case, len(named), people),
        opening=paper.opening,
        tables=tables_of(db, definition, paper, named, rows),
        balance=balance,
        giver=giver_of(db, paper.giver, actor, office_date(now)),
        giver_heading=paper.giver_heading,
        receiver=paper.receiver,
        maker=maker,
    )


def giver_of(db: Database, role: str, actor: Actor, on: date) -> Official:
    """Who signs for a role of the definition, whoever of this office fills it; without a role whoever prints."""
    if role:
        own = profile_of(db).filled_by(role)
    else:
        own = ()
    if own:
        return signing_official(db, own[0], on)
    return staff_official(db, actor.username)


def request_value(field: Field, value: str) -> str:
    if field.type == "date":
        return plain_date(date.fromisoformat(value))
    return value


def request_facts(definition: Definition, case: CaseFile, count: int, people: People) -> tuple[Fact, ...]:
    """What the request says of itself: the fields of its form, and how many people the paper is about."""
    values = form_values(case)
    shown = [
        (field.label, request_value(field, values[field.id]))
        for field in definition.fields
        if values.get(field.id) and field.mask is None and field.type != "phone"
    ]
    if case.closed_on:
        ends = [("Selesai", plain_date(date.fromisoformat(case.closed_on)))]
    else:
        ends = []
    received = ("Diterima", plain_date(date.fromisoformat(case.received_on)))
    return tuple(
        Fact(label=label, value=value)
        for label, value in [*shown, received, *ends, (f"Jumlah {people.label}", f"{count} orang")]
    )


def tables_of(
    db: Database, definition: Definition, paper: PeoplePaper, named: Sequence[Member], everybody: Sequence[Member]
) -> tuple[PeopleTable, ...]:
    if paper.shows == "schedule":
        slots = groupby(sorted(named, key=slot_order), key=queries.clock_words)
        return tuple(
            people_table(definition, paper, list(some), f"{clock} di {some_place}")
            for clock, members in slots
            for some in [list(members)]
            for some_place in [some[0].place]
        )
    listed = people_table(definition, paper, named, "")
    if paper.shows == "report":
        return (*report_tables(db, definition, everybody), listed)
    return (listed,)


def slot_order(member: Any) -> tuple[str, str, str, int]:
    return member.on_date or "", member.begins or "", member.place or "", member.ordinal


def people_column(people: People, field: Field) -> Column:
    width = 0 if field.id == people.key else 1
    return Column(title=field.heading, width=width)


def people_table(definition: Definition, paper: PeoplePaper, members: Sequence[Member], title: str) -> PeopleTable:
    """One row for each person: number, name, and the columns of the paper; in a report his state too."""
    people = people_in(definition)
    fields = {field.id: field for field in people.fields}
    heads = [Column(title="No.", width=0, align="center"), Column(title="Nama", width=1.6)]
    heads += [people_column(people, fields[column]) for column in paper.columns]
    if paper.shows == "report":
        states = {state.id: state.label for state in people.states}
    else:
        states = {}
    rows = []
    for member in members:
        values = queries.field_values(member)
        own = [values.get(name, "") for name in paper.columns]
        if states:
            own.append(states[member.state])
        rows.append((member.ordinal, member.name, *own))
    if states:
        heads.append(Column(title="Keadaan", width=0))
        title = title or "Daftar orang"
    return PeopleTable(title=title, columns=tuple(heads), rows=tuple(rows), signed=paper.signed)


# -- the report ----------------------------------------------------------------------------------------------------


def balance_parts(people: People, counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Asked for = made + cancelled + still open."""
    sums = Counter({"made": 0, "cancelled": 0, "open": 0})
    for state in people.states:
        sums[state.counts_as] += counts.get(state.id, 0)
    parts = [("Diminta", sum(sums.values())), ("Jadi dan diserahkan", sums["made"]), ("Dibatalkan", sums["cancelled"])]
    if sums["open"]:
        return [*parts, ("Masih berjalan", sums["open"])]
    return parts


def balance_facts(people: People, counts: Mapping[str, int]) -> tuple[Fact, ...]:
    return tuple(Fact(label=label, value=str(count)) for label, count in balance_parts(people, counts))


def report_tables(db: Database, definition: Definition, members: Sequence[Member]) -> tuple[PeopleTable, ...]:
    """How many are in each state, on which days what was done, and who stayed away or was sent back."""
    people = people_in(definition)
    counts = Counter(member.state for member in members)
    states = [(state.label, counts[state.id]) for state in people.states if counts[state.id]]
    number = Column(title="Orang", width=0, align="right")
    if members:
        events = queries.request_story(db, members[0].case_id)
    else:
        events = []
    return (
        PeopleTable(title="Menurut keadaan", columns=(Column(title="Keadaan"), number), rows=tuple(states)),
        PeopleTable(
            title="Menurut tanggal",
            columns=(Column(title="Tanggal", width=0), Column(title="Yang dilakukan"), number),
            rows=tuple(days_of(people, events)),
        ),
        PeopleTable(
            title="Tidak hadir atau dijadwalkan ulang",
            columns=(
                Column(title="No.", width=0, align="center"),
                Column(title="Nama"),
                Column(title="Jadwal", width=0),
                Column(title="Sebab"),
            ),
            rows=tuple(missed_of(people, events)),
            nothing="Nihil. Semua hadir pada jadwalnya.",
        ),
    )


def days_of(people: People, events: Sequence[Any]) -> list[tuple[str, str, int]]:
    """Day by day what was done with how many people."""
    words = {LISTED: OWN_WORDS[LISTED]} | {move.id: move.history for move in people.moves}
    order = list(words)
    labels = list(words.values())
    done = [event for event in events if event.action in words]
    counts = Counter((office_date(parse_utc_text(event.at)), order.index(event.action)) for event in done)
    return [(numeric_date(day), labels[at], count) for (day, at), count in sorted(counts.items())]


def missed_of(people: People, events: Sequence[Any]) -> list[tuple[int, str, str, str]]:
    """Each time that somebody did not come as he was asked to."""
    if people.schedule:
        again = people.schedule.again
    else:
        again = ()
    moves = {move.id: move.history for move in people.moves if move.attends and move.to in again}
    lines = []
    for event in events:
        if event.action in moves:
            day = ""
            if event.on_date:
                day = short_date(date.fromisoformat(event.on_date))
            lines.append((event.ordinal, event.name, day, moves[event.action]))
    return lines


# -- one day of the schedule, and the data file --------------------------------------------------------------------


def day_paper(db: Database, definition: Definition, day: date, actor: Actor, now: datetime) -> PeopleList:
    """Everybody who comes on a day, slot by slot, to be signed on coming."""
    people = people_in(definition)
    rows = queries.people_of_day(db, definition.id, day.isoformat())
    assert people.schedule is not None
    columns = (
        Column(title="Nama", width=1.4),
        Column(title=next(field.heading for field in people.fields if field.id == people.key), width=0),
        Column(title="Pemohon", width=1.2),
    )
    tables = tuple(
        PeopleTable(
            title=f"{begins}-{ends} di {place}",
            columns=columns,
            rows=tuple((member.name, member.member_key, member.agency) for member in some),
            signed=True,
        )
        for (begins, ends, place), some in groupby(rows, key=lambda row: (row.begins, row.ends, row.place))
    )
    facts = [("Hari", long_date(day)), ("Jumlah", f"{len(rows)} orang"), ("Pakaian", people.schedule.clothing)]
    return PeopleList(
        **paper_frame(db, definition, DAY_FORM, actor, now),
        title=f"Daftar hadir: {people.schedule.label}",
        number=long_date(day),
        facts=tuple(Fact(label=label, value=value) for label, value in facts if value),
        opening="",
        tables=tables,
        balance=(),
        giver=staff_official(db, actor.username),
        giver_heading="Yang mencatat,",
    )


def data_workbook(db: Database, case: CaseFile, definition: Definition, now: datetime) -> bytes:
    """The record that the procedure asks for: everybody with all fields, state, day of coming and last change."""
    people = people_in(definition)
    states = {state.id: state.label for state in people.states}
    columns = [
        SheetColumn("No.", 6, "number"),
        *(SheetColumn(member_field.heading, 24) for member_field in people.fields),
        SheetColumn("Keadaan", 22),
        SheetColumn("Jadwal", 14, "date"),
        SheetColumn("Jam", 14),
        SheetColumn("Terakhir berubah", 18, "moment"),
    ]

    def cells_of(row: Member) -> list[Any]:
        values = queries.field_values(row)
        day = None
        hours = ""
        if row.on_date:
            day = date.fromisoformat(row.on_date)
            hours = f"{row.begins}-{row.ends}"
        written = [values.get(field.id, "") for field in people.fields]
        return [row.ordinal, *written, states[row.state], day, hours, parse_utc_text(row.changed_at)]

    rows = map(cells_of, queries.member_rows(db, case.id))
    label = engine.state_named(definition, case.step).state_label
    return write_sheet(
        f"{people.label} berkas {case.number}, {label}",
        columns,
        rows,
        made_at=now,
        office=office_name(db),
        restricted=True,
    )
