"""A page that a run proposes is in its thread as a file: a card has no room for it."""

from collections.abc import AsyncIterator
from dataclasses import replace

from agents.events import Ended, Proposed, RunEvent
from tests.bot.edge import ANA, Edge, a_proposal, a_run
from tools.contract import JsonObject


async def proposing(files: JsonObject) -> AsyncIterator[RunEvent]:
    """Yield the events of a run that proposes to write files."""
    args: JsonObject = {"repository": "acme/infrastructure", "files": files}
    async for event in a_run("I drafted it."):
        if isinstance(event, Ended):
            yield Proposed(replace(a_proposal(), tool="github_pull_request", args=args))
        yield event


async def test_a_page_is_shared_as_a_file(edge: Edge) -> None:
    """By its own name, whole, after the answer."""
    ref = await edge.root()

    await edge.threads().open(ref, ANA).show(proposing({"docs/postmortems/2026-05-04-checkout.md": "# Checkout\n"}))

    [told] = [file for message in edge.replies(ref) for file in message.files]
    file = edge.workspace.files.get(str(told["id"]))
    assert file
    assert (file.name, file.content) == ("2026-05-04-checkout.md", b"# Checkout\n")


async def test_other_files_are_left_to_the_pull_request(edge: Edge) -> None:
    """Several pages, or code, are read where they are reviewed."""
    ref = await edge.root()

    several: JsonObject = {"a.md": "# A", "b.md": "# B"}
    code: JsonObject = {"main.tf": "locals {}"}
    for files in (several, code):
        await edge.threads().open(ref, ANA).show(proposing(files))

    assert [message.files for message in edge.replies(ref) if message.files] == []
