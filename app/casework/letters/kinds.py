"""Kinds of letters of this office: those that ship, replaced or joined by those of its own file."""

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


def pattern_of_kind(db: Database, kind_id: str) -> str:
    """The number pattern of a kind; empty for the office's own. Raises Problem `not_found`."""
    if not kind_id:
        return ""
    kind = letter_kinds(db).get(kind_id)
    if kind is None:
        raise Problem.of("not_found", what="Jenis surat itu")
    return kind.number


def check_kinds(text: str, profile: Profile) -> str:
    """The text itself when it may be kept. Raises Problem `invalid` with the first fault and its line."""
    if len(text) > MOST_CHARACTERS:
        raise Problem.of("invalid", {"kinds": f"Dokumen terlalu panjang; paling banyak {MOST_CHARACTERS} huruf."})
    try:
        kinds = read_kinds(text, tuple(profile.roles))
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
