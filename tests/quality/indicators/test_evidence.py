"""Who opens the evidence of a figure: whoever sees figures, and of a figure that there is."""

import msgspec

from app.core.permissions import may
from app.quality.indicators import queries
from tests.quality.indicators.conftest import Campus
from tests.quality.indicators.test_figures import S1, typed


def test_evidence_is_for_whoever_sees_figures(campus: Campus) -> None:
    figure = typed(campus, "yuni", S1, numerator="9", denominator="10")
    yuni = campus.actor("yuni")
    nobody = msgspec.structs.replace(yuni, roles=frozenset())
    assert (may(yuni, "indicator.view"), may(nobody, "indicator.view")) == (True, False)
    seen = {
        (who, one): queries.may_see_evidence(campus.db, actor, one, campus.clock())
        for who, actor in (("yuni", yuni), ("nobody", nobody))
        for one in (figure, figure + 1)
    }
    assert {place for place, sees in seen.items() if sees} == {("yuni", figure)}
