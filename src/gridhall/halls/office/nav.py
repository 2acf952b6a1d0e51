"""The navigation of the billing office."""

from django.utils.translation import gettext_lazy as _

from gridhall.halls.nav import Hall

HALL = Hall(
    prefix="office",
    name=_("Billing office"),
    items=(),
)
