"""A visitor who votes, at the kiosk or by the services."""

import re
from dataclasses import dataclass, field
from datetime import datetime

from werkzeug.test import TestResponse

from app.casework.desk import service as cases
from app.casework.desk.tables import CaseFile
from app.quality.surveys import votes
from app.quality.surveys.answers import Said
from sync.journal import Journal
from tests.services.complaints.desk import Visit

GROUPS = {"age": "from_30", "sex": "female", "education": "senior", "occupation": "other"}


def case(journal: Journal, case_id: int) -> CaseFile:
    found = cases.case_by_id(journal.db, case_id)
    assert found is not None
    return found


def give(journal: Journal, case_id: int, now: datetime) -> str:
    """The code of a finished case."""
    return votes.give_code(journal.db, case(journal, case_id), now.date())


def vote(journal: Journal, case_id: int, now: datetime, marks: str = "333333333", comment: str = "") -> str:
    """Code and vote of a finished case; returns the code."""
    code = give(journal, case_id, now)
    votes.cast_vote(journal.db, code, Said(marks, GROUPS, comment), now)
    return code


def text(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


@dataclass
class Voter:
    """A visitor at the kiosk who presses what the pages offer; without script."""

    visit: Visit
    page: str = ""
    status: int = 0
    seen: list[str] = field(default_factory=list)

    def hidden(self) -> dict[str, str]:
        """The hidden fields of the form on the page."""
        return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', self.page))

    def send(self, path: str, **more: str) -> "Voter":
        answer = self.visit.client.post(path, data=self.hidden() | more)
        self.page, self.status = text(answer), answer.status_code
        return self

    def begin(self, code: str) -> "Voter":
        self.page = text(self.visit.client.get("/survei"))
        return self.send("/survei", code=code)

    def answer(self, marks: str) -> "Voter":
        for mark in marks:
            self.send("/survei/jawab", mark=mark)
        return self

    def finish(self, **more: str) -> "Voter":
        return self.send("/survei/kirim", **more)

    def whole(self, code: str, marks: str = "333333333") -> "Voter":
        return self.begin(code).answer(marks).finish(**GROUPS)
