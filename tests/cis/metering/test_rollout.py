from datetime import date

import pytest

from gridhall.cis.metering.models import Installation
from gridhall.cis.metering.rollout import bill_by_curve
from gridhall.platform.errors import NotAllowed, NotInScope, Refused
from tests.cast import START, Cast

ON = date(2026, 3, 1)


def sources(cast: Cast, name: str) -> list[tuple[str, date, date | None]]:
    rows = Installation.objects.filter(service_point=cast.service_points[name]).order_by("valid_from")
    return list(rows.values_list("billing_source", "valid_from", "valid_to"))


def roll_out(cast: Cast, who: str, *names: str, on: date = ON) -> int:
    points = [cast.service_points[name].pk for name in names]
    return bill_by_curve(cast.actor(who), cast.units["32/04/01/"], points, on)


def test_a_rolled_out_meter_is_billed_by_curve_from_the_day_on(cast: Cast) -> None:
    assert roll_out(cast, "Fitter Sun", "Lao Zhou", "Ms Li") == 1
    assert sources(cast, "Lao Zhou") == [("register", START, ON), ("interval", ON, None)]
    assert sources(cast, "Ms Li") == [("interval", START, None)]


def test_rolling_out_twice_changes_nothing_more(cast: Cast) -> None:
    roll_out(cast, "Fitter Sun", "Lao Zhou")
    assert roll_out(cast, "Fitter Sun", "Lao Zhou") == 0
    assert len(sources(cast, "Lao Zhou")) == 2


def test_a_meter_that_came_on_the_day_itself_is_refused(cast: Cast, english: None) -> None:
    with pytest.raises(Refused, match="installed on this very day"):
        roll_out(cast, "Fitter Sun", "Lao Zhou", on=START)


def test_a_stranger_and_a_clerk_roll_nothing_out(cast: Cast) -> None:
    with pytest.raises(NotInScope):
        roll_out(cast, "Stranger", "Lao Zhou")
    with pytest.raises(NotAllowed):
        roll_out(cast, "Clerk Wu", "Lao Zhou")
    assert sources(cast, "Lao Zhou") == [("register", START, None)]
