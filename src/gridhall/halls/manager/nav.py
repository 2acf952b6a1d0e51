"""The navigation of the manager's cockpit."""

from django.utils.translation import gettext_lazy as _

from gridhall.halls.nav import Hall

HALL = Hall(
    prefix="manager",
    name=_("Cockpit"),
    items=(),
)
