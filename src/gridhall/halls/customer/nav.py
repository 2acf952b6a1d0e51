"""The navigation of the customer hall."""

from django.utils.translation import gettext_lazy as _

from gridhall.halls.nav import Hall, Item

HALL = Hall(
    prefix="customer",
    name=_("My electricity"),
    items=(
        Item("customer-home", _("Home")),
        Item("customer-usage", _("Usage")),
        Item(
            "customer-bills",
            _("Bills"),
            also=(
                "customer-bill", "customer-case", "customer-line", "customer-line-day", "customer-invoice",
                "customer-others", "customer-other-new", "customer-other",
            ),
        ),
        Item("customer-advice", _("Other plans")),
        Item("customer-pay", _("Pay"), also=("customer-auto-pay", "customer-difficulties")),
        Item("customer-prepay", _("Balance")),
        Item("customer-payments", _("Payments"), also=("customer-receipt",)),
    ),
)  # fmt: skip
