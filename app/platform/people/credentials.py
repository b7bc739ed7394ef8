"""Passwords and PINs that are guessed first: common words, keyboard rows, repetitions, dates, a person's own data.

A password is cut into its cheapest pieces and each piece counts the bits that a guesser needs for it: a common word
few, a letter without sense more. Capitals and signs that look like letters (`p4ssw0rd`) change nothing. The list is
read at the first question, not at the start.
"""

import csv
import hashlib
import secrets
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path

from app.core.dates import long_moment
from app.core.permissions import Actor
from app.core.problems import Problem
from app.platform.people.access_log import log_access
from app.platform.people.events import record_change
from app.platform.people.hashing import (
    OFFICE_PC,
    Cost,
    hash_secret,
    is_from_here,
    make_pepper,
    pepper_of,
    read_pepper,
    secret_matches,
)
from app.platform.people.places import (
    count_pin_try,
    count_try,
    forget_pin,
    is_pin_open,
    note_right_password,
    note_right_pin,
    place_of,
)
from app.platform.people.queries import OWN_ACTS
from app.platform.people.tables import Credential, TrustedBrowser
from schema import seed_data
from schema.database import Database, to_stored_value
from sync.journal import Journal

COMMON_WORDS_FILE = Path(__file__).with_name("common_words.txt")
ENOUGH_BITS = 32
"""Bits from which a password counts as good: three common words, or a few letters that nobody would guess."""
WORD = 11
ROW = 8
RUN = 5
OWN = 3
DIGIT = 2
LETTER = 4.7
SIGN = 2
LOOKED_AT = 60
"""Letters that are looked at; whoever types more has enough of them."""
SHORTEST_NAME = 4
LOOK_ALIKE_SIGNS = tuple(
    str.maketrans("013457869@$!+", f"o{letter}eastbbga{more}t") for letter, more in (("i", "si"), ("l", "sl"))
)
ROWS = (
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "azertyuiop",
    "1234567890",
    "0123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1q2w3e4r5t6y7u8i9o0p",
    "zaq1xsw2cde3vfr4bgt5",
    "q1w2e3r4t5y6u7i8o9p0",
    "a1b2c3d4e5f6g7h8i9j0",
    "1a2b3c4d5e6f7g8h9i0j",
    "qweasdzxc",
    "123qweasdzxc",
    "!@#$%^&*()_+",
    "147258369",
    "159357",
    "13579",
    "24680",
)


def is_guessable(password: str, known: Iterable[str] = ()) -> bool:
    text = "".join(unicodedata.normalize("NFKC", password).casefold()[:LOOKED_AT].split())
    return text.isdigit() or strength_bits(text, own_words(known)) < ENOUGH_BITS


def strength_bits(text: str, own: frozenset[str] = frozenset()) -> float:
    """Bits of a text without blanks and capitals; a repeated block counts once."""
    block = next((n for n in range(1, len(text) // 2 + 1) if is_repeated(text.rstrip("0123456789"), n)), 0)
    if block and len(text) > 2 * block:
        tail = len(text) - len(text.rstrip("0123456789"))
        return strength_bits(text[:block], own) + RUN + DIGIT * tail
    best = [0.0]
    for end in range(1, len(text) + 1):
        best.append(min(best[begin] + piece_bits(text[begin:end], own) for begin in range(max(0, end - 36), end)))
    return best[-1]


def is_repeated(text: str, block: int) -> bool:
    """Whether a text is its first letters over and over, the last time perhaps cut short."""
    return len(text) >= 2 * block and all(text[place] == text[place - block] for place in range(block, len(text)))


def piece_bits(piece: str, own: frozenset[str]) -> float:
    if len(piece) == 1:
        if piece.isdigit():
            return DIGIT
        return LETTER if piece.isalpha() else SIGN
    if len(piece) > 2 and len(set(piece)) == 1:
        return RUN
    if len(piece) > 2 and any(piece in row or piece[::-1] in row for row in ROWS):
        return ROW
    spelled = {piece}
    if not piece.isdigit():
        spelled |= {piece.translate(table) for table in LOOK_ALIKE_SIGNS}
    if not own.isdisjoint(spelled):
        return OWN
    if common_words().isdisjoint(spelled):
        return 1000
    return WORD


def own_words(known: Iterable[str]) -> frozenset[str]:
    parts = [part for text in known for part in (text.casefold(), *text.casefold().split())]
    plain = ("".join(filter(str.isalnum, part)) for part in parts)
    return frozenset(part for part in plain if len(part) >= SHORTEST_NAME)


@cache
def common_words() -> frozenset[str]:
    lines = COMMON_WORDS_FILE.read_text(encoding="ascii").splitlines()
    words = {word for line in lines if not line.startswith("#") for word in line.split()}
    for name in ("kabupaten.csv", "kecamatan.csv", "desa.csv"):
        with (seed_data.REGION_FOLDER / name).open(encoding="utf-8", newline="") as file:
            words |= {"".join(row[1].casefold().split()) for row in csv.reader(file)}
    return frozenset(words)


def is_guessable_pin(pin: str, known: Iterable[str] = ()) -> bool:
    """Whether six digits are tried first: rows, repetitions, dates, digits of the owner's numbers."""
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    pairs = pin[0] == pin[1] and pin[2] == pin[3] and pin[4] == pin[5]
    repeated = pin[:3] == pin[3:] or pin[:2] == pin[2:4] == pin[4:] or pin == pin[::-1]
    monotonous = len(steps) == 1 or len(set(pin)) < 3
    if monotonous or pairs or repeated or is_date(pin) or pin in common_words():
        return True
    return any(pin in "".join(filter(str.isdigit, text)) for text in known)


def is_date(pin: str) -> bool:
    """Whether six digits may be a day (ddmmyy, yymmdd) or a month with its year (mmyyyy, yyyymm)."""
    first = int(pin[:2])
    second = int(pin[2:4])
    last = int(pin[4:])
    day = 1 <= second <= 12 and (1 <= first <= 31 or 1 <= last <= 31)
    month = (1 <= first <= 12 and 1930 <= int(pin[2:]) <= 2039) or (1 <= last <= 12 and 1930 <= int(pin[:4]) <= 2039)
    return day or month


PIN_WAITS = timedelta(days=1)
"""A PIN that was made with the password alone decides nothing for so long, unless somebody vouches for it."""
SHORTEST = 10
LONGEST = 128
LONGEST_BEFORE = 200
"""Letters that a password could have until 2026; whoever has such a one still signs in with it."""
PASSWORD_RULES = (
    f"Paling sedikit {SHORTEST} huruf: tiga kata atau lebih yang tidak berhubungan. Jangan nama, nama pengguna, "
    "tanggal, nama kantor, atau deret papan ketik."
)
"""What a password must be, beside the field in which somebody types a new one."""
UNPROVEN = "Kata sandi tidak cocok."
TEMPORARY = timedelta(days=3)
"""How long a password that somebody else gave opens anything."""
GUESSED = (
    "Kata sandi ini terlalu mudah ditebak. Pakai tiga kata atau lebih yang tidak berhubungan; jangan nama, tanggal, "
    "nama kantor, atau urutan papan ketik."
)
GUESSED_PIN = (
    "PIN ini terlalu mudah ditebak. Pilih enam angka acak; jangan tanggal, angka berurutan atau berulang, "
    "atau angka NIP."
)


def check_password(password: str, username: str = "", field: str = "password", known: Iterable[str] = ()) -> None:
    """Raise Problem `invalid` for a password of the wrong length or one that is guessed
    (`app.platform.people.credentials`).

    `known`: name and numbers of its owner.
    """
    sentence = ""
    if len(password) < SHORTEST:
        sentence = f"Kata sandi paling sedikit {SHORTEST} huruf. Boleh kalimat pendek."
    elif len(password) > LONGEST:
        sentence = f"Kata sandi paling banyak {LONGEST} huruf. Pendekkan."
    elif (username and username.lower() in password.lower()) or is_guessable(password, (username, *known)):
        sentence = GUESSED
    if sentence:
        raise Problem.of("invalid", {field: sentence})


SYLLABLES = tuple(first + last for first in "bdgjklmnprstw" for last in "aeiou")


def make_password() -> str:
    """A first password that the program makes: three words that nobody knows and everybody can say, 36 bits."""
    while True:
        words = ["".join(secrets.choice(SYLLABLES) for _ in range(2)) for _ in range(3)]
        if common_words().isdisjoint(words):
            return "-".join(words)


def check_pin(pin: str, field: str = "pin", known: Iterable[str] = ()) -> None:
    """Raise Problem `invalid` unless the PIN is six digits that nobody guesses first; `known`: its owner's numbers."""
    if not (len(pin) == 6 and pin.isascii() and pin.isdigit()):
        raise Problem.of("invalid", {field: "PIN harus 6 angka."})
    if is_guessable_pin(pin, known):
        raise Problem.of("invalid", {field: GUESSED_PIN})


def owner_words(db: Database, person_id: int) -> tuple[str, ...]:
    row = db.one("SELECT name, nip FROM person WHERE id = ?", (person_id,))
    return tuple(row) if row else ()


def put_password(db: Database, person_id: int, hashed: str, *, must_change: bool, now: datetime) -> None:
    """Store a password's hash; the PIN stays as it is, a remembered browser is asked for a code again."""
    since = to_stored_value(now)
    TrustedBrowser.remove(db, person_id=person_id)
    Credential.put(db, person_id=person_id, password=hashed, password_at=since, must_change=int(must_change))


def set_password(
    journal: Journal,
    actor: Actor,
    *,
    old: str | None,
    new: str,
    now: datetime,
    address: str = "",
    browser: str = "",
    cost: Cost = OFFICE_PC,
) -> None:
    """Give oneself another password; `old` is None for somebody who signed in with it a moment ago.

    Raises `invalid` with a sentence per field, `too_many_tries`.
    """
    if old is not None and not verify_password(
        journal.db, actor.username, old, now=now, address=address, browser=browser
    ):
        raise Problem.of("invalid", {"old": "Kata sandi sekarang tidak cocok."})
    check_password(new, actor.username, "new", owner_words(journal.db, actor.person_id))
    known = Credential.first(journal.db, person_id=actor.person_id)
    if known and secret_matches(new, known.password):
        raise Problem.of("invalid", {"new": "Kata sandi baru sama dengan yang lama."})
    hashed = hash_secret(new, cost)
    with journal.transaction():
        put_password(journal.db, actor.person_id, hashed, must_change=False, now=now)
        record_change(journal, "own_password", actor.person_id, proposed_by=actor.username, now=now)
        log_access(journal.db, at=now, person_id=actor.person_id, action="password.changed", address=address)


def set_pin(
    journal: Journal,
    actor: Actor,
    *,
    password: str,
    pin: str,
    now: datetime,
    old_pin: str = "",
    address: str = "",
    browser: str = "",
    cost: Cost = OFFICE_PC,
) -> datetime:
    """Give oneself a PIN (also a blocked one) with the password; returns from when it decides.

    With the old PIN the new one counts as that one did, else after a day: :data:`PIN_WAITS`. One that replaces a PIN
    which a restore elsewhere ended counts as that one did when the password is older than it.
    Raises `invalid`, `wrong_pin`, `pin_locked`, `too_many_tries`.
    """
    db = journal.db
    check_pin(pin, known=owner_words(db, actor.person_id))
    if not verify_password(db, actor.username, password, now=now, address=address, browser=browser):
        raise Problem.of("invalid", {"password": UNPROVEN})
    counts_from = now + PIN_WAITS
    if old_pin:
        counts_from = min(counts_from, match_pin(db, actor, old_pin, now=now, address=address, browser=browser))
    return record_pin(journal, actor, pin, counts_from, now=now, address=address, cost=cost)


def record_pin(
    journal: Journal,
    actor: Actor,
    pin: str,
    counts_from: datetime,
    *,
    now: datetime,
    address: str = "",
    cost: Cost = OFFICE_PC,
) -> datetime:
    """Keep a PIN whose owner has proved who he is; returns from when it decides.

    As long as no PIN of the office has ever decided, the PIN of somebody who may have set it up decides at once, for
    nobody could vouch for it; every desk shows it (docs/decisions/0019-who-may-do-what.md).
    """
    db = journal.db
    hashed = hash_secret(pin, cost, pepper=make_pepper(db))
    with journal.transaction():
        founding = makes_first_pin(db, actor, now)
        if founding:
            counts_from = now
        counts_from = min(counts_from, ended_elsewhere(db, actor.person_id) or counts_from)
        put_pin(db, actor.person_id, hashed, counts_from=counts_from, now=now)
        detail = ""
        if counts_from > now:
            detail = f"berlaku mulai {long_moment(counts_from)}"
        record_change(
            journal, "pin", actor.person_id, proposed_by=actor.username, detail=detail, alone=founding, now=now
        )
        log_access(db, at=now, person_id=actor.person_id, action="pin.changed", address=address)
    return counts_from


def put_pin(db: Database, person_id: int, hashed: str, *, counts_from: datetime, now: datetime) -> None:
    since = to_stored_value(counts_from)
    at = to_stored_value(now)
    Credential.alter(db, {"person_id": person_id}, pin=hashed, pin_at=at, pin_from=since, pin_misses=0)
    forget_pin(db, person_id)


def take_pin(db: Database, person_id: int) -> None:
    """Somebody got a password from others: the PIN goes."""
    Credential.alter(db, {"person_id": person_id}, pin=None, pin_at=None, pin_from=None, pin_misses=0)
    forget_pin(db, person_id)


def makes_first_pin(db: Database, actor: Actor, now: datetime) -> bool:
    """Whether this person's new PIN would be the first one of the office that decides."""
    return bool(actor.profile.marked("sets_up") & actor.roles) and not has_any_pin_decided(db, now)


ALONE_ACTS = (*OWN_ACTS, "reset")
"""Acts that need no PIN of anybody."""


def has_any_pin_decided(db: Database, now: datetime) -> bool:
    """Whether any PIN of this side has ever decided something or could have, also one that is gone since.

    Somebody made a change with a PIN or vouched with one; a PIN had nothing to wait for; or one is a day old. Most of
    it stands in the journal, so a restored office and one where every PIN was reset know it too.
    """
    marks = ", ".join("?" * len(ALONE_ACTS))
    sql = (
        f"SELECT 1 FROM authority_change WHERE act NOT IN ({marks}) OR (act = 'pin' AND (detail = '' OR at <= ?))"
        " UNION ALL SELECT 1 FROM credential WHERE pin IS NOT NULL AND pin_from <= ? LIMIT 1"
    )
    return db.one(sql, (*ALONE_ACTS, to_stored_value(now - PIN_WAITS), to_stored_value(now))) is not None


def confirm_pin(db: Database, actor: Actor, pin: str, *, now: datetime, address: str = "", browser: str = "") -> None:
    """Confirm a decision before its command runs. Raises `pin_waits` and what :func:`match_pin` raises."""
    counts_from = match_pin(db, actor, pin, now=now, address=address, browser=browser)
    if counts_from > now:
        log_access(db, at=now, person_id=actor.person_id, action="pin.too_new", address=address)
        raise Problem.of("pin_waits", when=long_moment(counts_from))


def match_pin(db: Database, actor: Actor, pin: str, *, now: datetime, address: str = "", browser: str = "") -> datetime:
    """From when the right PIN decides; a wrong one is counted. It opens the own screen also while it decides nothing.

    Raises `pin_missing`, `pin_elsewhere`, `wrong_pin`, `pin_needs_password` or `pin_locked`. A PIN that was made with
    another folder's pepper is nobody's miss: its owner makes a new one with the password. One from before there was a
    pepper gets it at the first right entry. Call this outside of any transaction: the count of wrong tries must stand
    when the command is given up.
    """
    check_outside_transaction(db)
    with db.writing():
        known = Credential.first(db, person_id=actor.person_id)
        if known is None or known.pin is None:
            raise Problem.of("pin_missing")
        if not is_from_here(db, known.pin):
            raise Problem.of("pin_elsewhere")
        refusal = count_pin_try(db, known, browser)
    if secret_matches(pin.strip(), known.pin, pepper=read_pepper(db)):
        with db.writing():
            note_right_pin(db, known, browser)
        if not pepper_of(known.pin):
            _add_pepper(db, actor.person_id, pin.strip(), known.pin)
        return datetime.fromisoformat(known.pin_from)
    log_access(db, at=now, person_id=actor.person_id, action="pin.refused", address=address)
    raise refusal


def pin_decides(db: Database, person_id: int, now: datetime) -> bool:
    counts_from = pin_counts_from(db, person_id)
    return counts_from is not None and counts_from <= now and has_pin(db, person_id)


def pin_counts_from(db: Database, person_id: int) -> datetime | None:
    row = db.one("SELECT pin_from FROM credential WHERE person_id = ? AND pin IS NOT NULL", (person_id,))
    if not row:
        return None
    return datetime.fromisoformat(row[0])


def pins_waiting(db: Database, now: datetime) -> list[tuple[int, datetime]]:
    rows = db.run(
        "SELECT person_id, pin_from FROM credential WHERE pin IS NOT NULL AND pin_from > ?", (to_stored_value(now),)
    )
    return [(person_id, datetime.fromisoformat(at)) for person_id, at in rows]


def has_pin(db: Database, person_id: int) -> bool:
    """Whether a PIN of this person can be right somewhere."""
    row = db.one("SELECT pin, pin_misses FROM credential WHERE person_id = ?", (person_id,))
    return row is not None and pin_counts(db, row[0]) and is_pin_open(db, person_id, row[1])


def pin_counts(db: Database, stored: str | None) -> bool:
    return stored is not None and is_from_here(db, stored)


def is_pin_elsewhere(db: Database, person_id: int) -> bool:
    row = db.one("SELECT pin FROM credential WHERE person_id = ? AND pin IS NOT NULL", (person_id,))
    return row is not None and not is_from_here(db, row[0])


def ended_elsewhere(db: Database, person_id: int) -> datetime | None:
    """From when the PIN decided that another folder's pepper ended, where the password is older than it; else None.

    So an office that was restored on another PC works at once: whoever knows the password had the PIN too.
    """
    row = db.one("SELECT pin_from FROM credential WHERE person_id = ? AND password_at <= pin_at", (person_id,))
    if row and is_pin_elsewhere(db, person_id):
        return datetime.fromisoformat(row[0])
    return None


def verify_password(
    db: Database, username: str, password: str, *, now: datetime, address: str = "", browser: str = ""
) -> bool:
    """Whether the password is right; the try is counted either way. Raises `too_many_tries`, `password_over`.

    Only who has the right password is told that it was a temporary one and is over. `browser`: the digest of its token,
    by which tries are counted (`places.py`).
    """
    check_outside_transaction(db)
    name = username.strip().lower()
    row = db.one(
        "SELECT c.password, c.must_change, c.password_at, p.id FROM credential c JOIN person p ON p.id = c.person_id"
        " WHERE p.username = ? AND p.active = 1",
        (name,),
    )
    person_id = None
    stored = None
    if row:
        stored = row[0]
        person_id = row[3]
    with db.writing():
        place = place_of(db, person_id, browser, address, now)
        number = count_try(db, hashlib.sha256(name.encode()).hexdigest(), place, address, now)
    if not secret_matches(password[: LONGEST_BEFORE + 1], stored) or row is None:
        return False
    with db.writing():
        note_right_password(db, number, row[3], browser, address, now)
    if row[1] and now - datetime.fromisoformat(row[2]) > TEMPORARY:
        raise Problem.of("password_over")
    return True


def _add_pepper(db: Database, person_id: int, pin: str, before: str) -> None:
    """Hash a PIN from before there was a pepper again, with it. A full disk only puts that off."""
    with suppress(OSError):
        if pepper := make_pepper(db):
            Credential.alter(db, {"person_id": person_id, "pin": before}, pin=hash_secret(pin, pepper=pepper))


def check_outside_transaction(db: Database) -> None:
    """Guard against a programmer's mistake that would let tries go uncounted."""
    if db.in_transaction():
        raise RuntimeError("secrets are checked before a transaction, so that wrong tries stay counted")


def acknowledge_changes(db: Database, person_id: int, up_to: int) -> None:
    Credential.update(told_to=up_to).where(Credential.person_id == person_id, Credential.told_to < up_to).execute(db)
