"""Names, NIK, KK, telephone numbers, addresses and e-mail out of a text that will hang on the wall (SP 11.9).

What is known is taken out wherever it stands: names of all complainants, applicants and staff of the quarter, the
complainant's own address and contact. What is not known is found by its shape (`number_masks.py`), or by where a text
introduces somebody (`istri saya Ngatini`, `a.n. MISNAN`): after a title or *nama* a name follows in whatever spelling;
after a relative, a post or *KTP* a word with a capital letter that is no everyday word; and some words are names
wherever they stand (`word_lists.py`). Rather a word too many than one too few; a human eye reads it (Sekretaris).

This is the one place beside `transitions.py` that reads complainants: nobody sees what it reads, so no look is logged.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import cache, lru_cache
from typing import NamedTuple

import msgspec

from app.casework.desk.queries import applicant_names, newest_applicants
from app.core.quarters import Quarter
from app.platform.office import queries as office
from app.platform.people.queries import person_names as staff_names
from app.services.complaints import number_masks
from app.services.complaints.known_names import (
    Names,
    OwnWords,
    frequent_names,
    is_known_name,
    own_words_of,
    plain_word,
    word_digest,
)
from app.services.complaints.number_masks import MARKS, NAME, PLACE, WORD
from app.services.complaints.word_lists import (
    COMMON,
    HOLDERS,
    NAMED,
    NAMESAKES,
    PLACES,
    POSSESSIVE,
    POSTS,
    RELATIONS,
    SIGNERS,
    TITLES,
    is_derived,
    is_name_like,
    is_short_form,
)
from schema.database import Database, first_column
from schema.person_fields import DESTROYED
from schema.seed_data import seed_kecamatan, seed_villages

PREFIXES = ("di", "ter", "ber", "mem", "men", "mer", "mel", "pem", "pen", "per", "pel", "ke", "se")
CLITICS = ("nya", "ku", "mu", "lah", "kah")
BETWEEN = frozenset(("lengkap", "adalah", "di", "ktp", "panggilan"))
MOST = 4
"""Words of a name."""


class Words(NamedTuple):
    """The words of a text: where they stand, as written, as compared, and what stands before each."""

    spans: list[tuple[int, int]]
    raw: list[str]
    folded: list[str]
    gaps: list[str]
    tail: str
    places: frozenset[str]
    all_capitals: bool

    @classmethod
    def of(cls, text: str, places: frozenset[str] = frozenset()) -> "Words":
        """Read a text. `places`: words of places that the office knows."""
        spans = [(match.start(), match.end()) for match in WORD.finditer(text)]
        raw = [text[start:end] for start, end in spans]
        ends = [0, *(end for _, end in spans)]
        gaps = [text[ends[n] : start] for n, (start, _) in enumerate(spans)]
        letters = [sign for sign in text if sign.isalpha()]
        all_capitals = len(letters) > 20 and sum(letter.isupper() for letter in letters) > len(letters) * 0.7
        return cls(spans, raw, [plain_word(word) for word in raw], gaps, text[ends[-1] :], places, all_capitals)

    def near(self, n: int, also: str = "") -> bool:
        """Whether a word follows the one before it with nothing but blanks, dots, quotes or a colon between."""
        gap = "x"
        if 0 < n < len(self.raw):
            gap = self.gaps[n]
        bare = gap.strip(" \n")
        return len(bare) <= 3 and not bare.strip(".:\"'" + also).strip()

    def is_capitalised(self, n: int) -> bool:
        """Written with a capital letter, where that says something."""
        return self.raw[n][:1].isupper() and not self.all_capitals

    def is_place(self, n: int) -> bool:
        return self.folded[n] in self.places or self.folded[n] in PLACES

    def is_free(self, n: int) -> bool:
        """No everyday word, no post, no mark: it may be a name."""
        word = self.folded[n]
        stem = next((word[: -len(clitic)] for clitic in CLITICS if word.endswith(clitic)), word)
        return not (
            word in COMMON
            or word in POSTS
            or word in TITLES
            or word in MARKS
            or word in RELATIONS
            or stem in COMMON
            or len(word) < 2
            or self.is_remark(n)
            or (not is_name_like(word) and (is_derived(word) or (not self.all_capitals and is_short_form(self.raw[n]))))
        )

    def is_remark(self, n: int) -> bool:
        """A word that judges what follows: `Indah kantornya`, `Murni kesalahan`."""
        following = ""
        if n + 1 < len(self.raw) and self.gaps[n + 1] == " ":
            following = self.raw[n + 1]
        is_matter = following.endswith("nya") or is_derived(following)
        return self.folded[n] in NAMESAKES and following.islower() and is_matter

    def looks_like_name(self, n: int) -> bool:
        """A name by its look alone: a capital letter and no everyday word, or a word that only names have."""
        return self.is_free(n) and (self.is_capitalised(n) or is_name_like(self.folded[n]))

    def is_small_name(self, n: int) -> bool:
        """After a title: a small word that is neither an everyday word nor a verb."""
        word = self.folded[n]
        if not self.is_free(n) or len(word) < 3:
            return False
        return is_name_like(word) or not (word.startswith(PREFIXES) and len(word) > 6)

    def is_namesake(self, n: int) -> bool:
        return self.folded[n] in NAMESAKES and self.is_capitalised(n)

    def is_title(self, n: int) -> bool:
        """*Pak*, *Bu*; *H.* with its dot."""
        dotted = n + 1 < len(self.raw) and self.gaps[n + 1][:1] == "."
        return self.folded[n] in TITLES or (self.raw[n] in ("H", "KH", "Hj") and dotted)

    def begins_name(self, n: int) -> bool:
        """A word that is a name together with the one behind it: `Hari Utami`, `tri wahyuni`."""
        if self.folded[n] not in NAMESAKES or n + 1 == len(self.raw) or self.gaps[n + 1] != " ":
            return False
        if self.raw[n][:1].isupper() != self.raw[n + 1][:1].isupper():
            return False
        return is_name_like(self.folded[n + 1]) or (
            self.is_capitalised(n)
            and (self.looks_like_name(n + 1) or self.is_namesake(n + 1))
            and not self.is_place(n + 1)
        )


def introduced_spans(words: Words) -> Iterator[tuple[int, int]]:
    """(first, end) of the words that are names by their place. They may overlap."""
    for n in range(len(words.raw)):
        yield from by_itself(words, n)
        yield from after_title(words, n)
        yield from after_word_for_person(words, n)
        yield from around_bin(words, n)
    yield from signature_spans(words)


def by_itself(words: Words, n: int) -> Iterator[tuple[int, int]]:
    """A word that is a name wherever it stands, with the capital words beside it."""
    if not is_name_like(words.folded[n]) or words.is_place(n) or words.is_remark(n) or words.raw[n] in MARKS:
        return
    first, end = n, n + 1
    while first > 0 and words.near(first) and words.gaps[first] == " " and is_part(words, first - 1):
        first -= 1
    while end < len(words.raw) and end - first < MOST and words.gaps[end] == " " and is_part(words, end):
        end += 1
    yield first, end


def is_part(words: Words, n: int) -> bool:
    """A word beside a name that belongs to it: with a capital letter like a name, no place."""
    return words.is_capitalised(n) and (words.is_free(n) or words.is_namesake(n)) and not words.is_place(n)


def after_title(words: Words, n: int) -> Iterator[tuple[int, int]]:
    """What follows *Pak*, *nama*, *a.n.*: also a word that nobody knows and that is written small."""
    named = is_named(words, n)
    if not named and not words.is_title(n):
        return
    after_other_word = ",-" if named else ""
    before_name = "," if named else ""
    first = n + 1
    run_after_sign = run_after_sure_sign
    while first < len(words.raw) and words.near(first, after_other_word):
        word = words.folded[first]
        if word in POSTS or (word in POSSESSIVE and not named):
            run_after_sign = run_after_weak_sign
        elif word not in TITLES and word not in POSSESSIVE and word not in BETWEEN:
            break
        first += 1
    if first < len(words.raw) and first > n and words.near(first, before_name):
        yield from run_after_sign(words, first)


def is_named(words: Words, n: int) -> bool:
    """*nama*, *bernama*, *an.*, and the second letter of *a.n.* or *a/n*."""
    word = words.folded[n]
    if word == "an":
        return n + 1 < len(words.raw) and words.gaps[n + 1].strip() in (".", ":", ".:", "")
    if word == "n" and n and words.folded[n - 1] == "a":
        return words.gaps[n].strip() in (".", "/")
    return word in NAMED


def run_of(words: Words, first: int, belongs: Callable[[int], bool]) -> int:
    """Where a run of words that belong to one name ends: at most MOST words, with nothing but blanks between."""
    end = first
    while end < len(words.raw) and end - first < MOST and (end == first or words.near(end)) and belongs(end):
        end += 1
    return end


def run_after_sure_sign(words: Words, first: int) -> Iterator[tuple[int, int]]:
    """Words with capital letters, or else at most two small ones that are neither everyday words nor verbs."""
    end = run_of(words, first, lambda n: words.looks_like_name(n) or words.is_namesake(n) or words.begins_name(n))
    if end == first and words.is_small_name(first):
        end = first + 1
    if first < end < len(words.raw) and end - first < 2 and words.near(end) and not words.is_capitalised(first):
        further = words.is_small_name(end) and len(words.raw[end]) > 3 and not words.is_place(end)
        end += further or words.folded[end] in NAMESAKES
    if end > first:
        yield first, end


def run_after_weak_sign(words: Words, first: int) -> Iterator[tuple[int, int]]:
    """Words with capital letters, or known as names, that are no places."""

    def belongs(n: int) -> bool:
        stated = words.looks_like_name(n) and not words.is_place(n)
        return stated or (n > first and words.is_namesake(n)) or words.begins_name(n)

    end = run_of(words, first, belongs)
    if end > first:
        yield first, end


def after_word_for_person(words: Words, n: int) -> Iterator[tuple[int, int]]:
    """What follows a relative, a post, *saya* or *KTP*: `istriku Ngatini`, `kakak saya, Gito,`, `KTP NGATINI`."""
    word = words.folded[n]
    stem = next(
        (word[: -len(clitic)] for clitic in CLITICS if word.endswith(clitic) and word[: -len(clitic)] in RELATIONS),
        word,
    )
    is_person_word = stem in RELATIONS or stem in POSTS
    if not (is_person_word or word in HOLDERS or word in SIGNERS or word in ("saya", "sy")):
        return
    first = n + 1
    while (
        first < len(words.raw)
        and words.near(first)
        and (
            words.folded[first] in POSSESSIVE
            or (is_person_word and words.folded[first] in (RELATIONS | POSTS | TITLES))
        )
    ):
        first += 1
    behind_comma = is_person_word or word in SIGNERS or "hormat" in words.folded[max(0, n - 1) : n]
    before_name = "," if behind_comma else ""
    if first < len(words.raw) and words.near(first, before_name):
        is_own_relative = is_person_word and words.folded[first - 1] in ("saya", "kami", "sy")
        if (word in SIGNERS and ":" in words.gaps[first]) or is_own_relative:
            yield from run_after_sure_sign(words, first)
        if words.all_capitals and word == "milik":
            yield from run_after_sure_sign(words, first)
        else:
            yield from run_after_weak_sign(words, first)


def around_bin(words: Words, n: int) -> Iterator[tuple[int, int]]:
    """`Kasan bin Karto`: both sides, whatever their spelling."""
    if words.folded[n] in ("bin", "binti") and words.near(n) and n + 1 < len(words.raw) and words.near(n + 1):
        if words.folded[n - 1] not in COMMON:
            yield n - 1 - (n > 1 and words.near(n - 1) and words.looks_like_name(n - 2)), n + 2
        else:
            yield n + 1, n + 2


def signature_spans(words: Words) -> Iterator[tuple[int, int]]:
    start = max((n for n in range(len(words.raw)) if "\n" in words.gaps[n]), default=0)
    last = range(start, len(words.raw))
    joined = "".join(words.gaps[start + 1 :]) + words.tail
    if (
        start
        and len(last) <= MOST
        and not joined.strip(" .,-()")
        and all(words.looks_like_name(n) and words.is_small_name(n) and not words.is_place(n) for n in last)
    ):
        yield start, len(words.raw)


# -- what is known -------------------------------------------------------------------------------------------------

MASKS = 4
"""Version of the masks. Raise it when they find more: kept texts are masked anew, approved recaps stay as they are."""
GIST = 170
YEAR = timedelta(days=400)


class Masker(msgspec.Struct, frozen=True):
    """Takes people out of texts. `own` maps the id of a line to what its complainant told."""

    names: Names
    own: Mapping[int, OwnWords] = msgspec.field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()

    def text(self, text: str, line_id: int = 0) -> str:
        return number_masks.show_marks(self.marked(text, line_id))

    def page(self, text: str, line_id: int = 0) -> str:
        return "\n".join(number_masks.show_marks(line) for line in self.marked(text, line_id).split("\n"))

    def marked(self, text: str, line_id: int) -> str:
        if text == DESTROYED:
            return text
        own = self.own.get(line_id, OwnWords())
        clean = number_masks.plain_text(text)
        for contact in own.contacts:
            clean = number_masks.replace_any_case(clean, contact)
        clean = number_masks.mask_numbers(clean)
        return self.without_names(clean, own)

    def gist(self, text: str, line_id: int = 0, limit: int = GIST) -> str:
        """The beginning of a text without identity, cut at a word."""
        clean = self.text(text, line_id)
        if len(clean) <= limit:
            return clean
        return clean[:limit].rsplit(" ", 1)[0].rstrip(" ,.;:") + " …"

    def without_names(self, text: str, own: OwnWords) -> str:
        words = Words.of(text, self.places)
        marks = [self.mark(n, words, own) for n in range(len(words.raw))]
        for start, end in introduced_spans(words):
            for n in range(start, end):
                if not marks[n] and words.raw[n] not in MARKS:
                    marks[n] = NAME
        parts, done = [], 0
        for (start, end), mark in zip(words.spans, marks, strict=True):
            if mark:
                parts += [text[done:start], mark]
                done = end
        return "".join([*parts, text[done:]])

    def mark(self, n: int, words: Words, own: OwnWords) -> str:
        word = words.folded[n]
        raw = words.raw
        folded = words.folded
        names = self.names
        if word in MARKS:
            return ""
        before = ""
        if words.near(n):
            before = folded[n - 1]
        after = ""
        if words.near(n + 1):
            after = folded[n + 1]
        if (before, word) in names.pairs or (word, after) in names.pairs or is_known_name(word, names.sure):
            return NAME
        if word in names.maybe and before and raw[n].istitle() and not raw[n - 1].istitle():
            return NAME
        if self.hidden and (word_digest(word) in self.hidden):
            return NAME
        return PLACE if word in own.address else ""


CONCERNED = (
    "c.received_on <= ?1 AND c.entered_at <= ?2 AND (c.received_on >= ?3 OR c.closed_on IS NULL OR c.closed_on >= ?4)"
)
"""Lines whose people may be named in a quarter's texts: those of the last year, and whatever was still open."""


def masker_of_quarter(db: Database, quarter: Quarter, cut: str, hidden: Iterable[str] = ()) -> Masker:
    """The masker of a quarter: knows everybody whose name the office knew at `cut` and who may stand in its texts."""
    start = quarter.start
    asked = (quarter.end.isoformat(), cut, (start - YEAR).isoformat(), start.isoformat())
    people = list(
        db.run(
            "SELECT c.id, p.name, p.address, p.contact, p.about FROM complaint c JOIN complainant p"
            f" ON p.complaint_id = c.id WHERE {CONCERNED}",
            asked,
        )
    )
    texts = db.run(
        f"SELECT c.words FROM complaint c WHERE {CONCERNED} UNION ALL SELECT k.text FROM complaint_column k"
        f" JOIN complaint c ON c.id = k.complaint_id WHERE k.name = 'follow_up' AND k.at <= ?2 AND {CONCERNED}",
        asked,
    )
    places = known_places(db)
    told = [about for *_, about in people] + list(introduced_names((text for (text,) in texts), places))
    staff = first_column(db, "SELECT name FROM person WHERE added_at <= ?", (cut,))
    applicants = applicant_names(db, start, quarter.end, cut)
    names = Names.from_people([*(row[1] for row in people), *told, *applicants, *staff])
    own = {number: own_words_of(address, contact) for number, _, address, contact, _ in people if address or contact}
    return Masker(names, own, frozenset(hidden), places)


def introduced_names(texts: Iterable[str], places: frozenset[str] = frozenset()) -> Iterator[str]:
    for text in texts:
        words = Words.of(number_masks.plain_text(text), places)
        for first, end in introduced_spans(words):
            if words.is_capitalised(first):
                yield " ".join(words.raw[first:end])


@cache
def region_names() -> tuple[str, ...]:
    """Every kecamatan and village of the regency, from the list that is shipped."""
    kecamatan = seed_kecamatan()
    return (
        *(region.name for region in kecamatan),
        *(place.name for region in kecamatan for place in seed_villages(region.code)),
    )


def known_places(db: Database) -> frozenset[str]:
    return words_of_places((*office.village_names(db).values(), *region_names()))


@lru_cache(maxsize=4)
def words_of_places(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(plain_word(match[0]) for name in names for match in WORD.finditer(name))


PART = 500
"""Lines that one statement asks for."""


class CleanWords(NamedTuple):
    """Words and hope of a line without identity, line by line as they were written."""

    words: str
    hope: str


def clean_words(db: Database, ids: Iterable[int]) -> dict[int, CleanWords]:
    """Id → words without identity, of the lines that exist; what was not yet masked is masked and kept now."""
    wanted = list(dict.fromkeys(ids))
    held = read_kept(db, wanted)
    missing = [field for field in wanted if field not in held]
    if missing:
        return held | keep_clean_words(db, missing)
    return held


def read_kept(db: Database, ids: Sequence[int]) -> dict[int, CleanWords]:
    held: dict[int, CleanWords] = {}
    for part in id_portions(ids):
        rows = db.run(
            "SELECT complaint_id, words, hope FROM complaint_masked WHERE masks = ? AND complaint_id IN"
            f" ({', '.join('?' * len(part))})",
            (MASKS, *part),
        )
        held |= {number: CleanWords(words, hope) for number, words, hope in rows}
    return held


def clean_text(db: Database, complaint_id: int, text: str) -> str:
    [(_, _, _, masker)] = line_maskers(db, [complaint_id])
    return masker.page(text, complaint_id)


def line_maskers(db: Database, ids: Sequence[int]) -> list[tuple[int, str, str, Masker]]:
    """(id, words, hope, masker) of lines: each masker knows its complainant, the staff, and names of the region."""
    known = (*staff_names(db).values(), *frequent_names(newest_applicants(db)))
    places, made = known_places(db), []
    for part in id_portions(ids):
        rows = db.run(
            "SELECT c.id, c.words, c.hope, p.name, p.address, p.contact, p.about FROM complaint c"
            " LEFT JOIN complainant p ON p.complaint_id = c.id"
            f" WHERE c.id IN ({', '.join('?' * len(part))})",
            part,
        )
        for number, words, hope, name, address, contact, about in rows:
            own = own_words_of(address or "", contact or "")
            masker = Masker(Names.from_people([name or "", about or "", *known]), {number: own}, places=places)
            made.append((number, words, hope, masker))
    return made


def keep_clean_words(db: Database, ids: Sequence[int]) -> dict[int, CleanWords]:
    fresh = {
        number: CleanWords(masker.page(words, number), masker.page(hope, number))
        for number, words, hope, masker in line_maskers(db, ids)
    }
    with db.writing():
        for number, clean in fresh.items():
            db.run(
                "INSERT OR REPLACE INTO complaint_masked (complaint_id, masks, words, hope) VALUES (?, ?, ?, ?)",
                (number, MASKS, *clean),
            )
    return fresh


def id_portions(ids: Sequence[int]) -> Iterable[tuple[int, ...]]:
    return (tuple(ids[start : start + PART]) for start in range(0, len(ids), PART))
