"""Who the customer is."""

from __future__ import annotations

from gridhall.cis.customers import details
from gridhall.cis.customers.models import Account, Customer
from gridhall.cis.customers.search.index import reindex
from gridhall.platform.actions import Act, action
from gridhall.platform.models import OrgUnit
from gridhall.platform.tags import Tag


@action(Tag.CUSTOMER_CREATE)
def create_customer(
    act: Act,
    unit: OrgUnit,
    kind: str,
    name: str,
    *,
    phone: str = "",
    email: str = "",
    language: str = "zh-hans",
    needs: str = "",
) -> Customer:
    """A customer of ``unit``, without an account yet. Raises Refused naming the field that cannot be."""
    fields = {"kind": kind, "name": name, "phone": phone, "email": email, "language": language, "needs": needs}
    customer = Customer(path=unit.path, **details.clean(fields))
    act.on(customer, unit.path)
    customer.save()
    return customer


@action(Tag.CUSTOMER_UPDATE)
def update_customer(
    act: Act,
    customer: Customer,
    *,
    name: str | None = None,
    phone: str | None = None,
    email: str | None = None,
    language: str | None = None,
    needs: str | None = None,
) -> Customer:
    """Change the given fields; None leaves a field as it is. Raises Refused naming the field that cannot be."""
    act.on(customer, customer.path)
    given = {"name": name, "phone": phone, "email": email, "language": language, "needs": needs}
    changes = details.clean({field: value for field, value in given.items() if value is not None})
    if not changes:
        return customer
    customer = Customer.objects.select_for_update().get(pk=customer.pk)
    for field, value in changes.items():
        setattr(customer, field, value)
    customer.save(update_fields=[*changes])
    act.note(fields=sorted(changes))
    reindex(Account.objects.filter(customer=customer).values_list("pk", flat=True))
    return customer
