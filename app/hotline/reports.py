"""What came in: the needs of a day (clause 10.b), and what people ask for (clause 11)."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from statistics import median
from typing import NamedTuple

from app.core.text import fold_text
from app.core.workdays import WorkingTime, wall_time
from app.hotline.queries import SERVICE, Contact, contacts_between
from app.office import queries as office
from app.office.queries import working_time
from app.procedure.limits import amount_text, seconds_text, standard_time
from schema.database import Database
from schema.service_procedure import Definition

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
RANGE_STEPS = {"instruct_kabag": "instruction_kabag", "instruct_wadir": "instruction_wadir"}
"""Steps whose time is a limit with a range."""


def fate_of(contact: Contact) -> str:
    """What became of a contact, one of :data:`FATES`."""
    if not contact.closed:
        return "open"
    ended = contact.step.removeprefix("@")
    return ("desk" if contact.last("answered_desk") else "instructed") if ended == "answered" else ended


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
        return seconds_text(self.median) if self.number else "–"


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
    field = next(one for one in definition.fields if one.id == "channel")
    return {one.value: one.label for one in field.choices}


def counts(words: Iterable[tuple[str, str]], values: Iterable[str]) -> list[Count]:
    found = Counter(values)
    return [Count(label, found[key]) for key, label in words]


def tallies(definition: Definition, contacts: Sequence[Contact]) -> tuple[list[Count], list[Count], list[Count]]:
    """How many by field, by channel, and by what became of them."""
    return (
        counts(((one.id, one.label) for one in definition.kinds), (one.kind for one in contacts)),
        counts(channel_words(definition).items(), (one.channel for one in contacts)),
        counts(FATES.items(), map(fate_of, contacts)),
    )


def analyse(db: Database, first: date, last: date) -> Analysis:
    contacts, definition = contacts_between(db, first, last), definition_of(db, last)
    times = step_times(definition, contacts, working_time(db))
    return Analysis(first, last, contacts, *tallies(definition, contacts), topic_words(contacts), times)


def topic_words(contacts: Iterable[Contact]) -> list[Count]:
    """The words that most contacts hold, each contact once; common words say nothing."""
    found = Counter(
        word for one in contacts for word in sorted(set(WORD.findall(fold_text(one.question).lower())) - COMMON)
    )
    ranked = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
    return [Count(word, count) for word, count in ranked[:MOST_WORDS]]


def step_times(definition: Definition, contacts: Sequence[Contact], working: WorkingTime) -> list[StepTime]:
    """Times of the steps of the procedure, and of the whole, in working seconds."""
    spent: dict[str, list[int]] = {}
    for contact in contacts:
        since = contact.opened_at
        for move in contact.moves:
            if move.step_from:
                seconds = working.seconds_between(wall_time(since), wall_time(move.at))
                spent.setdefault(move.step_from, []).append(seconds)
            since = move.at
        if contact.closed:
            whole = working.seconds_between(wall_time(contact.opened_at), wall_time(contact.moves[-1].at))
            spent.setdefault("", []).append(whole)
    lines = [
        step_time(step.state_label, *standard_of(definition, step.id), spent.get(step.id, []))
        for step in definition.steps
    ]
    return [*lines, step_time("Seluruhnya", *limit_standard(definition, "whole"), spent.get("", []))]


def step_time(title: str, most: int, standard: str, seconds: Sequence[int]) -> StepTime:
    within = sum(one <= most for one in seconds)
    return StepTime(title, standard, len(seconds), round(median(seconds)) if seconds else 0, within)


SECONDS = {"working_seconds": 1, "working_minutes": 60, "working_hours": 3600}


def standard_of(definition: Definition, step: str) -> tuple[int, str]:
    """(seconds, words) of the standard time of a step."""
    if step in RANGE_STEPS:
        return limit_standard(definition, RANGE_STEPS[step])
    time = standard_time(definition, step)
    return (time.amount * SECONDS[time.unit], amount_text(time.amount, time.unit)) if time else (0, "")


def limit_standard(definition: Definition, limit_id: str) -> tuple[int, str]:
    limit = next(one for one in definition.limits if one.id == limit_id)
    least = f"{limit.range[0]} sampai " if limit.range else ""
    return limit.most * SECONDS[limit.unit], least + amount_text(limit.most, limit.unit)
