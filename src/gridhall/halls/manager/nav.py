"""The navigation of the manager's cockpit."""

from django.utils.translation import gettext_lazy as _

from gridhall.halls.nav import Hall, Item

HALL = Hall(
    prefix="manager",
    name=_("Cockpit"),
    items=(
        Item("manager-today", _("Overview"), also=("manager-unit",)),
        Item("manager-arrears", _("Arrears"), also=("manager-arrears-unit",)),
    ),
)
