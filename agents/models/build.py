"""Settings become the chain of models; no provider is imported before its model is first called."""

from math import ceil
from typing import Any

from langchain_core.language_models.chat_models import BaseChatModel

from agents.models.chain import Candidate, Chain
from agents.models.runbook import RunbookChat
from agents.runbook.book import read_runbooks
from config.settings import Settings

OWN = "runbook"


def chain_of(settings: Settings) -> Chain:
    """Return the models that the settings name: the model itself, then its fallback."""
    names = dict.fromkeys(filter(None, (settings.infra_model, settings.infra_model_fallback)))
    return Chain([_candidate(name, settings) for name in names], settings.infra_model_seconds)


def engine(settings: Settings) -> RunbookChat:
    """Return the embedded engine with the runbooks of the configuration folder."""
    books = read_runbooks(settings.infra_config / "runbooks")
    return RunbookChat(books=books, recovery_seconds=settings.infra_recovery_seconds)


def _candidate(name: str, settings: Settings) -> Candidate:
    if name == OWN:
        return Candidate(name, lambda: engine(settings))
    return Candidate(name, lambda: _remote(name, settings))


def _remote(name: str, settings: Settings) -> BaseChatModel:
    """Make a model by its LangChain id, `provider:model`."""
    from langchain.chat_models import init_chat_model  # noqa: PLC0415 - slow to import, and not needed by default

    model = init_chat_model(name, configurable_fields=None, config_prefix=None, **_options(name, settings))
    if not isinstance(model, BaseChatModel):
        raise TypeError(f"{name} names no chat model; set INFRA_MODEL to provider:model.")
    return model


def _options(name: str, settings: Settings) -> dict[str, Any]:
    patience = ceil(settings.infra_model_seconds)
    match name.partition(":")[0]:
        case "bedrock_converse":
            endpoint = settings.aws_endpoint_url or None
            return {"region_name": settings.aws_region, "endpoint_url": endpoint, "timeout": patience, "max_retries": 1}
        case "ollama":
            return {"client_kwargs": {"timeout": patience}}
        case _:
            return {"timeout": patience, "max_retries": 1}
