"""The verbs of reconciliation."""

from gridhall.cis.reconcile.actions.differences import confirm, own, propose, send_back
from gridhall.cis.reconcile.actions.statements import finish_statement, import_statement, match_step

__all__ = ["confirm", "finish_statement", "import_statement", "match_step", "own", "propose", "send_back"]
