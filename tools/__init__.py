"""What can be done to the world. CATALOGUE names every tool; what is not listed does not exist."""

from tools.aws.alarms import aws_alarm_history, aws_alarms
from tools.aws.configurations import aws_config_history
from tools.aws.ecs import aws_ecs_service
from tools.aws.event_sources import aws_event_sources
from tools.aws.log_queries import aws_logs_insights
from tools.aws.logs import aws_log_errors
from tools.aws.metrics import aws_metric
from tools.aws.network_changes import aws_network_changes
from tools.aws.rds_events import aws_rds_events, aws_rds_instance
from tools.aws.rds_health import aws_rds_health
from tools.aws.rds_performance import aws_rds_performance
from tools.aws.resources import aws_resource_health
from tools.aws.service_map import aws_service_map
from tools.aws.targets import aws_target_health
from tools.aws.trail import aws_changes
from tools.capacity.quota_use import aws_quotas
from tools.capacity.readings import capacity_forecast
from tools.cdk.readings import cdk_check, cloudformation_check
from tools.ci.merging import github_merge_low_risk
from tools.ci.readings import change_risk, ci_triage
from tools.contract import Tool
from tools.cost.cluster import cost_requests
from tools.cost.commitments import cost_commitments
from tools.cost.readings import cost_spend
from tools.cost.saving import cost_savings
from tools.datadog.readings import datadog_metric, datadog_monitors
from tools.documentation.architecture import documentation_architecture
from tools.documentation.drafting import postmortem_draft, runbook_draft
from tools.documentation.drift import documentation_drift
from tools.github.checks import github_checks
from tools.github.code import github_file, github_files
from tools.github.comment import github_comment
from tools.github.commits import github_commits
from tools.github.merge import github_merge
from tools.github.pull_request import github_pull_request
from tools.github.pulls import github_pull, github_pulls
from tools.github.rerun import github_rerun
from tools.github.runs import github_run, github_run_log, github_runs
from tools.grafana.readings import grafana_alerts, grafana_annotations
from tools.knowledge.lookup import service_lookup
from tools.knowledge.memory import past_incidents, runbook_search
from tools.kube.autoscalers import kube_hpa
from tools.kube.callers import kube_caller_errors
from tools.kube.certificates import kube_certificates
from tools.kube.configuration import kube_config_changes
from tools.kube.crowd import kube_log_errors
from tools.kube.dns import kube_dns
from tools.kube.events import kube_events
from tools.kube.jobs import kube_jobs
from tools.kube.logs import kube_logs
from tools.kube.nodes import kube_nodes
from tools.kube.pods import kube_pods
from tools.kube.policies import kube_network_policies
from tools.kube.quotas import kube_quotas
from tools.kube.restart import kube_restart
from tools.kube.rollback import kube_rollback
from tools.kube.rollouts import kube_rollout_history, kube_rollout_status
from tools.kube.routing import kube_routes
from tools.kube.scale import kube_scale
from tools.kube.services import kube_services
from tools.kube.volumes import kube_volumes
from tools.kube.workloads import kube_workloads
from tools.loki.callers import loki_caller_errors
from tools.loki.readings import loki_errors
from tools.manifests.readings import manifests_check
from tools.prometheus.asking import prometheus_alerts, prometheus_query
from tools.prometheus.readings import prometheus_service
from tools.security.aside import securityhub_reopen, securityhub_suppress
from tools.security.readings import security_posture
from tools.security.remediate import security_remediate
from tools.security.rules import config_compliance
from tools.security.trending import security_trend
from tools.security.watchers import access_findings, guardduty_threats
from tools.signals.reading import service_signal
from tools.terraform.apply import terraform_apply, terraform_plan
from tools.terraform.cost import terraform_cost
from tools.terraform.drafting import terraform_draft, terraform_intent, terraform_modules, terraform_write
from tools.terraform.drift import terraform_drift
from tools.terraform.quota import aws_quota_check
from tools.terraform.review import terraform_review
from tools.terraform.steps import terraform_format, terraform_policy, terraform_security, terraform_validate

_TOOLS: tuple[Tool, ...] = (
    # readings
    service_lookup,
    past_incidents,
    runbook_search,
    aws_alarms,
    aws_alarm_history,
    aws_metric,
    aws_logs_insights,
    aws_log_errors,
    aws_rds_instance,
    aws_rds_events,
    aws_rds_performance,
    aws_rds_health,
    aws_resource_health,
    aws_ecs_service,
    aws_changes,
    aws_network_changes,
    aws_target_health,
    aws_event_sources,
    aws_config_history,
    service_signal,
    aws_service_map,
    aws_quotas,
    prometheus_service,
    prometheus_alerts,
    prometheus_query,
    loki_errors,
    loki_caller_errors,
    datadog_metric,
    datadog_monitors,
    grafana_alerts,
    grafana_annotations,
    kube_workloads,
    kube_pods,
    kube_logs,
    kube_events,
    kube_rollout_status,
    kube_rollout_history,
    kube_hpa,
    kube_services,
    kube_quotas,
    kube_nodes,
    security_posture,
    security_trend,
    guardduty_threats,
    access_findings,
    config_compliance,
    kube_log_errors,
    kube_caller_errors,
    kube_routes,
    kube_network_policies,
    kube_volumes,
    kube_jobs,
    kube_certificates,
    kube_dns,
    kube_config_changes,
    github_file,
    github_files,
    github_pulls,
    github_pull,
    github_checks,
    github_runs,
    github_run,
    github_run_log,
    github_commits,
    ci_triage,
    change_risk,
    manifests_check,
    documentation_drift,
    documentation_architecture,
    postmortem_draft,
    runbook_draft,
    terraform_modules,
    terraform_intent,
    terraform_draft,
    terraform_write,
    terraform_format,
    terraform_validate,
    terraform_policy,
    terraform_security,
    terraform_cost,
    aws_quota_check,
    terraform_review,
    terraform_plan,
    terraform_drift,
    cloudformation_check,
    cdk_check,
    cost_spend,
    cost_savings,
    cost_commitments,
    cost_requests,
    capacity_forecast,
    # changes
    kube_scale,
    kube_restart,
    kube_rollback,
    securityhub_suppress,
    security_remediate,
    securityhub_reopen,
    github_pull_request,
    github_comment,
    github_rerun,
    github_merge,
    github_merge_low_risk,
    terraform_apply,
)

CATALOGUE: dict[str, Tool] = {tool.name: tool for tool in _TOOLS}
