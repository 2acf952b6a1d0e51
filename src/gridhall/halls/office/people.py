"""How the office names customers: by account number and masked name."""

from __future__ import annotations

from gridhall.cis.customers.masking import mask_name
from gridhall.cis.customers.models import Account


def who(account: Account) -> str:
    """0400000019 李**."""
    return f"{account.number} {mask_name(account.customer.name)}"
