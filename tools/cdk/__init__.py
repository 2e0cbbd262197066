"""CloudFormation: what a CDK app makes of itself, and whether AWS would take it."""
