"""What a source's payloads look like: where in them each field is; plain data, also written in config/alerts.toml."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field

Paths = tuple[str, ...]


class Shape(BaseModel):
    """Dotted paths by field, the likeliest first; what they do not find is looked for by what fields are called.

    Attributes:
        marks: Paths that only this source has; all of them there means that it is this source.
        each: Path of the list of alerts, for sources that send several at once.
        name: What is wrong, in the words that stay the same from firing to resolved.
        severity: How bad.
        state: Whether it fires.
        resource: What it is about.
        service: Whose it is.
        at: When it began.
        link: Where people look at it.
        key: What stays the same for the same trouble.
        text: Words for people.
        delivery: What the sender numbers its messages by.
        states: The source's own words for `firing` and `resolved`, lower case.
        severities: The source's own words or numbers for P1 to P4, lower case.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    marks: Paths = ()
    each: str = ""
    name: Paths = ()
    severity: Paths = ()
    state: Paths = ()
    resource: Paths = ()
    service: Paths = ()
    at: Paths = ()
    link: Paths = ()
    key: Paths = ()
    text: Paths = ()
    delivery: Paths = ()
    states: Mapping[str, str] = Field(default_factory=dict)
    severities: Mapping[str, str] = Field(default_factory=dict)


ANY = Shape(
    name=(
        *(
            "alertname",
            "alarmname",
            "monitorname",
            "rulename",
            "checkname",
            "eventtitle",
            "alerttitle",
            "title",
            "name",
        ),
        *(
            "conditionname",
            "policyname",
            "problemtitle",
            "incidenttitle",
            "subject",
            "detailtype",
            "summary",
            "headline",
        ),
        *("shortdescription", "message", "msg", "event", "description", "text", "body"),
    ),
    severity=(
        *("severity", "alertseverity", "eventseverity", "priority", "alertpriority", "level", "urgency", "importance"),
        *("criticality", "impact", "sev", "severitylabel", "severitylowercase", "opsgeniepriority"),
    ),
    state=(
        *("state", "status", "alertstate", "alertstatus", "currentstate", "newstate", "newstatevalue", "eventstate"),
        *("transition", "alerttransition", "action", "eventaction", "alerttype", "eventtype", "type", "problemstate"),
        *("servicestate", "hoststate", "triggerstatus", "incidentstate", "notificationtype", "event"),
    ),
    resource=(
        *(
            "resource",
            "resourceid",
            "resourcename",
            "instance",
            "instanceid",
            "dbinstanceidentifier",
            "hostname",
            "host",
        ),
        *("pod", "container", "deployment", "node", "device", "entity", "target", "targets", "impactedentity", "scope"),
        *(
            "server",
            "computer",
            "machine",
            "url",
            "endpoint",
            "bucket",
            "cluster",
            "namespace",
            "object",
            "site",
            "domain",
        ),
    ),
    service=("service", "servicename", "app", "application", "applicationname", "component", "project", "projectslug"),
    at=(
        *("startsat", "startedat", "starttime", "triggeredat", "firstseen", "createdat", "dateadded", "datestartzoned"),
        *(
            "timestampiso",
            "timestamp",
            "time",
            "eventtime",
            "statechangetime",
            "occurredat",
            "date",
            "datetime",
            "datestart",
        ),
        *("timestampms", "created", "lastupdated", "updatedat", "lastseen", "longdatetime", "shortdatetime"),
    ),
    link=(
        *(
            "link",
            "alerturl",
            "incidenturl",
            "problemurl",
            "htmlurl",
            "weburl",
            "permalink",
            "generatorurl",
            "externalurl",
        ),
        *("url", "dashboardurl", "ruleurl", "eventurl", "href"),
    ),
    key=("fingerprint", "dedupkey", "dedupekey", "deduplicationkey", "aggregkey", "alertid", "incidentid", "problemid"),
    text=("description", "message", "summary", "text", "body", "reason", "details", "output", "longoutput"),
    delivery=("eventid", "messageid", "requestid", "deliveryid"),
)
"""What fields are called anywhere, as `bot.intake.paths.called` writes names; the likeliest first."""
