"""Fake tools: a small company whose checkout was broken by a rollout, with nothing behind it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from agents.contract import Alert, Ask, AskKind, ThreadRef
from tools.contract import (
    Call,
    Finding,
    Observation,
    Preview,
    Risk,
    Role,
    Settled,
    Settlement,
    Tool,
    ToolError,
)
from tools.declare import changes, reads

NOW = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)
CHECKOUT = "deployment/shop/checkout"


@dataclass
class Shop:
    """The state that the fake tools look at; tests change it."""

    broken: bool = True
    lookups: list[str] = field(default_factory=list)
    applied: list[str] = field(default_factory=list)

    def tools(self) -> Mapping[str, Tool]:
        """Return the fake tools by name."""
        ours = (self._lookup(), self._alarms(), self._pods(), self._history(), self._status(), *self._changes())
        return {tool.name: tool for tool in ours}

    def _lookup(self) -> Tool:
        @reads
        def service_lookup(words: str) -> Observation:
            """Find the service that words are about."""
            self.lookups.append(words)
            if "checkout" not in words:
                return Observation("No service is named so.")
            pods = Call("kube_pods", {"namespace": "shop", "workload": "checkout"})
            known = finding("service_known", CHECKOUT, "checkout runs in shop.", Role.CONTEXT, leads_to=(pods,))
            return Observation("checkout: shop/checkout", (known,))

        return service_lookup

    def _alarms(self) -> Tool:
        @reads
        def aws_alarms(name_contains: str = "", state: str = "") -> Observation:
            """List alarms."""
            found = (
                self._firing()
                if self.broken
                else finding("alarm_ok", "alarm/checkout-5xx", "checkout-5xx is OK.", Role.HEALTHY)
            )
            return Observation(f"alarms {name_contains}{state}", (found,))

        return aws_alarms

    def _firing(self) -> Finding:
        return finding(
            "alarm_firing", "alarm/checkout-5xx", "checkout-5xx is in ALARM at 38 %.", Role.SYMPTOM, minutes=8
        )

    def _pods(self) -> Tool:
        @reads
        def kube_pods(namespace: str, workload: str = "") -> Observation:
            """List pods with their states."""
            if not self.broken:
                healthy = finding("workload_healthy", CHECKOUT, "All 3 pods of checkout are ready.", Role.HEALTHY)
                return Observation(f"{namespace}/{workload}: 3 of 3 ready", (healthy,))
            history = Call("kube_rollout_history", {"namespace": "shop", "deployment": "checkout"})
            crash = finding(
                "crash_loop",
                "pod/shop/checkout-7d9f8c6b5-x2x9z",
                "2 pods of revision 7 exit with code 1.",
                Role.CAUSE,
                minutes=10,
                leads_to=(history,),
                remedy=Call("kube_rollback", {"namespace": "shop", "deployment": "checkout", "revision": 6}),
            )
            return Observation("checkout-7d9f8c6b5-x2x9z CrashLoopBackOff password=hunter2hunter2", (crash,))

        return kube_pods

    def _history(self) -> Tool:
        @reads
        def kube_rollout_history(namespace: str, deployment: str) -> Observation:
            """List revisions."""
            back = Call("kube_rollback", {"namespace": namespace, "deployment": deployment, "revision": 6})
            rollout = finding(
                "recent_rollout",
                CHECKOUT,
                "Revision 7 (checkout:2.14.0) was rolled out.",
                Role.CHANGE,
                minutes=12,
                remedy=back,
            )
            return Observation("7 checkout:2.14.0\n6 checkout:2.13.1", (rollout,))

        return kube_rollout_history

    def _status(self) -> Tool:
        @reads
        def kube_rollout_status(namespace: str, deployment: str) -> Observation:
            """Tell how a rollout stands."""
            if self.broken:
                raise ToolError("The rollout status could not be read; try again.")
            done = finding("rollout_complete", CHECKOUT, "checkout: 3 of 3 updated and ready.", Role.HEALTHY)
            return Observation(f"{namespace}/{deployment}", (done,))

        return kube_rollout_status

    def _changes(self) -> tuple[Tool, ...]:
        def preview(namespace: str, deployment: str, revision: int = 0) -> Preview:
            if deployment != "checkout":
                raise ToolError(f"There is no deployment {namespace}/{deployment}.")
            undo = Call("kube_rollback", {"namespace": namespace, "deployment": deployment, "revision": 7})
            return Preview(
                f"Roll back {deployment} to revision {revision}.",
                "- 2.14.0\n+ 2.13.1",
                "3 pods",
                "Roll forward.",
                {"generation": 7},
                undo,
            )

        def settle(namespace: str, deployment: str, revision: int = 0) -> Settlement:
            return Settlement(Settled.DONE, f"{namespace}/{deployment} runs revision {revision}.")

        @changes(risk=Risk.MEDIUM, needs=("apps/deployments:patch",), preview=preview, settle=settle)
        def kube_rollback(namespace: str, deployment: str, revision: int = 0) -> str:
            """Roll a deployment back."""
            self.applied.append(f"{namespace}/{deployment}@{revision}")
            return "Rolled back."

        return (kube_rollback,)


def finding(
    code: str,
    subject: str,
    observed: str,
    role: Role,
    *,
    minutes: int = 0,
    leads_to: tuple[Call, ...] = (),
    remedy: Call | None = None,
) -> Finding:
    """Return a finding that began some minutes before now."""
    since = NOW - timedelta(minutes=minutes) if minutes else None
    return Finding(code, subject, observed, "the reading", 0.9, role, since, leads_to, remedy)


def asking(text: str = "why is checkout failing?", kind: AskKind = AskKind.MENTION, alert: Alert | None = None) -> Ask:
    """Return an ask of Ana's."""
    return Ask("ask-1", kind, text, ThreadRef("T0ACME001", "C0INCIDEN", "1.0"), "U0ANA0001", NOW, alert=alert)
