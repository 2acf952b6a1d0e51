"""What an action may refuse with. Pages turn these into answers in the reader's language."""

from django.utils.translation import gettext_lazy as _


class Refused(Exception):
    """The request was understood and is not possible; the message says why and what to do."""

    status = 422


class NotAllowed(Refused):
    """The role of the actor does not carry this verb."""

    status = 403


class NotInScope(Refused):
    """The object belongs to another organisation; to this actor it does not exist."""

    status = 404


class KeyReused(Refused):
    """The idempotency key was used before with other content."""

    status = 422

    def __init__(self) -> None:
        super().__init__(_("This key was already used with other content; start again with a new form."))


class InWork(Refused):
    """Another request holds what this one needs, most likely the same one sent a moment ago; nothing was changed."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            _("This is in work already. Wait a moment and look whether it is done; send it again only if it is not.")
        )
