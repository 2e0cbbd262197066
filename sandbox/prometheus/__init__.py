"""The sandbox's Prometheus: the HTTP API over a world's series, with the part of PromQL that dashboards are made of."""
