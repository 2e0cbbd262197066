"""The command line: run the bot, or one of its processes, or ask it something."""

import argparse
import asyncio
import logging
import os
import sys
from collections.abc import Callable, Coroutine, Sequence
from typing import NoReturn

RISK = (
    "Print risk_level, summary and concerns as JSON, and write them to $GITHUB_OUTPUT and $GITHUB_STEP_SUMMARY. "
    "Ends with 0 when judged, 1 from --fail-on's level on, 2 when there was nothing to judge."
)
SMOKE = (
    "Look at a service's rollout and alarms, and at its error rates, latencies and logs against the time before. "
    "Ends with 0 if all is well, 1 if something is not, 2 if that could not be established."
)
AUDIT = "verify the hash chain, or an exported file; show the whole story of an approval; export what is new"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    chosen = _parser().parse_args(arguments)
    if chosen.command == "risk":
        return _risk(chosen)
    if chosen.command == "smoke":
        return _smoke(chosen)
    return asyncio.run(_commands()[chosen.command](chosen))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bot",
        description="Infra, an assistant for infrastructure teams in Slack. Without a command: all in one process.",
    )
    parser.set_defaults(command="all")
    commands = parser.add_subparsers(metavar="command")
    for name, summary in (
        ("web", "listen to Slack, over a socket or HTTP, and answer at once"),
        ("worker", "run what was asked, and carry out what was approved"),
        ("clock", "wake, sweep and expire; any number may run, one acts"),
        ("doctor", "check settings, Slack, AWS, Kubernetes, Redis and the model, and say how to fix each"),
    ):
        commands.add_parser(name, help=summary, description=summary).set_defaults(command=name)
    _with_arguments(commands)
    _with_risk(commands)
    _with_smoke(commands)
    return parser


def _with_arguments(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands that are told something."""
    ask = commands.add_parser("ask", help="the same run in a terminal", description="Run an ask and print the answer.")
    ask.add_argument("words", nargs="+", help="what you want to know")
    ask.set_defaults(command="ask")
    permissions = commands.add_parser(
        "permissions", help="print what to grant", description="Print what to grant Infra."
    )
    permissions.add_argument("part", nargs="?", default="", help="one part only, such as aws-read or kubernetes")
    permissions.set_defaults(command="permissions")
    policy = commands.add_parser("policy", help="test or explain the policy", description="Test or explain the policy.")
    policy.add_argument("action", choices=["test", "explain"], help="test: check what policy_tests.toml expects")
    policy.add_argument("words", nargs="*", help="explain: kube_scale in production for P2 at 03:00")
    policy.set_defaults(command="policy")
    audit = commands.add_parser("audit", help="check, tell or export the audit trail", description=AUDIT)
    audit.add_argument("action", choices=["verify", "show", "export"])
    audit.add_argument("what", nargs="?", default="", help="verify: an exported file; show: the id of an approval")
    audit.set_defaults(command="audit")


def _with_risk(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    risk = commands.add_parser("risk", help="say how risky a Terraform plan or a diff is", description=RISK)
    judged = risk.add_mutually_exclusive_group(required=True)
    judged.add_argument("--plan", default="", metavar="FILE", help="what terraform show -json printed; - reads stdin")
    judged.add_argument("--diff", nargs="?", default="", const="-", metavar="FILE", help="a unified diff; or stdin")
    risk.add_argument("--fail-on", default="", choices=["low", "medium", "high"], help="exit with 1 from this level on")
    risk.set_defaults(command="risk")


def _with_smoke(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    smoke = commands.add_parser("smoke", help="say whether a service is well after a deployment", description=SMOKE)
    smoke.add_argument("--service", required=True, help="its name in config/services.yaml")
    smoke.add_argument("--minutes", type=int, default=15, metavar="N", help="how long ago the deployment was (15)")
    smoke.add_argument("--json", action="store_true", help="print JSON")
    smoke.set_defaults(command="smoke")


def _smoke(chosen: argparse.Namespace) -> int:
    from bot.smoke import tell_smoke  # noqa: PLC0415 - late, like all commands

    return tell_smoke(chosen.service, chosen.minutes, as_json=chosen.json)


def _risk(chosen: argparse.Namespace) -> int:
    """Judge at once: in a pipeline there is nothing to connect to, and nothing to mount."""
    from bot.risk import tell_risk  # noqa: PLC0415 - late, like all commands
    from config.settings import settings  # noqa: PLC0415 - same

    return tell_risk(settings(), chosen.plan, chosen.diff, chosen.fail_on)


def _commands() -> dict[str, Callable[[argparse.Namespace], Coroutine[None, None, int]]]:
    """Import late: `--help` answers at once, Slack, LangChain and boto3 do not."""
    from bot import commands  # noqa: PLC0415 - see above

    commands.mount_tools()

    return {
        "all": lambda _: commands.serve("web", "worker", "clock"),
        "web": lambda _: commands.serve("web"),
        "worker": lambda _: commands.serve("worker"),
        "clock": lambda _: commands.serve("clock"),
        "doctor": lambda _: commands.doctor(),
        "ask": lambda chosen: commands.ask(" ".join(chosen.words)),
        "permissions": lambda chosen: commands.permissions(chosen.part),
        "policy": lambda chosen: commands.policy(chosen.action, " ".join(chosen.words)),
        "audit": lambda chosen: commands.audit(chosen.action, chosen.what),
    }


def _leave(status: int) -> NoReturn:
    """End at once: readings left behind by a shutdown may wait long for answers that nobody needs any more."""
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    _leave(main())
