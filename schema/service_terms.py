"""Structs of a service definition file, third part: its clocks, and the partner to whom its files go."""

from typing import Annotated, Literal

from msgspec import Meta

from schema.service_standard import Count, Line, Number, Part, Slug

Unit = Literal["working_minutes", "working_hours", "working_days", "calendar_days"]
Moment = Annotated[str, Meta(pattern=r"^(@opened|[a-z][a-z0-9_]*\.@?[a-z][a-z0-9_]*)$")]


class Duration(Part, frozen=True, kw_only=True):
    """An amount of time by the office's calendar; `calendar_days` counts every day."""

    amount: Annotated[int, Meta(ge=1, le=100_000)]
    unit: Unit


class Notice(Part, frozen=True, kw_only=True):
    """Who is told `after` so much more time when a limit is over; only within office hours."""

    roles: Annotated[tuple[Slug, ...], Meta(min_length=1)]
    after: Count = 0
    unit: Unit = "working_hours"


class Limit(Part, frozen=True, kw_only=True):
    """A clock of a case: an amount of time, or a range (least, most) whose most it is due after.

    It starts, stops and goes on again at moments of the case: `@opened`, `step.@entered` or `step.outcome`. `pauses`
    names the listed reasons that may stop it (left out: every one of the file). `tells` are told in order while nobody
    reacts. The `[promise]` of a file is the limit `promise`.
    """

    id: Slug
    label: Line
    clause: Number | Literal[""] = ""
    amount: Annotated[int, Meta(ge=1, le=100_000)] | None = None
    range: tuple[Count, Count] | None = None
    unit: Unit
    starts_on: Annotated[tuple[Moment, ...], Meta(min_length=1)]
    stops_on: Annotated[tuple[Moment, ...], Meta(min_length=1)]
    restarts_on: tuple[Moment, ...] = ()
    pauses: tuple[Slug, ...] | None = None
    tells: tuple[Notice, ...] = ()

    @property
    def most(self) -> int:
        """The amount after which it is due."""
        return self.range[1] if self.range else self.amount or 0


class PartnerSteps(Part, frozen=True, kw_only=True):
    """Which steps of the file send to a partner, wait for its answer, mend what it refused, receive and hand over."""

    send: Slug
    answer: Slug
    repair: Slug | Literal[""] = ""
    arrive: Slug | Literal[""] = ""
    hand_over: Slug | Literal[""] = ""


class PartnerAnswer(Part, frozen=True, kw_only=True):
    """What the partner may answer to a line, the outcome that it gives, and the reasons to choose from."""

    id: Slug
    label: Line
    outcome: Slug
    reasons: tuple[Line, ...] = ()


class Partner(Part, frozen=True, kw_only=True):
    """Who gets the files of this service outside the office and sends them back: another service, a printer, a bureau.

    `name` stands on papers, `short` in lists; `product` is the word for what comes back. `columns` are the fields that
    stand on the list and travel, `papers` those that go along.
    """

    id: Slug
    name: Line
    short: Line
    stream: Annotated[str, Meta(pattern=r"^[a-z0-9-]{1,40}$")]
    product: Line
    columns: Annotated[tuple[Slug, ...], Meta(min_length=1)]
    steps: PartnerSteps
    answers: Annotated[tuple[PartnerAnswer, ...], Meta(min_length=1)]
    papers: tuple[Slug, ...] = ()
