"""The hotline's team (5.2.1, 5.2.2, 7): a decree, a letter of the agenda, names it; each member signs a pact.

Nobody answers a contact before both stand: :func:`check_team` is asked before a contact takes an outcome of the team.
"""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Annotated

from app.casework.desk.tables import CaseFile
from app.casework.letters.cases import letter_code, letter_named
from app.casework.letters.service import draft_from
from app.casework.letters.tables import OutgoingLetter
from app.casework.letters.transitions import can_read_outgoing
from app.core.asked import Text
from app.core.clock import office_date
from app.core.dates import plain_date
from app.core.permissions import Actor
from app.core.problems import SENTENCES, Problem, check_found, check_nothing_wrong
from app.core.procedure import engine
from app.core.text import field_text
from app.platform.office import queries as office
from app.platform.office.moves import Act, Move, Moves, Subject, stay, true_names
from app.platform.office.papers import enacting_post, signing_official
from app.platform.people.queries import person_names, profile_of
from app.room import office_command
from app.services.hotline.events import Member, MemberLeft, PactSigned, TeamDrafted, TeamWithdrawn
from app.services.hotline.queries import SERVICE
from app.services.hotline.tables import TeamDecree, TeamMember
from schema.database import Database
from schema.profiles import Profile
from schema.service_fields import Letter
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
TOO_LITTLE = ("school", "diploma")
"""Less than a bachelor's degree (7)."""
STATES = {
    "drafted": ("wait", "Menunggu surat keputusannya"),
    "enacted": ("good", "Berlaku"),
    "over": ("bad", "Masa berlaku habis"),
    "withdrawn": ("idle", "Dicabut"),
}
SIGNED = ("enacted", "over")
MOVES = {
    "pact": Move(
        ("team.sign",),
        stay(*SIGNED),
        "team.pact_signed",
        {
            "member": "Anda bukan anggota tim menurut SK ini.",
            "unsigned": "Pakta integritas sudah Anda tandatangani.",
        },
    ),
    "release": Move(("team.manage",), stay(*SIGNED), "team.member_left"),
    "withdraw": Move(("team.enact",), stay(*SIGNED), "team.withdrawn"),
}
"""Move → who may make it, in which state of the decree, the journal kind, and what must hold."""
DECREE = "team_decree"
"""The letter of the definition that names the team."""
ANSWERERS = ("wadir", "kabag")
"""Roles of the definition to which the team reports what it cannot answer."""
MEMBER = "{} | {} | {} | {}"
LONGEST = timedelta(days=5 * 366)
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


@office_command("team.manage")
def draft_team(
    journal: Journal,
    actor: Actor,
    *,
    until_on: date | None,
    members: Sequence[tuple[str, str, str]],
    now: datetime,
) -> TeamDecree:
    """Draft the letter that names the team; `members` are user name, education and field of study each.

    It goes the way of every letter: initials, signature, number. Raises Problem.
    """
    db = journal.db
    wrong = dict[str, str]()
    today = office_date(now)
    if until_on is None or not today <= until_on <= today + LONGEST:
        wrong["until_on"] = "Isi sampai kapan SK berlaku, sesudah hari ini dan paling lama lima tahun."
    listed = check_members(db, members, wrong, journal.next_id("team_member"))
    check_nothing_wrong(wrong)
    definition = office.current_definition(db, SERVICE, today)
    named = letter_named(definition, DECREE)
    if named is None:
        raise Problem.of("conflict", why="Standar hotline yang berlaku belum memuat SK tim. Usulkan revisi barunya.")
    lines = (
        MEMBER.format(n, member.name, EDUCATION[member.education], member.study) for n, member in enumerate(listed, 1)
    )
    facts = {"members": "\n".join(lines), "until": plain_date(until_on or today)}
    facts |= decree_facts(db, named, today)
    code = letter_code(profile_of(db), definition, named)
    letter_id = draft_from(journal, actor, named, facts, now, code=code)
    body = TeamDrafted(journal.next_id("team_decree"), letter_id, str(until_on), listed)
    journal.record(body, subject=f"team/{body.id}", actor=actor.username, at=now)
    return load_decree(journal.db, body.id)


def decree_facts(db: Database, named: Letter, on: date) -> dict[str, str]:
    """What the decree says of this office: who enacts it, what it rests on, who answers what the team cannot."""
    profile = profile_of(db)
    enacting = enacting_post(db, signing_official(db, profile.filled_by(named.signatories[0])[0], on))
    laws = (f"{n}. {law}" for n, law in enumerate(profile.decree_laws, 1))
    return {
        "answerers": answerer_words(profile),
        "enacting": enacting.upper(),
        "enacted_by": enacting,
        "laws": "\n".join(laws),
    }


def answerer_words(profile: Profile) -> str:
    """The posts of this office that answer what the team cannot: `Sekretaris atau Kasi`."""
    posts = [profile.short(name) for role in ANSWERERS for name in profile.filled_by(role)]
    *others, last = dict.fromkeys(posts)
    return " atau ".join([*filter(None, [", ".join(others)]), last])


def check_members(
    db: Database, members: Sequence[tuple[str, str, str]], wrong: dict[str, str], first_id: int
) -> list[Member]:
    """The members as the decree lists them; what is wrong goes to the field of its row (`member1`, `education1`, …)."""
    listed: list[Member] = []
    active = dict(db.run("SELECT username, name FROM person WHERE active = 1"))
    for n, (username, education, study) in enumerate(members, start=1):
        if not username:
            continue
        if username not in active or username in {member.username for member in listed}:
            wrong[f"member{n}"] = "Pilih petugas lain dari daftar; setiap orang satu kali."
        if education in TOO_LITTLE or education not in EDUCATION:
            wrong[f"education{n}"] = "Anggota tim sekurang-kurangnya sarjana (butir 7)."
        text = field_text(wrong, f"study{n}", study.replace("|", "/"), 80, "Bidang studi", empty="Isi bidang studinya.")
        listed.append(Member(first_id + len(listed), username, active.get(username, ""), education, text))
    if not listed:
        wrong["member1"] = "Pilih paling sedikit satu anggota."
    return listed


def team_subject(db: Database, actor: Actor, decree_id: int, today: date) -> Subject[TeamDecree]:
    decree = load_decree(db, decree_id)
    state = state_of(decree, today)
    words = {name: word.lower() for name, (_, word) in STATES.items()}
    facts = member_facts(members_of(db, decree_id), actor)
    return Subject(decree, f"team/{decree_id}", f"SK {decree.number}".strip(), state, facts, words)


def member_facts(members: Sequence[TeamMember], actor: Actor) -> set[str]:
    """What the moves need to know of this person: whether a member, and whether the pact waits for the signature."""
    mine = [member for member in members if member.username == actor.username and not member.left_at]
    holds = {"member": bool(mine), "unsigned": not any(member.pact for member in mine)}
    return true_names(holds)


move = Moves(MOVES, "decree_id", team_subject)


@move("pact")
def sign_pact(act: Act[TeamDecree], *, decree_id: int, now: datetime) -> None:
    """Sign the integrity pact as a member, for the text of this program. The PIN was asked before. Raises Problem."""
    act.record(PactSigned(find_member(act.journal.db, decree_id, act.actor.username).id, PACT_DIGEST))


@move("release")
def release_member(
    act: Act[TeamDecree],
    *,
    decree_id: int,
    username: str,
    reason: Annotated[str, Text("Alasan keluar", SENTENCES["reason"], most=300)],
    now: datetime,
) -> None:
    """A member leaves the team. Raises Problem `not_found` for somebody who is not in it."""
    act.record(MemberLeft(find_member(act.journal.db, decree_id, username).id, reason))


@move("withdraw")
def withdraw_team(
    act: Act[TeamDecree],
    *,
    decree_id: int,
    reason: Annotated[str, Text("Alasan mencabut", SENTENCES["reason"], most=300)],
    now: datetime,
) -> None:
    """Withdraw a decree in force, by whoever signs such; a draft is cancelled as a letter. Raises Problem."""
    act.record(TeamWithdrawn(decree_id, reason))


# -- reading -------------------------------------------------------------------------------------------------------


OF_LETTER = {"number": "l.number", "on_date": "coalesce(l.numbered_on, '')", "letter_state": "l.state"}
JOINED = "JOIN outgoing_letter l ON l.id = d.letter_id"


def can_read_letter(db: Database, actor: Actor, decree: TeamDecree) -> bool:
    """Whether this person may read the letter by which a team is appointed."""
    letter = OutgoingLetter.first(db, id=decree.letter_id)
    return letter is not None and can_read_outgoing(actor, letter)


def load_decree(db: Database, decree_id: int) -> TeamDecree:
    """A decree with number, date and state of its letter. Raises Problem `not_found`."""
    found = TeamDecree.joined(db, "d", f"{JOINED} WHERE d.id = ?", (decree_id,), **OF_LETTER)
    return check_found(next(iter(found), None), "SK Tim itu")


def members_of(db: Database, decree_id: int) -> list[TeamMember]:
    return TeamMember.rows(db, decree_id=decree_id, order="name")


def find_member(db: Database, decree_id: int, username: str) -> TeamMember:
    """A member who has not left. Raises Problem `not_found`."""
    found = TeamMember.first(db, decree_id=decree_id, username=username, left_at="")
    return check_found(found, "Anggota itu")


def list_decrees(db: Database) -> list[TeamDecree]:
    return TeamDecree.joined(db, "d", f"{JOINED} ORDER BY d.until_on DESC, d.id DESC LIMIT 50", **OF_LETTER)


def state_of(decree: TeamDecree, on: date) -> str:
    """Which of :data:`STATES` a decree is in on a day."""
    if decree.withdrawn_at or decree.letter_state == "cancelled":
        return "withdrawn"
    if not decree.number:
        return "drafted"
    if decree.until_on < on.isoformat():
        return "over"
    return "enacted"


def why_not_in_team(db: Database, username: str, on: date) -> str:
    """Why somebody may not answer contacts on a day; empty for a member who signed the pact."""
    known = [(state_of(decree, on), decree) for decree in list_decrees(db)]
    standing = [decree for state, decree in known if state == "enacted"]
    if not standing:
        last = next((decree for state, decree in known if state == "over"), None)
        ended = ""
        if last:
            ended = f" SK {last.number} berakhir {plain_date(date.fromisoformat(last.until_on))}."
        return f"Belum ada SK Tim Pelaksana Hotline yang berlaku.{ended} Siapkan di halaman Tim hotline."
    decrees = tuple(decree.id for decree in standing)
    mine = TeamMember.rows(db, decree_id=decrees, username=username, left_at="")
    if not mine:
        name = person_names(db).get(username, username)
        return (
            f"{name} bukan anggota Tim Pelaksana Hotline menurut SK {standing[0].number}, jadi tidak menjawab kontak."
        )
    if any(row.pact for row in mine):
        return ""
    return "Anda belum menandatangani pakta integritas. Tanda tangani di halaman Tim hotline, lalu jawab."


def check_team(
    db: Database, case: CaseFile, definition: Definition, outcome: Outcome | Exit, actor: Actor | None, today: date
) -> None:
    """Refuse an outcome of the team to whoever is not in it, or has not signed. Raises Problem `conflict`.

    What the program does itself (the automatic reply) and exits by hand are no answers.
    """
    if actor is None or isinstance(outcome, Exit):
        return
    team = TEAM_ROLE in engine.roles_of(definition, engine.step_named(definition, case.step), outcome)
    if team and (why := why_not_in_team(db, actor.username, today)):
        raise Problem.of("conflict", why=why)
