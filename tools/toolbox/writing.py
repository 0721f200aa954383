"""The tools that change things: each proposes first, and executes only what the customer has confirmed."""

from __future__ import annotations

from tools.codec import encode
from tools.desk.actions import action_of
from tools.desk.hand_over import hand_over
from tools.desk.proposals import confirm, propose
from tools.desk.records import Proposal
from tools.domain import (
    ORIGINAL,
    Address,
    CancelOrder,
    CancelReason,
    ChangeAddress,
    ChangeDefaultAddress,
    ChangeItems,
    ChangePayment,
    Command,
    ComplaintKind,
    OpenComplaint,
    ReturnReason,
    StartExchange,
    StartRepair,
    StartReturn,
)
from tools.errors import ProposalMismatched
from tools.policy.cards import PolicyCards
from tools.policy.verdict import Denied
from tools.store.protocol import OrderStore
from tools.toolbox.arguments import AddressArgument, ItemArgument, SwapArgument
from tools.toolbox.reading import Answer
from tools.toolbox.session import ToolSession


class Writing:
    """The writing tools as plain methods. All raise `ToolError`s."""

    def __init__(self, store: OrderStore, cards: PolicyCards, session: ToolSession) -> None:
        self._store = store
        self._cards = cards
        self._session = session

    def cancel_order(self, order_id: str, reason: CancelReason, proposal_id: str = "") -> Answer:
        """Cancel an order that has not been prepared yet; everything paid goes back."""
        return self._write(CancelOrder(order_id.strip(), reason), proposal_id)

    def start_return(
        self,
        order_id: str,
        reason: ReturnReason,
        items: list[ItemArgument],
        refund_to: str = ORIGINAL,
        proposal_id: str = "",
    ) -> Answer:
        """Start a return of delivered items."""
        wishes = tuple(item.wish() for item in items)
        return self._write(StartReturn(order_id.strip(), wishes, reason, refund_to), proposal_id)

    def start_exchange(
        self,
        order_id: str,
        reason: ReturnReason,
        items: list[SwapArgument],
        method_id: str = ORIGINAL,
        proposal_id: str = "",
    ) -> Answer:
        """Start an exchange of delivered items for other variants of the same products. Name all items
        at once."""
        swaps = tuple(item.swap() for item in items)
        return self._write(StartExchange(order_id.strip(), swaps, reason, method_id), proposal_id)

    def start_repair(
        self, order_id: str, line_no: int, fault: str, quantity: int = 1, proposal_id: str = ""
    ) -> Answer:
        """Start a repair of a faulty item under warranty."""
        return self._write(StartRepair(order_id.strip(), line_no, quantity, fault), proposal_id)

    def change_order_address(self, order_id: str, address: AddressArgument, proposal_id: str = "") -> Answer:
        """Send an order that has not left yet to another address."""
        return self._write(ChangeAddress(order_id.strip(), self._address(address)), proposal_id)

    def change_order_items(
        self, order_id: str, items: list[SwapArgument], method_id: str = ORIGINAL, proposal_id: str = ""
    ) -> Answer:
        """Change items of a pending order to other variants of the same products. Name all items at once."""
        swaps = tuple(item.swap() for item in items)
        return self._write(ChangeItems(order_id.strip(), swaps, method_id), proposal_id)

    def change_order_payment(self, order_id: str, method_id: str, proposal_id: str = "") -> Answer:
        """Pay a pending order by another of the customer's payment methods."""
        return self._write(ChangePayment(order_id.strip(), method_id), proposal_id)

    def change_default_address(self, address: AddressArgument, proposal_id: str = "") -> Answer:
        """Change the address on the customer's account; orders placed already keep theirs."""
        return self._write(ChangeDefaultAddress(self._address(address)), proposal_id)

    def open_complaint(
        self, kind: ComplaintKind, text: str, order_id: str = "", proposal_id: str = ""
    ) -> Answer:
        """Open a complaint that a person will answer."""
        return self._write(OpenComplaint(kind, text, order_id.strip()), proposal_id)

    def hand_over(self, reason: str, summary: str) -> Answer:
        """Hand the conversation to a person, with a summary. Happens at once and needs no confirmation."""
        session = self._session
        customer_id = session.customer_id or ""
        item = hand_over(self._store, session.conversation_id, customer_id, reason, summary, session.clock())
        return {"done": True, "hand_over": encode(item)}

    def _address(self, address: AddressArgument) -> Address:
        customer = self._store.customer(self._session.identified())
        return address.address(customer.name, customer.phone)

    def _write(self, command: Command, proposal_id: str) -> Answer:
        session = self._session
        customer_id = session.identified()
        if proposal_id and proposal_id in session.confirmed:
            return self._confirm(proposal_id, command)
        result = propose(
            self._store, self._cards, session.conversation_id, customer_id, command, session.clock()
        )
        if isinstance(result, Denied):
            return {"done": False, "allowed": False, **encode(result)}
        return {"done": False, "awaiting": "confirmation", "proposal": proposal_facts(result)}

    def _confirm(self, proposal_id: str, command: Command) -> Answer:
        session = self._session
        if self._store.proposal(proposal_id).kind != action_of(command).kind:
            raise ProposalMismatched(
                f"proposal {proposal_id} is for something else than {action_of(command).kind}"
            )
        result = confirm(
            self._store,
            self._cards,
            proposal_id,
            session.confirmed[proposal_id],
            session.conversation_id,
            session.identified(),
            session.clock(),
        )
        if isinstance(result, Denied):
            return {"done": False, "allowed": False, **encode(result)}
        return {"done": True, "receipt": encode(result), "currency": result.refund.currency}


def proposal_facts(proposal: Proposal) -> Answer:
    """What has to be read back to the customer."""
    return {
        "proposal_id": proposal.id,
        "kind": proposal.kind,
        "digest": proposal.digest,
        "expires_at": encode(proposal.expires_at),
        "currency": proposal.currency,
        "command": encode(proposal.command),
        "effect": {"allowed": True, **encode(proposal.effect)},
    }
