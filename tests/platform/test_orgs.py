"""Units stand in their place, and administrators keep an eye on each other."""

import pytest

from gridhall.platform import orgs
from gridhall.platform.actor import Actor
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.models import OrgUnit, Staff

PASSWORD = "a long test password"


def test_a_units_path_grows_from_its_parents(province: OrgUnit, lin: Actor) -> None:
    city = orgs.create_unit(lin, province, "city", "04", "临海市", "Linhai City")
    station = orgs.create_unit(lin, city, "station", "A1", "望江供电所", "Wangjiang Station")
    assert (station.path, station.city_path) == ("32/04/A1/", "32/04/")


@pytest.mark.parametrize("code", ["", "0/4", "../..", "0 4", "零四", "4" * 13])
def test_a_code_that_would_break_a_path_is_refused(code: str, province: OrgUnit, lin: Actor) -> None:
    with pytest.raises(Refused, match=r"12|letters|字母"):
        orgs.create_unit(lin, province, "city", code, "市", "City")


def test_a_unit_stands_below_one_of_a_higher_level(province: OrgUnit, lin: Actor) -> None:
    city = orgs.create_unit(lin, province, "city", "04", "临海市", "Linhai City")
    for parent, level in ((city, "city"), (city, "province"), (None, "city"), (province, "village")):
        with pytest.raises(Refused):
            orgs.create_unit(lin, parent, level, "99", "某处", "Somewhere")


def test_the_same_code_stands_once_under_a_parent(province: OrgUnit, lin: Actor) -> None:
    orgs.create_unit(lin, province, "city", "04", "临海市", "Linhai City")
    with pytest.raises(Refused):
        orgs.create_unit(lin, province, "city", "04", "另一市", "Other City")


def test_an_administrator_of_a_province_founds_no_other(province: OrgUnit, lin: Actor) -> None:
    with pytest.raises(NotInScope):
        orgs.create_unit(lin, None, "province", "41", "远山省", "Yuanshan Province")


@pytest.mark.parametrize(
    "pair",
    [
        ("system-administrator", "auditor"),
        ("system-administrator", "security-administrator"),
        ("security-administrator", "auditor"),
    ],
)
def test_nobody_holds_two_of_the_administrators_roles(pair: tuple[str, str], province: OrgUnit, lin: Actor) -> None:
    with pytest.raises(Refused):
        orgs.create_staff(lin, province, "both", PASSWORD, "两", "Both", [(role, province) for role in pair])
    assert not Staff.objects.exists()


def test_a_role_nobody_wrote_down_is_refused(province: OrgUnit, lin: Actor) -> None:
    for role in ("king", "customer", "anonymous"):
        with pytest.raises(Refused, match=role):
            orgs.create_staff(lin, province, "x", PASSWORD, "某", "Someone", [(role, province)])


def test_roles_are_given_only_within_ones_own_scope(province: OrgUnit, lin: Actor) -> None:
    other = OrgUnit.objects.create(level="province", code="41", path="41/", name_zh="远山省", name_en="Yuanshan")
    with pytest.raises(NotInScope):
        orgs.create_staff(lin, province, "x", PASSWORD, "某", "Someone", [("clerk", other)])


def test_a_member_of_staff_signs_in_with_the_password_given(province: OrgUnit, lin: Actor) -> None:
    staff = orgs.create_staff(lin, province, "wu", PASSWORD, "吴柜员", "Clerk Wu", [("clerk", province)] * 2)
    assert staff.user.check_password(PASSWORD)
    assert [role.role for role in staff.roles.all()] == ["clerk"]


def test_a_weak_password_and_a_taken_name_are_refused(province: OrgUnit, lin: Actor) -> None:
    orgs.create_staff(lin, province, "wu", PASSWORD, "吴", "Clerk Wu", [])
    for name, password in (("wu", PASSWORD), ("zheng", "password1234"), ("zheng", "short")):
        with pytest.raises(Refused):
            orgs.create_staff(lin, province, name, password, "郑", "Zheng", [])
