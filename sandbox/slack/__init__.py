"""A small Slack, as strict as the real one."""
