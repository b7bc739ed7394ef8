"""Kinds of letters of this office: those that ship, replaced or joined by those of its own file."""

import re
from collections.abc import Mapping
from datetime import date

from app.casework.letters.cases import ANNEX, fill_text
from app.casework.letters.tables import OutgoingLetter
from app.core.dates import plain_date
from app.core.problems import Problem
from app.platform.office import settings
from app.platform.office.numbers import CODED, check_pattern
from app.platform.people.queries import profile_of
from schema.database import Database
from schema.definitions import DefinitionError
from schema.letter_kinds import MOST_CHARACTERS, LetterKind, read_kinds, shipped_kinds
from schema.profiles import Profile


def letter_kinds(db: Database) -> dict[str, LetterKind]:
    """Every kind by its id; one of the office's own file stands in place of a shipped one with the same id."""
    own, profile = read_kinds(settings.get_setting(db, "letters.kinds")), profile_of(db).id
    known = (*shipped_kinds(), *own)
    return {kind.id: kind for kind in known if not kind.profiles or profile in kind.profiles}


FACT = re.compile(r"^([^|:\n]+): *\|(.*)$", re.MULTILINE)
"""A line of a letter that says what something is: `Pukul: | 09.00`."""


def kind_named(db: Database, kind_id: str) -> LetterKind:
    """Raises Problem `not_found`."""
    kind = letter_kinds(db).get(kind_id)
    if kind is None:
        raise Problem.of("not_found", what="Jenis surat itu")
    return kind


def following_kinds(db: Database, row: OutgoingLetter) -> list[LetterKind]:
    """The kinds that follow a letter: none before it is signed, none after it was cancelled."""
    stands = row.kind and row.signed_at and row.state != "cancelled"
    return [kind for kind in letter_kinds(db).values() if stands and kind.follows == row.kind]


def has_attendance(db: Database, row: OutgoingLetter) -> bool:
    """Whether people meet by a letter that stands: its page prints the list that they sign."""
    kind = letter_kinds(db).get(row.kind)
    return bool(kind and kind.attendance and row.signed_at and row.state != "cancelled")


def words_of_letter(row: OutgoingLetter) -> dict[str, str]:
    """What a kind that follows a letter may say of it: number, day, subject, its table, and each `Label: | words`."""
    body = ANNEX.split(row.text)[0]
    table = [line for line in body.split("\n") if "|" in line and not FACT.match(line)]
    return {
        **{label.strip(): words.strip() for label, words in FACT.findall(body)},
        "nomor surat": row.number,
        "tanggal surat": plain_date(date.fromisoformat(row.numbered_on)) if row.numbered_on else "",
        "hal surat": row.subject,
        "daftar surat": "\n".join(table),
    }


def kind_texts(kind: LetterKind, words: Mapping[str, str]) -> dict[str, str]:
    """What a draft of a kind begins with. `words` are those of the letter that it follows; what it does not say is
    named in a gap."""
    texts = {name: getattr(kind, name) for name in ("subject", "addressed_to", "text", "attachment")}
    if kind.follows:
        texts = {name: fill_text(text, words) for name, text in texts.items()}
    return texts | {"text": texts["text"].strip()}


def check_kinds(text: str, profile: Profile) -> str:
    """The text itself when it may be kept. Raises Problem `invalid` with the first fault and its line."""
    if len(text) > MOST_CHARACTERS:
        raise Problem.of("invalid", {"kinds": f"Dokumen terlalu panjang; paling banyak {MOST_CHARACTERS} huruf."})
    try:
        kinds = read_kinds(text, tuple(profile.roles), tuple(kind.id for kind in shipped_kinds()))
    except DefinitionError as error:
        raise Problem.of("invalid", {"kinds": error.sentences[0]}) from error
    for kind in kinds:
        check_number(kind)
    return text


def check_number(kind: LetterKind) -> None:
    try:
        check_pattern(kind.number or "{n}", CODED)
    except Problem as problem:
        raise Problem.of(
            "invalid", {"kinds": f"Jenis {kind.id}, kunci number: {problem.fields['pattern']}"}
        ) from problem
