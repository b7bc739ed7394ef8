"""Reading recaps: the list, late lines, addenda, postings, what hangs today."""

from collections.abc import Iterator
from datetime import date

from app.core.quarters import Quarter
from app.core.workdays import WEEKDAYS
from app.quality.quarter.figures import Figures
from app.quality.quarter.membership import lines_written_late
from app.quality.quarter.service import FROZEN
from app.quality.quarter.tables import Posting, Recap, RecapAddendum
from app.services.complaints.masks import Words, known_places, plain_word
from app.services.complaints.number_masks import SHOWN
from app.services.complaints.word_lists import NAMESAKES
from schema.database import Database


def late_lines_of_recap(db: Database, recap: Recap) -> dict[str, str]:
    """Lines that were received in the quarter of an approved recap and written down too late for it: number → the
    recap that counts it, in words."""
    late = {}
    for number, home in lines_written_late(db, recap.quarter):
        if home:
            late[number] = f"dihitung rekap {Quarter.parse(home).label}"
        else:
            late[number] = "masuk rekap berikutnya"
    return late


def all_recaps(db: Database) -> list[Recap]:
    return Recap.rows(db, order="quarter DESC")


def missing_quarters(db: Database, today: date) -> list[Quarter]:
    first = db.one("SELECT min(received_on) FROM complaint")
    if first is None or first[0] is None:
        return []
    done = {recap.quarter for recap in all_recaps(db) if recap.state in FROZEN}
    found = []
    quarter = Quarter.of(today).before
    while quarter.end.isoformat() >= first[0]:
        if str(quarter) not in done:
            found.append(quarter)
        quarter = quarter.before
    return found


def addenda_of(db: Database, quarter: Quarter) -> list[RecapAddendum]:
    return RecapAddendum.rows(db, RecapAddendum.quarter == str(quarter), order="id")


def postings_of(db: Database, quarter: Quarter) -> list[Posting]:
    return Posting.rows(db, Posting.quarter == str(quarter), order="id")


def recap_on_board(db: Database, today: date) -> Recap | None:
    day = today.isoformat()
    row = db.one(
        "SELECT quarter FROM posting WHERE posted_on <= ? AND until_on >= ? ORDER BY quarter DESC LIMIT 1",
        (day, day),
    )
    if not row:
        return None
    return Recap.first(db, Recap.quarter == row[0])


DOUBLE_QUOTES = frozenset('"“”«»')
QUOTES = frozenset("\"'“”‘’«»")
_SHOWN = frozenset(sign.strip("[]") for sign in SHOWN.values())


def doubtful_words(db: Database, figures: Figures) -> list[str]:
    """The words of a recap's public texts that a person should look at, in the order of the alphabet, each once."""
    places = known_places(db)
    seen: dict[str, str] = {}
    for text in public_texts(figures):
        words = Words.of(text, places)
        for n, word in enumerate(words.raw):
            if is_doubtful(words, n):
                seen.setdefault(words.folded[n], word)
    return [word for _, word in sorted(seen.items())]


def public_texts(figures: Figures) -> Iterator[str]:
    for line in (*figures.lines, *figures.carried.lines):
        yield from (line.gist, line.follow_up)
    for capa in figures.capas:
        yield from (capa.problem, capa.cause, capa.action)
    for pledge in figures.pledges:
        yield from (pledge.what, pledge.why)


def is_doubtful(words: Words, n: int) -> bool:
    """A capital letter or a quotation mark at a word that is neither a place nor an everyday word. Everyday words that
    are names as well (`Hari`, `Slamet`) are doubtful with their capital letter; where all is written in capitals every
    unknown word is."""
    if words.is_place(n) or (words.folded[n] in _SHOWN and "[" in words.gaps[n]):
        return False
    if words.folded[n] in NAMESAKES and words.raw[n].istitle():
        return words.folded[n] != "hari" or words.folded[n + 1 : n + 2] not in OF_A_DAY
    great = words.raw[n][:1].isupper()
    return (great or is_quoted(words, n)) and words.is_free(n)


OF_A_DAY = [[word] for word in ("ini", "itu", "kerja", "libur", "raya", *map(plain_word, WEEKDAYS))]
"""Words behind `Hari` with which it is a day, not a person."""


def is_quoted(words: Words, n: int) -> bool:
    """Whether a word stands behind a quotation mark, or in a quotation that is still open."""
    if QUOTES & set(words.gaps[n]):
        return True
    return sum(sign in DOUBLE_QUOTES for gap in words.gaps[:n] for sign in gap) % 2 == 1
