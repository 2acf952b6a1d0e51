"""What the platform knows: units, people, the audit chain, jobs and messages to the outside."""

from gridhall.platform.models.audit import ActionKey, AuditEvent, AuditHead
from gridhall.platform.models.jobs import Job
from gridhall.platform.models.orgs import OrgUnit, Staff, StaffRole, User
from gridhall.platform.models.outbox import Notification, OutboxEvent

__all__ = [
    "ActionKey",
    "AuditEvent",
    "AuditHead",
    "Job",
    "Notification",
    "OrgUnit",
    "OutboxEvent",
    "Staff",
    "StaffRole",
    "User",
]
