"""The second step: a code of an authenticator app on the own telephone (docs/decisions/0103-authenticators.md).

The key of an app is not kept: it is derived from a random salt in the database and the secret file of the PINs beside
it, so a copied database holds no key. Spare codes are hashed like passwords, for they must count after a restore too.
"""

import hmac
import secrets
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from app.core.dates import long_moment
from app.core.permissions import Actor
from app.core.problems import Problem
from app.platform.people.access_log import log_access
from app.platform.people.credentials import UNPROVEN, check_outside_transaction, verify_password
from app.platform.people.events import AuthenticatorDemanded, record_change
from app.platform.people.hashing import (
    OFFICE_PC,
    Cost,
    hash_secret,
    make_pepper,
    pepper_mark,
    read_pepper,
    secret_matches,
)
from app.platform.people.one_time_codes import KEY_BYTES, STEP, find_step, is_phone_code, step_at
from app.platform.people.places import count_code_try
from app.platform.people.queries import profile_of
from app.platform.people.sessions import demanded_roles
from app.platform.people.tables import Authenticator, AuthenticatorOffer, SignInAttempt, SpareCode, TrustedBrowser
from app.room import office_command
from schema.database import Database, first_column, first_value, to_stored_value
from sync.journal import Journal

WINDOW = 3
"""Steps that a code may be off from where this telephone's clock was found last, either way."""
MOST_DRIFT = 20
"""Steps that the telephone's clock and the computer's may differ: ten minutes either way."""
NEXT_STEPS = 2
"""Within so many steps a second code proves a clock that differs."""
OFFER_LASTS = timedelta(minutes=30)
SPARE_CODES = 8
SPARE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
SPARE_LENGTH = 10
"""Letters of a spare code behind its number: 50 random bits."""
SPARE_TYPED = SPARE_LENGTH + 1
"""Letters and digits of a spare code as it is typed."""
SPARE_AFTER_RETURN = 2
"""Different codes of a sheet from before a restore that open together: whoever saw one typed has one."""
TOO_LATE = "Waktu memasang sudah lewat. Mulai lagi dengan kata sandi Anda."
NOT_INSTALLED = "Kode ponsel belum dipasang."


class Asked(NamedTuple):
    """Whose code is tried, when and where; `place` is the browser that passed before, empty at a sign-in."""

    actor: Actor
    now: datetime
    address: str = ""
    place: str = ""


def key_of(db: Database, person_id: int, salt: str) -> bytes:
    said = f"loket authenticator\0{person_id}\0{salt}".encode()
    return hmac.digest(read_pepper(db), said, "sha256")[:KEY_BYTES]


def is_installed(db: Database, person_id: int) -> bool:
    return db.one("SELECT 1 FROM authenticator WHERE person_id = ?", (person_id,)) is not None


def is_from_elsewhere(db: Database, known: Authenticator) -> bool:
    return bool(known.pepper != pepper_mark(read_pepper(db)))


# -- a code is tried ---------------------------------------------------------------------------------------------------


def check_code(db: Database, asked: Asked, typed: str) -> None:
    """Take a code of the app or a spare one (after a restore two of these); each opens once.

    Raises `too_many_tries`, `wrong_code`, `code_used`, `code_waits`, `clock_differs`, `code_elsewhere`, `spare_pair`.
    Call it outside of any transaction: a wrong try stays counted.
    """
    check_outside_transaction(db)
    code = "".join(filter(str.isalnum, typed)).upper()
    with db.writing():
        number = count_code_try(db, asked.actor.username, asked.place, asked.address, asked.now)
    if is_phone_code(code):
        refusal = take_phone_code(db, asked, code)
    else:
        refusal = take_spare_code(db, asked, code)
    if refusal is not None:
        if refusal.code == "code_used":
            action = "code.replayed"
        else:
            action = "code.refused"
        log_code(db, asked, action)
        raise refusal
    SignInAttempt.alter(db, {"id": number}, ok=1)


def log_code(db: Database, asked: Asked, action: str) -> None:
    log_access(db, at=asked.now, person_id=asked.actor.person_id, action=action, address=asked.address)


def take_phone_code(db: Database, asked: Asked, code: str) -> Problem | None:
    """Why the code does not count; None for one that is taken and never counts again."""
    with db.writing():
        db.hold("authenticator")
        known = Authenticator.first(db, person_id=asked.actor.person_id)
        if known is None:
            return Problem.of("wrong_code")
        if is_from_elsewhere(db, known):
            return Problem.of("code_elsewhere")
        here = step_at(asked.now)
        step = find_step(key_of(db, known.person_id, known.salt), code, drifting_steps(here))
        if step is None:
            return Problem.of("wrong_code")
        return judge_step(db, known, step, here)


def drifting_steps(here: int) -> range:
    return range(here - MOST_DRIFT, here + MOST_DRIFT + 1)


def judge_step(db: Database, known: Authenticator, step: int, here: int) -> Problem | None:
    """Keep what the right code of a step says of this telephone; why it does not count yet, or None."""
    restored = step_before_restore(db)
    if restored is not None and step <= restored:
        opens = datetime.fromtimestamp((restored + 1 - known.drift) * STEP, UTC)
        return Problem.of("code_waits", when=long_moment(opens))
    if step <= known.last_step:
        return Problem.of("code_used")
    near = abs(step - here - known.drift) <= WINDOW
    proven = 0 < step - known.wide_step <= NEXT_STEPS
    if not near and not proven:
        Authenticator.alter(db, {"person_id": known.person_id}, wide_step=step)
        return Problem.of("clock_differs")
    Authenticator.alter(db, {"person_id": known.person_id}, last_step=step, drift=step - here, wide_step=0)
    return None


def step_before_restore(db: Database) -> int | None:
    """The newest step that a code of before the last restore can have had; None where nothing was ever restored.

    A restored database knows nothing of the codes that were used after its backup: none of them counts again.
    """
    at = first_value(db, "SELECT at FROM side_return ORDER BY epoch DESC LIMIT 1")
    if not at:
        return None
    return step_at(datetime.fromisoformat(at)) + MOST_DRIFT


def take_spare_code(db: Database, asked: Asked, code: str) -> Problem | None:
    typed = split_spare_codes(code)
    if is_sheet_before_return(db, asked.actor.person_id) and len(typed) < SPARE_AFTER_RETURN:
        return Problem.of("spare_pair")  # said of a wrong one too, so that it tells nobody which code is right
    known = [found for one in typed if (found := find_spare_code(db, asked.actor.person_id, one))]
    if len({one.number for one in known}) < len(typed):
        return Problem.of("wrong_code")
    try:
        use_spare_codes(db, known, asked.now)
    except Problem as used:
        return used
    log_code(db, asked, "code.spare_used")
    return None


def split_spare_codes(code: str) -> list[str]:
    """The one spare code that was typed, or the two."""
    if len(code) == SPARE_AFTER_RETURN * SPARE_TYPED:
        return [code[:SPARE_TYPED], code[SPARE_TYPED:]]
    return [code]


def is_sheet_before_return(db: Database, person_id: int) -> bool:
    """Whether the spare codes are older than the last restore: the database may not know which of them were used."""
    sql = "SELECT max(after_return) FROM spare_code WHERE person_id = ?"
    made_after = first_value(db, sql, (person_id,))
    return made_after is not None and made_after < last_return(db)


def last_return(db: Database) -> int:
    """The epoch that the last restore opened; 0 where there was none."""
    return int(first_value(db, "SELECT max(epoch) FROM side_return") or 0)


def find_spare_code(db: Database, person_id: int, typed: str) -> SpareCode | None:
    number = 0
    if typed[:1].isascii() and typed[:1].isdigit():
        number = int(typed[0])
    known = SpareCode.first(db, person_id=person_id, number=number)
    stored = None
    if known:
        stored = known.code
    matches = secret_matches(typed[1 : SPARE_TYPED + 1], stored)
    return known if matches else None


def use_spare_codes(db: Database, known: list[SpareCode], now: datetime) -> None:
    """All of them or none; of two who type one at once only one is let in. Raises `code_used`."""
    sql = "UPDATE spare_code SET used_at = ? WHERE person_id = ? AND number = ? AND code = ? AND used_at IS NULL"
    with db.writing():
        for one in known:
            values = (to_stored_value(now), one.person_id, one.number, one.code)
            if not list(db.run(f"{sql} RETURNING number", values)):
                raise Problem.of("code_used")


# -- one's own app -----------------------------------------------------------------------------------------------------


def prove_owner(db: Database, asked: Asked, password: str, code: str) -> None:
    """Raise unless the password is right and, where an app counts already, a code too: an open screen is not enough."""
    name = asked.actor.username
    now = asked.now
    address = asked.address
    if not verify_password(db, name, password, now=now, address=address, browser=asked.place):
        raise Problem.of("invalid", {"password": UNPROVEN})
    if is_installed(db, asked.actor.person_id):
        if not code.strip():
            raise Problem.of("invalid", {"app_code": "Isi kode dari ponsel, atau satu kode cadangan."})
        check_code(db, asked, code)


def is_code_asked(db: Database, actor: Actor) -> bool:
    """Whether a deed that binds, done without a session, asks a code of this person beside the PIN.

    Raises `conflict` where the office demands an app that he has not installed yet.
    """
    if is_installed(db, actor.person_id):
        return True
    if demanded_roles(db) & actor.roles:
        raise Problem.of("conflict", why="Kantor mewajibkan kode ponsel bagi peran ini. Pasang dulu di halaman Saya.")
    return False


def offer_app(db: Database, actor: Actor, now: datetime) -> None:
    """Make the salt of a key that the owner takes over into his app; nothing counts before its first code."""
    make_pepper(db)
    values = {"salt": secrets.token_hex(16), "offered_at": to_stored_value(now)}
    AuthenticatorOffer.put(db, person_id=actor.person_id, **values)


def offered_key(db: Database, person_id: int, now: datetime) -> bytes | None:
    """The key to take over, for half an hour; None where nothing was begun."""
    offer = AuthenticatorOffer.first(db, person_id=person_id)
    if offer is None or not timedelta() <= now - datetime.fromisoformat(offer.offered_at) <= OFFER_LASTS:
        return None
    return key_of(db, person_id, offer.salt)


def install_app(journal: Journal, asked: Asked, typed: str, *, cost: Cost = OFFICE_PC) -> list[str]:
    """The first code of an offered app: from now on it counts. Returns the spare codes, which are shown once.

    Raises `conflict` where nothing was offered, `too_many_tries`, `wrong_code`.
    """
    db = journal.db
    person_id = asked.actor.person_id
    key = offered_key(db, person_id, asked.now)
    if key is None:
        raise Problem.of("conflict", why=TOO_LATE)
    with db.writing():
        number = count_code_try(db, asked.actor.username, asked.place, asked.address, asked.now)
    here = step_at(asked.now)
    step = find_step(key, "".join(typed.split()), drifting_steps(here))
    if step is None:
        raise Problem.of("invalid", {"app_code": "Kode tidak cocok. Ketik kode yang sedang tampil di aplikasi."})
    codes = draw_spare_codes()
    hashed = [hash_secret(spare_secret(code), cost) for code in codes]
    with journal.transaction():
        SignInAttempt.alter(db, {"id": number}, ok=1)
        keep_app(db, person_id, step, here, asked.now)
        keep_spare_codes(db, person_id, hashed)
        forget_browsers(db, person_id)
        record_change(journal, "authenticator", person_id, proposed_by=asked.actor.username, now=asked.now)
        log_code(db, asked, "code.installed")
    return codes


def keep_app(db: Database, person_id: int, step: int, here: int, now: datetime) -> None:
    offer = AuthenticatorOffer.first(db, person_id=person_id)
    if offer is None:
        raise Problem.of("conflict", why=TOO_LATE)
    seen = {"drift": step - here, "last_step": step, "wide_step": 0, "installed_at": to_stored_value(now)}
    Authenticator.put(db, person_id=person_id, salt=offer.salt, pepper=pepper_mark(read_pepper(db)), **seen)
    AuthenticatorOffer.remove(db, person_id=person_id)


def draw_spare_codes() -> list[str]:
    """`3-K7QPM-2XWDA`: the number of the code and ten random letters."""
    half = SPARE_LENGTH // 2
    drawn = ["".join(secrets.choice(SPARE_LETTERS) for _ in range(SPARE_LENGTH)) for _ in range(SPARE_CODES)]
    return [f"{number}-{code[:half]}-{code[half:]}" for number, code in enumerate(drawn, start=1)]


def spare_secret(code: str) -> str:
    return code.replace("-", "")[1:]


def keep_spare_codes(db: Database, person_id: int, hashed: list[str]) -> None:
    SpareCode.remove(db, person_id=person_id)
    all_have = {"person_id": person_id, "after_return": last_return(db)}
    SpareCode.add_all(db, [all_have | {"number": number, "code": code} for number, code in enumerate(hashed, start=1)])


def make_spare_codes(journal: Journal, asked: Asked, *, cost: Cost = OFFICE_PC) -> list[str]:
    """New spare codes in the place of all former ones, for an owner who has proved who he is."""
    db = journal.db
    person_id = asked.actor.person_id
    check_installed(db, person_id)
    codes = draw_spare_codes()
    hashed = [hash_secret(spare_secret(code), cost) for code in codes]
    with journal.transaction():
        keep_spare_codes(db, person_id, hashed)
        record_change(journal, "spare_codes", person_id, proposed_by=asked.actor.username, now=asked.now)
        log_code(db, asked, "code.spare_made")
    return codes


def count_spare_codes(db: Database, person_id: int) -> int:
    sql = "SELECT count(*) FROM spare_code WHERE person_id = ? AND used_at IS NULL"
    return int(first_value(db, sql, (person_id,)))


def take_own_app_off(journal: Journal, asked: Asked) -> None:
    """The second step ends for an owner who has proved who he is. Raises `conflict` where the office demands it."""
    db = journal.db
    person_id = asked.actor.person_id
    check_installed(db, person_id)
    if demanded_roles(db) & asked.actor.roles:
        raise Problem.of("conflict", why="Kantor mewajibkannya untuk peran Anda. Ponsel baru dipasang di halaman ini.")
    with journal.transaction():
        forget_app(db, person_id)
        record_change(journal, "authenticator_off", person_id, proposed_by=asked.actor.username, now=asked.now)
        log_code(db, asked, "code.taken_off")


def check_installed(db: Database, person_id: int) -> None:
    if not is_installed(db, person_id):
        raise Problem.of("conflict", why=NOT_INSTALLED)


def forget_app(db: Database, person_id: int) -> None:
    """The app, its spare codes and the browsers that it opened count no more; call it in a transaction."""
    for table in (Authenticator, AuthenticatorOffer, SpareCode):
        table.remove(db, person_id=person_id)
    forget_browsers(db, person_id)


def forget_browsers(db: Database, person_id: int) -> None:
    TrustedBrowser.remove(db, person_id=person_id)


# -- who must have one -------------------------------------------------------------------------------------------------


def roles_to_demand(db: Database, side: str) -> tuple[str, ...]:
    """Roles of a side of which the office may demand it: those who administrate, lead or oversee."""
    profile = profile_of(db)
    weighty = profile.marked("administers") | {profile.chief, profile.overseer}
    return profile.in_order(weighty & set(profile.side_roles(side)))


@office_command("people.manage")
def demand_app(journal: Journal, actor: Actor, *, roles: tuple[str, ...], now: datetime) -> None:
    """From now on the holders of these roles are asked to install an app at their next page; none: nobody must.

    Raises `conflict` for somebody without an app of his own: so nobody closes the office by trying it.
    """
    if roles and not is_installed(journal.db, actor.person_id):
        raise Problem.of("conflict", why="Pasang dulu kode ponsel Anda sendiri di halaman Saya, lalu wajibkan.")
    body = AuthenticatorDemanded(sorted(roles))
    journal.record(body, subject="authenticator", actor=actor.username, at=now)


def people_with_app(db: Database) -> frozenset[int]:
    return frozenset(first_column(db, "SELECT person_id FROM authenticator"))
