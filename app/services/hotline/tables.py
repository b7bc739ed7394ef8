"""Tables that only this room writes."""

from schema.database import Table


class HotlineComplaint(Table):
    """The contact that became a line of the complaint book, and which line; each stands here once."""


class Sms(Table):
    """A message that came in or goes out. `stamp` is the telephone's clock, `digest` that of the file in which it came,
    `file` the one in which it leaves; `tells`: the event of its case that an answer passes on."""


class Article(Table):
    """A revision of an article of desk information; `article_id` is the id of its first one."""


class ArticleUse(Table):
    """A contact that was answered with an article, and in which revision."""


class TeamDecree(Table):
    """A decree (SK) that names the hotline's team."""


class TeamMember(Table):
    """A member of a decree's team; `pact` is the digest of the integrity pact that he signed."""
