"""Certificates as cert-manager keeps them: expired, not renewed, about to expire. No secret is read."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from tools.contract import Call, Finding, JsonObject, Observation, Role
from tools.declare import reads
from tools.kube.client import reader
from tools.kube.events import Everywhere
from tools.kube.fields import (
    ago,
    condition,
    first,
    lasting,
    moment,
    name_of,
    namespace_of,
    parts,
    plural,
    some,
    subject,
    text,
    texts,
)

FINDINGS = {
    "certificate_expired": "A TLS certificate has expired.",
    "certificate_not_issued": "A TLS certificate could not be issued or renewed.",
    "certificate_expiring": "A TLS certificate expires within two weeks and has not been renewed.",
    "certificates_fine": "Every certificate is valid.",
    "tls_unseen": "An Ingress serves a certificate that cert-manager does not keep, so its end is not seen.",
    "no_certificates": "No certificate of cert-manager.",
}
SOON = timedelta(days=14)


@reads(needs=("cert-manager.io/certificates:list", "networking.k8s.io/ingresses:list"))
def kube_certificates(namespace: Everywhere = "") -> Observation:
    """Look at cert-manager's certificates: valid until when, renewed or not, and which Ingress uses them."""
    api, now = reader(), datetime.now(UTC)
    found = api.any("certificates", namespace, custom=True)
    rows = [_row(one, now) for one in found]
    ingresses = api.any("ingresses", namespace)
    return Observation(
        "\n".join([*(rows or ["No certificate of cert-manager."]), *api.unseen]), analyze(found, ingresses, now)
    )


def analyze(certificates: Sequence[JsonObject], ingresses: Sequence[JsonObject], now: datetime) -> tuple[Finding, ...]:
    """Return the certificates that are no good, or that all are."""
    unseen = _unseen(certificates, ingresses)
    if not certificates:
        return (*unseen, Finding("no_certificates", "cluster", "No certificate.", "the list", 0.5, Role.CONTEXT))
    found = [each for one in certificates if (each := _standing(one, ingresses, now))]
    said = f"{plural(len(certificates), 'certificate')} valid."
    fine = Finding("certificates_fine", "cluster", said, "status", 0.7, Role.HEALTHY)
    return (*(found or [fine]), *unseen)


def _unseen(certificates: Sequence[JsonObject], ingresses: Sequence[JsonObject]) -> tuple[Finding, ...]:
    """Return that certificates are served whose end nobody sees who does not read secrets, which no reading does."""
    known = {(namespace_of(one), text(one, "spec", "secretName")) for one in certificates}
    served = {(namespace_of(one), text(tls, "secretName")) for one in ingresses for tls in parts(one, "spec", "tls")}
    names = sorted(f"{namespace}/{name}" for namespace, name in served - known if name)
    if not names:
        return ()
    said = (
        f"Ingresses serve the certificates of secrets {some(names)}, which no Certificate of cert-manager keeps; when "
        "they end is not to be seen without reading secrets."
    )
    look = "Ask the endpoint itself: openssl s_client -connect <host>:443 | openssl x509 -noout -enddate."
    return (Finding("tls_unseen", "cluster", said, "spec.tls", 0.4, Role.CONTEXT, advice=look),)


def _standing(one: JsonObject, ingresses: Sequence[JsonObject], now: datetime) -> Finding | None:
    ends, state = moment(one, "status", "notAfter"), condition(one, "Ready")
    names = some(texts(one, "spec", "dnsNames"), 3)
    head = f"Certificate {name_of(one)}{f' for {names}' if names else ''}"
    why = f": {first(text(state, 'message'), 200)}" if text(state, "status") == "False" else ""
    if ends and ends <= now:
        return _finding(
            "certificate_expired", one, f"{head} expired {ago(ends, now)}{why}", 0.9, since=ends, ingresses=ingresses
        )
    if text(state, "status") == "False":
        since = moment(state, "lastTransitionTime")
        kept = f" (valid for another {lasting(ends - now)})" if ends else ""
        said = f"{head} is not issued{kept}{why}"
        return _finding("certificate_not_issued", one, said, 0.5 if ends else 0.8, since=since, ingresses=ingresses)
    if ends and ends - now < SOON:
        said = f"{head} expires in {lasting(ends - now)} and has not been renewed."
        where = subject("certificate", one)
        return Finding("certificate_expiring", where, said, "status.notAfter", 0.6, Role.CONTEXT)
    return None


def _finding(
    code: str, one: JsonObject, said: str, sure: float, *, since: datetime | None, ingresses: Sequence[JsonObject]
) -> Finding:
    advice = (
        "See the CertificateRequest and the issuer (`kubectl describe certificate`), renew it, then check the clock."
    )
    where, leads = subject("certificate", one), _behind(one, ingresses)
    stop = said.rstrip(".") + "."
    return Finding(code, where, stop, "status.notAfter", sure, Role.CAUSE, since, leads, advice=advice)


def _behind(one: JsonObject, ingresses: Sequence[JsonObject]) -> tuple[Call, ...]:
    """Return looks at the workloads behind the Ingresses that serve the certificate's secret."""
    secret, here = text(one, "spec", "secretName"), namespace_of(one)
    using = [
        each
        for each in ingresses
        if namespace_of(each) == here and any(text(tls, "secretName") == secret for tls in parts(each, "spec", "tls"))
    ]
    names = dict.fromkeys(
        text(path, "backend", "service", "name")
        for each in using
        for rule in parts(each, "spec", "rules")
        for path in parts(rule, "http", "paths")
    )
    return tuple(Call("kube_pods", {"namespace": here, "workload": name}) for name in names if name)[:4]


def _row(one: JsonObject, now: datetime) -> str:
    ends, state = moment(one, "status", "notAfter"), text(condition(one, "Ready"), "status") or "Unknown"
    until = f"until {ends:%Y-%m-%d %H:%M} UTC" if ends else "not issued"
    over = " (expired)" if ends and ends <= now else ""
    return f"{namespace_of(one)}/{name_of(one)} Ready={state}, {until}{over}"
