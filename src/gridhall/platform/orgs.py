"""Units and people: the tree grows downwards, and nobody holds two of the administrators' roles."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from gridhall.platform import policy
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.models import OrgUnit, Staff, StaffRole, User
from gridhall.platform.scope import EVERYTHING
from gridhall.platform.tags import Tag

LEVELS = [level.value for level in OrgUnit.Level]
CODE = re.compile(r"[0-9A-Za-z]{1,12}")
# One runs the system, one grants rights, one reads the log: together they could act and hide it (GB/T 22239 8.1.5).
ADMINISTRATORS = frozenset({"system-administrator", "security-administrator", "auditor"})
NOT_FOR_STAFF = frozenset({"anonymous", "customer"})


def unit_at(path: str) -> OrgUnit | None:
    """The unit that a row which a scoped read gave belongs to."""
    return OrgUnit.objects.within(EVERYTHING).filter(path=path).first()


@action(Tag.ORG_UNIT_CREATE)
def create_unit(act: Act, parent: OrgUnit | None, level: str, code: str, name_zh: str, name_en: str) -> OrgUnit:
    """Add a unit under ``parent``, or a province without one. ``code`` becomes the last step of its path."""
    if not CODE.fullmatch(code):
        raise Refused(_("A unit's code has 1 to 12 letters or digits."))
    if level not in LEVELS or (LEVELS.index(level) == 0) != (parent is None):
        raise Refused(_("A province stands at the top, every other unit below one."))
    if parent is not None and LEVELS.index(level) <= LEVELS.index(parent.level):
        raise Refused(_("A unit stands below one of a higher level."))
    path = f"{parent.path if parent else ''}{code}/"
    if not act.actor.scope.covers(path):
        raise NotInScope()
    if OrgUnit.objects.filter(path=path).exists():
        raise Refused(_("There is a unit with this code already."))
    unit = OrgUnit.objects.create(
        parent=parent, level=level, code=code, path=path, name_zh=name_zh.strip(), name_en=name_en.strip()
    )
    act.on(unit, path)
    return unit


@action(Tag.STAFF_CREATE)
def create_staff(
    act: Act,
    unit: OrgUnit,
    username: str,
    password: str,
    name_zh: str,
    name_en: str,
    roles: Sequence[tuple[str, OrgUnit]],
) -> Staff:
    """Add a member of staff with a log-in and roles, each held at a unit within the scope of who adds them."""
    if not all(act.actor.scope.covers(place.path) for place in (unit, *(place for _role, place in roles))):
        raise NotInScope()
    names = {role for role, _place in roles}
    unknown = names - (set(policy.matrix()["roles"]) - NOT_FOR_STAFF)
    if unknown:
        raise Refused(_("These roles do not exist: %(roles)s.") % {"roles": ", ".join(sorted(unknown))})
    if len(names & ADMINISTRATORS) > 1:
        raise Refused(_("Nobody holds two of the system, security and audit administrators' roles."))
    if User.objects.filter(username=username).exists():
        raise Refused(_("This log-in name is taken."))
    user = User(username=username)
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error
    user.set_password(password)
    user.save()
    staff = Staff.objects.create(user=user, unit=unit, name_zh=name_zh.strip(), name_en=name_en.strip())
    StaffRole.objects.bulk_create(StaffRole(staff=staff, role=role, unit=place) for role, place in dict.fromkeys(roles))
    act.on(staff, unit.path)
    act.note(roles=sorted(f"{role}@{place.path}" for role, place in roles))
    return staff
