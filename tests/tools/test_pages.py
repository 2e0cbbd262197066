"""Evidence has a page where people see it for themselves, and never a half-made or foreign address."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import settings
from tools import CATALOGUE
from tools.contract import Call
from tools.declare import describe
from tools.pages import PAGES, page_of

CONSOLE = "https://us-east-1.console.aws.amazon.com/"


@pytest.fixture(autouse=True)
def _as_shipped() -> Iterator[None]:
    """Read the settings anew, before and after."""
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.mark.parametrize(
    ("call", "page"),
    [
        (
            Call("aws_alarm_history", {"alarm": "checkout 5xx/east"}),
            "cloudwatch/home?region=us-east-1#alarmsV2:alarm/checkout%205xx%2Feast",
        ),
        (
            Call("aws_log_errors", {"log_group": "/aws/lambda/pay"}),
            "cloudwatch/home?region=us-east-1#logsV2:log-groups/log-group/$252Faws$252Flambda$252Fpay",
        ),
        (
            Call("aws_metric", {"namespace": "AWS/RDS", "metric": "CPU", "dimensions": {"Id": "db-1"}}),
            "cloudwatch/home?region=us-east-1#metricsV2:graph=~(metrics~(~(~'AWS*2fRDS~'CPU~'Id~'db-1))~region~'us-east-1)",
        ),
        (
            Call("aws_rds_health", {"instance": "orders-db"}),
            "rds/home?region=us-east-1#database:id=orders-db;is-cluster=false",
        ),
    ],
)
def test_readings_of_aws_lead_to_the_console(call: Call, page: str) -> None:
    """The address is the one that the console itself shows for it."""
    assert page_of(call) == CONSOLE + page


def test_other_partitions_have_other_consoles() -> None:
    """GovCloud is not at the ordinary console."""
    page = page_of(Call("security_posture", {"region": "us-gov-west-1"}))

    assert urlsplit(page).hostname == "us-gov-west-1.console.amazonaws-us-gov.com"


def test_github_enterprise_is_at_its_own_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """The page is where the API is."""
    monkeypatch.setenv("GITHUB_API_URL", "https://git.example.com/api/v3")
    settings.cache_clear()

    assert page_of(Call("github_pull", {"repository": "acme/shop", "pull": 7})) == (
        "https://git.example.com/acme/shop/pull/7"
    )


def test_a_page_that_lacks_an_argument_is_none() -> None:
    """The last failed run has no number yet, and a change of anything no name."""
    assert not page_of(Call("ci_triage", {"repository": "acme/shop", "run": 0}))
    assert not page_of(Call("aws_changes", {"resource": ""}))


def test_a_workload_is_shown_in_the_dashboard_that_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kubernetes has no console of its own; where none is named, there is no page."""
    pods = Call("kube_pods", {"namespace": "shop", "workload": "checkout"})
    nowhere = page_of(pods)

    monkeypatch.setenv("INFRA_KUBE_PAGE", "https://dash.example.com/{namespace}/{name}")
    settings.cache_clear()

    assert not nowhere
    assert page_of(pods) == "https://dash.example.com/shop/checkout"
    assert not page_of(Call("kube_nodes", {}))


def test_every_page_belongs_to_a_tool() -> None:
    """A tool that is gone leaves no page behind."""
    assert all(describe(CATALOGUE[name]) for name in PAGES)


@given(st.sampled_from(sorted(PAGES)), st.text(max_size=40))
def test_no_argument_leads_elsewhere(tool: str, words: str) -> None:
    """Whatever an argument says, the host stays, and nothing in the address ends a link in Slack."""
    names = ("alarm", "log_group", "instance", "cluster", "service", "resource", "repository", "path", "ref", "metric")

    page = page_of(Call(tool, dict.fromkeys(names, words)))

    assert not page or urlsplit(page).hostname in {"us-east-1.console.aws.amazon.com", "github.com"}
    assert not set(page) & set("<>| \n")
