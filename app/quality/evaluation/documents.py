"""The documents of quality: targets of a section for a year, the office's guarantee of service (both clause 12) and its
quality policy (clause 13).

A revision is laid before those who sign it, in their order, each with the own PIN; the last signature puts it in force
and replaces the one before, which stays readable. What was signed is kept as it stood.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, NamedTuple

import msgspec

from app.core.asked import Text
from app.core.clock import office_date
from app.core.dates import stored_date
from app.core.permissions import Actor
from app.core.problems import SENTENCES, Problem, check_nothing_wrong
from app.core.text import field_text, required_text
from app.platform.office.events import SignatureDue
from app.platform.office.moves import Act
from app.platform.people.queries import profile_of
from app.platform.people.two_people import check_two_people
from app.quality.evaluation.events import DocumentAdopted, DocumentDrafted, DocumentWithdrawn
from app.quality.evaluation.queries import evaluation_rules, section_of, signatures_of
from app.quality.evaluation.tables import QualityDocument
from app.quality.evaluation.transitions import Digest, move_document, sign_next, signature_due, signs_now
from app.quality.indicators.queries import indicators_of, load_targets
from app.quality.indicators.wording import DIRECTIONS, amount_words, unit_words
from app.room import office_command
from schema.database import Database
from schema.profiles import Profile
from schema.service_standard import CopyHolder
from sync.journal import Journal

PRIME = "Pelayanan Prima"
"""The point of the policy that clause 13 names."""
STATEMENTS = {"policy": ("Kebijakan Mutu", "KM-01"), "guarantee": ("Jaminan Pelayanan", "JP-01")}
"""What the office says in its own words: kind → title and number in document control."""
LONGEST_TEXT = 2000
LONGEST_POINT = 400
MOST_POINTS = 8
CHAIN = ("Dibuat oleh", "Diperiksa oleh", "Disetujui oleh")


class TargetLine(msgspec.Struct, frozen=True):
    key: str
    name: str
    component: str
    target: str
    measured: str
    responsible: str
    strategy: str


class Targets(msgspec.Struct, frozen=True):
    title: str
    lines: list[TargetLine]


class Policy(msgspec.Struct, frozen=True):
    """The quality policy or the guarantee of service: its text, and its points as (name, text)."""

    title: str
    text: str
    points: list[tuple[str, str]]


class Marks(NamedTuple):
    """What document control needs to know of a revision."""

    revision: str
    statuses: tuple[str, ...] = ()


class ControlledDocument(NamedTuple):
    """A document of quality as document control sees it (`app.platform.office.documents.Controlled`)."""

    id: str
    identity: Marks
    distribution: Sequence[CopyHolder]


# -- drafting ---------------------------------------------------------------------------------------------------------


@office_command("quality.draft")
def draft_targets(
    journal: Journal,
    actor: Actor,
    *,
    year: int,
    unit: str,
    note: Annotated[str, Text("Yang berubah", most=300)],
    now: datetime,
) -> int:
    """Lay the targets of a section for a year before those who sign them. Raises Problem."""
    lines = target_lines(journal.db, year, unit)
    if not lines:
        why = f"Belum ada target {year} yang berlaku untuk {unit_words(actor.profile, unit)}."
        raise Problem.of("conflict", why=why)
    due = target_signatures(journal.db, unit)
    content = target_document(actor.profile, year, unit, lines)
    return record_draft(journal, actor, ("targets", year, unit), content, note, due, now)


def target_document(profile: Profile, year: int, unit: str, lines: list[TargetLine]) -> Targets:
    """The targets of a section for a year as its document says them."""
    return Targets(f"Sasaran Mutu {unit_words(profile, unit)} Tahun {year}", lines)


def units_to_draft(db: Database, year: int) -> dict[str, str]:
    """Unit → its name, of those whose targets of a year stand in no document yet, or otherwise."""
    profile = profile_of(db)
    return {
        unit: label
        for unit, label in units_with_targets(db, year).items()
        if not why_not_drafted(
            newest_revision(db, "targets", year, unit),
            target_document(profile, year, unit, target_lines(db, year, unit)),
        )
    }


@office_command("quality.draft")
def draft_policy(
    journal: Journal,
    actor: Actor,
    *,
    text: str,
    points: Sequence[tuple[str, str]],
    note: str,
    now: datetime,
    kind: str = "policy",
) -> int:
    """Lay a text of the quality policy, or of the guarantee of service, before the one who heads the office.

    Raises Problem.
    """
    wrong: dict[str, str] = {}
    words = field_text(wrong, "text", text, LONGEST_TEXT, "Naskah", lines=True, empty="Tulis naskahnya.")
    clean = []
    for n, (name, said) in enumerate(points[:MOST_POINTS], start=1):
        if name.strip() or said.strip():
            title = field_text(wrong, f"name{n}", name, 60, "Nama butir", empty="Isi nama butirnya.")
            line = field_text(wrong, f"point{n}", said, LONGEST_POINT, "Butir", lines=True, empty="Isi bunyi butirnya.")
            clean.append((title, line))
    prime = next((line for name, line in clean if name.casefold() == PRIME.casefold()), "")
    if kind == "policy" and not all(word in prime.casefold() for word in ("aman", "selamat")):
        wrong.setdefault("name1", f"Satu butir bernama {PRIME} dan menjamin keamanan dan keselamatan pengunjung.")
    check_nothing_wrong(wrong)
    due = [signature_due(journal.db, "Ditetapkan oleh", actor.profile.chief)]
    content = Policy(STATEMENTS[kind][0], words, clean)
    return record_draft(journal, actor, (kind, 0, ""), content, note, due, now)


def newest_revision(db: Database, kind: str, year: int, section: str) -> QualityDocument | None:
    """The newest revision of a document that was not withdrawn."""
    return next((revision for revision in revisions_of(db, kind, year, section) if revision.state != "withdrawn"), None)


def plain_text(plain: Any) -> str:
    """The content of a document as one text, the same for the same content."""
    return json.dumps(plain, ensure_ascii=False, sort_keys=True)


def why_not_drafted(newest: QualityDocument | None, content: Targets | Policy) -> str:
    """Why a document gets no other revision now; empty where it may."""
    if newest and newest.state == "signing":
        return "Satu draf masih menunggu tanda tangan. Selesaikan atau batalkan dulu draf itu."
    if newest and plain_text(msgspec.to_builtins(content)) == plain_text(json.loads(newest.content)):
        return "Isinya sama dengan revisi yang berlaku. Tidak ada yang perlu ditandatangani."
    return ""


def record_draft(
    journal: Journal,
    actor: Actor,
    place: tuple[str, int, str],
    content: Targets | Policy,
    note: str,
    due: list[SignatureDue],
    now: datetime,
) -> int:
    kind, year, section = place
    newest = newest_revision(journal.db, kind, year, section)
    if why := why_not_drafted(newest, content):
        raise Problem.of("conflict", why=why)
    plain = msgspec.to_builtins(content)
    text = plain_text(plain)
    if newest:
        empty = "Tulis apa yang berubah dari revisi sebelumnya."
    else:
        empty = ""
    said = ""
    if newest or note.strip():
        said = required_text(note, "note", empty, 300)
    revision = 0
    if newest:
        revision = newest.revision + 1
    digest = hashlib.sha256(f"{kind}/{year}/{section}/{revision}/{text}".encode()).hexdigest()
    body = DocumentDrafted(journal.next_id("quality_document"), *place, revision, plain, digest, said, due)
    journal.record(body, subject=f"quality/{body.id}", actor=actor.username, at=now)
    return body.id


def target_lines(db: Database, year: int, unit: str) -> list[TargetLine]:
    """The indicators of a unit that have a target in force for a year."""
    from schema.indicators import MEASURED_WORDS

    profile = profile_of(db)
    targets = load_targets(db, year)
    lines = []
    for key, indicator in indicators_of(db).items():
        target = targets.get(key)
        if target and target.in_force and section_of(profile, target.responsible or indicator.responsible) == unit:
            lines.append(
                TargetLine(
                    key,
                    indicator.name,
                    indicator.component,
                    f"{DIRECTIONS[indicator.direction]} {amount_words(indicator, target.value)}",
                    MEASURED_WORDS[indicator.measured],
                    unit_words(profile, target.responsible or indicator.responsible),
                    indicator.strategy,
                )
            )
    return lines


def units_with_targets(db: Database, year: int) -> dict[str, str]:
    """Unit → its name, of those that answer for a target in force for a year."""
    profile = profile_of(db)
    known = indicators_of(db)
    units = [
        section_of(profile, target.responsible or known[key].responsible)
        for key, target in load_targets(db, year).items()
        if target.in_force and key in known
    ]
    return {unit: unit_words(profile, unit) for unit in dict.fromkeys(units)}


def target_signatures(db: Database, unit: str) -> list[SignatureDue]:
    """Made by the head of the section, checked by whoever oversees, approved by the chief: each person once."""
    profile = profile_of(db)
    if unit in profile.roles:
        maker = unit
    else:
        maker = profile.section_head
    roles = list(dict.fromkeys(possible for possible in (maker, profile.overseer) if possible != profile.chief))
    due = []
    for label, role in zip(CHAIN, roles, strict=False):
        section = ""
        if unit in profile.sections and role == profile.section_head:
            section = unit
        due.append(signature_due(db, label, role, section))
    return [*due, signature_due(db, CHAIN[-1], profile.chief)]


# -- signing ----------------------------------------------------------------------------------------------------------


@move_document("sign")
def sign_document(act: Act[QualityDocument], *, document_id: int, digest: Digest, now: datetime) -> bool:
    """Give the signature that is due; True when it was the last and the revision is in force. The PIN was asked before.

    Raises Problem.
    """
    last = sign_next(act, act.subject.key, act.thing.digest, digest)
    if last:
        signers = [signature.username for signature in signatures_of(act.journal.db, act.subject.key)]
        check_two_people(act.journal.db, [act.thing.actor, *signers])
        act.record(DocumentAdopted(document_id, digest, str(act.today)))
    return last


@move_document("withdraw")
def withdraw_document(
    act: Act[QualityDocument],
    *,
    document_id: int,
    reason: Annotated[str, Text("Alasan membatalkan", SENTENCES["reason"], most=300)],
    now: datetime,
) -> None:
    """Take a draft back; the signatures that were given stay readable."""
    act.record(DocumentWithdrawn(document_id, reason))


# -- reading ----------------------------------------------------------------------------------------------------------


def revisions_of(db: Database, kind: str, year: int, section: str) -> list[QualityDocument]:
    return QualityDocument.rows(db, kind=kind, year=year, section=section, order="revision DESC, id DESC")


def list_documents(db: Database, kind: str) -> list[QualityDocument]:
    return QualityDocument.rows(db, kind=kind, order="year DESC, section, id DESC")


def document_in_force(db: Database, kind: str, year: int = 0, section: str = "") -> QualityDocument | None:
    return QualityDocument.first(db, kind=kind, year=year, section=section, state="in_force")


def policy_in_force(db: Database, kind: str = "policy") -> tuple[Policy, QualityDocument] | None:
    row = document_in_force(db, kind)
    if not row:
        return None
    return (read_policy(row), row)


def read_policy(row: QualityDocument) -> Policy:
    return msgspec.json.decode(row.content, type=Policy)


def read_targets(row: QualityDocument) -> Targets:
    return msgspec.json.decode(row.content, type=Targets)


def document_title(row: QualityDocument) -> str:
    content: Mapping[str, Any] = json.loads(row.content)
    return str(content["title"])


def controlled_document(db: Database, row: QualityDocument) -> ControlledDocument:
    if row.kind == "targets":
        place = f"targets-{row.year}-{row.section}"
    else:
        place = row.kind
    return ControlledDocument(f"quality-{place}", Marks(f"{row.revision:02d}"), evaluation_rules(db).distribution)


def document_number(row: QualityDocument) -> str:
    """`SM-PELAYANAN-2026`, `KM-01`: as document control prints it."""
    if row.kind == "targets":
        return f"SM-{row.section.upper()}-{row.year}"
    return STATEMENTS[row.kind][1]


def documents_for(db: Database, actor: Actor, now: datetime) -> list[tuple[QualityDocument, str]]:
    """Drafts whose next signature this person gives, with what it is called."""
    on = office_date(now)
    found = []
    for row in QualityDocument.rows(db, state="signing", order="id"):
        due = signs_now(db, f"quality/{row.id}", actor, on)
        found += [(row, due.label)] if due else []
    return found


def adopted_on(row: QualityDocument) -> date | None:
    return stored_date(row.effective_on)


def targets_changed(db: Database, row: QualityDocument) -> bool:
    """Whether the targets in force say something else by now than the document that was signed."""
    return row.kind == "targets" and read_targets(row).lines != target_lines(db, row.year, row.section)
