"""A LangChain chat model over llama.cpp: streams, and understands the model's own way to call tools.

The one in langchain-community drops tools that are not forced and is being given up, so an agent on it
would never call one. This one gives the tools to the model's template and reads the calls out of the text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.chat_models import generate_from_stream
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, ToolMessage
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import ConfigDict

from benchmarks.answers.plain_llama import PlainLlama
from benchmarks.answers.tool_calls import Call, CallFilter, calls_in

_ROLES = {"human": "user", "ai": "assistant", "system": "system", "tool": "tool"}


class LlamaChat(BaseChatModel):
    """Not thread-safe: one conversation at a time."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    llama: PlainLlama

    @property
    def _llm_type(self) -> str:
        return "llama.cpp"

    def bind_tools(
        self, tools: Sequence[Any | BaseTool], *, tool_choice: Any = None, **kwargs: Any
    ) -> Runnable[Any, AIMessage]:
        return self.bind(tools=[convert_to_openai_tool(tool) for tool in tools], **kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return generate_from_stream(self._stream(messages, stop, run_manager, **kwargs))

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        tools: list[dict[str, Any]] = kwargs.get("tools") or []
        held = CallFilter()
        for piece in self.llama.chat([_plain(message) for message in messages], tools or None):
            if shown := held.feed(piece):
                yield ChatGenerationChunk(message=AIMessageChunk(content=shown))
        calls = calls_in(held.text, {tool["function"]["name"] for tool in tools})
        if rest := held.finish(bool(calls)):
            yield ChatGenerationChunk(message=AIMessageChunk(content=rest))
        # An answer of nothing at all is an answer too.
        if calls or not held.text:
            yield ChatGenerationChunk(message=_calling(calls))


def _calling(calls: list[Call]) -> AIMessageChunk:
    return AIMessageChunk(
        content="",
        tool_call_chunks=[
            tool_call_chunk(
                name=call["name"], args=json.dumps(call["arguments"]), id=f"call_{number}", index=number
            )
            for number, call in enumerate(calls)
        ],
    )


def _plain(message: BaseMessage) -> dict[str, Any]:
    """A message as chat templates take it: arguments as an object, not as text."""
    plain: dict[str, Any] = {"role": _ROLES[message.type], "content": str(message.text)}
    if isinstance(message, AIMessage) and message.tool_calls:
        plain["tool_calls"] = [
            {"type": "function", "function": {"name": call["name"], "arguments": call["args"]}}
            for call in message.tool_calls
        ]
    if isinstance(message, ToolMessage):
        plain["name"] = message.name or ""
    return plain
