"""What stands between meter and bill in a bill file: losses, sub-meters and ways of feeding in, in the order written.

    transformer   S11 1000 kVA, 31 days               by the formula
    transformer   S9 400 kVA, 31 days, table sample   by a table of kWh bands
    line-loss     2 %                                 of all above it
    taken-off     900 kWh     or  3 %                 what sub-meters take
    share         3 %                                 what is left to a sub-meter
    feed-in       self-use                            metered and not paid

`, on flat` after a loss puts all of it there.
"""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np

from gridhall.kernel import shipped
from gridhall.kernel.losses import active_loss_wh, line_losses_wh, reactive_loss_varh, spread
from gridhall.kernel.oracle import Account
from gridhall.kernel.splits import ratio_part
from gridhall.kernel.tariffs import PERIODS
from gridhall.kernel.transformers import rules_on

TRANSFORMER = re.compile(r"(\S+) (\d+) kVA, (\d+) days(?:, table (\S+))?(, on flat)?")
NAMES = ("transformer", "line-loss", "taken-off", "share", "feed-in")
RULES = rules_on(shipped.loss_rules(), date(2026, 1, 31))


def applied(name: str, text: str, account: Account) -> Account:
    """The account after one more step."""
    flat = text.endswith(", on flat")
    match name:
        case "transformer":
            return _transformer(text, account)
        case "line-loss":
            lost = line_losses_wh(np.array([_wh(account)]), np.array([_share_e6(text)]))
            return _moved(account, int(lost[0]), flat=flat)
        case "taken-off":
            part = ratio_part(_wh(account), _share_e6(text)) if "%" in text else int(Decimal(text.split()[0]) * 1000)
            return _moved(account, -part)
        case "share":
            return _moved(account, ratio_part(_wh(account), _share_e6(text)) - _wh(account))
        case "feed-in":
            assert text == "self-use"
            return _moved(account, -_wh(account))
    raise ValueError(f"unknown step {name!r}")


def _transformer(text: str, account: Account) -> Account:
    found = TRANSFORMER.fullmatch(text)
    if found is None:
        raise ValueError(f"not a transformer: {text}; write S11 1000 kVA, 31 days")
    series, kva, days = found[1], int(found[2]), int(found[3])
    varh = int(account.reactive_kvarh * 1000)
    if found[4]:
        lost, reactive = shipped.loss_tables()[found[4]].loss(series, kva, _wh(account), days, 31)
    else:
        plate, shape = shipped.transformers()[series].plate(kva), RULES.shape("", None)
        lost = active_loss_wh(plate, _wh(account), varh, days * 24, shape)
        reactive = reactive_loss_varh(plate, _wh(account), varh, days * 24)
    account = _moved(account, lost, flat=bool(found[5]))
    return replace(account, reactive_kvarh=account.reactive_kvarh + Decimal(reactive).scaleb(-3))


def _moved(account: Account, wh: int, *, flat: bool = False) -> Account:
    """``wh`` more or less, over the periods in proportion or on flat alone."""
    weights = np.array([int(account.period_kwh.get(period, Decimal(0)) * 1000) for period in PERIODS])
    rest = PERIODS.index("flat" if "flat" in account.period_kwh else next(iter(account.period_kwh)))
    over = weights * (np.arange(len(PERIODS)) == rest) if flat else weights
    size = spread(np.array([abs(wh)]), over.reshape(1, -1), np.array([rest]))[0] * (1 if wh >= 0 else -1)
    after = {period: Decimal(int(weights[n] + size[n])).scaleb(-3) for n, period in enumerate(PERIODS)}
    return replace(account, period_kwh={period: after[period] for period in account.period_kwh})


def _wh(account: Account) -> int:
    return int(sum(account.period_kwh.values(), Decimal(0)) * 1000)


def _share_e6(text: str) -> int:
    return int(Decimal(text.split()[0]) * 10_000)
