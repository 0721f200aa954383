"""The order desk as LangChain tools: what a model, or anybody's own graph, may call.

A tool never acts on a model's word: a write tool executes only a proposal that the session says the
customer confirmed; otherwise it answers with a proposal and changes nothing.
"""

from tools.toolbox.session import ToolSession
from tools.toolbox.toolbox import order_tools

__all__ = ["ToolSession", "order_tools"]
