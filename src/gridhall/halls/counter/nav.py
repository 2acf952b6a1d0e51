"""The navigation of the counter hall."""

from django.utils.translation import gettext_lazy as _

from gridhall.halls.nav import Hall

HALL = Hall(
    prefix="counter",
    name=_("Counter"),
    items=(),
)
