"""Who decides: proposals under a policy, votes, grants; pure, no Slack and no store."""
