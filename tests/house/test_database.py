"""The models and the migrations tell the same story, and every verb of the audit log is done by one action."""

import pytest
from django.apps import apps
from django.core.management import call_command
from django.utils.module_loading import module_has_submodule

from gridhall.platform.actions import REGISTERED
from gridhall.platform.tags import Tag

# Written by the sign-in page itself: there is no actor yet who could act.
WITHOUT_ACTION = {Tag.SIGN_IN, Tag.SIGN_IN_REFUSED}


@pytest.mark.django_db
def test_no_model_waits_for_a_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)


def test_every_verb_is_done_by_one_action() -> None:
    for config in apps.get_app_configs():
        if config.name.startswith("gridhall.") and module_has_submodule(config.module, "actions"):
            __import__(f"{config.name}.actions")
    undone = sorted(set(Tag) - set(REGISTERED) - WITHOUT_ACTION)
    assert not undone, "no action is registered for: " + ", ".join(undone)
