"""Whoever pastes a command is told what it would do."""

from collections.abc import Callable

import pytest
from langchain_core.messages import AIMessage

from agents.contract import AskKind
from agents.pasted import advice
from agents.run import LangChainRunner
from tests.agents.company import asking
from tests.agents.conftest import played
from tests.agents.scripted import Scripted


async def test_the_answer_warns_of_a_destructive_command(runner: Callable[..., LangChainRunner]) -> None:
    """The warning is part of the answer, whatever the model says of the command."""
    model = Scripted(script=[AIMessage("Sure, go ahead.")])

    _, ended = await played(runner(model), asking("may I run `kubectl delete namespace shop`?"))

    assert "`kubectl delete namespace shop` is destructive" in ended.report.answer


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("run ```kubectl scale deploy/checkout --replicas=9``` now", "changes something"),
        ("```bash\nrm -rf /srv\n```", "is destructive"),
        ("is this right?\n$ kubectl delete namespace shop\nthanks", "is destructive"),
        ("root@db-1:~# rm -rf /srv", "is destructive"),
        ("```\n$ kubectl get pods\n$ rm -rf /srv\n```", "is destructive"),
        ("$ kubectl get pods", ""),
        ("# delete the namespace\n$ 500 a month is too much", ""),
        ("what does `kubectl get pods -n shop` say?", ""),
        ("is `checkout` slow?", ""),
        ("please delete nothing", ""),
        ("change docs/limits.md to: ```\nKept for 30 days.\n```", ""),
        ('```hcl\nresource "aws_s3_bucket" "x" {\n  force_destroy = true\n}\n```', ""),
        ("```yaml\nreplicas: 3\nimage: web:2\n```", ""),
        ("it says `Delete old backups after 30 days`", ""),
        ("```\nDROP TABLE orders;\n```", "is destructive"),
        ("```\nAs discussed:\nrm -rf /srv\n```", "is destructive"),
        ("`frobnicate --all`", "changes something"),
    ],
)
def test_only_what_is_no_reading_is_told(text: str, told: str) -> None:
    """Names in code marks and readings need no advice."""
    said = advice(asking(text))

    assert (told in said) if told else said == ""


def test_alerts_get_no_advice() -> None:
    """Nobody pasted what an alert says."""
    assert advice(asking("`rm -rf /srv`", AskKind.ALERT)) == ""
