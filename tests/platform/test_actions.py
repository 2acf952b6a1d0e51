"""Every action: permitted, in scope, in one transaction, with one audit event; a key makes it happen once."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core import serializers
from django.db import connection, transaction

from gridhall.platform import orgs
from gridhall.platform.actions import REGISTERED
from gridhall.platform.actor import Actor, system
from gridhall.platform.errors import KeyReused, NotAllowed, NotInScope, Refused
from gridhall.platform.models import ActionKey, AuditEvent, AuditHead, OrgUnit, Staff, StaffRole, User
from gridhall.platform.tags import Tag
from tests.platform.conftest import staff

BOOKS = (OrgUnit, Staff, StaffRole, User, ActionKey, AuditEvent, AuditHead)
CITY = ("city", "04", "临海市", "Linhai City")


def books() -> str:
    """Everything the actions here may change, as text."""
    return "".join(serializers.serialize("json", model._base_manager.order_by("pk")) for model in BOOKS)


def test_an_action_writes_exactly_one_event(province: OrgUnit, lin: Actor) -> None:
    city = orgs.create_unit(lin, province, *CITY)
    event = AuditEvent.objects.get()
    assert (event.tag, event.actor, event.subject, event.path) == (
        "org-unit:create", "Administrator Lin", f"orgunit:{city.public_id}", "32/04/",
    )  # fmt: skip


def test_a_role_without_the_verb_is_refused(province: OrgUnit) -> None:
    before = books()
    with pytest.raises(NotAllowed):
        orgs.create_unit(staff("Clerk Wu", "32/", "clerk"), province, *CITY)
    assert books() == before


def test_to_a_stranger_the_object_does_not_exist(province: OrgUnit, stranger: Actor) -> None:
    before = books()
    with pytest.raises(NotInScope):
        orgs.create_unit(stranger, province, *CITY)
    assert books() == before


def test_the_same_key_is_one_change_and_one_answer(province: OrgUnit, lin: Actor) -> None:
    first = orgs.create_unit(lin, province, *CITY, key="form 1")
    before = books()
    assert orgs.create_unit(lin, province, *CITY, key="form 1") == first
    assert books() == before


def test_a_key_used_with_other_content_is_refused(province: OrgUnit, lin: Actor) -> None:
    orgs.create_unit(lin, province, *CITY, key="form 1")
    before = books()
    with pytest.raises(KeyReused):
        orgs.create_unit(lin, province, "city", "05", "另一市", "Other City", key="form 1")
    assert books() == before


def test_a_refused_action_leaves_nothing_behind(province: OrgUnit, lin: Actor) -> None:
    before = books()
    with pytest.raises(Refused):
        orgs.create_staff(lin, province, "qin", "short", "秦", "Auditor Qin", [("auditor", province)], key="form 2")
    assert books() == before


def add_unit(by: Actor, province: OrgUnit) -> OrgUnit:
    return orgs.create_unit(by, province, *CITY, key="key")


def add_staff(by: Actor, province: OrgUnit) -> Staff:
    return orgs.create_staff(
        by, province, "gao", "a long test password", "高", "Biller Gao", [("biller", province)], key="key"
    )


class PulledPlug(Exception):
    """The process stopped here."""


def fails_at(number: int) -> Callable[..., Any]:
    """An execute wrapper that lets ``number`` statements through."""
    left = [number]

    def execute(run: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            left[0] -= 1
            if left[0] < 0:
                raise PulledPlug(sql)
        return run(sql, params, many, context)

    return execute


@pytest.mark.parametrize("act", [add_unit, add_staff])
def test_a_fault_at_any_statement_leaves_nothing_behind(
    act: Callable[[Actor, OrgUnit], Any], province: OrgUnit, lin: Actor
) -> None:
    before, faults = books(), 0
    while True:
        try:
            with connection.execute_wrapper(fails_at(faults)):
                act(lin, province)
            break
        except PulledPlug:
            faults += 1
            assert books() == before, f"after statement {faults}"
    assert faults > 5, "the faults were not injected"
    assert books() != before


def test_an_action_inside_another_shares_its_transaction(province: OrgUnit, lin: Actor) -> None:
    before = books()
    with pytest.raises(PulledPlug), transaction.atomic():
        orgs.create_unit(lin, province, *CITY)
        raise PulledPlug
    assert books() == before


def test_facts_of_the_event_hold_the_roles_that_were_given(province: OrgUnit) -> None:
    add_staff(system(), province)
    assert json.loads(AuditEvent.objects.get().detail) == {"roles": ["biller@32/"]}


def test_the_verbs_of_the_platform_are_registered() -> None:
    assert {Tag.ORG_UNIT_CREATE, Tag.STAFF_CREATE, Tag.JOB_SUBMIT, Tag.JOB_CANCEL, Tag.NOTIFICATION_SEND} <= set(
        REGISTERED
    )
