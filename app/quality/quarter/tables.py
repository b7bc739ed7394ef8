"""Tables of recap and pledges."""

from schema.database import Table


class Recap(Table):
    """A quarter's recap; `figures` and, from approval on, `frame` are what its papers say, as JSON texts.

    `since_on` is the day on which it came to whoever has the next step.
    """


class RecapAddendum(Table):
    """What became known after approval."""


class Pledge(Table):
    """A promise of improvement: what, who, by when, and what became of it. `void`: withdrawn before approval."""


class PledgeHistory(Table):
    """What a pledge said before a change, and the reason or remark that was written with it."""


class Posting(Table):
    """When and where a recap hung on the notice board."""
