"""*Siap melayani?*: what an office still needs before it can take the first application, whose turn it is, and where.

It stands on every desk until the first standard is in force. Whoever can help gets a button, others read who must act.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from app.casework.desk.parts import Task
from app.core.clock import office_date
from app.core.dates import long_date, long_moment
from app.core.permissions import Actor, may
from app.core.text import end_sentence
from app.platform.backups.service import backup_lines
from app.platform.office import queries as office
from app.platform.office import settings, standards
from app.platform.office.tables import StandardProposal
from app.platform.people.credentials import has_pin, makes_first_pin, pin_counts_from
from app.platform.people.queries import Signatory, list_people, profile_of
from app.platform.people.service import NewPin, check_voucher, list_new_pins, refusal_of, who_ends_wait, words_to_vouch
from schema.database import Database


class ReadyItem(msgspec.Struct, frozen=True):
    """One thing that an office needs. `kind` is a state class; `owner` says who must act, empty when it is done.

    `endpoint` with `values` is the page that does it, `verb` its button, for those who may; `here`: its form is
    shown on the desk. `count`: for how many things it stands.
    """

    kind: str
    title: str
    state: str
    owner: str = ""
    endpoint: str = ""
    verb: str = ""
    values: Mapping[str, Any] = msgspec.field(default_factory=dict)
    here: bool = False
    count: int = 1


class Readiness(msgspec.Struct, frozen=True):
    items: Sequence[ReadyItem]
    first: ReadyItem
    """What keeps the office from serving."""

    @property
    def mine(self) -> ReadyItem | None:
        """The first thing that this person can do."""
        return next((item for item in self.items if item.endpoint and item.kind != "good"), None)

    def tells(self, task: Task) -> bool:
        """Whether the sheet has the button of this work already: then it stands nowhere else on the desk."""
        own = (item for item in self.items if (item.endpoint, item.values) == (task.endpoint, task.values))
        return any(task.count <= other.count for other in own)


def readiness(db: Database, actor: Actor, now: datetime) -> Readiness | None:
    """What is missing, for this person; None as soon as an application can be registered."""
    if office.services_in_force(db, office_date(now)):
        return None
    standard = standard_item(db, actor, now)
    items = (
        standard,
        *first_pin_item(db, actor, now),
        *new_pins_item(db, actor, now),
        staff_item(db, actor),
        backup_item(db, actor, now),
        arms_item(db, actor),
        *partner_items(db, actor),
    )
    return Readiness(items, standard)


def button_of(actor: Actor, permission: str, endpoint: str, verb: str) -> dict[str, Any]:
    """The button of somebody who may; nothing for anybody else."""
    if not may(actor, permission):
        return {}
    return {"endpoint": endpoint, "verb": verb}


# -- the standard: whose signature is due, and what that person still lacks ------------------------------------------


def standard_item(db: Database, actor: Actor, now: datetime) -> ReadyItem:
    on = office_date(now)
    title = "Standar pelayanan berlaku"
    proposals = standards.list_proposals(db)
    if not proposals:
        adopted = min((revision.effective_on for revision in office.list_standards(db)), default="")
        if adopted:
            begins = long_date(date.fromisoformat(adopted))
            return ReadyItem(
                "wait", title, f"Sudah ditandatangani; berlaku mulai {begins}.", "tidak seorang pun: tunggu harinya"
            )
        button = button_of(actor, "standard.propose", "standards.current_standard", "Usulkan")
        return ReadyItem("warn", title, "Belum diusulkan.", profile_of(db).who_may("standard.propose"), **button)
    mine = next((proposal for proposal, _, _ in standards.proposals_for(db, actor, on)), proposals[0])
    return signing_item(db, actor, mine, now)


def signing_item(db: Database, actor: Actor, proposal: StandardProposal, now: datetime) -> ReadyItem:
    rows = standards.signature_rows(db, proposal.service, proposal.revision)
    due = next(row for row in rows if not row.name)
    able = standards.signers_of(db, due, office_date(now))
    post = due.post
    state = f"{sum(bool(row.name) for row in rows)} dari {len(rows)} tanda tangan"
    if not able:
        button = button_of(actor, "people.manage", "staff.new_person", "Tambah petugas")
        owner = profile_of(db).who_may("people.manage")
        state = f"{state}; {post} belum ada orangnya."
        return ReadyItem("warn", "Standar pelayanan berlaku", state, owner, **button)
    owner = f"{' atau '.join(person.name for person in able)} ({post})"
    lacks, button = missing_pin(db, actor, able[0], now)
    if helpers := who_ends_wait(db, able[0].person_id, now):
        owner = " atau ".join(helpers)
    if any(helper.person_id == actor.person_id for helper in able) and not lacks:
        values = {"service_id": proposal.service}
        button = {"endpoint": "standards.show_proposal", "verb": "Baca dan tanda tangani", "values": values}
    return ReadyItem("warn", "Standar pelayanan berlaku", f"{state}. {lacks}".strip(), owner, **button)


def missing_pin(db: Database, actor: Actor, signer: Signatory, now: datetime) -> tuple[str, dict[str, Any]]:
    """What keeps a signer from signing now, and the signer's own button that ends it."""
    own = signer.person_id == actor.person_id
    begins = pin_counts_from(db, signer.person_id)
    if begins is None or not has_pin(db, signer.person_id):
        if own:
            button = {"endpoint": "people.my_page", "verb": "Buat PIN"}
        else:
            button = {}
        return "Belum punya PIN: masuk, ganti kata sandi, buat PIN di halaman Saya.", button
    if begins > now:
        vouching = words_to_vouch(db, signer.person_id, now)
        return f"PIN {signer.name} berlaku mulai {long_moment(begins)}. {vouching}", {}
    return "", {}


def first_pin_item(db: Database, actor: Actor, now: datetime) -> list[ReadyItem]:
    """The office's first PIN, for whoever may make it: it decides at once, and vouches for those of the others."""
    if not makes_first_pin(db, actor, now):
        return []
    state = "Belum ada yang berlaku. Yang Anda buat langsung berlaku dan dapat menjamin PIN rekan."
    return [ReadyItem("warn", "PIN pertama kantor", state, "Anda", "people.my_page", "Buat PIN")]


def new_pins_item(db: Database, actor: Actor, now: datetime) -> list[ReadyItem]:
    """New PINs: those for which this person may vouch now, with the button; else what the own one waits for."""
    waiting = list_new_pins(db, now)
    able = [new_pin.name for new_pin in waiting if not refusal_of(check_voucher, db, actor, new_pin.person_id, now)]
    if able:
        state = end_sentence(f"Menunggu jaminan: {', '.join(able)}")
        yours = "Anda, dengan PIN Anda"
        return [
            ReadyItem("warn", "PIN baru", state, yours, "second.list_waiting", "Jamin PIN", here=True, count=len(able))
        ]
    return [waiting_pin(db, pin, now) for pin in waiting if pin.person_id == actor.person_id]


def waiting_pin(db: Database, own: NewPin, now: datetime) -> ReadyItem:
    vouching = words_to_vouch(db, own.person_id, now)
    return ReadyItem("wait", "PIN Anda", f"Berlaku mulai {long_moment(own.counts_from)}. {vouching}")


# -- the rest --------------------------------------------------------------------------------------------------------


def staff_item(db: Database, actor: Actor) -> ReadyItem:
    profile = profile_of(db)
    people = list_people(db, active=True)
    held = frozenset(role for colleague in people for role in colleague.roles)
    empty = [person.label for person in profile.first_people.values() if not held.issuperset(person.roles)]
    if not empty:
        return ReadyItem("good", "Petugas", f"{len(people)} orang, setiap jabatan ada orangnya.")
    button = button_of(actor, "people.manage", "staff.new_person", "Tambah petugas")
    return ReadyItem("warn", "Petugas", f"Belum ada: {', '.join(empty)}.", profile.who_may("people.manage"), **button)


def backup_item(db: Database, actor: Actor, now: datetime) -> ReadyItem:
    key, newest = backup_lines(db, now)[:2]
    if key.kind == newest.kind == "good":
        return ReadyItem("good", "Cadangan terbukti", newest.detail)
    lacking = newest
    deed = "Buat cadangan"
    if key.kind != "good":
        lacking = key
        deed = "Buat kunci"
    state = f"{lacking.name} {lacking.word.lower()}. {lacking.detail}."
    button = button_of(actor, "backup.make", "backups.page", deed)
    return ReadyItem("warn", "Cadangan terbukti", state, profile_of(db).who_may("backup.make"), **button)


def arms_item(db: Database, actor: Actor) -> ReadyItem:
    if settings.get_setting(db, "office.arms"):
        return ReadyItem("good", "Lambang", "Terpasang di kop surat.")
    button = button_of(actor, "office.settings", "settings.page", "Pasang lambang")
    state = "Belum ada; surat memakai tempat kosong di kiri kepala surat. Boleh menyusul."
    return ReadyItem("idle", "Lambang", state, profile_of(db).who_may("office.settings"), **button)


def partner_items(db: Database, actor: Actor) -> list[ReadyItem]:
    """Where the office sends to; nothing where no service has a partner."""
    end = office.road_end(db)
    profile = profile_of(db)
    title = end[:1].upper() + end[1:]
    if office.is_enrolled(db):
        return [ReadyItem("good", title, "Kantor ini terdaftar; pengiriman berjalan lewat Loket.")]
    if not office.loket_partners(db):
        return []
    button = button_of(actor, "office.settings", "road_page.page", "Daftarkan kantor")
    state = "Belum terdaftar; sampai saat itu pengiriman berjalan dengan kertas. Boleh menyusul."
    return [ReadyItem("idle", title, state, profile.who_may("office.settings"), **button)]
