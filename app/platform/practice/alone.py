"""The exchange of a training office: it has none, and gets none."""

from app.platform.office.exchange import OfficeExchange
from sync.nodes import Node
from sync.problems import SyncError

ALONE = "Kantor latihan tidak disambungkan ke pusat mana pun."


class NoExchange(OfficeExchange):
    def node_to_enrol(self, typed: str) -> Node:
        """Raises SyncError for every code: nothing of a training office reaches a partner."""
        raise SyncError("code_shape", ALONE)
