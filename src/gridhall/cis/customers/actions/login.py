"""Who may see and pay for an account."""

from __future__ import annotations

from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from gridhall.cis.customers import details, numbers
from gridhall.cis.customers.models import Account, AccountLogin
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import NotAllowed, Refused
from gridhall.platform.models import User
from gridhall.platform.tags import Tag


@action(Tag.CUSTOMER_BIND)
def bind_login(
    act: Act, user: User, account_number: str, *, role: str = AccountLogin.Role.OWNER, phone: str = ""
) -> AccountLogin:
    """``user`` may see and pay for the account. Binding twice gives the first row.

    Staff bind accounts of their scope. A customer binds the own log-in only and proves it by the telephone number on
    file; a wrong number and a missing account get the same answer, so that nobody can try out account numbers.
    """
    if role not in AccountLogin.Role.values:
        raise Refused(_("%(value)s is not a role at an account.") % {"value": role})
    if not numbers.check(account_number):
        raise Refused(_("Account number %(number)s is mistyped; it has ten digits.") % {"number": account_number[:20]})
    account = Account.objects.select_related("customer").filter(number=account_number).first()
    if act.actor.kind == "customer":
        if act.actor.user_id != user.pk:
            raise NotAllowed()
        on_file = account.customer.phone if account else ""
        if account is None or not on_file or not constant_time_compare(details.clean_phone(phone), on_file):
            raise Refused(_("Account number and telephone number do not belong together."))
        act.subject, act.path = f"account:{account.public_id}", account.path
    elif account is None:
        raise Refused(_("There is no account %(number)s.") % {"number": account_number})
    else:
        act.on(account, account.path)
    return AccountLogin.objects.get_or_create(user=user, account=account, defaults={"role": role})[0]
