"""Programs of others that also judge, used when on PATH: real command lines, no environment, a time limit."""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from tools.terraform.resident import Broken, Resident, resident

State = Literal["passed", "failed", "skipped"]
Told = tuple[State, tuple[str, ...]]
SECONDS = 60
_PROGRAMS = "/usr/local/bin:/usr/bin:/bin"


@dataclass(frozen=True)
class Program:
    """A program that judges a folder: its command line, and how to read what it prints."""

    name: str
    command: tuple[str, ...]
    sentences: Callable[[Any], Iterator[str]]
    ends: tuple[int, ...] = (0, 1)  # exit codes that come with an answer


def formatted(files: Mapping[str, str], path: str | None = None) -> Told:
    """Return what `terraform fmt` says; it reads the text through stdin and touches nothing."""
    program = shutil.which("terraform", path=path) or shutil.which("tofu", path=path)
    if not program:
        return "skipped", ("terraform is not on PATH.",)
    wrong = [said for name, text in files.items() if name.endswith(".tf") and (said := _format(program, name, text))]
    return ("failed", tuple(wrong)) if wrong else ("passed", ())


def _format(program: str, name: str, text: str) -> str:
    try:
        error = _complaint(program, text)
    except OSError as failure:
        return f"{name}: {failure}"
    return f"{name}: {error}" if error else ""


@lru_cache(maxsize=1024)
def _complaint(program: str, text: str) -> str:
    """Return what is wrong with a text, remembered: an edit is judged with all the files that it leaves alone.

    Raises:
        OSError: The program did not answer; asked again next time.
    """
    ran = running([program, "fmt", "-no-color", "-"], stdin=text)
    if isinstance(ran, str):
        raise OSError(ran)
    if not ran.returncode:
        return ""
    return next((line.strip("│ ") for line in ran.stderr.splitlines() if "Error:" in line), "is not valid HCL")


def canonical(text: str, path: str | None = None) -> str:
    """Return a file as `terraform fmt` writes it, or as it is where terraform is not to be had."""
    program = shutil.which("terraform", path=path)
    ran = running([program, "fmt", "-no-color", "-"], stdin=text) if program else ""
    return text if isinstance(ran, str) or ran.returncode else ran.stdout


def security_tools(files: Mapping[str, str], path: str | None = None) -> Told:
    """Return what tflint, checkov and conftest say of a folder with these files; skipped if there is none of them."""
    told = [_judged(program, files, path) for program in SECURITY]
    details = tuple(sentence for _, sentences in told for sentence in sentences)
    states = {state for state, _ in told}
    return ("failed" if "failed" in states else "passed" if "passed" in states else "skipped"), details


def monthly_cost(files: Mapping[str, str], path: str | None = None) -> Told:
    """Return what infracost says the files cost a month."""
    return _judged(INFRACOST, files, path)


def cluster_policies(manifests: Mapping[str, str], policies: Mapping[str, str], path: str | None = None) -> Told:
    """Return what kyverno says of manifests under policies."""
    both = {f"resources/{name}": text for name, text in manifests.items()}
    return _judged(KYVERNO, {**both, **{f"policies/{name}": text for name, text in policies.items()}}, path)


def _judged(program: Program, files: Mapping[str, str], path: str | None) -> Told:
    found = shutil.which(program.name, path=path)
    if not found:
        return "skipped", (f"{program.name} is not on PATH.",)
    with tempfile.TemporaryDirectory(prefix="infra-judged-") as folder:
        for name, text in files.items():
            at = Path(folder, name)
            at.parent.mkdir(parents=True, exist_ok=True)
            at.write_text(text, "utf-8")
        stays = resident(SECONDS, path) if program.name == "checkov" else None
        return (
            _stayed(stays, program, folder)
            if stays
            else _answer(program, running([found, *program.command], folder=folder))
        )


def _stayed(stays: Resident, program: Program, folder: str) -> Told:
    """Ask the process that stays; one that breaks is told as skipped, with why, and never as passed."""
    try:
        return _sentences(program, stays.judged(folder))
    except Broken as wrong:
        return "skipped", (f"{program.name} {wrong}",)


def _answer(program: Program, ran: "subprocess.CompletedProcess[str] | str") -> Told:
    """Read an answer; a program that breaks is told as skipped, with why, and never as passed."""
    if isinstance(ran, str):
        return "skipped", (f"{program.name}: {ran}",)
    if ran.returncode not in program.ends:
        return "skipped", (f"{program.name} ended with {ran.returncode}: {(ran.stderr or ran.stdout).strip()[:200]}",)
    try:
        return _sentences(program, json.loads(ran.stdout or "{}"))
    except ValueError as wrong:
        return "skipped", (f"{program.name} printed what is not its JSON: {wrong}",)


def _sentences(program: Program, told: Any) -> Told:
    try:
        sentences = tuple(f"{program.name}: {each}" for each in program.sentences(told))
    except (ValueError, KeyError, TypeError, AttributeError) as wrong:
        return "skipped", (f"{program.name} printed what is not its JSON: {wrong}",)
    return ("passed" if program is INFRACOST or not sentences else "failed"), sentences


def running(
    command: list[str], *, stdin: str = "", folder: str | None = None
) -> "subprocess.CompletedProcess[str] | str":
    """Run with nothing in the environment but PATH and a HOME that has nothing in it."""
    programs = f"{Path(command[0]).parent}:{_PROGRAMS}"
    env = {
        "PATH": programs,
        "HOME": folder or tempfile.gettempdir(),
        "CHECKPOINT_DISABLE": "1",
        "TF_IN_AUTOMATION": "1",
    }
    try:
        return subprocess.run(  # noqa: S603 - fixed words, the text goes through stdin or files
            command, input=stdin, capture_output=True, text=True, env=env, cwd=folder, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return f"took longer than {SECONDS} s."
    except OSError as wrong:
        return f"cannot be run: {wrong}."


def _tflint(told: Any) -> Iterator[str]:
    for issue in told.get("issues", []):
        at = issue["range"]
        yield f"{at['filename']}:{at['start']['line']}: {issue['message']} ({issue['rule']['name']})"


def _checkov(told: Any) -> Iterator[str]:
    for report in told if isinstance(told, list) else [told]:
        for failed in report.get("results", {}).get("failed_checks", []):
            line = failed["file_line_range"][0]
            yield f"{failed['file_path'].lstrip('/')}:{line}: {failed['check_name']} ({failed['check_id']})"


def _conftest(told: Any) -> Iterator[str]:
    for file in told or []:
        for failure in file.get("failures") or []:
            yield f"{file['filename']}: {failure['msg']}"


def _kyverno(told: Any) -> Iterator[str]:
    for result in told.get("results", []):
        if result["result"] in {"fail", "error"}:
            yield f"{result['policy']}/{result['rule']}: {result['message']}"


def _infracost(told: Any) -> Iterator[str]:
    yield f"{told['totalMonthlyCost']} {told['currency']} a month"


SECURITY = (
    Program("tflint", ("--format=json", "--recursive", "--no-color"), _tflint, (0, 2)),
    Program(
        "checkov",
        ("--directory", ".", "--framework", "terraform", "--output", "json", "--compact", "--quiet", "--skip-download"),
        _checkov,
    ),
    Program("conftest", ("test", ".", "--output", "json", "--all-namespaces"), _conftest),
)
INFRACOST = Program("infracost", ("breakdown", "--path", ".", "--format", "json"), _infracost, (0,))
KYVERNO = Program(
    "kyverno", ("apply", "policies", "--resource", "resources", "--policy-report", "--output-format", "json"), _kyverno
)
