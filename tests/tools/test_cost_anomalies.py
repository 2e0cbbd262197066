"""AWS's own anomalies: root cause and change, beside the spikes that we see ourselves."""

from datetime import timedelta

from tests.aws_account import NOW, looked_at
from tests.tools.test_cost_spend import GPU, charge, event
from tools.cost.readings import cost_spend

EC2, LAMBDA = "Amazon EC2 - Elastic Compute Cloud", "AWS Lambda"


def anomaly(service: str, **more: object) -> dict[str, object]:
    """Return an anomaly of the last three days as Cost Explorer tells it, the smaller root cause first."""
    cause = {"Service": service, "Region": "eu-west-1", "LinkedAccount": "123456789012", "UsageType": "EU-GB-Second"}
    smaller = {"Service": "Amazon S3", "Impact": {"Contribution": 1.5}}
    return {
        "AnomalyId": f"odd-{service}",
        "AnomalyStartDate": (NOW - timedelta(days=3)).strftime("%Y-%m-%dT00:00:00Z"),
        "AnomalyEndDate": (NOW - timedelta(days=1)).strftime("%Y-%m-%dT00:00:00Z"),
        "MonitorArn": "arn:aws:ce::123456789012:anomalymonitor/services",
        "AnomalyScore": {"MaxScore": 0.9, "CurrentScore": 0.9},
        "Impact": {"MaxImpact": 10.0, "TotalImpact": 31.25},
        "RootCauses": [smaller, {**cause, "Impact": {"Contribution": 29.75}}],
        **more,
    }


def test_what_only_aws_finds_odd_has_its_root_cause() -> None:
    """Amount, usage type, region and account of the root cause that contributed most."""
    documents = {"ce/charges.json": {"Charges": [charge("10")]}, "ce/anomalies.json": {"Anomalies": [anomaly(LAMBDA)]}}

    with looked_at(documents):
        (found,) = cost_spend.call().findings

    assert (found.code, found.subject) == ("cost_anomaly", "cost/AWS Lambda/EU-GB-Second")
    assert "USD 31.25 more than expected, EU-GB-Second in eu-west-1 of account 123456789012" in found.observed


def test_a_spike_that_aws_finds_too_is_told_once() -> None:
    """It is one finding, with both words for it and the change just before."""
    documents = {
        "ce/charges.json": {"Charges": [charge("29.04"), {**GPU, "Daily": "272.26", "Begins": -3}]},
        "ce/anomalies.json": {"Anomalies": [anomaly(EC2)]},
        "cloudtrail/events.json": {"Events": [event("RunInstances", days_ago=3.2)]},
    }

    with looked_at(documents):
        (found,) = cost_spend.call().findings

    assert "after ana did RunInstances" in found.observed
    assert "AWS finds it odd too: EU-GB-Second in eu-west-1" in found.observed
    assert found.pointer.endswith(f"anomaly odd-{EC2}")


def test_what_people_called_no_anomaly_is_left_out() -> None:
    """Their feedback counts, on every page of the answer."""
    told = [anomaly(LAMBDA, AnomalyId=f"a{number}", Feedback="NO") for number in range(25)]
    documents = {"ce/charges.json": {"Charges": [charge("10")]}, "ce/anomalies.json": {"Anomalies": told}}

    with looked_at(documents):
        (found,) = cost_spend.call().findings

    assert found.code == "cost_steady"
