"""Reports on targets and what was reached."""

from app.platform.printing.data.common import Official, Paper, Part


class TargetLine(Part):
    """One target of a report, in words: what was to be reached, what was (empty: not known), in whose hands."""

    name: str
    target: str
    value: str
    state: str
    unit: str
    period: str
    missed: bool


class TargetGroup(Part):
    title: str
    lines: tuple[TargetLine, ...]


class FollowUpLine(Part):
    what: str
    person: str
    by_on: str
    done: str


class Performance(Paper):
    """The evaluation of a period (clause 14), of a year the report on its targets. `draft`: it is not closed yet."""

    title: str
    period: str
    sentences: tuple[str, ...]
    charts: tuple[str, ...]
    groups: tuple[TargetGroup, ...]
    analyses: tuple[str, ...]
    conclusion: str
    follow_ups: tuple[FollowUpLine, ...]
    next_targets: tuple[tuple[str, str, str], ...]
    signers: tuple[tuple[str, Official], ...]
    date_line: str
