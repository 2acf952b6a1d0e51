"""The matrix file, the verbs and the roles tell the same story."""

import re
from pathlib import Path

import pytest

from gridhall.platform import orgs, policy
from gridhall.platform.actor import ANONYMOUS, Actor, system
from gridhall.platform.errors import NotAllowed
from gridhall.platform.tags import SENTENCES, Tag

ROLES = set(policy.matrix()["roles"])


def test_every_verb_has_its_line_and_every_line_its_verb() -> None:
    assert set(policy.matrix()["actions"]) == {tag.value for tag in Tag}


def test_no_line_of_the_matrix_stands_twice() -> None:
    """A second line would silently replace the first."""
    text = (Path(policy.__file__).parent / "policy.yaml").read_text("utf-8")
    for part in text.split("\n\n"):
        names = re.findall(r"^  ([\w:-]+):", part, re.MULTILINE)
        assert len(names) == len(set(names)), {name for name in names if names.count(name) > 1}


def test_everybody_on_the_staff_can_sign_in() -> None:
    assert set(policy.matrix()["actions"]["user:sign-in"]) == ROLES


def test_every_verb_has_its_sentence() -> None:
    assert set(SENTENCES) == set(Tag)


@pytest.mark.parametrize("part", ["actions", "pages"])
def test_permissions_name_roles_that_exist(part: str) -> None:
    named = {role for roles in policy.matrix()[part].values() for role in roles}
    assert named - ROLES <= {"anyone"}


def test_every_role_has_a_name_in_both_languages() -> None:
    assert all(names["en"] and names["zh"] for names in policy.matrix()["roles"].values())
    assert orgs.ADMINISTRATORS <= ROLES


def test_money_and_release_are_not_in_one_hand() -> None:
    actions = policy.matrix()["actions"]
    assert set(actions["payment:reverse"]).isdisjoint({"clerk", "customer"})
    assert "biller" not in actions["bill-run:release"]
    assert "biller" not in actions["tariff-version:publish"]
    for verb in ("user:sign-in",):
        assert "auditor" in actions[verb]
    held = [verb for verb, roles in actions.items() if "auditor" in roles]
    assert held == ["user:sign-in"], "who reads the log changes nothing"


def test_an_unknown_page_opens_for_nobody() -> None:
    everything = Actor("everyone", "staff", frozenset(ROLES))
    assert not policy.may_open(everything, "no-such-page")
    assert policy.may_open(ANONYMOUS, "sign-in")


def test_a_nested_action_was_decided_by_the_outer_one() -> None:
    wu = Actor("Clerk Wu", "staff", frozenset({"clerk"}))
    with pytest.raises(NotAllowed):
        policy.require(wu, Tag.BILL_RUN_STEP)
    policy.require(wu, Tag.BILL_RUN_STEP, nested=True)
    policy.require(system(), Tag.BILL_RUN_STEP)
