"""The do-not-disconnect list, and the one question every way of cutting a supply asks."""

from datetime import UTC, date, datetime, timedelta

import pytest

from gridhall.cis.collections.actions import decide_protection, end_protection, propose_protection
from gridhall.cis.collections.models import Protection
from gridhall.cis.collections.queries import may_disconnect, may_disconnect_many, protections
from gridhall.platform.errors import NotAllowed, NotInScope, Refused
from tests.cast import Cast
from tests.cis.collections.owing import TODAY, at, ten_oclock

WINTER = datetime(2026, 12, 2, 2, tzinfo=UTC)  # a Wednesday morning


def codes(cast: Cast, name: str, when: datetime) -> list[str]:
    return [one.code for one in may_disconnect(cast.accounts[name], when)]


def listed(cast: Cast, name: str, reason: str, until: date | None = None) -> Protection:
    with at(ten_oclock()):
        return propose_protection(
            cast.actor("Clerk Wu"), cast.accounts[name].pk, reason, "certificate 2026-118", TODAY, until
        )


def test_a_home_with_a_breathing_machine_is_spared_from_the_first_minute(cast: Cast, english: None) -> None:
    assert codes(cast, "Lao Zhou", ten_oclock()) == []
    row = listed(cast, "Lao Zhou", "medical")
    (against,) = may_disconnect(cast.accounts["Lao Zhou"].pk, ten_oclock())
    assert (against.code, against.evidence) == ("medical", "certificate 2026-118")
    assert against.words == "Medical equipment, waits for a second person."
    decide_protection(cast.actor("Checker Ma"), row.pk, True)
    assert may_disconnect(cast.accounts["Lao Zhou"], ten_oclock())[0].words == (
        "On the do-not-disconnect list: Medical equipment."
    )


def test_a_refused_row_protects_nobody_and_a_second_person_decides(cast: Cast, english: None) -> None:
    row = listed(cast, "Lao Zhou", "medical")
    with pytest.raises(NotAllowed):
        decide_protection(cast.actor("Clerk Wu"), row.pk, True)
    with pytest.raises(Refused, match="Say why"):
        decide_protection(cast.actor("Checker Ma"), row.pk, False)
    decide_protection(cast.actor("Checker Ma"), row.pk, False, "the certificate is of another person")
    assert codes(cast, "Lao Zhou", ten_oclock()) == []
    own = propose_protection(cast.actor("Checker Ma"), cast.accounts["Lao Zhou"].pk, "medical", "letter 7", TODAY)
    with pytest.raises(Refused, match="second person"):
        decide_protection(cast.actor("Checker Ma"), own.pk, True)


def test_it_holds_from_its_first_day_to_its_last_and_can_be_ended(cast: Cast, english: None) -> None:
    row = listed(cast, "Lao Zhou", "school", TODAY + timedelta(days=10))
    assert codes(cast, "Lao Zhou", ten_oclock(TODAY - timedelta(days=1))) == []
    assert codes(cast, "Lao Zhou", ten_oclock(TODAY + timedelta(days=9))) == ["school"]
    assert "school" not in codes(cast, "Lao Zhou", ten_oclock(TODAY + timedelta(days=10)))
    with at(ten_oclock()):
        with pytest.raises(Refused, match="already"):
            propose_protection(cast.actor("Clerk Wu"), row.account_id, "school", "letter", TODAY)
        with pytest.raises(Refused, match="anyway"):
            end_protection(cast.actor("Checker Ma"), row.pk, TODAY + timedelta(days=20), "school moved")
        end_protection(cast.actor("Checker Ma"), row.pk, TODAY, "school moved")
    assert codes(cast, "Lao Zhou", ten_oclock(TODAY + timedelta(days=1))) == []


def test_low_income_protects_in_winter_only(cast: Cast) -> None:
    listed(cast, "Lao Zhou", "low_income")
    assert codes(cast, "Lao Zhou", ten_oclock()) == []
    assert codes(cast, "Lao Zhou", WINTER) == ["low_income"]
    # Grandma Chen's agreement says low income; nobody has to put her on the list.
    assert codes(cast, "Grandma Chen", ten_oclock()) == []
    assert codes(cast, "Grandma Chen", WINTER) == ["winter"]


def test_nobody_is_cut_off_on_a_day_off_or_in_the_evening(cast: Cast) -> None:
    saturday, evening = datetime(2026, 7, 4, 2, tzinfo=UTC), datetime(2026, 7, 1, 9, tzinfo=UTC)
    national_day = datetime(2026, 10, 1, 2, tzinfo=UTC)
    assert [codes(cast, "Ms Li", when) for when in (saturday, evening, national_day)] == [["hours"]] * 3


def test_an_important_user_is_only_copied_to_the_authority(cast: Cast) -> None:
    from gridhall.cis.collections.protecting import needs_a_copy

    listed(cast, "Haisheng Foods", "important")
    assert codes(cast, "Haisheng Foods", ten_oclock()) == []
    assert needs_a_copy(cast.accounts["Haisheng Foods"].pk, TODAY)
    assert not needs_a_copy(cast.accounts["Ms Li"].pk, TODAY)


def test_many_accounts_are_asked_at_once(cast: Cast) -> None:
    listed(cast, "Lao Zhou", "medical")
    ids = {name: account.pk for name, account in cast.accounts.items()}
    assert set(may_disconnect_many(list(ids.values()), ten_oclock())) == {ids["Lao Zhou"]}
    assert set(may_disconnect_many(list(ids.values()), WINTER)) == {ids["Lao Zhou"], ids["Grandma Chen"]}


def test_evidence_is_asked_for_and_the_stranger_finds_no_row(cast: Cast, english: None) -> None:
    with pytest.raises(Refused, match="evidence"):
        propose_protection(cast.actor("Clerk Wu"), cast.accounts["Ms Li"].pk, "medical", " ", TODAY)
    with pytest.raises(Refused, match="last day"):
        propose_protection(cast.actor("Clerk Wu"), cast.accounts["Ms Li"].pk, "medical", "letter 1", TODAY, TODAY)
    row = listed(cast, "Lao Zhou", "medical")
    stranger = cast.actor("Stranger")
    assert not protections(stranger.scope).exists()
    with pytest.raises(NotInScope):
        propose_protection(stranger, cast.accounts["Ms Li"].pk, "medical", "letter 1", TODAY)
    with pytest.raises(NotInScope):
        decide_protection(stranger, row.pk, True)
    with pytest.raises(NotInScope):
        end_protection(stranger, row.pk, TODAY, "curious")
