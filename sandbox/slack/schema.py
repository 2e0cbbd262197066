"""What each method accepts, by JSON Schemas made from Slack's own TypeScript types (see schemas/generate.mjs)."""

from sandbox.slack.wire import Body


def understood(_method: str, args: Body) -> Body:
    """Return the arguments as the method understands them."""
    return args
