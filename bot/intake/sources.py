"""The sources that are known by name, each by where its documented webhook says things; AWS's are in `amazon`."""

from bot.intake.monitors import MONITORS
from bot.intake.shape import Shape

_LABELLED = (
    *("labels.instance", "labels.pod", "labels.container", "labels.deployment", "labels.statefulset", "labels.node"),
    *(
        "labels.host",
        "labels.hostname",
        "labels.monitor",
        "labels.device",
        "labels.persistentvolumeclaim",
        "labels.workload",
    ),
    "labels.namespace",
)
_SERVICES = ("labels.service", "labels.service_name", "labels.app", "labels.application", "labels.job")

_ALERTMANAGER = Shape(
    marks=("alerts.0.labels",),
    each="alerts",
    name=("labels.alertname", "labels.rulename", "annotations.title", "annotations.summary", "summary"),
    severity=("labels.severity", "labels.priority", "labels.level"),
    state=("status", "status.state", "state"),
    resource=_LABELLED,
    service=_SERVICES,
    at=("startsAt", "activeAt"),
    link=("generatorURL", "externalURL"),
    key=("fingerprint",),
    text=("annotations.description", "annotations.summary", "annotations.message", "summary"),
)
_GRAFANA = _ALERTMANAGER.model_copy(
    update={
        "marks": ("alerts.0.labels", "orgId"),
        "name": ("labels.alertname", "ruleName", "title", "annotations.summary"),
        "resource": (*_LABELLED, "evalMatches.0.tags.instance", "evalMatches.0.metric"),
        "link": ("panelURL", "dashboardURL", "generatorURL", "ruleUrl", "externalURL"),
        "key": ("fingerprint", "ruleId"),
        "text": ("annotations.description", "annotations.summary", "message"),
        "states": {"alerting": "firing", "pending": "firing", "no_data": "firing", "paused": "resolved"},
    }
)
_PAGERDUTY = Shape(
    marks=("event.event_type", "event.data"),
    name=("event.data.title", "event.data.summary", "incident.title", "incident.description", "payload.summary"),
    severity=(
        *("event.data.priority.summary", "incident.priority.summary", "payload.severity"),
        *("event.data.severity", "event.data.urgency", "incident.urgency", "event.event_type"),
    ),
    state=("event.event_type", "event", "event.data.status", "incident.status", "event_action"),
    resource=("event.data.body.details.host", "payload.source", "incident.alerts.0.body.cef_details.source_origin"),
    service=("event.data.service.summary", "event.data.service.name", "incident.service.name", "payload.component"),
    at=("event.data.created_at", "incident.created_at", "payload.timestamp", "event.occurred_at", "created_on"),
    link=("event.data.html_url", "incident.html_url", "client_url"),
    key=(
        *("event.data.incident.id", "event.data.id", "incident.id", "event.data.incident_key", "incident.incident_key"),
        "dedup_key",
    ),
    text=("event.data.description", "incident.description", "payload.summary"),
    delivery=("event.id", "id"),
    severities={"high": "P2", "low": "P4"}
    | dict.fromkeys(("incident.annotated", "incident.status_update_published", "pagey.ping"), "P4")
    | dict.fromkeys(("incident.responder.added", "incident.responder.replied"), "P4"),
)

SOURCES: dict[str, Shape] = {
    "grafana": _GRAFANA,
    "alertmanager": _ALERTMANAGER,
    "prometheus": _ALERTMANAGER.model_copy(update={"marks": ("never sent without alerts",)}),
    "pagerduty": _PAGERDUTY,
    "datadog": Shape(
        marks=("alert_transition",),
        name=("monitor_name", "alert_title", "event_title", "title"),
        severity=("alert_priority", "priority", "event.priority", "alert_type"),
        state=("alert_transition", "transition", "alert_status", "state", "overall_state", "alert_type"),
        resource=(
            "alert_scope",
            "scopes",
            "hostname",
            "host",
            "tags.host",
            "tags.pod_name",
            "tags.dbinstanceidentifier",
        ),
        service=("service", "tags.service", "tags.kube_deployment"),
        at=("alert_start_time", "date", "date_happened", "last_updated", "event.date_detected", "timestamp"),
        link=("link", "event_url", "url"),
        key=("alert_cycle_key", "aggreg_key", "aggregation_key", "monitor_id", "alert_id"),
        text=("event_msg", "message", "body", "text_only_msg", "description"),
        states={"no data": "firing", "alert": "firing", "success": "resolved"},
    ),
    "opsgenie": Shape(
        marks=("alert.alertId", "action"),
        name=("alert.message", "message"),
        severity=("alert.priority", "priority"),
        state=("action", "alert.status"),
        resource=("alert.entity", "alert.details.host", "alert.source"),
        service=("alert.details.service", "alert.details.application"),
        at=("alert.createdAt", "alert.insertedAt", "alert.updatedAt"),
        link=("alert.details.link", "alert.link"),
        key=("alert.alias", "alert.alertId"),
        text=("alert.description",),
        states={"acknowledge": "firing", "addnote": "firing", "delete": "resolved"},
    ),
    "sentry": Shape(
        marks=("data", "installation"),
        name=(
            *("data.issue.title", "data.event.title", "data.metric_alert.alert_rule.name", "data.metric_alert.title"),
            *("event.title", "title", "data.error.title", "message"),
        ),
        severity=("data.issue.level", "data.event.level", "data.error.level", "level", "event.level", "action"),
        state=("action", "data.issue.status", "status"),
        resource=("data.issue.culprit", "data.event.culprit", "culprit", "data.metric_alert.alert_rule.query"),
        service=(
            *("data.issue.project.slug", "data.metric_alert.projects", "data.metric_alert.alert_rule.projects"),
            *("data.event.project_name", "project_slug", "project_name", "project"),
        ),
        at=(
            *("data.issue.firstSeen", "data.event.datetime", "data.metric_alert.date_started", "event.timestamp"),
            *("event.datetime", "data.event.timestamp", "data.error.datetime", "data.metric_alert.date_created"),
        ),
        link=("data.issue.web_url", "data.issue.permalink", "data.web_url", "data.event.web_url", "url"),
        key=("data.issue.id", "data.event.issue_id", "data.metric_alert.id", "data.metric_alert.identifier", "id"),
        text=("data.description_text", "data.issue.metadata.value", "data.event.message", "message"),
        states={"unresolved": "firing", "archived": "resolved", "ignored": "resolved", "critical": "firing"},
        severities={"created": "", "triggered": "", "resolved": ""},
    ),
    "gcpmonitoring": Shape(
        marks=("incident.policy_name",),
        name=("incident.documentation.subject", "incident.condition_name", "incident.policy_name"),
        severity=(
            "incident.severity",
            "incident.metadata.system_labels.severity",
            "incident.policy_user_labels.severity",
        ),
        state=("incident.state",),
        resource=("incident.resource_display_name", "incident.resource_name", "incident.resource_id"),
        service=("incident.policy_user_labels.service", "incident.metadata.user_labels.service"),
        at=("incident.started_at",),
        link=("incident.url",),
        key=("incident.incident_id",),
        text=("incident.summary", "incident.documentation.content"),
    ),
    **MONITORS,
}
"""By the name in `/alerts/<name>`; the first whose marks a payload has is taken where none is named."""
