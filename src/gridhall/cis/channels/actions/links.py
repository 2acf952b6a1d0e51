"""Opening a link to a partner, and the keys it signs with."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from gridhall.cis.channels.models import Link, LinkKey
from gridhall.cis.payments.channels import channel as channel_on
from gridhall.codecs import signatures
from gridhall.platform.actions import Act, action
from gridhall.platform.errors import NotInScope, Refused
from gridhall.platform.locks import lock
from gridhall.platform.tags import Tag


@action(Tag.LINK_OPEN)
def open_link(
    act: Act, code: str, name: str, channel: str, adapter: str, path: str, *, charset: str = "utf-8",
    partner_id: str = "", app_id: str = "", own_account: str = "", currency: str = "CNY",
) -> Link:  # fmt: skip
    """Open a link of a partner to a channel for the accounts of a unit."""
    if not act.actor.scope.covers(path):
        raise NotInScope()
    channel_on(channel, timezone.localtime(act.at).date())
    if adapter not in Link.Adapter.values or charset not in Link.Charset.values:
        raise Refused(_("Choose one of the adapters and charsets that there are."))
    if Link.objects.filter(code=code).exists():
        raise Refused(_("There is a link %(code)s already.") % {"code": code})
    link = Link.objects.create(
        code=code, name=name, channel=channel, adapter=adapter, path=path, charset=charset, partner_id=partner_id,
        app_id=app_id, own_account=own_account, currency=currency, opened_at=act.at, opened_by=act.actor.name,
    )  # fmt: skip
    act.on(link, link.path)
    act.note(code=code, channel=channel, adapter=adapter)
    return link


@action(Tag.LINK_KEY_TRUST)
def trust_key(act: Act, link_id: int, pem: str) -> LinkKey:
    """Trust a partner's public key from now on, beside those trusted before."""
    link = _locked(act, link_id)
    try:
        fingerprint = signatures.fingerprint(pem)
    except signatures.BadKey as error:
        raise Refused(_("This is not an RSA public key of at least 2048 bits in PEM form.")) from error
    if link.keys.filter(fingerprint=fingerprint).exists():
        raise Refused(_("This key was trusted before; a key that was ended does not come back."))
    act.note(fingerprint=fingerprint)
    return LinkKey.objects.create(
        link=link, pem=pem, fingerprint=fingerprint, trusted_at=act.at, trusted_by=act.actor.name
    )


@action(Tag.LINK_KEY_END)
def end_key(act: Act, link_id: int, fingerprint: str) -> LinkKey:
    """Stop trusting a key at once; ``fingerprint`` is its beginning."""
    link = _locked(act, link_id)
    found = list(link.keys.filter(ended_at__isnull=True, fingerprint__startswith=fingerprint.lower()))
    if len(found) != 1:
        raise Refused(_("Name one key by the beginning of its fingerprint."))
    key = found[0]
    key.ended_at = act.at
    key.save(update_fields=["ended_at"])
    act.note(fingerprint=key.fingerprint)
    return key


def _locked(act: Act, link_id: int) -> Link:
    rows = lock(Link.objects.within(act.actor.scope).filter(pk=link_id))
    if not rows:
        raise NotInScope()
    link: Link = rows[0]
    act.on(link, link.path)
    return link
