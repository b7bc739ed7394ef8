"""The decree of the hotline's team and the integrity pact on paper (annex 13.1; 5.2.1, 5.2.2)."""

from datetime import date, datetime
from typing import Any

from msgspec.structs import replace

from app.core.clock import office_date
from app.core.problems import Problem
from app.hotline import team
from app.hotline.queries import SERVICE
from app.hotline.tables import TeamMember
from app.office.papers import chief_official, form_control, office_letterhead, staff_official
from app.office.queries import shown_standard
from app.printing.data.common import Official
from app.printing.data.team import IntegrityPact, TeamDecree, TeamMemberLine
from schema.database import Database
from sync.entries import parse_utc_text

FORMS = {"team_decree": "F-13.1", "integrity_pact": "F-5.2.2"}
SUBJECT = "Tim Pelaksana Hotline Service"
CONSIDERING = (
    "bahwa layanan melalui hotline diberikan oleh tim khusus yang ditetapkan pimpinan (butir 5.2.1);",
    "bahwa yang namanya tercantum dalam keputusan ini memenuhi syarat pendidikan sekurang-kurangnya sarjana (butir 7).",
)
DECISIONS = (
    "Membentuk Tim Pelaksana Hotline Service dengan susunan dalam daftar di bawah ini.",
    "Setiap anggota menandatangani pakta integritas sebelum menjawab pelanggan (butir 5.2.2).",
    "Tim menjawab pelanggan dari desk information, dan meneruskan yang tidak dapat dijawabnya kepada Wadir atau Kabag.",
)


def paper_fields(db: Database, paper: str, printed_by: str, now: datetime) -> dict[str, Any]:
    definition, _ = shown_standard(db, SERVICE, office_date(now))
    control = form_control(definition, FORMS[paper])
    return {"head": office_letterhead(db), "control": control, "printed_at": now, "printed_by": printed_by}


def decree_signer(db: Database, decree_id: int) -> Official:
    """Who signed the decree, or will: with the moment of the PIN once it was signed."""
    decree = team.load_decree(db, decree_id)
    at = parse_utc_text(decree.enacted_at) if decree.enacted_at else None
    return chief_official(db, office_date(at) if at else date.fromisoformat(decree.on_date), at)


def decree_paper(db: Database, decree_id: int, printed_by: str, now: datetime) -> TeamDecree:
    decree, signer = team.load_decree(db, decree_id), decree_signer(db, decree_id)
    identity = shown_standard(db, SERVICE, office_date(now))[0].identity
    return TeamDecree(
        **paper_fields(db, "team_decree", printed_by, now),
        number=decree.number,
        on=date.fromisoformat(decree.on_date),
        signer=signer,
        post=signer.post,
        subject=SUBJECT,
        basis=f"{identity.document_kind} nomor {identity.full_number} revisi {identity.revision}",
        considering=CONSIDERING,
        decisions=DECISIONS,
        members=tuple(
            TeamMemberLine(name=one.name, education=team.EDUCATION[one.education], study=one.study)
            for one in team.members_of(db, decree_id)
        ),
        until=date.fromisoformat(decree.until_on),
        enacted=bool(decree.enacted_at),
    )


def pact_paper(db: Database, decree_id: int, username: str, printed_by: str, now: datetime) -> IntegrityPact:
    """The pact of a member who signed it. Raises Problem `not_found` for anybody else."""
    decree, member = team.load_decree(db, decree_id), TeamMember.first(db, decree_id=decree_id, username=username)
    if member is None or not member.pact:
        raise Problem.of("not_found", what="Pakta integritas itu")
    at = parse_utc_text(member.pact_at)
    return IntegrityPact(
        **paper_fields(db, "integrity_pact", printed_by, now),
        number=decree.number,
        on=office_date(at),
        signer=replace(staff_official(db, username), approved_at=at),
        points=team.PACT,
        head_official=chief_official(db, office_date(at)),
    )
