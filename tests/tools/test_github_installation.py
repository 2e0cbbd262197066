"""A GitHub App reads and changes as a token does."""

from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from config.settings import settings
from tests.github_company import Office, opened
from tools.contract import ToolError
from tools.github.checks import github_checks
from tools.github.client import reader

REPOSITORY = "acme/checkout"


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    """Open an office whose GitHub knows an App, and no token is set."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()
    with opened() as office, pytest.MonkeyPatch.context() as patch:
        hub = office.hub
        hub.app, hub.installation = "4711", 12
        hub.app_key = key.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
        patch.setenv("GITHUB_TOKEN", "")
        patch.setenv("GITHUB_APP_ID", hub.app)
        patch.setenv("GITHUB_APP_INSTALLATION", str(hub.installation))
        patch.setenv("GITHUB_APP_KEY", private.replace("\n", "\\n"))
        settings.cache_clear()
        yield office
    settings.cache_clear()


def test_an_app_reads_with_one_token_for_many_readings(office: Office) -> None:
    """The token is made once and held until it is about to end."""
    told = [github_checks.call(REPOSITORY, "main").headline for _ in range(3)]

    assert len(told) == 3
    assert office.hub.tokens_given == 1


def test_a_wrong_installation_is_a_sentence(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """It names the settings to look at, and nothing of the key."""
    monkeypatch.setenv("GITHUB_APP_INSTALLATION", "13")
    settings.cache_clear()

    with pytest.raises(ToolError, match="GITHUB_APP_INSTALLATION") as refused:
        reader()

    settings.cache_clear()
    assert "PRIVATE" not in str(refused.value)
    assert office.hub.installation == 12
