"""LangChain's `create_agent` with the same model, our order tools and a search over the same index."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from langchain.agents import create_agent
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage, ToolMessage
from langchain_core.tools import BaseTool, StructuredTool
from langgraph.errors import GraphRecursionError

from benchmarks.answers.chat_model import LlamaChat
from benchmarks.answers.contestant import Said, Screen
from benchmarks.answers.plain_llama import PlainLlama, TimeIsUp
from benchmarks.answers.shop import Shop, open_shop
from eval.replies.cases import Case
from models.resolve import resolve_language_model
from service.settings import Settings

PASSAGES = 3
# A step is one call of the model or of the tools: eight rounds of both.
MOST_STEPS = 16
# The descriptions of the tools alone take some 4,300 tokens.
CONTEXT = 8192


class AgentContestant:
    """A fresh agent for each customer; llama.cpp keeps the part of the prompt that stays the same."""

    def __init__(self, shop: Shop, llama: PlainLlama, limit_s: float) -> None:
        self._shop = shop
        self._llama = llama
        self._limit_s = limit_s

    def prepare(self, case: Case) -> list[BaseMessage]:
        messages: list[BaseMessage] = []
        for text in case.before:
            messages.append(HumanMessage(text))
            messages.append(AIMessage(self._answer(case, messages).reply))
        return messages

    def say(self, case: Case, begun: list[BaseMessage]) -> Said:
        return self._answer(case, [*begun, HumanMessage(case.text)])

    def _answer(self, case: Case, messages: list[BaseMessage]) -> Said:
        screen, turn, ended = Screen(), _Turn(), ""
        graph: Any = self._agent(case)
        self._llama.allow(self._limit_s)
        try:
            streamed = graph.stream(
                {"messages": messages}, {"recursion_limit": MOST_STEPS}, stream_mode="messages"
            )
            for message, _ in streamed:
                turn.follow(message, screen)
        except (TimeIsUp, GraphRecursionError, ValueError) as error:
            # ValueError: llama.cpp's word for a conversation that has outgrown the context.
            ended = f"{type(error).__name__}: {error}"
        return Said(
            screen.text.strip(), screen.first_s, screen.elapsed(), ended, tuple(turn.steps), tuple(turn.seen),
            handed_over=turn.handed_over,
        )  # fmt: skip

    def _agent(self, case: Case) -> Any:
        prompt = self._shop.prompt(case.language, "agent", customer=self._shop.customer(case))
        tools = [*self._shop.tools(case), search_tool(self._shop, case)]
        return create_agent(LlamaChat(llama=self._llama), tools, system_prompt=prompt)


@dataclass
class _Turn:
    """What the agent did: its calls and what the tools answered."""

    steps: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    handed_over: bool = False

    def follow(self, message: BaseMessage, screen: Screen) -> None:
        """Text of the model is seen as it comes; after a tool's answer it begins anew."""
        if isinstance(message, AIMessageChunk):
            screen.show(str(message.text))
            self.steps += [f"{call['name']}({call['args']})" for call in message.tool_calls]
        elif isinstance(message, ToolMessage):
            screen.clear()
            self.seen.append(str(message.text))
            self.handed_over |= message.name == "hand_over" and '"done": true' in str(message.text)


def search_tool(shop: Shop, case: Case) -> BaseTool:
    """The shop's policies as a tool."""

    def search_policies(query: str) -> str:
        """Search the shop's policies and help pages: returns, refunds, shipping, payment, warranty and so on."""
        found = shop.search(query, case.language, PASSAGES)
        return "\n\n".join(f"{each.context}\n{each.text}" for each in found)

    return StructuredTool.from_function(search_policies)


@contextmanager
def open_agent(settings: Settings, limit_s: float) -> Iterator[AgentContestant]:
    path = resolve_language_model(settings.model, settings.models_dir)
    with open_shop(settings) as shop:
        yield AgentContestant(shop, PlainLlama(path, settings.model_threads, CONTEXT), limit_s)
