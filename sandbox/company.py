"""One running sandbox company: Slack, Kubernetes, AWS and GitHub on localhost, and the environment for the bot."""

import asyncio
import json
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from sandbox.aws.server import Cloud
from sandbox.aws.server import make_app as make_aws
from sandbox.clock import Clock
from sandbox.datadog.server import API_KEY, APP_KEY, Datadog
from sandbox.datadog.server import make_app as make_datadog
from sandbox.github.happened import Happened
from sandbox.github.planting import plant
from sandbox.github.server import make_app as make_github
from sandbox.github.state import TOKEN, Hub
from sandbox.grafana.server import TOKEN as GRAFANA_TOKEN
from sandbox.grafana.server import Grafana
from sandbox.grafana.server import make_app as make_grafana
from sandbox.kube.server import Cluster
from sandbox.kube.server import make_app as make_kube
from sandbox.loki.server import TOKEN as LOKI_TOKEN
from sandbox.loki.server import Loki
from sandbox.loki.server import make_app as make_loki
from sandbox.prometheus.server import TOKEN as PROMETHEUS_TOKEN
from sandbox.prometheus.server import Prometheus
from sandbox.prometheus.server import make_app as make_prometheus
from sandbox.slack.server import Workspace
from sandbox.slack.server import make_app as make_slack
from sandbox.world import World, read_world

MANIFEST = Path(__file__).parent.parent / "config" / "slack_manifest.json"
"""The app is installed from its manifest, so what it does not ask for it may not do."""


class Company:
    """The services of one world. `start` and `stop` run on one event loop; the state may be read from any thread."""

    def __init__(self, world: World, port: int = 0) -> None:
        self.world = world
        self.clock = Clock()
        self.cluster = Cluster(world, self.clock)
        self.hub = Hub(self.clock)
        self.cloud = Cloud(world, self.clock, Happened(self.cluster, self.hub))
        self.prometheus = Prometheus(world, self.clock)
        self.loki = Loki(world)
        self.datadog = Datadog(world)
        self.grafana = Grafana(world)
        self.workspace = Workspace(self.clock, json.loads(MANIFEST.read_text("utf-8")))
        self.delays: dict[str, float] = {}
        self._port = port
        self._runners: list[web.AppRunner] = []
        self._folder = tempfile.TemporaryDirectory(prefix="infra-sandbox-")
        plant(self.hub, world, Path(self._folder.name))
        self.urls: dict[str, str] = {}

    async def start(self) -> None:
        """Open the ports."""
        self.urls["slack"] = await self._serve("slack", make_slack(self.workspace), self._port)
        self.urls["kube"] = await self._serve("kube", make_kube(self.cluster))
        self.urls["aws"] = await self._serve("aws", make_aws(self.cloud))
        self.urls["github"] = self.hub.url = await self._serve("github", make_github(self.hub))
        if "prometheus" in self.world.aws:
            self.urls["prometheus"] = await self._serve("prometheus", make_prometheus(self.prometheus))
        if "loki" in self.world.aws:
            self.urls["loki"] = await self._serve("loki", make_loki(self.loki))
        if "datadog" in self.world.aws:
            self.urls["datadog"] = await self._serve("datadog", make_datadog(self.datadog))
        if "grafana" in self.world.aws:
            self.urls["grafana"] = await self._serve("grafana", make_grafana(self.grafana))
        self._kubeconfig().write_text(self.cluster.kubeconfig(self.urls["kube"]), "utf-8")

    async def stop(self) -> None:
        """Close the ports."""
        for runner in self._runners:
            await runner.cleanup()
        answering = asyncio.all_tasks() - {asyncio.current_task()}  # to clients that are gone, or slowed down
        for task in answering:
            task.cancel()
        await asyncio.gather(*answering, return_exceptions=True)
        self._folder.cleanup()

    def environment(self) -> dict[str, str]:
        """Return the variables that point a bot (and kubectl, and the AWS CLI) at this company."""
        return {
            "SLACK_API_URL": f"{self.urls['slack']}/api/",
            "SLACK_BOT_TOKEN": self.workspace.bot_token,
            "SLACK_APP_TOKEN": self.workspace.app_token,
            "SLACK_SIGNING_SECRET": self.workspace.signing_secret,
            "AWS_ENDPOINT_URL": self.urls["aws"],
            "AWS_REGION": self.world.region,
            "AWS_DEFAULT_REGION": self.world.region,
            "AWS_ACCESS_KEY_ID": "sandbox",
            "AWS_SECRET_ACCESS_KEY": "sandbox",
            "AWS_WRITE_ROLE_ARN": f"arn:aws:iam::{self.world.account}:role/infra-write",
            "KUBECONFIG": str(self._kubeconfig()),
            "GITHUB_API_URL": self.urls["github"],
            "GITHUB_TOKEN": TOKEN,
            **self._measured(),
        }

    def slow_down(self, **seconds: float) -> None:
        """Let each request to a service (`slack`, `kube`, `aws`, `github`) take this much longer; 0 heals it."""
        self.delays.update(seconds)

    def _measured(self) -> dict[str, str]:
        """Return where measurements and logs are; a service without its folder is not there."""
        return {
            "PROMETHEUS_URL": self.urls.get("prometheus", ""),
            "PROMETHEUS_TOKEN": PROMETHEUS_TOKEN,
            "LOKI_URL": self.urls.get("loki", ""),
            "LOKI_TOKEN": LOKI_TOKEN,
            "DATADOG_URL": self.urls.get("datadog", ""),
            "DATADOG_API_KEY": API_KEY,
            "DATADOG_APP_KEY": APP_KEY,
            "GRAFANA_URL": self.urls.get("grafana", ""),
            "GRAFANA_TOKEN": GRAFANA_TOKEN,
        }

    def _kubeconfig(self) -> Path:
        return Path(self._folder.name) / "kubeconfig"

    async def _serve(self, service: str, app: web.Application, port: int = 0) -> str:
        app.middlewares.append(self._delayed(service))
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        self._runners.append(runner)
        await web.TCPSite(runner, "127.0.0.1", port).start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}"

    def _delayed(self, service: str) -> Middleware:
        @web.middleware
        async def wait(request: web.Request, handler: Handler) -> web.StreamResponse:
            await asyncio.sleep(self.delays.get(service, 0))
            return await handler(request)

        return wait


@contextmanager
def running(world: Path | World, port: int = 0) -> Iterator[Company]:
    """Run a company in a thread of its own for the length of the block."""
    company = Company(world if isinstance(world, World) else read_world(world), port)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="sandbox", daemon=True)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(company.start(), loop).result(30)
        yield company
    finally:
        asyncio.run_coroutine_threadsafe(company.stop(), loop).result(30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()
