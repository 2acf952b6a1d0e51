"""The verbs of metering."""

from gridhall.cis.metering.actions.adjustments import end_losses, end_sub_meter, set_losses, set_sub_meter
from gridhall.cis.metering.actions.installing import (
    MULTIPLIER_MAX,
    MeterDetails,
    check_details,
    exchange_meter,
    install_meter,
    remove_meter,
)

__all__ = [
    "MULTIPLIER_MAX",
    "MeterDetails",
    "check_details",
    "end_losses",
    "end_sub_meter",
    "exchange_meter",
    "install_meter",
    "remove_meter",
    "set_losses",
    "set_sub_meter",
]
