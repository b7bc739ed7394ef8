"""A training office out of nothing: one invented officer for each role, the standards of its kind in force."""

from datetime import datetime

from app.core.clock import office_date
from app.platform.office import standards
from app.platform.office.service import NewPerson, found_office, own_villages
from app.platform.people import credentials
from app.platform.people.credentials import put_pin
from app.platform.people.hashing import Cost, hash_secret, make_pepper
from app.platform.people.queries import actor_of
from app.platform.practice.invented import LAST, MEN, WOMEN
from app.platform.practice.service import PIN
from schema.profiles import Profile, load_profile
from sync.journal import Journal

PASSWORD = "padi menguning"
QUICK = Cost(9, 8, 1)
"""Its passwords are printed on the screen, so their hashes need not be dear to make."""
PLACES = {"kecamatan": "350807", "poltekkes": "990001", "biro": "990002"}
"""Profile → code of its training office; a kecamatan has the villages of one that is real."""


def found_practice(journal: Journal, profile: str, now: datetime, cost: Cost = QUICK) -> None:
    """The office with its people, their PINs, and its standards."""
    chosen = load_profile(profile)
    found_office(
        journal,
        identity=identity_of(chosen),
        people=officers_of(chosen),
        starts={},
        effective_on=office_date(now),
        profile=profile,
        now=now,
        cost=cost,
    )
    sign_standards(journal, now)
    give_pins(journal, now, cost)


def give_pins(journal: Journal, now: datetime, cost: Cost) -> None:
    """Everybody's is :data:`PIN`, and decides at once."""
    for (person_id,) in journal.db.run("SELECT id FROM person"):
        hashed = hash_secret(PIN, cost, pepper=make_pepper(journal.db))
        put_pin(journal.db, person_id, hashed, counts_from=now, now=now)


def identity_of(profile: Profile) -> dict[str, str]:
    return {
        "office.code": PLACES[profile.id],
        "office.name": f"LATIHAN {profile.name}",
        "office.short_name": "LATIHAN",
        "office.regency": "Kabupaten Latihan",
        "office.place": "Latihan",
        "office.address": "Jalan Latihan 1",
        "office.slip_prefix": "LAT",
        "office.centre_place": "Latihan",
    }


def officers_of(profile: Profile) -> list[NewPerson]:
    """One for each role; the name of the role is the name to sign in."""
    if profile.villages:
        villages = own_villages(PLACES[profile.id])
    else:
        villages = []
    people = []
    for number, role in enumerate(profile.side_roles("office")):
        area = None
        if "one_area" in profile.roles[role].marks:
            area = villages[0].code
        people.append(NewPerson(role, officer_name(number), (role,), PASSWORD, area=area, must_change=False))
    return people


def officer_name(number: int) -> str:
    """Invented names, another one for each of the first twenty."""
    place, sex = divmod(number, 2)
    first = (WOMEN, MEN)[sex]
    return f"{first[place]} {LAST[place]}"


def sign_standards(journal: Journal, now: datetime, pin: str = "") -> None:
    """Whoever is next signs, with the own PIN, until every proposed standard is in force."""
    on = office_date(now)
    for proposal in standards.list_proposals(journal.db):
        for due in standards.signature_rows(journal.db, proposal.service, proposal.revision, name=""):
            signer = standards.signers_of(journal.db, due, on)[0]
            actor = actor_of(journal.db, signer.person_id, on)
            assert actor is not None  # who signs is somebody
            if pin:
                credentials.confirm_pin(journal.db, actor, pin, now=now)
            standards.sign_standard(journal, actor, service=proposal.service, digest=proposal.digest, now=now)
