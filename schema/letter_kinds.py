"""Kinds of letters that a drafter begins from: those that ship and those that an office writes in a file of its own."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from schema.definitions import read_structs
from schema.faults import Fault, ids_of, unknown_names
from schema.service_fields import ClassificationCode, LetterForm, Urgency
from schema.service_standard import Line, Slug

POSTS = ("chief", "overseer", "section_head")
"""Posts that every profile names, for kinds that any office has: who signs for it, who
oversees, who heads a section."""
SHIPPED = Path(__file__).parent / "letter_kinds.toml"
MOST_KINDS = 40
MOST_CHARACTERS = 60_000
MOST_INITIALS = 6


class LetterKind(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One kind of letter. Its texts may hold gaps, `[belum ada: hari]`, that the drafter fills in before it goes round.

    `initials` are roles from the lowest, `signatory` is a post; one that an office does not have is left to choose.
    Both may name one of POSTS. {pimpinan} and {kabupaten} are the label of the chief and the regency of the office.
    `number` is the pattern of its numbers where the office's own does not fit. `profiles`: the kinds of office that
    have it; none named: every one. Of two with the same id the later one stands where its `profiles` say. `form` is how
    it is drawn, under `title` where it has no address; that is `name` unless said otherwise. One that `follows` another
    kind is begun from the page of such a letter once it is signed; its texts may hold {words} of that letter
    (`words_of_letter`). `attendance`: people meet by it, so an empty list of who came is printed from its page. One
    `of_case` of these services is begun from the page of such a case; its texts may hold {words} of the case
    (`words_of_case`). `pages`: it goes round only if its paper has no more.
    """

    id: Slug
    name: Line
    form: LetterForm = "letter"
    title: Annotated[str, Meta(max_length=80)] = ""
    subject: Line
    addressed_to: Annotated[str, Meta(max_length=1000)] = ""
    text: Annotated[str, Meta(min_length=1, max_length=8000)]
    attachment: Annotated[str, Meta(max_length=200)] = ""
    copies: Annotated[tuple[Line, ...], Meta(max_length=15)] = ()
    classification: ClassificationCode = ""
    number: Annotated[str, Meta(max_length=60)] = ""
    urgency: Urgency = "ordinary"
    initials: Annotated[tuple[Slug, ...], Meta(max_length=MOST_INITIALS)] = ()
    signatory: Annotated[str, Meta(max_length=40)] = ""
    profiles: tuple[Slug, ...] = ()
    follows: Annotated[str, Meta(max_length=40)] = ""
    attendance: bool = False
    of_case: Annotated[tuple[Line, ...], Meta(max_length=20)] = ()
    pages: Annotated[int, Meta(ge=0, le=20)] = 0

    @property
    def heading(self) -> str:
        """What stands above the text; nothing where an address does."""
        if self.form in ("letter", "decree"):
            return ""
        return self.title or self.name


class KindFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A file of kinds: `[[kinds]]`, one table each."""

    kinds: Annotated[tuple[LetterKind, ...], Meta(max_length=MOST_KINDS)] = ()


@lru_cache(maxsize=8)
def read_kinds(text: str, roles: tuple[str, ...] = (), others: tuple[str, ...] = ()) -> tuple[LetterKind, ...]:
    """The kinds of a text; `roles`, where given, are those that a kind may name, `others` kinds that it may follow
    beside its own. Raises DefinitionError."""

    def check_meaning(file: KindFile) -> Iterator[Fault]:
        yield from twin_faults(file.kinds)
        for i, kind in enumerate(file.kinds):
            if roles:
                posts = (*roles, *POSTS)
                yield from unknown_names(("kinds", i, "initials"), kind.initials, posts, "Pemaraf")
                yield from unknown_names(("kinds", i, "signatory"), [kind.signatory], posts, "Penanda tangan")
                known = (*ids_of(file.kinds), *others)
                yield from unknown_names(("kinds", i, "follows"), [kind.follows], known, "Jenis yang diikuti")

    return read_structs(text, "jenis surat", KindFile, check_meaning).kinds


def twin_faults(kinds: Iterable[LetterKind]) -> Iterator[Fault]:
    """An id that was used before in the same file for the same kinds of office."""
    seen = set[tuple[str, tuple[str, ...]]]()
    for i, kind in enumerate(kinds):
        known = (kind.id, kind.profiles)
        if known in seen:
            yield ("kinds", i, "id"), f"{kind.id} sudah dipakai jenis surat lain di dokumen ini."
        seen.add(known)


def shipped_kinds() -> tuple[LetterKind, ...]:
    """The kinds with which every office begins."""
    return read_kinds(SHIPPED.read_text(encoding="utf-8"))
