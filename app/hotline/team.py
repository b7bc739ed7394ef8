"""The hotline's team (5.2.1, 5.2.2, 7): a decree of whoever heads the office names it, each member signs a pact.

Nobody answers a contact before both stand: :func:`check_team` is asked before a contact takes an outcome of the team.
"""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from app.core.clock import office_date
from app.core.dates import plain_date
from app.core.permissions import Actor, may, require
from app.core.problems import SENTENCES, Problem, check_found
from app.core.text import field_text, required_text
from app.desk.tables import CaseFile
from app.hotline.queries import SERVICE
from app.hotline.tables import TeamDecree, TeamMember
from app.hotline.team_events import Member, MemberLeft, PactSigned, TeamDrafted, TeamEnacted, TeamWithdrawn
from app.people.queries import person_names, who_signs
from app.procedure import engine
from schema.database import Database
from schema.service_procedure import Definition, Exit, Outcome
from sync.journal import Journal

TEAM_ROLE = "hotline"
"""The role of the team, as the definition names it."""
EDUCATION = {
    "school": "SMA atau sederajat",
    "diploma": "Diploma (D-I sampai D-III)",
    "applied_bachelor": "Sarjana terapan (D-IV)",
    "bachelor": "Sarjana (S1)",
    "master": "Magister (S2)",
    "doctor": "Doktor (S3)",
}
ENOUGH = ("applied_bachelor", "bachelor", "master", "doctor")
"""At least a bachelor's degree (7)."""
STATES = {
    "drafted": ("wait", "Menunggu tanda tangan"),
    "enacted": ("good", "Berlaku"),
    "later": ("idle", "Belum berlaku"),
    "over": ("bad", "Masa berlaku habis"),
    "withdrawn": ("idle", "Dicabut"),
}
MOST_MEMBERS, LONGEST = 20, timedelta(days=5 * 366)
WARNED_BEFORE = timedelta(days=30)
PACT = (
    "Saya memberikan informasi yang akurat, kredibel, transparan, dan jujur, dan saya bertanggung jawab atasnya.",
    "Saya menjawab hanya dari desk information yang berlaku atau instruksi pejabat yang berwenang, tanpa menduga-duga.",
    "Saya melayani setiap penanya dengan sopan, tanpa membeda-bedakan dan tanpa meminta atau menerima imbalan apa pun.",
    "Saya menjaga rahasia nomor, nama, dan pertanyaan pelanggan, dan tidak memakainya untuk hal lain.",
    "Saya menyelesaikan setiap pertanyaan dalam waktu yang ditetapkan, dan melaporkan yang tidak dapat saya jawab.",
    "Bila saya melanggar pakta ini, saya bersedia diberhentikan dari tim dan dikenai sanksi menurut peraturan.",
)
PACT_DIGEST = hashlib.sha256("\n".join(PACT).encode()).hexdigest()


def draft_team(
    journal: Journal,
    actor: Actor,
    *,
    number: str,
    on_date: date | None,
    until_on: date | None,
    members: Sequence[tuple[str, str, str]],
    now: datetime,
) -> int:
    """Prepare a decree; `members` are user name, education and field of study each. Raises Problem."""
    require(actor, "team.manage")
    with journal.transaction():
        db, wrong = journal.db, dict[str, str]()
        clean = field_text(wrong, "number", number, 60, "Nomor SK", empty="Isi nomor SK, misalnya HK.01/120/2026.")
        if TeamDecree.first(db, number=clean):
            wrong["number"] = "Nomor SK itu sudah tercatat."
        if on_date is None:
            wrong["on_date"] = "Isi tanggal SK."
        if until_on is None or (on_date and not on_date <= until_on <= on_date + LONGEST):
            wrong["until_on"] = "Isi sampai kapan SK berlaku, sesudah tanggalnya dan paling lama lima tahun."
        listed = check_members(db, members, wrong)
        if wrong:
            raise Problem.of("invalid", wrong)
        body = TeamDrafted(journal.next_id("team_decree"), clean, str(on_date), str(until_on), listed)
        journal.record(body, subject=f"team/{body.id}", actor=actor.username, at=now)
    return body.id


def check_members(db: Database, members: Sequence[tuple[str, str, str]], wrong: dict[str, str]) -> list[Member]:
    """The members as the decree lists them; what is wrong goes to the field of its row (`member1`, `education1`, …)."""
    listed: list[Member] = []
    active = dict(db.run("SELECT username, name FROM person WHERE active = 1"))
    for n, (username, education, study) in enumerate(members[:MOST_MEMBERS], start=1):
        if not username:
            continue
        if username not in active or username in {one.username for one in listed}:
            wrong[f"member{n}"] = "Pilih petugas lain dari daftar; setiap orang satu kali."
        elif education not in ENOUGH:
            least = "Anggota tim sekurang-kurangnya sarjana (butir 7)"
            known = EDUCATION.get(education)
            wrong[f"education{n}"] = f"{least}; {known} tidak memenuhi." if known else f"{least}. Pilih pendidikannya."
        text = field_text(wrong, f"study{n}", study, 80, "Bidang studi", empty="Isi bidang studinya.")
        listed.append(Member(username, active.get(username, ""), education, text))
    if not listed:
        wrong["member1"] = "Pilih paling sedikit satu anggota."
    return listed


def enact_team(journal: Journal, actor: Actor, *, decree_id: int, now: datetime) -> None:
    """Sign the decree as the one who heads the office, or acts for him. The PIN was asked before. Raises Problem."""
    require(actor, "team.enact")
    with journal.transaction():
        decree = load_decree(journal.db, decree_id)
        check_state(decree, "drafted")
        signer = who_signs(journal.db, actor.profile.chief, office_date(now))
        if signer is None or signer.person_id != actor.person_id:
            post = actor.profile.label(actor.profile.chief)
            raise Problem.of("conflict", why=f"SK Tim ditandatangani {post}: {signer.name if signer else 'belum ada'}.")
        post = f"{signer.prefix}{actor.profile.label(actor.profile.chief)}"
        record_deed(journal, actor, decree_id, TeamEnacted(decree_id, post), now)


def sign_pact(journal: Journal, actor: Actor, *, decree_id: int, now: datetime) -> None:
    """Sign the integrity pact as a member, for the text of this program. The PIN was asked before. Raises Problem."""
    require(actor, "team.sign")
    with journal.transaction():
        check_state(load_decree(journal.db, decree_id), "enacted")
        member = TeamMember.first(journal.db, decree_id=decree_id, username=actor.username, left_at="")
        if member is None:
            raise Problem.of("conflict", why="Anda bukan anggota tim menurut SK ini.")
        if member.pact:
            raise Problem.of("state", what="Pakta integritas", state="sudah Anda tandatangani")
        record_deed(journal, actor, decree_id, PactSigned(decree_id, actor.username, PACT_DIGEST), now)


def release_member(
    journal: Journal, actor: Actor, *, decree_id: int, username: str, reason: str, now: datetime
) -> None:
    require(actor, "team.manage")
    why = required_text(reason, "reason", SENTENCES["reason"], 300)
    with journal.transaction():
        member = TeamMember.first(journal.db, decree_id=decree_id, username=username, left_at="")
        check_found(member, "Anggota itu")
        record_deed(journal, actor, decree_id, MemberLeft(decree_id, username, why), now)


def withdraw_team(journal: Journal, actor: Actor, *, decree_id: int, reason: str, now: datetime) -> None:
    """Withdraw a decree: a draft by whoever prepares it, an enacted one by whoever enacts. Raises Problem."""
    if not may(actor, "team.manage"):
        require(actor, "team.enact")
    why = required_text(reason, "reason", SENTENCES["reason"], 300)
    with journal.transaction():
        decree = load_decree(journal.db, decree_id)
        check_state(decree, "drafted", "enacted")
        require(actor, "team.manage" if decree.state == "drafted" else "team.enact")
        record_deed(journal, actor, decree_id, TeamWithdrawn(decree_id, why), now)


def record_deed(
    journal: Journal,
    actor: Actor,
    decree_id: int,
    body: TeamEnacted | PactSigned | MemberLeft | TeamWithdrawn,
    now: datetime,
) -> None:
    journal.record(body, subject=f"team/{decree_id}", actor=actor.username, at=now)


def check_state(decree: TeamDecree, *states: str) -> None:
    if decree.state not in states:
        raise Problem.of("state", what=f"SK {decree.number}", state=STATES[decree.state][1].lower())


# -- reading -------------------------------------------------------------------------------------------------------


def load_decree(db: Database, decree_id: int) -> TeamDecree:
    return check_found(TeamDecree.first(db, id=decree_id), "SK Tim itu")


def members_of(db: Database, decree_id: int) -> list[TeamMember]:
    return TeamMember.rows(db, decree_id=decree_id, order="name")


def list_decrees(db: Database) -> list[TeamDecree]:
    return TeamDecree.rows(db, order="on_date DESC, id DESC", limit=50)


def standing_decrees(db: Database, on: date) -> list[TeamDecree]:
    day = on.isoformat()
    return TeamDecree.rows(
        db, TeamDecree.on_date <= day, TeamDecree.until_on >= day, state="enacted", order="until_on DESC"
    )


def state_of(decree: TeamDecree, on: date) -> str:
    """Which of :data:`STATES` a decree is in on a day."""
    if decree.state != "enacted" or decree.on_date <= on.isoformat() <= decree.until_on:
        return str(decree.state)
    return "later" if on.isoformat() < decree.on_date else "over"


def why_not_in_team(db: Database, username: str, on: date) -> str:
    """Why somebody may not answer contacts on a day; empty for a member who signed the pact."""
    standing = standing_decrees(db, on)
    if not standing:
        last = next((one for one in list_decrees(db) if state_of(one, on) == "over"), None)
        ended = f" SK {last.number} berakhir {plain_date(date.fromisoformat(last.until_on))}." if last else ""
        return f"Belum ada SK Tim Pelaksana Hotline yang berlaku.{ended} Siapkan di halaman Tim hotline."
    for decree in standing:
        member = TeamMember.first(db, decree_id=decree.id, username=username, left_at="")
        if member is not None:
            sign = "Anda belum menandatangani pakta integritas. Tanda tangani di halaman Tim hotline, lalu jawab."
            return "" if member.pact else sign
    name = person_names(db).get(username, username)
    return f"{name} bukan anggota Tim Pelaksana Hotline menurut SK {standing[0].number}, jadi tidak menjawab kontak."


def check_team(
    db: Database, case: CaseFile, definition: Definition, outcome: Outcome | Exit, actor: Actor | None, today: date
) -> None:
    """Refuse an outcome of the team to whoever is not in it, or has not signed. Raises Problem `conflict`.

    What the program does itself (the automatic reply) and exits by hand are no answers.
    """
    if definition.id != SERVICE or actor is None or isinstance(outcome, Exit):
        return
    team = TEAM_ROLE in engine.roles_of(definition, engine.step_named(definition, case.step), outcome)
    if team and (why := why_not_in_team(db, actor.username, today)):
        raise Problem.of("conflict", why=why)
