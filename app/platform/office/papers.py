"""What every paper of the office begins and ends with: letterhead, document control, who signs and as what."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal

from msgspec.structs import asdict, replace

from app.core.clock import office_date
from app.core.dates import plain_date, stored_date
from app.core.permissions import Actor
from app.core.procedure.sop import identity_block, replaced_laws, sop_boxes, sop_rows
from app.platform.office import settings
from app.platform.office.documents import copy_lines
from app.platform.office.queries import find_document, list_standards
from app.platform.office.settings import arms_picture
from app.platform.office.standards import signatures_of
from app.platform.office.tables import DocumentCopy, Standard, StandardSignature
from app.platform.people import queries as people
from app.platform.people.queries import Signatory, own_section, profile_of, who_signs
from app.platform.people.tables import Person
from app.platform.printing.data import books as shapes
from app.platform.printing.data import common
from app.platform.printing.data.books import standard_clauses
from app.platform.printing.data.common import Control, Letterhead, Official
from schema.database import Database
from schema.service_procedure import Definition
from sync.entries import parse_utc_text


def office_letterhead(db: Database) -> Letterhead:
    get = settings.all_settings(db)
    regency = str(get["office.regency"])
    profile = profile_of(db)
    if profile.villages and not regency.startswith(("Kabupaten", "Kota")):
        regency = f"Kabupaten {regency}"
    address = " ".join(filter(None, (get["office.address"], get["office.postcode"])))
    contact = ", ".join(
        f"{word} {get[key]}" for word, key in (("Telepon", "office.phone"), ("surel", "office.email")) if get[key]
    )
    return Letterhead(
        regency=regency,
        prefix=profile.words.government,
        office=get["office.name"],
        place=get["office.place"],
        address=address,
        contact=contact,
        phone=str(get["office.phone"]),
        arms=arms_picture(str(get["office.arms"])),
    )


def office_name(db: Database) -> str:
    """The office as it stands above a printed spreadsheet."""
    return str(settings.get_setting(db, "office.name"))


def common_fields(db: Database, control: Control, actor: Actor, now: datetime) -> dict[str, Any]:
    """What every paper has: letterhead, document control, when and by whom it is printed."""
    return {"head": office_letterhead(db), "control": control, "printed_at": now, "printed_by": actor.name}


NO_FORM = Control(document="", revision="", issued_on=None)
"""Of a letter: it has its own number, and is a form of nothing."""


def form_control(definition: Definition, form: str) -> Control:
    """Document control of a form of a service standard: `PELY-02/F-05`, with the standard's revision and issue date."""
    identity = definition.identity
    number = identity.number.removeprefix("SP-") or definition.case_code
    return Control(document=f"{number}/{form}", revision=identity.revision, issued_on=identity.issued_on)


def shared_control(services: Sequence[Definition], form: str) -> Control:
    """Document control of a form about these services: below the number of the only one, else the office's own."""
    if len(services) == 1:
        return form_control(services[0], form)
    return Control(document=f"KANTOR/{form}", revision="00", issued_on=None)


def full_post(db: Database, post: str, section: str = "") -> str:
    """A post with its office where the short word would not say whose: `Camat Yosowilangun`."""
    profile = profile_of(db)
    place = ""
    if post in profile.marked("with_place"):
        place = settings.get_setting(db, "office.place")
    if post == profile.section_head:
        label = profile.head_of(section)
    else:
        label = profile.label(post)
    return f"{label} {place}".strip()


def chief_official(db: Database, on: date, approved_at: datetime | None = None) -> Official:
    return signing_official(db, profile_of(db).chief, on, approved_at)


def overseer_official(db: Database, on: date, approved_at: datetime | None = None) -> Official:
    return signing_official(db, profile_of(db).overseer, on, approved_at)


def head_official(db: Database, on: date, section: str = "") -> Official:
    """Who signs for the head of a section (empty: the counter's)."""
    return signing_official(db, profile_of(db).section_head, on, section=section)


def signing_official(
    db: Database, post: str, on: date, approved_at: datetime | None = None, section: str = ""
) -> Official:
    """Who signs for a post of the profile on a date; an empty name leaves room to write it."""
    signatory = who_signs(db, post, on, section)
    if signatory is None:
        return Official(
            name="", post=full_post(db, post, section), standing=standing_of(db, (post,)), approved_at=approved_at
        )
    return to_official(db, signatory, approved_at, section)


def to_official(db: Database, signatory: Signatory, approved_at: datetime | None = None, section: str = "") -> Official:
    post = full_post(db, signatory.post, section)
    acting: Literal["", "plt", "plh", "an", "ub"] = signatory.kind
    own_post = post
    on_behalf_of = ""
    through = ""
    if signatory.kind in ("", "an") and signatory.title != profile_of(db).label(signatory.post):
        own_post = signatory.title
    if signatory.kind == "an":
        on_behalf_of = post
        through = post_between(db, signatory)
    if through:
        acting = "ub"
    return Official.of(
        signatory,
        post=own_post,
        acting=acting,
        on_behalf_of=on_behalf_of,
        through=through,
        standing=standing_of(db, (signatory.post,)),
        approved_at=approved_at,
    )


def enacting_post(db: Database, official: Official) -> str:
    """The post that enacts a decree, with its office: `Camat Yosowilangun`, `Kepala Biro Organisasi`. Who signs a.n.
    another enacts as that one."""
    post = official.on_behalf_of or official.post
    office = office_name(db)
    place = str(settings.get_setting(db, "office.place"))
    if not post or (place and post.endswith(place)):
        return post
    first, _, rest = office.partition(" ")
    if rest and post.endswith(first):
        return f"{post} {rest}"
    return f"{post} {office}"


def standing_of(db: Database, roles: Iterable[str]) -> int:
    """The rank of the highest of some roles, for the order of signatures: 0 for whoever holds no post."""
    posts = profile_of(db).posts
    return max((len(posts) - posts.index(role) for role in roles if role in posts), default=0)


def post_between(db: Database, signatory: Signatory) -> str:
    """The post through which somebody signs a.n. another, as u.b.: the own superior, where that is not the signed one.

    A Kasubbag is the Secretary's: `a.n. Camat, Sekretaris Kecamatan, u.b. Kasubbag`.
    """
    profile = profile_of(db)
    person = people.find_person(db, signatory.person_id)
    own = next((role for role in profile.posts if person and role in person.roles), "")
    above = ""
    if own:
        above = profile.roles[own].under
    if above in ("", signatory.post):
        return ""
    return full_post(db, above)


def confirming_official(db: Database, username: str, on: date, approved_at: datetime | None) -> Official:
    """Who confirmed a letter that leaves in the name of the Camat: the Camat (or Plt., Plh.), else a.n. Camat."""
    profile = profile_of(db)
    chief = profile.chief
    signer = who_signs(db, chief, on)
    person = find_by_username(db, username)
    if person is None or (signer is not None and signer.person_id == person.id):
        return chief_official(db, on, approved_at)
    head = who_signs(db, profile.section_head, on)
    if head is not None and head.person_id == person.id:
        post = to_official(db, head).post
    else:
        post = post_of(db, person)
    return Official.of(
        person,
        post=post,
        acting="an",
        on_behalf_of=full_post(db, chief),
        standing=standing_of(db, (chief,)),
        approved_at=approved_at,
    )


def to_kept(official: Official) -> dict[str, Any]:
    """An official as an entry keeps him: as papers print him, without the moment of approval, which the entry has."""
    return asdict(official) | {"approved_at": None}


def staff_official(db: Database, username: str) -> Official:
    """A person of the office under the own post, for receipts and lists; an unknown one leaves the name open."""
    person = find_by_username(db, username)
    if person is None:
        return Official(name="", post="Petugas")
    return Official.of(person, post=post_of(db, person), standing=standing_of(db, person.roles))


def official_above(db: Database, recorder: Official, on: date) -> Official:
    """Who acknowledges what somebody recorded: the lowest of section head, overseer and chief that ranks above him."""
    chain = (head_official(db, on), overseer_official(db, on), chief_official(db, on))
    return next((level for level in chain if level.standing > recorder.standing), chain[-1])


def post_of(db: Database, person: Person) -> str:
    """The title of a person's letterhead data, else the own section of its head, else the first role's name."""
    profile = profile_of(db)
    section = own_section(db, person.username)
    if section and not person.title and profile.section_head in person.roles:
        return f"Kepala {section}"
    if person.title or not person.roles:
        return person.title or "Petugas"
    own = person.roles[0]
    if own == profile.section_head:
        return profile.label(own)
    return full_post(db, own)


def find_by_username(db: Database, username: str) -> Person | None:
    return next((person for person in people.list_people(db) if person.username == username), None)


def standard_control(definition: Definition) -> common.Control:
    """Document control of the standard itself: SP-PELY-02, its revision and issue date."""
    identity = definition.identity
    return common.Control(document=identity.number, revision=identity.revision, issued_on=identity.issued_on)


def document_signers(
    db: Database, definition: Definition, adopted: Standard | None, now: datetime
) -> tuple[tuple[str, Official], ...]:
    """The chain of those who made, checked and approved a document; before it is in force with empty names.

    Whoever noted a signature that an authority gave on paper is named as such: the post is not his.
    """
    if adopted:
        given = signatures_of(db, definition.id, adopted.revision, office_date(now))
    else:
        given = []
    if not given:
        return tuple((line.label, Official(name="", post=line.post)) for line in definition.identity.signatories)
    numbers = {person.username: person.nip for person in people.list_people(db)}
    return tuple((row.label, signed_official(row, numbers)) for row, _ in given)


def signed_official(row: StandardSignature, numbers: Mapping[str, str]) -> Official:
    if row.on_paper:
        return Official(name=row.name, post=row.post)
    decree = ""
    approved_at = None
    if row.held:
        decree = f"Selaku {row.held}"
    if row.at:
        approved_at = parse_utc_text(row.at)
    return Official(
        name=row.name,
        post=row.post,
        nip=numbers.get(row.username, ""),
        decree=decree,
        approved_at=approved_at,
    )


def in_force_words(adopted: Standard | None) -> str:
    if not adopted:
        return ""
    return f"sejak {plain_date(date.fromisoformat(adopted.effective_on))}"


def standard_paper(
    db: Database,
    definition: Definition,
    adopted: Standard | None,
    actor: Actor,
    now: datetime,
    stamp: str = "",
    annotated: bool = False,
) -> shapes.Standard:
    """The whole standard, clean or annotated; without an adoption it leaves room for the day from which it holds."""
    from app.core.procedure.flowchart import flowchart_sheets  # drawing is asked for once a year, not at every start

    identity = definition.identity
    drawn = definition
    if not annotated:
        drawn = without_marks(definition)
    return shapes.Standard(
        **common_fields(db, standard_control(definition), actor, now),
        title=f"{identity.document_kind} {definition.name}",
        service=identity.title,
        number=identity.full_number or identity.number,
        revised_on=identity.revised_on,
        signers=document_signers(db, definition, adopted, now),
        clauses=standard_clauses(definition, clean=not annotated),
        charts=tuple(flowchart_sheets(drawn, PAGE_RATIO)),
        in_force=in_force_words(adopted),
        stamp=stamp,
        kind=identity.document_kind,
        annotated=annotated,
    )


def without_marks(definition: Definition) -> Definition:
    """The same steps without the stars of those whose performer was inferred."""
    plain = tuple(replace(row, inferred_because="") for row in definition.rows)
    return replace(definition, rows=plain)


PAGE_RATIO = 0.53
"""Height by width of what a page across leaves to the flowchart."""


def sop_paper(
    db: Database, definition: Definition, adopted: Standard | None, actor: Actor, now: datetime, stamp: str
) -> shapes.Sop:
    """A procedure in the official SOP form, with its document control; in force it has no working notes."""
    from app.core.procedure.flowchart import flowchart_sheets

    identity = definition.identity
    drawn = definition
    if adopted:
        drawn = without_marks(definition)
    inferred = [row for row in sop_rows(drawn) if row.inferred]
    copies = copy_lines(db, definition, actor, adopted is not None)
    return shapes.Sop(
        **common_fields(db, standard_control(definition), actor, now),
        title=f"SOP {definition.name}",
        heading=f"{identity.document_kind} {identity.title}",
        office=identity.office,
        annex_of=identity.annex_of,
        identity=tuple(identity_block(definition, stored_date(adopted and adopted.effective_on))),
        boxes=tuple(sop_boxes(definition)),
        replaced=replaced_laws(definition),
        charts=tuple(flowchart_sheets(drawn, PAGE_RATIO)),
        inferred=tuple((str(row.no), row.title, row.performers, row.inferred) for row in inferred),
        signers=document_signers(db, definition, adopted, now),
        statuses=identity.statuses,
        distribution=tuple((str(line.number), line.holder, received_words(line.received)) for line in copies),
        chronology=tuple(chronology_lines(db, definition)),
        copying=identity.copying,
        in_force=in_force_words(adopted),
        stamp=stamp,
        running_head=identity.running_head,
    )


def chronology_lines(db: Database, definition: Definition) -> Iterator[tuple[str, str, str]]:
    """Day, what happened, remark: what the document tells of itself, then when each revision began here."""
    for line in definition.chronology:
        yield plain_date(line.on), line.note, line.remark
    began = {line.effective_on: line.revision for line in list_standards(db) if line.service == definition.id}
    for day, revision in sorted(began.items()):
        yield plain_date(date.fromisoformat(day)), f"Revisi {revision} berlaku di kantor ini", ""


def received_words(received: DocumentCopy | None) -> str:
    """`Ratna Puspita, 3 Maret 2026`."""
    if received is None:
        return ""
    return f"{received.received_by}, {plain_date(office_date(parse_utc_text(received.at)))}"


def statement_paper(
    db: Database, definition: Definition, adopted: Standard | None, document_id: str, actor: Actor, now: datetime
) -> shapes.Statement:
    """A guarantee or policy (clauses 12 and 13) on one page, of the day from which its standard holds.

    Raises Problem `not_found`.
    """
    document = find_document(definition, document_id)
    on = stored_date(adopted and adopted.effective_on)
    return shapes.Statement(
        **common_fields(db, standard_control(definition), actor, now),
        title=document.title,
        clause=f"{definition.identity.document_kind} {definition.identity.number}, butir {document.clause}",
        paragraphs=(document.text,),
        points=(),
        on=on,
        signer=chief_official(db, on or office_date(now)),
    )
