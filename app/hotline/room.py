"""The hotline."""

from app.hotline import article_events, events, message_events, team_events
from app.hotline.messages import exchange_messages
from app.hotline.service import check_complaint_exit
from app.hotline.team import check_team
from app.room import Room

ROOM = Room(
    [*events.KINDS, *message_events.KINDS, *article_events.KINDS, *team_events.KINDS],
    daily=(exchange_messages,),
    outcome_checks=(check_complaint_exit, check_team),
)
