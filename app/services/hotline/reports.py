"""What came in: the needs of a day (clause 10.b), and what people ask for (clause 11)."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from statistics import median
from typing import NamedTuple

from app.casework.desk.limits import as_read_here
from app.core.procedure.limits import amount_text, due_text, limit_named, seconds_text, standard_time, to_text
from app.core.text import fold_text
from app.core.workdays import WorkingTime, wall_time
from app.platform.office import queries as office
from app.platform.office.queries import working_time
from app.services.hotline.queries import SERVICE, Contact, contacts_between
from schema.database import Database
from schema.service_procedure import Definition
from schema.service_standard import Duration, Limit

FATES = {
    "desk": "Terjawab dari desk information",
    "instructed": "Terjawab sesuai instruksi",
    "complaint": "Menjadi pengaduan",
    "unreachable": "Tidak dapat dihubungi",
    "open": "Belum selesai",
}
"""What became of a contact, in the order of the report."""
COMMON_WORDS = (
    "ada adalah agar akan aku anda apa apakah atau bagaimana bagi bahwa banyak baru belum berapa bila bisa boleh buat"
    " cara dan dapat dari dengan di dimana harus hari ini itu jadi jika juga kah kalau kami kapan karena kata kepada"
    " ketika lagi lalu lebih masih mau maka mana mengapa minta mohon nya oleh pada para per perlu pun saat saja sampai"
    " saya sebagai secara sedang selamat sebab semua seperti serta siapa siang sore pagi sudah supaya tadi tanya tapi"
    " telah tentang terima kasih tersebut tetapi tidak tolong untuk yaitu yang"
)
COMMON = frozenset(COMMON_WORDS.split())
"""Words that say nothing of what is asked for."""
WORD = re.compile(r"[a-z]{3,}")
MOST_WORDS = 30
RANGES = {"instruct_kabag": "instruction_kabag", "instruct_wadir": "instruction_wadir"}
"""Steps whose time is a limit with a range."""
WHOLE = "whole"
"""The limit of a contact from its opening to its answer."""


def fate_of(contact: Contact) -> str:
    """What became of a contact, one of :data:`FATES`."""
    if not contact.closed:
        return "open"
    if contact.step != "@answered":
        return contact.step.removeprefix("@")
    if contact.last("answered_desk"):
        return "desk"
    return "instructed"


class Count(NamedTuple):
    label: str
    number: int


class StepTime(NamedTuple):
    """How long a step took in working time, and how often within its standard; `median` in seconds."""

    title: str
    standard: str
    number: int
    median: int
    within: int

    @property
    def median_text(self) -> str:
        if not self.number:
            return "–"
        return seconds_text(self.median)


class Analysis(NamedTuple):
    """The needs of some days, or of one: by field, by channel, by what became of them until now; words and times."""

    first: date
    last: date
    contacts: Sequence[Contact]
    kinds: Sequence[Count]
    channels: Sequence[Count]
    fates: Sequence[Count]
    words: Sequence[Count]
    times: Sequence[StepTime]


def definition_of(db: Database, on: date) -> Definition:
    return office.current_definition(db, SERVICE, on)


def channel_words(definition: Definition) -> dict[str, str]:
    field = next(field for field in definition.fields if field.id == "channel")
    return {choice.value: choice.label for choice in field.choices}


def counts(words: Iterable[tuple[str, str]], values: Iterable[str]) -> list[Count]:
    found = Counter(values)
    return [Count(label, found[key]) for key, label in words]


def tallies(definition: Definition, contacts: Sequence[Contact]) -> tuple[list[Count], list[Count], list[Count]]:
    """How many by field, by channel, and by what became of them."""
    kinds = [(kind.id, kind.label) for kind in definition.kinds]
    by_kind = counts(kinds, [contact.kind for contact in contacts])
    by_channel = counts(channel_words(definition).items(), [contact.channel for contact in contacts])
    return by_kind, by_channel, counts(FATES.items(), map(fate_of, contacts))


def analyse(db: Database, first: date, last: date) -> Analysis:
    contacts = contacts_between(db, first, last)
    definition = as_read_here(db, definition_of(db, last))
    times = step_times(definition, contacts, working_time(db))
    return Analysis(first, last, contacts, *tallies(definition, contacts), topic_words(contacts), times)


def topic_words(contacts: Iterable[Contact]) -> list[Count]:
    """The words that most contacts hold, each contact once; common words say nothing."""
    found: Counter[str] = Counter()
    for contact in contacts:
        words = WORD.findall(fold_text(contact.question).lower())
        found.update(set(words) - COMMON)
    ranked = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
    return [Count(word, count) for word, count in ranked[:MOST_WORDS]]


def step_times(definition: Definition, contacts: Sequence[Contact], working: WorkingTime) -> list[StepTime]:
    """Times of the steps of the procedure, and of the whole, in working time."""
    ways: dict[str, list[tuple[datetime, datetime]]] = {}
    for contact in contacts:
        since = contact.opened_at
        for move in contact.moves:
            ways.setdefault(move.step_from, []).append((wall_time(since), wall_time(move.at)))
            since = move.at
        if contact.closed:
            ways.setdefault(WHOLE, []).append((wall_time(contact.opened_at), wall_time(since)))
    lines = []
    for step in definition.steps:
        clock = standard_time(definition, step.id) or limit_named(definition, RANGES[step.id])
        lines.append(step_time(step.state_label, clock, ways.get(step.id, []), working))
    return [*lines, step_time("Seluruhnya", limit_named(definition, WHOLE), ways.get(WHOLE, []), working)]


def step_time(
    title: str, clock: Duration | Limit | None, ways: Sequence[tuple[datetime, datetime]], working: WorkingTime
) -> StepTime:
    assert clock is not None
    if isinstance(clock, Limit):
        most = clock.most
        least = clock.range
    else:
        most = clock.amount
        least = None
    seconds = [working.seconds_between(*way) for way in ways]
    within = 0
    for since, until in ways:
        due = due_text(most, clock.unit, working, to_text(since, clock.unit))
        within += to_text(until, clock.unit) <= due
    standard = amount_text(most, clock.unit)
    if least:
        standard = f"{least[0]} sampai {standard}"
    usual = 0
    if seconds:
        usual = round(median(seconds))
    return StepTime(title, standard, len(ways), usual, within)
