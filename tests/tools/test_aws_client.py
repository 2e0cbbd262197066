"""What AWS answers instead of an answer, as sentences."""

import socket
from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError

from config.settings import settings
from tests.aws_account import looked_at
from tools.aws.alarms import aws_alarms
from tools.aws.client import cloudwatch, rds
from tools.contract import ToolError


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give credentials, and read the settings anew."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "sandbox")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "sandbox")
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("AccessDenied", "AWS denied cloudwatch:DescribeAlarms: add it to the policy"),
        ("ExpiredToken", "renew them"),
        ("Throttling", "wait a minute"),
        ("InvalidParameterValue", "AWS refused cloudwatch:DescribeAlarms: no good"),
    ],
)
def test_refusals_are_sentences(code: str, said: str) -> None:
    """Each kind of refusal says what to do about it."""
    refusal = ClientError({"Error": {"Code": code, "Message": "no good."}}, "DescribeAlarms")

    with pytest.raises(ToolError, match=said), cloudwatch():
        raise refusal


def test_nobody_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """An endpoint that does not answer is an error that says what to check."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{taken.getsockname()[1]}")
        settings.cache_clear()

        with pytest.raises(ToolError, match="check AWS_REGION, AWS_ENDPOINT_URL"):
            aws_alarms.call()


def test_clients_are_kept() -> None:
    """The same settings get the same client."""
    with rds() as one, rds() as other:
        assert one is other


def test_other_settings_get_another_client() -> None:
    """A client is never reused for another endpoint."""
    with looked_at({}), rds() as one:
        first = one
    with looked_at({}), rds() as other:
        assert first is not other
