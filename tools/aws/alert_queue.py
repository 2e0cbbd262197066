"""The SQS queue that alerts come in by, for those who open no port; received with the bot's own credentials."""

from __future__ import annotations

from dataclasses import dataclass

from tools.aws.client import own

MOST = 10
"""Messages a call: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ReceiveMessage.html"""
LONG_POLL = 5
"""Seconds a call waits for messages; shorter than our clients' patience, and it may be 20 at most (same page)."""
HIDDEN = 60
"""Seconds a received message is hidden from other pollers; taking ten in takes milliseconds."""


@dataclass(frozen=True, slots=True)
class Queued:
    """A message.

    Attributes:
        id: Names it.
        body: As it was sent.
        receipt: Needed to delete it.
        receives: How often it was received, this time included.
    """

    id: str
    body: str
    receipt: str
    receives: int


class AlertQueue:
    """One queue."""

    def __init__(self, url: str) -> None:
        self._url = url

    def receive(self) -> list[Queued]:
        """Wait for messages for a few seconds and return what came.

        Raises:
            ToolError: The queue cannot be asked.
        """
        with own("sqs") as client:
            answer = client.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=MOST,
                WaitTimeSeconds=LONG_POLL,
                VisibilityTimeout=HIDDEN,
                AttributeNames=["ApproximateReceiveCount"],
            )
        return [_queued(one) for one in answer.get("Messages", [])]

    def delete(self, message: Queued) -> None:
        """Delete a message: what it said is kept.

        Raises:
            ToolError: It could not be deleted, and will come again.
        """
        with own("sqs") as client:
            client.delete_message(QueueUrl=self._url, ReceiptHandle=message.receipt)

    def release(self, message: Queued) -> None:
        """Let a message come again at once.

        Raises:
            ToolError: It comes again later.
        """
        with own("sqs") as client:
            client.change_message_visibility(QueueUrl=self._url, ReceiptHandle=message.receipt, VisibilityTimeout=0)


def _queued(one: dict[str, object]) -> Queued:
    attributes = one.get("Attributes")
    count = attributes.get("ApproximateReceiveCount", "1") if isinstance(attributes, dict) else "1"
    return Queued(str(one["MessageId"]), str(one.get("Body", "")), str(one["ReceiptHandle"]), int(count))
