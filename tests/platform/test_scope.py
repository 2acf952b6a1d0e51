"""Scope is an index range on every table that has one, and a customer sees his own accounts."""

import pytest
from django.apps import apps
from django.db import connection, models

from gridhall.platform.models import AuditEvent, Notification, OrgUnit
from gridhall.platform.scope import EVERYTHING, NOTHING, Scope, ScopedQuerySet, path_range

pytestmark = pytest.mark.django_db

SCOPED = [
    model
    for model in apps.get_models()
    if isinstance(getattr(model, "objects", None), models.Manager) and isinstance(model.objects.all(), ScopedQuerySet)
]
# No page lists these by unit alone: a message or entry is reached by its account, a bill by run, account or month, an
# issue by its import or point. Their scope only checks what another index has found.
# Terms and installations are reached through their service point, whose own index is tested; the rows of a parallel run
# through the run.
REACHED_OTHERWISE = {
    "billing.Bill", "ledger.Entry", "metering.Installation", "network.ServicePointTerms", "platform.Notification",
    "readings.Issue", "parallel.LegacyBill", "parallel.RefusedRow", "parallel.ComparisonRound", "parallel.Comparison",
}  # fmt: skip


def plan(rows: models.QuerySet) -> str:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    return rows.explain()


@pytest.mark.parametrize(
    "model",
    [model for model in SCOPED if model._meta.label not in REACHED_OTHERWISE],
    ids=lambda model: model._meta.label,
)
def test_rows_within_a_scope_are_found_by_index(model: type[models.Model]) -> None:
    said = plan(model.objects.within(Scope(prefixes=("32/04/",))).order_by())
    by_index = "SEARCH" if connection.vendor == "sqlite" else "Index Cond"
    assert by_index in said, said


def test_a_prefix_takes_its_own_branch_and_no_neighbour() -> None:
    for code in ("3", "32", "320", "33"):
        OrgUnit.objects.create(level="province", code=code, path=f"{code}/", name_zh=code, name_en=code)
    OrgUnit.objects.create(level="city", code="04", path="32/04/", name_zh="市", name_en="City")
    OrgUnit.objects.create(level="city", code="~", path="32/~/", name_zh="市", name_en="City")
    found = OrgUnit.objects.filter(path_range("path", "32/")).values_list("path", flat=True)
    assert set(found) == {"32/", "32/04/", "32/~/"}


def test_several_branches_add_up_and_no_branch_is_nothing() -> None:
    for path in ("32/", "33/", "41/"):
        OrgUnit.objects.create(level="province", code=path[:-1], path=path, name_zh=path, name_en=path)
    assert OrgUnit.objects.within(Scope(prefixes=("32/", "41/"))).count() == 2
    assert OrgUnit.objects.within(NOTHING).count() == 0
    assert OrgUnit.objects.within(EVERYTHING).count() == 3


def test_a_customer_sees_rows_of_his_accounts_and_of_no_other() -> None:
    for account in (1, 2):
        Notification.objects.create(
            channel="sms", recipient="", account_id=account, path="32/04/", template="", language="en"
        )
    own = Notification.objects.within(Scope(accounts=frozenset({1})))
    assert [row.account_id for row in own] == [1]
    assert not AuditEvent.objects.within(Scope(accounts=frozenset({1}))).exists()


def test_what_a_scope_covers_is_what_it_finds() -> None:
    scope = Scope(prefixes=("32/04/",), accounts=frozenset({7}))
    assert scope.covers("32/04/01/")
    assert scope.covers("99/", account_id=7)
    assert not scope.covers("32/040/")
    assert not scope.covers("32/")
    assert not scope.covers("99/", account_id=8)
