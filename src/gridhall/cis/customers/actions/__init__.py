"""The verbs of customers and their accounts, one module each."""

from gridhall.cis.customers.actions.customer import create_customer, update_customer
from gridhall.cis.customers.actions.import_customers import import_customers
from gridhall.cis.customers.actions.login import bind_login
from gridhall.cis.customers.actions.move_in import move_in
from gridhall.cis.customers.actions.move_out import move_out
from gridhall.cis.customers.actions.phone import unmask_phone
from gridhall.cis.customers.actions.take_on import Newcomer, take_on
from gridhall.cis.customers.actions.tariff import change_tariff

__all__ = [
    "Newcomer",
    "bind_login",
    "change_tariff",
    "create_customer",
    "import_customers",
    "move_in",
    "move_out",
    "take_on",
    "unmask_phone",
    "update_customer",
]
