"""How often each deed happens in a random sequence."""

from __future__ import annotations

from tests.proof import card_work, counter_work
from tests.proof.worker import Deed

DEEDS: dict[Deed, int] = {
    counter_work.open_one: 10,
    counter_work.receive: 4,
    counter_work.check_all: 8,
    counter_work.complete: 9,
    counter_work.give_back: 2,
    counter_work.resubmit: 2,
    counter_work.record: 9,
    counter_work.schedule: 3,
    counter_work.draft: 4,
    counter_work.send: 5,
    counter_work.sync: 6,
    card_work.accept: 8,
    card_work.refuse: 2,
    card_work.print_card: 8,
    card_work.spoil: 1,
    card_work.ship: 3,
    card_work.type_answer: 2,
    card_work.repair: 3,
    card_work.arrive: 7,
    card_work.call: 3,
    card_work.hand_over: 6,
    card_work.misprint: 2,
    card_work.leave: 1,
    card_work.correct: 2,
    card_work.paper: 2,
    card_work.balance: 1,
}
