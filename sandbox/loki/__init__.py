"""The sandbox's Loki: streams of a world behind the HTTP API, with selectors and line filters."""
