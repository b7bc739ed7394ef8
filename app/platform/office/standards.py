"""Putting a service standard in force: one person proposes it, the posts that it names sign in its order, each person
with the own PIN (clause 0b: made, checked, approved). The last signature puts it in force."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Protocol

from app.core.asked import Text
from app.core.clock import office_date
from app.core.dates import plain_date
from app.core.permissions import Actor
from app.core.problems import SENTENCES, Problem, check_found
from app.core.procedure import engine
from app.platform.office.events import (
    SignatureDue,
    StandardAdopted,
    StandardProposed,
    StandardSigned,
    StandardWithdrawn,
)
from app.platform.office.queries import adopted_definition, parse_definition, village_names
from app.platform.office.tables import Standard, StandardProposal, StandardSignature
from app.platform.people.queries import Signatory, profile_of, who_signs
from app.platform.people.two_people import LEAST, check_two_people, held_post
from app.room import office_command
from schema.database import Database
from schema.definitions import load_revision, refuse_keys
from schema.faults import Fault
from schema.profiles import Profile
from schema.service_checks import OfficeNames
from schema.service_fields import Letter
from schema.service_procedure import Definition
from schema.service_standard import Signatory as Signing
from sync.journal import Journal


@office_command("standard.propose")
def propose_standard(
    journal: Journal,
    actor: Actor,
    *,
    text: str,
    effective_on: date,
    now: datetime,
    service: str = "",
    name: str = "standar",
) -> Definition:
    """Lay a revision before those who sign it; `name` is what its faults call the file.

    Raises Problem when it is in force, another one waits, or it is not later than the last; DefinitionError for a
    faulty text, and for one that this office cannot work with.
    """
    profile = profile_of(journal.db)
    villages = village_names(journal.db).values()
    definition = load_revision(text, name, OfficeNames(profile.nameable, profile.serving, villages))
    if faults := [*service_faults(definition, service), *office_faults(profile, definition)]:
        refuse_keys(text, name, faults)
    check_proposal(journal.db, definition, effective_on)
    body = StandardProposed(
        definition.id,
        definition.identity.revision,
        text,
        hashlib.sha256(text.encode()).hexdigest(),
        effective_on.isoformat(),
        signatures_due(journal.db, definition),
    )
    journal.record(body, subject=f"standard/{body.service}/{body.revision}", actor=actor.username, at=now)
    return definition


def service_faults(definition: Definition, service: str) -> Iterator[Fault]:
    """A text that is proposed as a revision of another service."""
    if service and definition.id != service:
        yield ("id",), f"naskah ini untuk layanan {definition.id}, bukan {service}."


def check_proposal(db: Database, definition: Definition, effective_on: date) -> None:
    revision = definition.identity.revision
    newest = newest_day(db, definition.id)
    if Standard.first(db, service=definition.id, revision=revision):
        raise Problem.of("conflict", why=f"Revisi {revision} sudah berlaku di kantor ini.")
    numbers = [row.revision for row in Standard.rows(db, service=definition.id) if row.revision.isdecimal()]
    if revision.isdecimal() and numbers and int(revision) < (newest_number := max(map(int, numbers))):
        why = f"Revisi {revision} lebih rendah daripada revisi {newest_number:02} yang sudah berlaku. Naikkan revision."
        raise Problem.of("conflict", why=why)
    if waiting := find_proposal(db, definition.id):
        why = f"Revisi {waiting.revision} masih menunggu tanda tangan. Selesaikan atau cabut dulu usulan itu."
        raise Problem.of("conflict", why=why)
    if effective_on.isoformat() <= newest:
        why = f"Harus sesudah {plain_date(date.fromisoformat(newest))}, hari revisi sebelumnya berlaku."
        raise Problem.of("invalid", {"effective_on": why})


def signatures_due(db: Database, definition: Definition) -> list[SignatureDue]:
    """Who has to sign, as the standard says it."""
    profile = profile_of(db)
    section = engine.section_of(definition)
    return [
        SignatureDue(
            signatory.id,
            signatory.label,
            signatory.post,
            signing_roles(profile, signatory),
            section,
            signatory.on_paper,
            signatory.may_repeat,
        )
        for signatory in definition.identity.signatories
    ]


def signing_roles(profile: Profile, signatory: Signing) -> list[str]:
    """The roles of the office that may sign for a post."""
    asked = signatory.roles or (profile.post_named(signatory.post),)
    return [own for role in asked for own in profile.filled_by(role)]


def office_faults(profile: Profile, definition: Definition) -> Iterator[Fault]:
    """What a text asks of posts that this office does not have, or that may not do it here."""
    yield from signing_faults(profile, definition)
    if definition.registration:
        registering = definition.registration.roles
    else:
        registering = ()
    for role in registering:
        own = set(profile.filled_by(role))
        if own and not own & profile.rights["case.open"]:
            able = profile.who_may("case.open")
            why = f"{profile.labels(own)} tidak berhak mendaftarkan permohonan; yang berhak: {able}."
            yield ("registration", "roles"), why
    for i, letter in enumerate(definition.letters):
        for key, why in letter_faults(profile, definition, letter):
            yield ("letters", i, key), why


def signing_faults(profile: Profile, definition: Definition) -> Iterator[Fault]:
    """Where a text would let somebody sign for a post that is not his, or one person bind the office alone."""
    signatories = definition.identity.signatories
    for i, signer in enumerate(signatories):
        for key, why in post_faults(profile, signer):
            yield ("identity", "signatories", i, key), why
    if not any(signing_roles(profile, signatory) == [profile.chief] for signatory in signatories):
        why = f"naskah ini tidak ditandatangani {profile.label(profile.chief)}; tambahkan ke identity.signatories."
        yield ("identity", "signatories"), why
    if len({tuple(signing_roles(profile, other)) for other in signatories if not other.on_paper}) < LEAST:
        yield ("identity", "signatories"), TWO_POSTS


def post_faults(profile: Profile, signatory: Signing) -> Iterator[tuple[str, str]]:
    """A signature is given for one post: by whoever holds it or acts for it, and here where the office has it."""
    able = signing_roles(profile, signatory)
    named = profile.post_named(signatory.post)
    who = f"{signatory.post} ({signatory.label})"
    if not able:
        yield "post", f"jabatan {who} tidak ada di kantor ini."
    elif len(signatory.roles) > 1:
        yield "roles", f"satu tanda tangan untuk satu jabatan: sebut satu peran saja untuk {who}."
    elif named and able != [named]:
        yield "roles", f"{who} ditandatangani pemegang jabatan itu atau penggantinya dengan surat; tulis {named}."
    elif named and signatory.on_paper:
        yield "on_paper", f"{who} ada di kantor ini dan menandatangani di Loket; hapus on_paper."


def letter_faults(profile: Profile, definition: Definition, letter: Letter) -> Iterator[tuple[str, str]]:
    """Whoever a procedure asks to draft, initial or sign a letter has the right to in this office."""
    step = next((known for known in definition.steps if known.letter == letter.id), None)
    if step and letter.direction == "out":
        drafting = engine.ending_roles(definition, step)
    else:
        drafting = frozenset[str]()
    asked = [
        ("id", "letter.draft", "mengonsep", drafting),
        ("signatories", "letter.sign", "menandatangani", letter.signatories),
    ]
    asked += [("initials", "letter.initial", "memaraf", (role,)) for role in letter.initials]
    asked += [("handed_by", "letter.view", "menyerahkan", (role,)) for role in letter.handed_by]
    for key, right, deed, roles in asked:
        own = {filling for role in roles for filling in profile.filled_by(role)}
        if own and not own & profile.rights[right]:
            able = f"yang berhak: {profile.who_may(right)}"
            yield key, f"{letter.label}: {profile.labels(own)} tidak berhak {deed} surat di kantor ini; {able}."


@office_command("standard.sign")
def sign_standard(
    journal: Journal, actor: Actor, *, service: str, digest: Annotated[str, Text("Yang dibaca", most=64)], now: datetime
) -> bool:
    """Give the signature that is due; True when it was the last and the revision is in force. The PIN was asked before.

    `digest` is that of the text which the person read. Raises Problem `forbidden`, `not_found`, `conflict`.
    """
    db = journal.db
    on = office_date(now)
    proposal = known_proposal(db, service)
    if proposal.digest != digest:
        raise Problem.of("conflict", why="Naskahnya sudah diganti. Muat ulang halaman dan baca lagi.")
    check_signatories(db, proposal)
    due, *later = signature_rows(db, service, proposal.revision, name="")
    signer = check_signer(db, due, actor, on)
    if not later:
        signed_here = signature_rows(db, service, proposal.revision, on_paper=0)
        people = {signature.username for signature in signed_here if signature.ordinal != due.ordinal}
        if not due.on_paper:
            people.add(actor.username)
        check_two_people(db, people)
    subject = f"standard/{service}/{proposal.revision}"
    if due.on_paper:
        name = f"Di kertas; dicatat {actor.name}"
    else:
        name = actor.name
    if due.on_paper:
        post = due.post
    else:
        post = f"{signer.prefix}{due.post}"
    signed = StandardSigned(service, proposal.revision, due.ordinal, actor.username, name, post, held_post(db, signer))
    journal.record(signed, subject=subject, actor=actor.username, at=now)
    if later:
        return False
    # The first standard of an office may be older than the program: it was in force on paper.
    if newest_day(db, service):
        begins = max(proposal.effective_on, on.isoformat())
    else:
        begins = proposal.effective_on
    adopted = StandardAdopted(service, proposal.revision, digest, begins)
    journal.record(adopted, subject=subject, actor=actor.username, at=now)
    return True


def check_signatories(db: Database, proposal: StandardProposal) -> None:
    """A text that was proposed before its signatories were judged is judged before it binds. Raises Problem."""
    faults = [why for _, why in signing_faults(profile_of(db), parse_definition(proposal.text))]
    if faults:
        why = f"Naskah ini tidak dapat disahkan: {faults[0]} Cabut usulannya, lalu usulkan naskah yang diperbaiki."
        raise Problem.of("conflict", why=why)


class Due(Protocol):
    """A signature that is due: what it is called, for which post, the roles that may give it, of whose section."""

    label: str
    post: str
    roles: str
    section: str


TWO_POSTS = "paling sedikit dua jabatan kantor ini menandatangani di Loket; yang di kertas tidak dihitung."
TWICE = (
    "Anda sudah menandatangani revisi ini untuk jabatan lain. Setiap tanda tangan oleh orang lain: minta "
    "pejabat yang ditunjuk dengan surat."
)


def check_signer(db: Database, due: StandardSignature, actor: Actor, on: date) -> Signatory:
    """Whoever signs for the post that is due, and has not signed this revision for another one."""
    signer = check_turn(db, due, actor, on)
    given = signature_rows(db, due.service, due.revision, username=actor.username, on_paper=0)
    if given and not due.may_repeat and not due.on_paper:
        raise Problem.of("conflict", why=TWICE)
    return signer


def check_turn(db: Database, due: Due, actor: Actor, on: date) -> Signatory:
    """Whoever signs for the post that is due. Raises Problem `conflict` for anybody else."""
    able = signers_of(db, due, on)
    signer = next((person for person in able if person.person_id == actor.person_id), None)
    if signer is None:
        who = ", ".join(signer.name for signer in able) or f"{due.post}, yang belum ada pejabatnya"
        raise Problem.of("conflict", why=f"Sekarang giliran {who} ({due.label.lower()}). Tanda tangan berurutan.")
    return signer


@office_command("standard.propose")
def withdraw_standard(
    journal: Journal,
    actor: Actor,
    *,
    service: str,
    reason: Annotated[str, Text("Alasan", SENTENCES["reason"], most=300)],
    now: datetime,
) -> str:
    """Take a proposal back; its signatures go with it. Returns its service. Raises Problem `not_found`."""
    proposal = known_proposal(journal.db, service)
    body = StandardWithdrawn(service, proposal.revision, reason)
    journal.record(body, subject=f"standard/{service}/{proposal.revision}", actor=actor.username, at=now)
    return service


# -- reading -----------------------------------------------------------------------------------------------------


def newest_day(db: Database, service: str) -> str:
    """The day on which the newest revision takes effect; empty before the first."""
    row = db.one("SELECT max(effective_on) FROM standard WHERE service = ?", (service,))
    return str(row[0] or "") if row else ""


def list_proposals(db: Database) -> list[StandardProposal]:
    return StandardProposal.rows(db, order="service")


def find_proposal(db: Database, service: str) -> StandardProposal | None:
    return StandardProposal.first(db, service=service)


def known_proposal(db: Database, service: str) -> StandardProposal:
    return check_found(find_proposal(db, service), "Usulan standar pelayanan itu")


def signature_rows(db: Database, service: str, revision: str, **more: Any) -> list[StandardSignature]:
    """The signatures of a revision in their order; those with an empty name are still due."""
    return StandardSignature.rows(db, service=service, revision=revision, order="ordinal", **more)


def signers_of(db: Database, due: Due, on: date) -> list[Signatory]:
    """Who signs today for the posts that may give a signature: the acting official, else the holder."""
    return [signer for role in due.roles.split() if (signer := who_signs(db, role, on, due.section))]


def signatures_of(
    db: Database, service: str, revision: str, on: date
) -> list[tuple[StandardSignature, list[Signatory]]]:
    """The signatures of a revision in their order, each with those who may give it while it is due.

    Names entered for an old revision, before signatures were given here, get label and post of its text.
    """
    rows = signature_rows(db, service, revision)
    if any(not row.label for row in rows):
        entered = {
            signatory.id: signatory for signatory in adopted_definition(db, service, revision).identity.signatories
        }
        for row in rows:
            signatory = entered.get(row.signatory)
            if signatory is None:
                row.label = row.label or row.signatory
            else:
                row.label = row.label or signatory.label
                row.post = row.post or signatory.post
    return [(row, awaited_signers(db, row, on)) for row in rows]


def awaited_signers(db: Database, row: StandardSignature, on: date) -> list[Signatory]:
    """Who may give a signature while it is due; nobody once it is given."""
    if row.name:
        return []
    return signers_of(db, row, on)


def proposal_to_sign(db: Database, actor: Actor, on: date) -> StandardProposal | None:
    """The proposal that waits for a signature of this person, now or after those of others; the own turn first."""
    waiting = [proposed for proposed, _, _ in proposals_for(db, actor, on)]
    for proposal in [*waiting, *list_proposals(db)]:
        due = signature_rows(db, proposal.service, proposal.revision, name="")
        if any(person.person_id == actor.person_id for row in due for person in signers_of(db, row, on)):
            return proposal
    return None


def proposals_for(db: Database, actor: Actor, on: date) -> Sequence[tuple[StandardProposal, Definition, str]]:
    """Proposals whose next signature this person gives, with their definition and what the signature is called."""
    next_ones = [(row, signature_rows(db, row.service, row.revision, name="")[0]) for row in list_proposals(db)]
    return [
        (proposal, parse_definition(proposal.text), due.label)
        for proposal, due in next_ones
        if any(person.person_id == actor.person_id for person in signers_of(db, due, on))
    ]
