"""Papers of a team that a decree names: the decree with its members, the integrity pact of each."""

from datetime import date

from app.printing.data.common import Letter, Official, Part


class TeamMemberLine(Part):
    name: str
    education: str
    study: str


class TeamDecree(Letter):
    """A decree (SK) that names a team; `enacted` is empty while it is only prepared."""

    post: str
    subject: str
    basis: str
    considering: tuple[str, ...]
    decisions: tuple[str, ...]
    members: tuple[TeamMemberLine, ...]
    until: date
    enacted: bool


class IntegrityPact(Letter):
    """The pact that a member signed with the own PIN; `signer` is the member."""

    points: tuple[str, ...]
    head_official: Official
