"""From words, or from written Terraform, to a draft: what is asked for, what is missing, and the files for it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from tools.contract import Call, Finding, Observation, Role, ToolError
from tools.declare import reads
from tools.github.names import FilePath, clean
from tools.terraform.drafts import Draft, keep
from tools.terraform.filling import Decision, Order, filled
from tools.terraform.fitting import fit
from tools.terraform.ground import Ground, ground, module_files
from tools.terraform.homes import home
from tools.terraform.intent import Intent, understood
from tools.terraform.modules import Golden, Value, golden, golden_modules

FINDINGS = {
    "intent_clear": "What is asked for is known: a golden module, where, its name and its values.",
    "intent_incomplete": "Something has to be known before anything can be drafted.",
    "draft_ready": "The files that would make it are drafted, and can be judged.",
}

NEEDS = ("contents:read", "metadata:read")
STEPS = (
    "terraform_format",
    "terraform_validate",
    "terraform_policy",
    "terraform_security",
    "terraform_cost",
    "aws_quota_check",
)
"""What is asked of every draft."""

Words = Annotated[str, Field(min_length=1, max_length=6000, description="all that was said of it, latest last")]
Module = Annotated[
    str, Field(pattern=r"^[a-z0-9-]{1,60}$", description="a golden module, as terraform_modules lists them")
]
Environment = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,30}$", description="such as production")]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$", description="what it is called")]
Tag = Annotated[str, Field(pattern=r"^[\w.-]{1,60}$")]
Values = Annotated[
    dict[str, str | int | float | bool | list[str] | None],
    Field(max_length=40, description="values of the module's variables; what is left out has its default"),
]
Title = Annotated[str, Field(min_length=3, max_length=200, description="of the pull request, imperative")]
Files = Annotated[dict[FilePath, str], Field(min_length=1, max_length=40, description="path → whole new content")]


@reads(needs=NEEDS)
def terraform_modules(environment: str = "") -> Observation:
    """List the golden modules with their variables, and the environments that the repository has."""
    lines = [line for one in golden_modules().values() for line in _described(one)]
    told = home()
    there = ground(told.repository, told.base, environment) if told.repository else Ground("")
    environments = ", ".join(there.environments) or "none yet"
    where = there.repository or "no repository"
    said = f"{len(golden_modules())} golden modules; environments of {where}: {environments}."
    return Observation("\n".join([said, *lines]), headline=said)


@reads(needs=NEEDS)
def terraform_intent(words: Words) -> Observation:
    """Understand what infrastructure words ask for, and say what has to be known before it can be drafted."""
    told = home()
    there = _ground("")
    first = understood(words, golden_modules(), there.environments, {}, told.owner)
    tags = _ground(first.environment).tags() if first.environment in there.environments else {}
    intent = understood(words, golden_modules(), there.environments, tags, told.owner)
    if intent.missing:
        return Observation(question(intent), (_incomplete(intent),))
    call = Call("terraform_draft", {**_order_args(intent), "values": dict(intent.values)})
    said = f"{golden(intent.module).told.title} `{intent.name}` in {intent.environment}, owned by {intent.owner}."
    clear = Finding(
        "intent_clear", f"draft/{intent.name}", said, "the words of the ask", 0.9, Role.CONTEXT, leads_to=(call,)
    )
    return Observation(f"{said} Values that were said: {dict(intent.values) or 'none'}.", (clear,))


@reads(needs=NEEDS)
def terraform_draft(  # noqa: PLR0917 - what an order is made of, and calls name it
    module: Module,
    name: Name,
    environment: Environment,
    owner: Tag = "",
    service: Tag = "",
    values: Values = {},  # noqa: B006 - read only; a dict because that is what JSON has
) -> Observation:
    """Fill a golden module in: the files that would make it in an environment of the repository."""
    told, there = home(), _ground(environment)
    order = Order(module, name, environment, owner or there.tags().get("owner", told.owner), service or name, values)
    fit(golden(module), name, values)
    made = filled(order, there, lambda folder: _module_files(there, folder))
    called = _module_files(there, f"modules/{module}")
    draft = Draft(
        repository=told.repository,
        base=told.base,
        environment=environment,
        title=f"Add {golden(module).told.title} {name} to {environment}",
        files=made.files,
        around={**called, **there.files},
        module=module,
        values=made.values,
        decisions=made.decisions,
    )
    return _shown(keep(draft))


@reads(needs=NEEDS)
def terraform_write(title: Title, environment: Environment, files: Files, why: dict[str, str] = {}) -> Observation:  # noqa: B006 - read only
    """Draft Terraform that you wrote under config/standards.md; `why` names each decision with its reason."""
    told, there = home(), _ground(environment)
    for path in files:
        clean(path)
    decisions = tuple(Decision(what, "", reason) for what, reason in why.items())
    return _shown(keep(Draft(told.repository, told.base, environment, title, files, there.files, decisions=decisions)))


def question(intent: Intent) -> str:
    """Return one question that lists what is missing, with what is taken if nobody says."""
    lines = [f"- {one.question}{f' (default: {one.default})' if one.default else ''}" for one in intent.missing]
    whole = all(one.default for one in intent.missing)
    ends = "Answer here in the thread" + (', or say "defaults".' if whole else ".")
    return "\n".join([f"Before I can draft {_kind(intent)} I have to know:", *lines, ends])


def _kind(intent: Intent) -> str:
    if not intent.module:
        return "it"
    return f"the {golden(intent.module).told.title}{f' `{intent.name}`' if intent.name else ''}"


def _incomplete(intent: Intent) -> Finding:
    missing = ", ".join(one.what for one in intent.missing)
    said = f"Not known yet: {missing}."
    return Finding(
        "intent_incomplete",
        f"draft/{intent.name or intent.module or 'new'}",
        said,
        "the words of the ask",
        0.9,
        Role.CONTEXT,
        advice=question(intent),
    )


def _order_args(intent: Intent) -> dict[str, object]:
    named = {"module": intent.module, "name": intent.name, "environment": intent.environment}
    return {**named, "owner": intent.owner, "service": intent.service}


def _ground(environment: str) -> Ground:
    told = home()
    if not told.repository:
        raise ToolError("config/terraform.toml names no repository, so there is nowhere to propose infrastructure.")
    return ground(told.repository, told.base, environment)


def _module_files(there: Ground, folder: str) -> dict[str, str]:
    return module_files(there.repository, home().base, there, folder)


def _shown(draft: Draft) -> Observation:
    said = f"{draft.title}: {len(draft.files)} files for {draft.repository}."
    texts = [f"--- {path}\n{text}" for path, text in sorted(draft.files.items()) if not path.startswith("modules/")]
    copied = sorted(path for path in draft.files if path.startswith("modules/"))
    lines = [f"{draft.id}: {said}", *texts, *([f"Copied golden module: {', '.join(copied)}"] if copied else [])]
    steps = tuple(Call(step, {"draft": draft.id}) for step in STEPS)
    ready = Finding("draft_ready", f"draft/{draft.id}", said, "the drafted files", 1.0, Role.CONTEXT, leads_to=steps)
    return Observation("\n".join(lines), (ready,))


def _described(one: Golden) -> list[str]:
    variables = [
        f"    {name}: {variable.type}, {_default(variable.default, required=variable.required)}. {variable.description}"
        for name, variable in one.variables.items()
        if name in one.takes()
    ]
    extra = [
        f"    {name}: {_default(told.default, required=False)}. {told.description}"
        for name, told in one.told.settings.items()
    ]
    return [f"- {one.name}: {one.about}", *variables, *extra]


def _default(value: Value, *, required: bool) -> str:
    return "required" if required else f"default {value}"
