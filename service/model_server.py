"""The language model on a server, as the settings name it."""

from __future__ import annotations

from agent.model_server import ModelServer, is_address, split_address
from agent.openai_model import OpenAICompatibleModel
from service.settings import Settings


def on_server(settings: Settings) -> bool:
    """Whether the model is on a server; then there is no file to fetch and no state to keep."""
    return is_address(settings.model)


def server_of(settings: Settings) -> ModelServer:
    """The server and its limits. Raises `ModelError` for an address that is not safe to ask."""
    url, model = split_address(settings.model)
    key = settings.model_api_key.get_secret_value()
    return ModelServer(url, model, key, settings.model_plain_http, first_s=settings.model_wait_s)


def connect(settings: Settings) -> OpenAICompatibleModel:
    """Ask the server for its models. Raises `ModelError` also where it does not answer."""
    return OpenAICompatibleModel(server_of(settings))
