"""The navigation of the customer hall."""

from django.utils.translation import gettext_lazy as _

from gridhall.halls.nav import Hall

HALL = Hall(
    prefix="customer",
    name=_("My electricity"),
    items=(),
)
