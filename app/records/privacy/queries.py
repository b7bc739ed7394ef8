"""Everything that is held of a person: what every room says, what else the journal says, who looked."""

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import chain

import msgspec

from app.core.clock import office_date
from app.core.holdings import Holding, Sought
from app.core.permissions import Actor
from app.core.procedure import engine
from app.platform.office import queries as office
from app.platform.people.access_log import action_words
from app.room import hooks_of
from schema.database import Database
from schema.service_procedure import Definition, Field
from sync.entries import parse_utc_text

MOST_LOOKS = 500
MENTIONS = (
    "SELECT j.subject, j.at, CAST(b.body AS TEXT) FROM journal j JOIN journal_body b ON b.id = j.id"
    " WHERE instr(CAST(b.body AS TEXT), ?1) > 0 OR CAST(b.body AS TEXT) LIKE ?2 ORDER BY j.id"
)
LOOKS = (
    "SELECT l.at, coalesce(p.name, ''), l.action, l.subject FROM access_log l LEFT JOIN person p ON p.id = l.person_id"
    " WHERE l.subject IN (SELECT value FROM json_each(?)) ORDER BY l.id DESC LIMIT ?"
)
SUBJECTS = {
    "case": "Berkas",
    "member": "Orang dalam permohonan",
    "letter": "Surat",
    "incoming": "Surat masuk",
    "outgoing": "Surat keluar",
    "complaint": "Pengaduan",
    "capa": "LTPP",
    "recap": "Rekap pengaduan",
    "dispatch": "Pengiriman",
    "sms": "SMS",
    "person": "Petugas",
    "data_request": "Permintaan data",
    "check": "Pemeriksaan internal",
    "evaluation": "Pemantauan dan evaluasi",
    "oversight": "Pengawasan",
    "import": "Impor register",
}
"""The head of a journal subject → what an officer calls it."""


class Mention(msgspec.Struct, frozen=True):
    """How often the journal names a person in entries about one subject; `sure`: by his number."""

    subject: str
    title: str
    count: int
    first: datetime
    last: datetime
    sure: bool


class Look(msgspec.Struct, frozen=True):
    at: datetime
    name: str
    action: str
    title: str


class FoundData(msgspec.Struct, frozen=True):
    """`sure` is his by a number, a telephone or a slip code, of `perhaps` only the name agrees; `mentions` are journal
    entries about things that stand in neither."""

    sure: list[Holding]
    perhaps: list[Holding]
    mentions: list[Mention]
    looks: list[Look]

    @property
    def is_empty(self) -> bool:
        return not (self.sure or self.perhaps or self.mentions)

    @property
    def subjects(self) -> list[str]:
        return list(dict.fromkeys(holding.subject for holding in chain(self.sure, self.perhaps) if holding.subject))


def key_label(db: Database, now: datetime) -> str:
    """What the services of this office know people by: `NIK`, `NIM atau NIK`; before its first standard those with
    which an office of its kind begins."""
    known = (person_key(procedure.definition) for procedure in office.procedures(db, office_date(now)))
    return " atau ".join(dict.fromkeys(column.heading for column in known if column)) or "Nomor identitas"


def person_key(definition: Definition) -> Field | None:
    """The number of a person: of those in a request for many, else of the applicant."""
    if definition.people is None:
        return engine.field_with_role(definition, "key")
    return next((field for field in definition.people.fields if field.id == definition.people.key), None)


def find_person(
    db: Database, actor: Actor, sought: Sought, ticked: Collection[str] = (), besides: str = ""
) -> FoundData:
    """Ask every room. What was `ticked` (by :attr:`Holding.key`) is his by the word of whoever answers; the request
    under which somebody looks (`besides`, its subject) names him as well and is left out."""
    finders = [kept.find for kept in hooks_of(db).kept if kept.find is not None]
    found: list[Holding] = [holding for find in finders for holding in find(db, actor, sought)]
    held = [holding for holding in found if not besides or holding.subject != besides]
    sure = [holding for holding in held if holding.sure or holding.key in ticked]
    perhaps = [holding for holding in held if not holding.sure and holding.key not in ticked]
    return FoundData(sure, perhaps, find_mentions(db, sought, found), find_looks(db, sure))


def find_mentions(db: Database, sought: Sought, held: Sequence[Holding]) -> list[Mention]:
    """Subjects whose journal entries name the person and that no room has named."""
    known = {holding.subject for holding in held}
    found: dict[str, list[tuple[datetime, bool]]] = {}
    for subject, at, body in db.run(MENTIONS, (sought.number, sought.like)):
        numbered = sought.is_numbered_in(body)
        if subject not in known and (numbered or sought.is_named_in(body)):
            found.setdefault(subject, []).append((parse_utc_text(at), numbered))
    return [to_mention(subject, lines) for subject, lines in found.items()]


def to_mention(subject: str, lines: Sequence[tuple[datetime, bool]]) -> Mention:
    moments = [at for at, _ in lines]
    return Mention(
        subject, subject_words(subject), len(lines), min(moments), max(moments), any(sure for _, sure in lines)
    )


def subject_words(subject: str) -> str:
    """`Berkas (12)`: what a journal subject is about; its own id where nobody has a number for it."""
    head, _, rest = subject.partition("/")
    return f"{SUBJECTS.get(head, 'Catatan lain')} ({rest or head})"


def find_looks(db: Database, held: Sequence[Holding]) -> list[Look]:
    """Who opened what of these, the newest first, as the access log has it."""
    titles = {holding.subject: holding.title for holding in reversed(held) if holding.subject}
    rows = db.run(LOOKS, (msgspec.json.encode(list(titles)).decode(), MOST_LOOKS))
    return [
        Look(datetime.fromisoformat(at), name, action_words(action), titles[subject])
        for at, name, action, subject in rows
    ]
