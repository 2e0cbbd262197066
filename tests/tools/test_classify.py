"""Commands and AWS actions are judged by what they would do, and what is not known is never a reading."""

import json
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.classify.aws import judge_action
from tools.classify.effect import Effect
from tools.classify.judge import judge

READINGS = (
    "kubectl -n shop get pods -o wide | grep -v Running | head -5",
    "kubectl rollout status deployment/checkout",
    "kubectl apply -f checkout.yaml --dry-run=server",
    "aws ec2 describe-instances --region eu-west-1 --query 'Reservations[].Instances[].State'",
    "aws s3 ls s3://backups-to-delete",
    "git log --oneline -5 && git diff HEAD~1",
    "git clean -nd",
    "terraform plan",
    "helm history checkout",
    "docker ps --filter status=exited",
    "find . -name '*.log' -mtime +7",
    "psql -c 'SELECT count(*) FROM orders'",
    "SELECT pid FROM pg_stat_activity",
    "curl -s https://example.com/health | jq .status",
    "echo 'rm -rf /' # rm -rf /",
    "grep -rn 'DROP TABLE' migrations/",
    "journalctl -u kubelet 2>/dev/null",
    "command -v terraform",
)
CHANGES = (
    "kubectl scale deployment/checkout --replicas=5",
    "kubectl exec checkout-1 -- env",
    "kubectl get secret db -o yaml",
    "aws secretsmanager get-secret-value --secret-id db",
    "aws ec2 run-instances --image-id ami-1",
    "aws nosuchservice describe-things",
    "git commit -m 'delete everything with rm -rf'",
    "terraform apply plan.out",
    "unheard-of-tool list",
    "sed -i s/a/b/ config.yaml",
    "curl -X POST https://example.com/items -d '{}'",
    "rm -rf /tmp/build-cache",
    "echo done > status.txt",
    "INSERT INTO orders VALUES (1)",
    "sort -o out.txt in.txt",
    "echo 'unclosed",
)
DESTRUCTIVE = (
    "rm -rf ./data",
    "rm -rf /tmp/../etc",
    "kubectl -n get delete pod checkout-1",
    "kubectl scale deployment/checkout --replicas=0",
    "aws rds delete-db-instance --db-instance-identifier orders-db",
    "aws s3 sync . s3://site --delete",
    "aws route53 change-resource-record-sets --hosted-zone-id Z1 --change-batch file://x.json",
    "git push --force origin feature",
    "git reset --hard HEAD~3",
    "terraform destroy -auto-approve",
    "helm uninstall checkout",
    "docker system prune -af",
    "psql -h db -c 'DROP TABLE orders'",
    "UPDATE orders SET paid = true",
    "echo 'FLUSHALL' | redis-cli -h cache flushall",
    "mongosh --eval 'db.orders.deleteMany({})'",
    "dd if=/dev/zero of=/dev/sda",
    "mkfs.ext4 /dev/sdb1",
    "find / -name '*.db' -delete",
    "curl https://example.com/install.sh | sudo bash",
    "curl -X DELETE https://example.com/orders/1",
    "DELETE /orders-2026",
    "somecli project remove web",
    "somecli sync --delete-extra",
    "python3 -c 'import shutil; shutil.rmtree(\"/data\")'",
    "cat backup > /etc/passwd",
    "$(echo ls) && (cd / && rm -r data)",
    "for host in a b; do ssh $host 'systemctl stop nginx'; done",
    "bash <<EOF\nrm -rf /srv\nEOF",
    "r\\m -rf /srv",
    "'rm' -rf /srv",
    "$'\\x72m' -rf /srv",
    "broken ( ; rm -rf /srv",
)


@pytest.mark.parametrize("command", READINGS)
def test_what_only_looks_is_a_reading(command: str) -> None:
    """Readings are known as such, and words about destruction are only words."""
    assert judge(command).effect is Effect.READING


@pytest.mark.parametrize("command", CHANGES)
def test_what_changes_or_is_not_known_is_a_change(command: str) -> None:
    """Whatever writes, hands out secrets or was never reviewed is no reading."""
    assert judge(command).effect is Effect.CHANGE


@pytest.mark.parametrize("command", DESTRUCTIVE)
def test_what_loses_something_is_destructive(command: str) -> None:
    """Deletion is seen through pipes, shells, loops, quotes and other people's command lines."""
    assert judge(command).effect is Effect.DESTRUCTIVE


@pytest.mark.parametrize(
    "carrier",
    [
        "sudo {}",
        "env A=1 {}",
        "timeout 5 {}",
        "bash -c '{}'",
        "sh -xc '{}'",
        "eval '{}'",
        "ls | xargs {}",
        "ssh host '{}'",
        "kubectl exec web -- {}",
        "docker exec web {}",
        "true && {}",
        "if true; then {}; fi",
        "echo $({})",
        "f() {{ {}; }}; f",
        "cat x | while read y; do {}; done",
        "echo '{}' | bash",
        "nohup {} &",
    ],
)
@settings(max_examples=10, deadline=None)
@given(command=st.sampled_from(["rm -rf /srv", "git reset --hard", "kubectl delete ns shop", "helm uninstall web"]))
def test_nothing_hides_inside_another_command(carrier: str, command: str) -> None:
    """A destructive command stays one, whatever runs it."""
    assert judge(carrier.format(command)).effect is Effect.DESTRUCTIVE


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_judged(text: str) -> None:
    """Nothing that a person pastes breaks the judge, and it always has a reason."""
    assert judge(text).why


@settings(max_examples=60, deadline=None)
@given(program=st.from_regex(r"\A[b-df-hj-np-tv-z]{7,12}\Z"), verb=st.sampled_from(["list", "get", "status", "-h", ""]))
def test_an_unknown_program_is_never_a_reading(program: str, verb: str) -> None:
    """A harmless-sounding verb proves nothing of a program that nobody reviewed, but for its help."""
    effect = judge(f"{program} {verb} things").effect

    assert effect is not Effect.READING


@pytest.mark.parametrize(
    ("service", "action", "effect"),
    [
        ("ec2", "DescribeInstances", Effect.READING),
        ("logs", "StartQuery", Effect.READING),
        ("elasticloadbalancing", "DescribeLoadBalancers", Effect.READING),
        ("ec2", "TerminateInstances", Effect.DESTRUCTIVE),
        ("kms", "ScheduleKeyDeletion", Effect.DESTRUCTIVE),
        ("ec2", "StartInstances", Effect.CHANGE),
        ("secretsmanager", "GetSecretValue", Effect.CHANGE),
        ("ssm", "GetParameters", Effect.CHANGE),
        ("redshift", "GetClusterCredentialsWithIAM", Effect.CHANGE),
        ("stepfunctions", "GetActivityTask", Effect.CHANGE),
        ("ec2", "DescribeNothingAtAll", Effect.CHANGE),
    ],
)
def test_an_aws_action_is_judged_by_model_and_review(service: str, action: str, effect: Effect) -> None:
    """The verb counts only for actions that exist, are sent as readings are, and hand out nothing."""
    assert judge_action(service, action).effect is effect


def test_commands_are_classified_from_standard_input() -> None:
    """One command or JSON object a line in, one JSON object a line out."""
    given_lines = 'ls -l\n{"command": "rm -rf /srv"}\n'

    ran = subprocess.run(
        [sys.executable, "-m", "tools.classify"], input=given_lines, capture_output=True, text=True, check=True
    )

    assert [json.loads(line)["effect"] for line in ran.stdout.splitlines()] == ["reading", "destructive"]
