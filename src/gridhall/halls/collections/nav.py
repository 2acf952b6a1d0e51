"""The navigation of the collections desk, and of the fitters' list on the phone."""

from django.utils.translation import gettext_lazy as _

from gridhall.halls.nav import Hall, Item

HALL = Hall(
    prefix="collections",
    name=_("Collections"),
    items=(
        Item("collections-desk", _("Overdue accounts"), also=("collections-account",)),
        Item("collections-touches", _("Calls and visits")),
        Item("collections-orders", _("Disconnections"), also=("collections-order",)),
        Item("collections-protected", _("Protected"), also=("collections-protection",)),
        Item("collections-arrangements", _("Instalments"), also=("collections-arrangement",)),
        Item("collections-guarantees", _("Guarantees"), also=("collections-guarantee",)),
        Item("collections-reliefs", _("Waivers and write-offs"), also=("collections-relief",)),
        Item("collections-disputes", _("Questions"), also=("collections-dispute",)),
    ),
)
FIELD = Hall(
    prefix="field",
    name=_("Field work"),
    items=(Item("field-tasks", _("My tasks"), also=("field-task",)),),
)
