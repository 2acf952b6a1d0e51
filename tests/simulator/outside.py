"""What the world outside believes: which messages it sent, what it heard, and what its statements therefore say.

A process writes each step into a file of its own before and after it; such a file survives kill -9, as a bank's own
system survives ours. Nothing here reads our database.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.simulator.partners import Answer, Movement
from tests.simulator.plan import Operation, Plan, Shown, Verb, Way
from tests.simulator.world import House, number_of

ASK_AGAIN = ("in_flight", "unknown_original", "fail", "waiting", "replayed")  # no last word
PENDING = ("in_flight", "waiting")  # nothing was said about the money


class Journal:
    """The steps of one process, one JSON list a line."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = os.open(path, os.O_APPEND | os.O_CREAT | os.O_WRONLY)

    def note(self, *step: Any) -> None:
        """One write of one line: it is there whole or not at all."""
        os.write(self._file, json.dumps(step).encode() + b"\n")

    def heard(self, place: int, number: int, answer: Answer) -> None:
        """The answer to an operation."""
        self.note("heard", place, number, answer.code, answer.receipt, answer.fen, answer.token)


def steps(path: Path) -> Iterator[list[Any]]:
    """What a process noted, in its order."""
    if path.exists():
        for line in path.read_text().splitlines():
            yield json.loads(line)


@dataclass
class Belief:
    """What is believed of one operation: answers heard, how often it was sent, and how often nobody heard an answer."""

    answers: list[Answer] = field(default_factory=list)
    unheard: int = 0

    @property
    def good(self) -> bool:
        return any(answer.good for answer in self.answers)

    @property
    def unknown(self) -> bool:
        """Nobody outside can say whether the money was booked."""
        return not self.final and self.unheard > 0

    @property
    def final(self) -> bool:
        """Nobody asks again."""
        return self.good or any(answer.code not in ASK_AGAIN for answer in self.answers)


@dataclass
class Outside:
    """The beliefs of a run; ``misled`` are serials sent with another amount that were told ok, ``broken`` errors."""

    beliefs: dict[int, Belief]
    misled: list[int]
    broken: list[str]
    deaths: int
    busy: int  # messages that waited too long for a lock and were sent again
    interrupted: set[str]  # what was under way when somebody died: ways, and "files" for the worker that posts them

    def of(self, number: int) -> Belief:
        """What is believed of an operation; one that nobody sent was never heard of."""
        return self.beliefs.get(number) or Belief()


def believed(plan: Plan, folder: Path) -> Outside:
    """Everything that the journals of a run say."""
    found = Outside(defaultdict(Belief), [], [], 0, 0, set())
    for path in sorted(folder.glob("*.jsonl")):
        under_way = always = "posting files" if path.stem == "worker" else ""
        for step in steps(path):
            match step:
                case ["sent", _place, is_batch, number]:
                    sent = plan.batches[number].operations if is_batch else (number,)
                    for one in sent:
                        found.beliefs[one].unheard += 1
                    under_way = plan.operations[sent[0]].way
                case ["heard", _place, number, *said]:
                    _hear(found.beliefs[number], Answer(*said))
                case ["done" | "deaf", _place]:
                    under_way = always
                case ["twice", number, "ok"]:
                    found.misled.append(number)
                case ["broke", number, text]:
                    found.broken.append(f"{number}: {text}")
                case ["busy", _number, _text]:
                    found.busy += 1
                case ["born" | "woken" as how, life] if life:
                    found.deaths += how == "born"  # others of the process died with it
                    found.interrupted |= {under_way} - {""}
    return found


def _hear(belief: Belief, answer: Answer) -> None:
    if answer.code not in PENDING:
        belief.answers.append(answer)
        belief.unheard -= 1


def listed(plan: Plan, outside: Outside, house: House, way: Way, late: bool = False) -> list[Movement]:
    """What the statement of a partner shows; ``late``: the second one, with what the first one had left out."""
    lost = {number for batch in plan.batches if batch.lost for number in batch.operations}
    found = []
    for one in plan.operations:
        if one.way is not way or one.verb is Verb.CLOSE or not _moved(plan, outside, one, one.number in lost):
            continue
        if one.shown is Shown.LATE if late else one.shown in (Shown.RIGHT, Shown.DIFFERENT):
            found.append(movement(plan, house, one, 1 if one.shown is Shown.DIFFERENT else 0))
    return found


def _moved(plan: Plan, outside: Outside, one: Operation, lost: bool) -> bool:
    """Whether the partner takes the money as moved. A payment that timed out and its reversal are not shown at all."""
    if one.original is not None:
        return outside.of(one.number).good and not outside.of(one.original).unknown
    belief = outside.of(one.number)
    return belief.good or lost or (belief.unknown and one.counts)


def movement(plan: Plan, house: House, one: Operation, more_fen: int = 0) -> Movement:
    """An operation as its partner tells it."""
    original = plan.operations[one.original] if one.original is not None else None
    order = ""
    if one.way is Way.DEBIT:
        order = house.orders[number_of(one.account)][0]
    return Movement(
        one.serial, one.net_fen + more_fen, house.at, number_of(one.account), order, original.serial if original else ""
    )  # fmt: skip


def accepted_fen(plan: Plan, outside: Outside, way: Way) -> tuple[int, int]:
    """What the outside holds an ok for by one way, net; and how much more it may be, at most, that it does not know."""
    sure = unsure = 0
    for one in plan.operations:
        if one.way is way:
            belief = outside.of(one.number)
            sure += one.net_fen if belief.good else 0
            unsure += abs(one.net_fen) if belief.unknown else 0
    return sure, unsure
