"""Kinds of letters of this office: those that ship, replaced or joined by those of its own file."""

from collections.abc import Mapping
from datetime import date, datetime

from msgspec.structs import replace

from app.casework.desk.tables import CaseFile
from app.casework.letters.cases import PLACEHOLDER, fill_text, letter_facts
from app.casework.letters.tables import OutgoingLetter
from app.core.problems import Problem
from app.platform.office import queries as office
from app.platform.office import settings
from app.platform.office.numbers import CODED, check_pattern
from app.platform.people.queries import profile_of
from schema.database import Database
from schema.definitions import DefinitionError
from schema.letter_kinds import MOST_CHARACTERS, POSTS, LetterKind, read_kinds, shipped_kinds
from schema.profiles import Profile
from schema.service_procedure import Definition


def letter_kinds(db: Database) -> dict[str, LetterKind]:
    """Every kind by its id; one of the office's own file stands in place of a shipped one with the same id."""
    profile = profile_of(db)
    known = (*shipped_kinds(), *own_kinds(db))
    offered = {kind.id: kind for kind in known if not kind.profiles or profile.id in kind.profiles}
    return {kind_id: of_this_office(db, profile, kind) for kind_id, kind in offered.items()}


def of_this_office(db: Database, profile: Profile, kind: LetterKind) -> LetterKind:
    """A kind with the posts, the codes and the words of this office in the place of those that every office has."""
    words = {"{pimpinan}": profile.label(profile.chief), "{kabupaten}": str(settings.get_setting(db, "office.regency"))}
    texts = {name: getattr(kind, name) for name in ("subject", "addressed_to", "text")}
    for word, said in words.items():
        texts = {name: text.replace(word, said) for name, text in texts.items()}
    return replace(
        named_by_posts(kind, profile),
        classification=profile.letter_codes.get(kind.classification, kind.classification),
        **texts,
    )


def named_by_posts(kind: LetterKind, profile: Profile) -> LetterKind:
    """A kind with the roles of a profile in the place of POSTS."""
    roles = {post: getattr(profile, post) for post in POSTS}
    initials = tuple(roles.get(role, role) for role in kind.initials)
    return replace(kind, initials=initials, signatory=roles.get(kind.signatory, kind.signatory))


def own_kinds(db: Database) -> tuple[LetterKind, ...]:
    """The kinds of the office's own file; none where this version of the program cannot read it (`fault_of_own`)."""
    if fault_of_own(db):
        return ()
    return read_kinds(settings.get_setting(db, "letters.kinds"))


def fault_of_own(db: Database) -> str:
    """What is wrong with the stored file, which an earlier version of the program took; empty when it is sound."""
    try:
        read_kinds(settings.get_setting(db, "letters.kinds"))
    except DefinitionError as error:
        return error.sentences[0]
    return ""


def kind_named(db: Database, kind_id: str) -> LetterKind:
    """Raises Problem `not_found`."""
    kind = letter_kinds(db).get(kind_id)
    if kind is None:
        raise Problem.of("not_found", what="Jenis surat itu")
    return kind


def following_kinds(db: Database, row: OutgoingLetter) -> list[LetterKind]:
    """The kinds that follow a letter: none before it has its number, none after it was cancelled."""
    return [kind for kind in letter_kinds(db).values() if stands(row) and kind.follows == row.kind]


def stands(row: OutgoingLetter) -> bool:
    """Whether a letter that began from a kind is out: what follows it names its number."""
    return bool(row.kind and row.number and row.state != "cancelled")


def has_attendance(db: Database, row: OutgoingLetter) -> bool:
    """Whether people meet by a letter that stands: its page prints the list that they sign."""
    kind = letter_kinds(db).get(row.kind)
    return bool(kind and kind.attendance and stands(row))


SECRET_TYPES, SECRET_ROLES = ("nik", "kk"), ("key", "family_key", "mother")
"""Fields of a form that no letter takes over: whoever needs them on one types them, and answers for it."""
OF_EVERY_CASE = ("office", "place", "today", "case_number", "applicant", "kind")


def case_words(definition: Definition) -> list[str]:
    """The words of a case that a kind of letter may name."""
    fields = [field for field in definition.fields if field.type not in SECRET_TYPES and field.role not in SECRET_ROLES]
    return [*OF_EVERY_CASE, *(field.id for field in fields)]


def words_of_case(db: Database, case: CaseFile, definition: Definition, now: datetime) -> dict[str, str]:
    """What a kind of letter may say of a case."""
    facts = letter_facts(db, case, definition, now)
    named = case_words(definition)
    return {name: one_line(words) for name, words in facts.items() if name in named}


def one_line(words: str) -> str:
    """What somebody typed into a form, so that it begins neither a table nor an annex in a letter."""
    return " ".join(words.split()).replace("|", "/")


def kinds_of_case(db: Database, service: str) -> list[LetterKind]:
    return [kind for kind in letter_kinds(db).values() if service in kind.of_case]


def kind_texts(kind: LetterKind, words: Mapping[str, str]) -> dict[str, str]:
    """What a draft of a kind begins with. `words` are those of the letter that it follows; what it does not say is
    named in a gap."""
    texts = {name: getattr(kind, name) for name in ("subject", "addressed_to", "text", "attachment")}
    if kind.follows or kind.of_case:
        texts = {name: fill_text(text, words) for name, text in texts.items()}
    return texts | {"text": texts["text"].strip()}


def check_kinds(db: Database, text: str, profile: Profile, on: date) -> str:
    """The text itself when it may be kept; services are those in force `on` a day. Raises Problem `invalid` with the
    first fault and its line."""
    if len(text) > MOST_CHARACTERS:
        raise Problem.of("invalid", {"kinds": f"Dokumen terlalu panjang; paling banyak {MOST_CHARACTERS} huruf."})
    try:
        kinds = read_kinds(text, tuple(profile.roles), tuple(kind.id for kind in shipped_kinds()))
    except DefinitionError as error:
        raise Problem.of("invalid", {"kinds": error.sentences[0]}) from error
    services = {definition.id: definition for definition in office.services_in_force(db, on)}
    for kind in kinds:
        check_number(kind)
        check_signers(named_by_posts(kind, profile), profile)
        check_words(of_this_office(db, profile, kind), services)
    return text


SIGNERS = {"initials": ("letter.initial", "memaraf"), "signatory": ("letter.sign", "menandatangani")}
"""Key of a kind: the right that whoever it names must have, and the act."""


def check_signers(kind: LetterKind, profile: Profile) -> None:
    """Whoever a kind names may initial or sign in this kind of office. Raises Problem with those who may."""
    for key, names in (("initials", kind.initials), ("signatory", (kind.signatory,))):
        right, act = SIGNERS[key]
        able = profile.rights[right]
        if strange := [name for name in names if name and name not in able]:
            known = [f"{role} ({profile.label(role)})" for role in profile.roles if role in able]
            why = f"Jenis {kind.id}, kunci {key}: {strange[0]} tidak dapat {act}; yang dapat: {', '.join(known)}."
            raise Problem.of("invalid", {"kinds": why})


def check_words(kind: LetterKind, services: Mapping[str, Definition]) -> None:
    """A kind of letter about cases names services of this office, and words that each of them has. Raises Problem."""
    if strange := [service for service in kind.of_case if service not in services]:
        why = f"Jenis {kind.id}, kunci of_case: layanan {strange[0]} tidak berlaku; yang ada: {', '.join(services)}."
        raise Problem.of("invalid", {"kinds": why})
    named = PLACEHOLDER.findall(f"{kind.subject} {kind.addressed_to} {kind.text} {kind.attachment}")
    for service in kind.of_case:
        known = case_words(services[service])
        if strange := [name for name in named if name not in known]:
            why = f"Jenis {kind.id}: {{{strange[0]}}} tidak dapat diambil dari berkas; yang ada: {', '.join(known)}."
            raise Problem.of("invalid", {"kinds": why})


def check_number(kind: LetterKind) -> None:
    try:
        check_pattern(kind.number or "{n}", CODED)
    except Problem as problem:
        raise Problem.of(
            "invalid", {"kinds": f"Jenis {kind.id}, kunci number: {problem.fields['pattern']}"}
        ) from problem
