"""Plan a configuration, and apply exactly the plan that was approved."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Annotated

from pydantic import Field, StringConstraints

from tools.acting import grant, sending
from tools.contract import (
    Call,
    Finding,
    JsonObject,
    Observation,
    Preview,
    Risk,
    Role,
    Settled,
    Settlement,
    Stale,
    ToolError,
    Unknown,
)
from tools.declare import changes, reads
from tools.kube.fields import plural
from tools.terraform.homes import Root, home
from tools.terraform.plan import Changed
from tools.terraform.risk import STATEFUL, risk_of_plan
from tools.terraform.running import APPLY_SECONDS, PLAN_SECONDS, acting, complaint, terraform
from tools.terraform.saved import PlanHash, Saved, State, found, make, path_of, state_of

FINDINGS = {
    "plan_ready": "A plan is saved and could be applied as it is.",
    "plan_empty": "Code and reality agree: a plan would change nothing.",
    "plan_stopped": "A plan would destroy something that holds data, so it is not applied from here.",
}

MOST_SHOWN = 60
RootName = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,62}$"), Field(description="a root of config/terraform.toml")
]


@reads(needs=("sts:AssumeRole",), seconds=PLAN_SECONDS + 60)
def terraform_plan(root: RootName) -> Observation:
    """Plan a configuration: what applying it would do, how risky that is, and whether it may be applied from here."""
    told = home().named(root)
    saved = make(told)
    verdict = risk_of_plan(saved.plan)
    lines = [f"{root}: {verdict.summary} Risk {verdict.level}.", *verdict.concerns, *_lines(saved)]
    return Observation("\n".join(lines), (_finding(told, saved),), headline=f"{root}: {verdict.summary}")


def preview_terraform_apply(root: RootName, plan: PlanHash) -> Preview:
    """Say what `terraform_apply` would do.

    Raises:
        ToolError: The plan is not kept here, changes nothing, or would destroy something that holds data.
    """
    told = home().named(root)
    saved, state = found(told, plan), state_of(told)
    if saved.empty:
        raise ToolError(f"The plan {plan[:12]} would change nothing, so there is nothing to apply.")
    if stopped := stopped_by(told, saved):
        raise ToolError(stopped[0])
    verdict = risk_of_plan(saved.plan)
    return Preview(
        summary=f"Apply the saved plan {plan[:12]} to {root} ({told.environment}): {verdict.summary}",
        diff="\n".join(_lines(saved)),
        blast_radius=" ".join(verdict.concerns[:5]) or "Nothing that is there is changed.",
        way_back="Revert the change in code, plan again and apply that.",
        observed={
            "root": root,
            "environment": told.environment,
            "plan_sha256": plan,
            "lineage": state.lineage,
            "serial": state.serial,
        },
    )


def settle_terraform_apply(root: RootName, plan: PlanHash) -> Settlement:
    """Read the state back: whether its serial moved, and whether what was planned is in it."""
    told = home().named(root)
    if (told.folder / ".terraform.tfstate.lock.info").exists():
        return Settlement(Settled.UNKNOWN, f"The state of {root} is locked: the apply may be going on. Look again.")
    state, observed = state_of(told), grant().proposal.preview.observed
    if (state.lineage, state.serial) == (observed.get("lineage"), observed.get("serial")):
        return Settlement(Settled.NOT_DONE, f"The state of {root} is as it was, serial {state.serial}.")
    lacking = _lacking(found(told, plan), state)
    if lacking:
        said = f"The state of {root} moved to serial {state.serial}, without {', '.join(lacking[:5])}. Plan again."
        return Settlement(Settled.UNKNOWN, said)
    return Settlement(
        Settled.DONE, f"The state of {root} is at serial {state.serial} with everything that was planned."
    )


@changes(
    risk=Risk.HIGH,
    needs=("sts:AssumeRole",),
    preview=preview_terraform_apply,
    settle=settle_terraform_apply,
)
def terraform_apply(root: RootName, plan: PlanHash) -> str:
    """Apply a saved plan: that file, known by its SHA-256, to the state that it was made for.

    High risk: it changes what runs. A plan that would destroy a database or other data is refused before it is shown.
    """
    told = home().named(root)
    file, credentials = path_of(plan), acting(told)
    sending()
    words = ("apply", "-no-color", "-input=false", "-lock-timeout=10s", str(file))
    ended = terraform(told, *words, seconds=APPLY_SECONDS, given=credentials, writes=True)
    if not ended.returncode:
        return f"Applied the plan {plan[:12]} to {root}."
    raise _failure(root, complaint(ended))


def stopped_by(root: Root, saved: Saved) -> tuple[str, ...]:
    """Return why a plan may not be applied from here: each resource with data that it would destroy."""
    return tuple(
        f"`{change.address}` would be destroyed{' and made anew' if change.action == 'replace' else ''}, and what it "
        f"holds with it{_because(change)}; such a plan is not applied from here. Keep it, or have a person do it."
        for change in saved.plan.changes
        if change.destroys and not change.deposed and _holds_data(root, change)
    )


def _holds_data(root: Root, change: Changed) -> bool:
    return bool(STATEFUL.search(change.kind)) or any(fnmatchcase(change.address, kept) for kept in root.keeps)


def _because(change: Changed) -> str:
    return f" (because of {', '.join(change.because)})" if change.because else ""


def _failure(root: str, why: str) -> ToolError:
    """Return what a failed apply means: refused before anything was sent, or cut off somewhere."""
    if "Saved plan is stale" in why:
        return Stale(f"The state of {root} moved since the plan was made; nothing was done. Plan again.")
    if "state lock" in why or "acquiring" in why:
        return ToolError(f"Somebody else is changing {root}: its state is locked. Nothing was done.")
    return Unknown(f"terraform apply of {root} ended with an error: {why}")


def _lacking(saved: Saved, state: State) -> list[str]:
    """Return what the state does not show of a plan."""
    there = {"create", "update", "replace"}
    made = [one.address for one in saved.plan.changes if one.action in there and one.address not in state.addresses]
    gone = [one.address for one in saved.plan.changes if one.action == "delete" and one.address in state.addresses]
    return [*made, *gone]


def _finding(root: Root, saved: Saved) -> Finding:
    subject, pointer = f"root/{root.name}", f"plan {saved.sha256[:12]}"
    if saved.empty:
        said = f"{root.name}: code and reality agree."
        return Finding("plan_empty", subject, said, pointer, 0.9, Role.HEALTHY)
    verdict = risk_of_plan(saved.plan)
    if stopped := stopped_by(root, saved):
        return Finding("plan_stopped", subject, stopped[0], pointer, 0.95, Role.CAUSE, advice=stopped[0])
    args: JsonObject = {"root": root.name, "plan": saved.sha256}
    said = f"{root.name}: {verdict.summary} Risk {verdict.level}."
    return Finding("plan_ready", subject, said, pointer, 0.9, Role.CHANGE, remedy=Call("terraform_apply", args))


def _lines(saved: Saved) -> list[str]:
    lines = list(_shown(saved))
    more = len(lines) - MOST_SHOWN
    return [*lines[:MOST_SHOWN], f"and {plural(more, 'more resource')}"] if more > 0 else lines


def _shown(saved: Saved) -> Iterator[str]:
    """Yield what happens to each resource; names of fields only, since values may be secret."""
    signs = {"create": "+", "update": "~", "delete": "-", "replace": "-/+"}
    for change in saved.plan.changes:
        if change.action not in {"no-op", "read"}:
            fields = f" ({', '.join(change.fields[:8])})" if change.fields else ""
            yield f"{signs.get(change.action, change.action)} {change.address}{fields}"
