"""The simulated customer: works through their wishes, reacts to what is asked, thanks and leaves."""

from __future__ import annotations

import random

from eval.cases.errors import BadSuite
from eval.cases.schema import Simulation
from eval.customers.answers import SLOT_OF, Answers
from eval.customers.bank import PhraseBank, bundled_bank
from eval.customers.goals import GOOD_ENDS, Goal, focus, problems_of
from eval.customers.protocol import HeardTurn, Outcome
from eval.customers.speech import Speech
from tools.domain import Customer, Language

# A reply that awaits one of these has left what was being done.
_NOTHING = (None, "choice", "anything_else")


class SimulatedCustomer:
    """A `CustomerModel` by goals, patience and a phrase bank. The same seed and replies give the same messages.

    They know of themselves what the shop's record of the `customer` says, of their wishes what the simulation says,
    and nothing else; without a `customer` they are a stranger to the shop. One who is `signed_in` does not expect to
    be asked who they are, but answers. Raises `BadSuite` where the simulation cannot be played with the bank.
    """

    def __init__(
        self, simulation: Simulation, language: Language, customer: Customer | None, signed_in: bool, seed: int,
        bank: PhraseBank | None = None,
    ) -> None:  # fmt: skip
        bank = bank or bundled_bank(language)
        problems = [f"simulate: {where}: {why}" for where, why in problems_of(simulation, bank)]
        if problems:
            raise BadSuite(problems)
        self._simulation = simulation
        # Chances are drawn from the seed and the case's own words, never from what else is played.
        drawn = random.Random(f"{seed}/{language}/{signed_in}/{simulation.model_dump_json()}")
        self._speech = Speech(bank, simulation.manner, drawn)
        self._answers = Answers(self._speech, customer)
        self._signed_in = signed_in
        self._goals = [Goal(wish) for wish in simulation.wants]
        self._goal = self._goals[0]
        self._confirmed: Goal | None = None
        self._between: Goal | None = None
        self._messages = 0
        self._bye = self._reconsiders = False
        self._outcome: Outcome = ""

    @property
    def outcome(self) -> Outcome:
        """How it ended; "" as long as it goes on."""
        return self._outcome

    def first(self) -> str:
        """The message that the conversation begins with."""
        self._messages = 1
        chat = [self._speech.say("chat")] if self._speech.likely(self._speech.manner.chats) else []
        if not self._signed_in and self._speech.likely(self._speech.manner.tells):
            chat += self._answers.introduction()
        second = next((each for each in self._goals[1:] if each.wish.do), None)
        if second is None or not self._speech.manner.several:
            return self._speech.message([*chat, *self._open(self._goal)])
        known = {
            "first": self._speech.message(self._open(self._goal)), "second": self._speech.message(self._open(second))
        }  # fmt: skip
        return self._speech.message([*chat, self._speech.say("also", known)])

    def next(self, turn: HeardTurn) -> str | None:
        """What they say to a reply; None when they leave, and `outcome` tells why."""
        if self._outcome:
            return None
        self._hear(turn)
        self._outcome = self._leaving(turn)
        if self._outcome:
            return None
        self._messages += 1
        return self._speech.message(self._react(turn))

    def _open(self, goal: Goal) -> list[str]:
        goal.said = True
        return self._answers.opening(goal)

    # What a reply means

    def _hear(self, turn: HeardTurn) -> None:
        """Note what became of the wishes."""
        if self._between is not None:
            self._between.ended, self._between = "answered", None
            if turn.decision == "answer":
                return
        if self._bye or (self._answers.slip and turn.decision not in ("done", "propose")):
            return
        about = focus(self._goals, self._goal, turn)
        if about is not self._goal and self._goal.informs and turn.awaiting not in _NOTHING:
            # Kefu has gone on to the next wish, so this one was dealt with in the same reply.
            self._goal.ended = self._goal.ended or "answered"
        self._goal = about
        self._judge(about, turn)
        self._go_on(turn)

    def _judge(self, goal: Goal, turn: HeardTurn) -> None:
        kind, awaiting = turn.decision, turn.awaiting
        if kind == "done":
            (self._confirmed or goal).ended = "done"
            self._confirmed = None
        elif goal.refused and awaiting != "confirmation":
            goal.ended = "declined"
        elif goal.wavered and not goal.back and awaiting in _NOTHING:
            goal.back = self._reconsiders = True
        elif kind == "refuse" or (goal.pushed and awaiting in _NOTHING):
            self._refused(goal, turn)
        elif kind == "answer" and goal.informs:
            goal.ended = "answered"
        elif awaiting in _NOTHING:
            goal.missed()
        elif awaiting is not None:
            goal.asked_for(awaiting, self._answers.patience(awaiting))

    def _refused(self, goal: Goal, turn: HeardTurn) -> None:
        if self._speech.manner.pushes_back and not goal.pushed and turn.awaiting in _NOTHING:
            goal.pushed = True
        else:
            goal.ended = "refused"

    def _go_on(self, turn: HeardTurn) -> None:
        """What was asked beside it may be in the same reply; then the first wish that is left is next."""
        for each in self._goals:
            beside = each is not self._goal and each.said and each.open and each.informs
            if beside and turn.awaiting != "order_id" and each.named_in(turn.reply):
                each.ended = "answered"
        if not self._goal.open:
            left = [each for each in self._goals if each.open]
            told = [each for each in left if each.said and each.fits(turn.awaiting)]
            self._goal = next(iter((*told, *left)), self._goal)

    def _leaving(self, turn: HeardTurn) -> Outcome:
        if turn.decision == "handover":
            return "handed_over"
        if turn.decision in self._simulation.gives_up_at:
            return self._end() if all(each.ended for each in self._goals) else "gave_up"
        if self._bye:
            return self._end()
        if not any(each.open for each in self._goals) and turn.awaiting != "confirmation":
            polite = self._speech.likely(self._speech.manner.thanks)
            self._bye = polite and self._messages < self._simulation.patience
            if not self._bye:
                return self._end()
        return "out_of_patience" if self._messages >= self._simulation.patience else ""

    def _end(self) -> Outcome:
        return "satisfied" if all(each.ended in GOOD_ENDS for each in self._goals) else "gave_up"

    # What is said to it

    def _react(self, turn: HeardTurn) -> list[str]:
        goal = self._goal
        if self._bye:
            return [self._speech.say("thanks" if goal.ended in GOOD_ENDS else "accept_refusal")]
        if slip := self._answers.slip:
            said = [self._answers.correction(goal)]
            # Asked for something else meanwhile, they answer that too.
            due = self._answered(turn, goal) and SLOT_OF[slip] != turn.awaiting
            return [*said, *([self._answers.to(str(turn.awaiting), goal)] if due else [])]
        if turn.awaiting == "confirmation":
            return self._to_proposal(goal, turn)
        if not goal.said:
            return [self._speech.say("next", {"wish": self._speech.message(self._open(goal))})]
        if goal.pushed and turn.decision == "refuse":
            return [self._speech.say("push_back")]
        if self._answered(turn, goal):
            return [self._answers.to(str(turn.awaiting), goal)]
        again = "reconsider" if self._reconsiders else "ask_again"
        self._reconsiders = False
        return [self._speech.say(again, {"wish": self._speech.message(self._open(goal))})]

    def _answered(self, turn: HeardTurn, goal: Goal) -> bool:
        """Whether something is asked for that belongs to the wish."""
        return self._answers.answers(turn.awaiting) and goal.fits(turn.awaiting)

    def _to_proposal(self, goal: Goal, turn: HeardTurn) -> list[str]:
        """Yes to what they want, no to what they do not."""
        if not (goal.open and goal.said and goal.task):
            return [self._speech.say("refuse")]
        if objection := self._objection(goal, turn):
            return [self._speech.say(objection, self._answers.known(goal))]
        if question := self._question_between():
            return [question]
        # Whoever was asked for a plain yes gives one.
        again = self._confirmed is goal and turn.decision == "ask"
        self._confirmed = goal
        return [self._speech.say("confirm_again" if again else "confirm")]

    def _objection(self, goal: Goal, turn: HeardTurn) -> str:
        """How they object, "" where they do not. One that was not understood is said again."""
        if turn.decision == "ask" and goal.objection:
            return goal.objection
        goal.objection = self._new_objection(goal, turn)
        return goal.objection

    def _new_objection(self, goal: Goal, turn: HeardTurn) -> str:
        if not goal.doubted and turn.decision != "ask" and (doubt := goal.doubt(turn.reply)):
            # Once only: goods may have several names.
            goal.doubted = True
            return doubt
        if self._speech.manner.wavers and not goal.wavered:
            goal.wavered = True
            return "correct.new_item" if goal.other_at_first else "refuse"
        if not self._simulation.confirms:
            goal.refused = True
            return "refuse"
        return ""

    def _question_between(self) -> str:
        """A question of the list, asked before the yes."""
        question = next((each for each in self._goals if each.wish.ask and each.open and not each.said), None)
        if question is None or not self._speech.likely(self._speech.manner.asks_between):
            return ""
        question.said, self._between = True, question
        return str(question.wish.ask)
