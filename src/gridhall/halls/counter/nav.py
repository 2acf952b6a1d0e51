"""The navigation of the counter hall."""

from django.utils.translation import gettext_lazy as _

from gridhall.halls.nav import Hall, Item

HALL = Hall(
    prefix="counter",
    name=_("Counter"),
    items=(
        Item("counter-desk", _("Desk"), also=("counter-shift-open", "counter-shift")),
        Item(
            "counter-search",
            _("Customers"),
            also=(
                "counter-customer", "counter-case", "counter-pay", "counter-receipt", "counter-reverse",
                "counter-refund", "counter-statement", "counter-advice", "counter-plan-change", "counter-others",
                "counter-other-new", "counter-other", "counter-collections", "counter-prepay", "counter-mandate",
            ),
        ),
    ),
)  # fmt: skip
