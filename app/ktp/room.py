"""The identity card: recording and the register."""

from app.ktp.events import ALSO, KINDS
from app.ktp.rules import KtpPartnerRules
from app.ktp.tables import SERVICE
from app.room import Room

ROOM = Room(KINDS, also=ALSO, partner_rules={SERVICE: KtpPartnerRules()})
