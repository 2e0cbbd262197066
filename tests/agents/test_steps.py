"""What destroys is no step of a runbook."""

import pytest

from agents.runbook.book import read_runbook

HEAD = "---\nname: queue\nreadings:\n  - aws_alarms: {}\n---\n"


@pytest.mark.parametrize(
    "step",
    [
        "Run `kubectl delete namespace shop`.",
        "Then:\n```bash\ncd /srv\nrm -rf data\n```",
        "```\nDROP TABLE orders;\n```",
    ],
)
def test_a_destructive_command_is_left_out_and_named(step: str) -> None:
    """Neither a person nor a model is given it as a step."""
    book = read_runbook(f"{HEAD}# A queue\n{step}\nLook at the queue.", "queue.md")

    assert len(book.refused) == 1
    assert "is destructive" in str(book.refused[0])
    assert book.refused[0].command not in book.text
    assert "left out" in book.text
    assert "Look at the queue." in book.text


@pytest.mark.parametrize(
    "step",
    [
        "Run `kubectl get pods -n shop`.",
        "`Delete` is a button.",
        "```bash\nkubectl rollout restart deploy/checkout\n```",
    ],
)
def test_other_words_stay_as_they_are(step: str) -> None:
    """Readings, names, and changes that lose nothing."""
    book = read_runbook(f"{HEAD}{step}", "queue.md")

    assert (book.text, book.refused) == (step, ())
