"""T10, Terraform: what means harm is refused before any program sees it, and what does not is let through."""

from sandbox.evals.terraform_hostile import benign_modules, hostile_modules
from tests.promises.hostile import watched
from tests.promises.rows import Row
from tools.terraform.hostile import scan
from tools.terraform.pipeline import judge
from tools.terraform.reading import read

QUICK = FULL = len(hostile_modules())


def measure(n: int) -> list[Row]:
    """Judge the corpus: every hostile module must fail at the first two steps, no benign one may."""
    corpus, benign = hostile_modules()[:n], benign_modules()
    with watched() as seen:
        accepted = [each.name for each in corpus if _let_through(each.files)]
    refused = [each.name for each in benign if not _harmless(each.files)]
    return [
        Row("T10", "hostile Terraform accepted", len(accepted), len(corpus)),
        Row("T10", "processes spawned by judging it", len(seen.spawned), len(corpus)),
        Row("T10", "benign Terraform refused", len(refused), len(benign), limit=0.02 * len(benign)),
    ]


def _let_through(files: dict[str, str]) -> bool:
    judgement = judge(files)
    return all(judgement.step(name).state == "passed" for name in ("parse", "hostile"))


def _harmless(files: dict[str, str]) -> bool:
    """Return whether the first two steps pass, without the others, which look at something else."""
    module = read(files)
    return not module.problems and not scan(module)
