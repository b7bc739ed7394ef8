"""What every paper of the office begins and ends with: letterhead, document control, who signs and as what."""

from __future__ import annotations

from datetime import date, datetime

from app.core.permissions import ROLES
from app.office import settings
from app.office.arms import picture
from app.people import service as people
from app.people.queries import PersonLine, Signatory, who_signs
from app.people.sections import own_section
from app.printing.data import Control, Letterhead, Official
from schema.database import Database
from schema.service_flow import Definition


def letterhead(db: Database) -> Letterhead:
    """The office that speaks, from its settings."""
    get = settings.all_settings(db)
    regency = str(get["office.regency"])
    address = " ".join(part for part in (get["office.address"], get["office.postcode"]) if part)
    contact = ", ".join(f"{word} {get[key]}" for word, key in (("Telepon", "office.phone"), ("surel", "office.email"))
                        if get[key])  # fmt: skip
    return Letterhead(
        regency=regency if regency.startswith(("Kabupaten", "Kota")) else f"Kabupaten {regency}",
        office=get["office.name"], place=get["office.place"], address=address, contact=contact,
        arms=picture(str(get["office.arms"])),
    )  # fmt: skip


def control(definition: Definition, form: str) -> Control:
    """Document control of a form of a service standard: `PELY-02/F-05`, with the standard's revision and issue date."""
    one = definition.identity
    return Control(
        document=f"{one.number.removeprefix('SP-')}/{form}", revision=one.revision, issued_on=one.issued_on
    )


def full_post(db: Database, post: str) -> str:
    """A post with its office where the short word would not say whose: `Camat Yosowilangun`."""
    return f"{ROLES[post]} {settings.get(db, 'office.place')}".strip() if post == "camat" else ROLES[post]


def signing(db: Database, post: str, on: date, approved_at: datetime | None = None) -> Official:
    """Who signs for `camat`, `sekretaris` or `kasi` on a date; an empty name leaves room to write it."""
    found = who_signs(db, post, on)
    if found is None:
        return Official(name="", post=full_post(db, post), approved_at=approved_at)
    return as_official(db, found, approved_at)


def as_official(db: Database, found: Signatory, approved_at: datetime | None = None) -> Official:
    """The holder of a post, or whoever acts for it (Plt., Plh., a.n.) with the decree."""
    post = full_post(db, found.post)
    own = found.title if found.kind in ("", "an") and found.title != ROLES[found.post] else post
    return Official(
        name=found.name, post=own, nip=found.nip, rank=found.rank, acting=found.kind,
        on_behalf_of=post if found.kind == "an" else "", decree=found.decree, approved_at=approved_at,
    )  # fmt: skip


def confirmed(db: Database, username: str, on: date, approved_at: datetime | None) -> Official:
    """Who confirmed a letter that leaves in the name of the Camat: the Camat (or Plt., Plh.), else a.n. Camat."""
    signer = who_signs(db, "camat", on)
    person = by_username(db, username)
    if person is None or (signer is not None and signer.person_id == person.id):
        return signing(db, "camat", on, approved_at)
    head = who_signs(db, "kasi", on)
    post = (
        as_official(db, head).post
        if head is not None and head.person_id == person.id
        else post_of(db, person)
    )
    return Official(name=person.name, post=post, nip=person.nip, rank=person.rank, acting="an",
                    on_behalf_of=full_post(db, "camat"), approved_at=approved_at)  # fmt: skip


def staff(db: Database, username: str) -> Official:
    """A person of the office under the own post, for receipts and lists; an unknown one leaves the name open."""
    person = by_username(db, username)
    if person is None:
        return Official(name="", post="Petugas")
    return Official(name=person.name, post=post_of(db, person), nip=person.nip, rank=person.rank)


def post_of(db: Database, person: PersonLine) -> str:
    """The title of a person's letterhead data, else the own section of its head, else the first role's name."""
    section = own_section(db, person.username)
    if section and not person.title and "kasi" in person.roles:
        return f"Kepala {section}"
    return person.title or (ROLES[person.roles[0]] if person.roles else "Petugas")


def by_username(db: Database, username: str) -> PersonLine | None:
    """The person behind a user name of the journal."""
    return next((one for one in people.people(db) if one.username == username), None)
