"""The sandbox's command line: serve a world, play it, or show the demo."""

import argparse
import errno
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from sandbox.company import running
from sandbox.demo import WORLDS, demo, rehearse
from sandbox.pictures import draw
from sandbox.play import play
from sandbox.product import ProductDownError

PORT = 8700
_TAKEN = "Port {0} is in use; choose another one: make demo PORT=8701, or --port 8701."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    chosen = _parser().parse_args(arguments)
    try:
        return _run(chosen)
    except (ValueError, OSError, TimeoutError, ProductDownError) as error:
        taken = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
        sys.stderr.write(f"{_TAKEN.format(chosen.port) if taken else error}\n")
        return 1


def _run(chosen: argparse.Namespace) -> int:
    world = _world(getattr(chosen, "world", "cost-spike"))
    match chosen.command:
        case "serve":
            return _serve(world, chosen.port)
        case "play":
            played = play(world, chosen.ask)
            print(played.as_json() if chosen.json else played.as_text())
            return 0
        case "pictures":
            print(*draw(chosen.into), sep="\n")
            return 0
        case _:
            return rehearse(world) if chosen.play else demo(world, chosen.port)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="A company to try Infra in, on localhost.")
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="serve a world's Slack, AWS and Kubernetes, and print how to reach them")
    serve.add_argument("--port", type=int, default=PORT, help="port of the Slack page (default %(default)s)")
    played = commands.add_parser("play", help="run the product on a world and print what it answered")
    played.add_argument("--ask", default="", help="what a person asks; without it the world's alarm pages")
    played.add_argument("--json", action="store_true", help="print JSON")
    shown = commands.add_parser("demo", help="an incident, the product and a page to use")
    shown.add_argument("--play", action="store_true", help="play the on-call engineer and print the thread")
    shown.add_argument("--port", type=int, default=PORT, help="port of the Slack page (default %(default)s)")
    drawn = commands.add_parser("pictures", help="draw the pictures of docs/ again, in Chromium")
    drawn.add_argument("--into", type=Path, default=Path("docs"), help="folder (default %(default)s)")
    for command in (serve, played, shown):
        command.add_argument("--world", default="bad-deploy", help="a folder, or the name of one in sandbox/worlds")
    return parser


def _world(name: str) -> Path:
    """Return the folder of a world, given as a path or a name."""
    for folder in (Path(name), WORLDS / name):
        if (folder / "world.toml").is_file():
            return folder
    known = ", ".join(sorted(world.parent.name for world in WORLDS.glob("*/world.toml")))
    raise ValueError(f"There is no world.toml in {name}; give a folder that has one, or one of: {known}.")


def _serve(world: Path, port: int) -> int:
    with running(world, port) as company:
        print("\n".join(f"export {name}='{value}'" for name, value in company.environment().items()))
        print(f"# page: {company.urls['slack']}", flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
