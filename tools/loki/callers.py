"""What a namespace's other streams in Loki say of a workload, compared with the time before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from tools.aws.log_templates import pattern
from tools.aws.windows import Around, Window, window
from tools.contract import Observation
from tools.declare import KubeName, Minutes, reads
from tools.kube.blaming import Callee, blaming
from tools.kube.fields import plural, some
from tools.kube.logwords import Line
from tools.loki.client import Said, naming
from tools.loki.readings import RISEN
from tools.scope import require


@reads(needs=("loki:read",), source="loki_url")
def loki_caller_errors(
    namespace: KubeName, workload: KubeName, minutes: Minutes = 60, around: Around = ""
) -> Observation:
    """Read what other workloads of the namespace say of one in Loki: error lines that name it, where they are news.

    The time before the window, of the same length, shows what is usual.
    """
    require("namespaces", namespace)
    over, of = window(minutes, around), Callee(namespace, workload, (workload,))
    before = Window(over.start - (over.end - over.start), over.start - (over.end - over.start), over.start)
    usual = Counter(pattern(one.text) for one in _against(of, before))
    said = _against(of, over)
    often = Counter(pattern(one.text) for one in said)
    news = [one for one in said if often[pattern(one.text)] >= RISEN * usual[pattern(one.text)]]
    by = {who: [Line(one.at, one.text) for one in news if one.who == who] for who in sorted({one.who for one in said})}
    head = f"{plural(len(said), 'error line')} of {some(by)} in Loki name {workload}; {len(news)} are news."
    told = head if said else f"No error line of another workload of {namespace} in Loki names {workload}."
    return Observation(told, blaming(of, by, f"Loki, {some(by)}", datetime.now(UTC)))


def _against(of: Callee, over: Window) -> Sequence[Said]:
    others = [one for one in naming(of.namespace, of.workload, over) if one.who != of.workload]
    return [one for one in others if of.blamed(one.text, inside=True)]
