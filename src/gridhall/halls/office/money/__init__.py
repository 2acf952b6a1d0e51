"""What the pages about money coming in share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gridhall.cis.channels.models import Link
from gridhall.codecs.errors import FileProblem
from gridhall.halls.forms import KeyedForm
from gridhall.platform.scope import Scope
from gridhall.readings.importing.problems import from_codec, sentence

BYTES_MAX = 48 << 20  # four hundred thousand lines; the page answers while the reader waits


class UploadForm(KeyedForm):
    """A file of one of the links that the reader may see."""

    link = forms.ChoiceField(label=gettext_lazy("Partner"))
    file = forms.FileField(label=gettext_lazy("File"), max_length=200)

    def __init__(self, *args: Any, links: list[Link], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._links = {str(link.public_id): link for link in links}
        self.fields["link"].choices = [(key, f"{one.code} {one.name}") for key, one in self._links.items()]

    def clean_file(self) -> Any:
        """What the page cannot judge while the reader waits is refused before it is read."""
        file = self.cleaned_data["file"]
        if file.size > BYTES_MAX:
            raise forms.ValidationError(_("The file is larger than %(most)s MB; split it.") % {"most": BYTES_MAX >> 20})
        return file

    @property
    def chosen(self) -> Link:
        """The link of a valid form."""
        return self._links[self.cleaned_data["link"]]


def links_of(scope: Scope, *adapters: str) -> list[Link]:
    """Links in scope, of some adapters or of all."""
    rows = Link.objects.within(scope).filter(active=True)
    return list(rows.filter(adapter__in=adapters) if adapters else rows)


def said(problem: FileProblem) -> str:
    """What is wrong with a file, with its row, in the reader's language."""
    told = sentence(from_codec(problem))
    return _("Row %(row)s: %(told)s") % {"row": problem.row, "told": told} if problem.row else told


CODES = {
    "ok": gettext_lazy("booked"),
    "unknown_account": gettext_lazy("no account of this number here"),
    "unknown_order": gettext_lazy("no order of this number here"),
    "unknown_original": gettext_lazy("the payment to be taken back is not here"),
    "key_reused": gettext_lazy("this serial was booked with other content"),
    "bad_amount": gettext_lazy("the amount is not possible or not the announced one"),
    "not_reversible": gettext_lazy("it cannot be taken back any more"),
    "bad_signature": gettext_lazy("the signature does not fit"),
    "too_old": gettext_lazy("too old, or a wrong clock"),
    "replayed": gettext_lazy("the nonce was used before"),
    "some_refused": gettext_lazy("some lines were refused"),
    "wrong_recipient": gettext_lazy("not meant for us"),
}


KINDS = {
    "query": gettext_lazy("question what is owed"),
    "pay": gettext_lazy("payment"),
    "reverse": gettext_lazy("reversal"),
    "result": gettext_lazy("question what became of a payment"),
    "notice": gettext_lazy("notice about an order"),
    "day-file": gettext_lazy("day file"),
    "camt": gettext_lazy("account report"),
    "unread": gettext_lazy("not readable or not signed"),
}


def kind_words(kind: str) -> str:
    """What a message was about; a rare kind stands as it is."""
    return str(KINDS.get(kind, kind))


def code_words(code: str) -> str:
    """An answer's code in words; a rare one stands as it is."""
    return str(CODES.get(code, code))
