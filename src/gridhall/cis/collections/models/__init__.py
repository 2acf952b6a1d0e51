"""What is kept about debts: who is protected, how far dunning got, what was agreed, secured, cut off or given up."""

from gridhall.cis.collections.models.debts import Arrangement, Dispute, Instalment, Relief
from gridhall.cis.collections.models.disconnection import DisconnectionOrder, Notice
from gridhall.cis.collections.models.dunning import ChosenChannel, DunningCase, Touch
from gridhall.cis.collections.models.guarantee import Guarantee
from gridhall.cis.collections.models.protection import Protection

__all__ = [
    "Arrangement",
    "ChosenChannel",
    "DisconnectionOrder",
    "Dispute",
    "DunningCase",
    "Guarantee",
    "Instalment",
    "Notice",
    "Protection",
    "Relief",
    "Touch",
]
