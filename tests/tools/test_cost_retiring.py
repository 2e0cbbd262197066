"""What nobody uses is taken out of the code with what stands only for it, and data never without a copy."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.cost.idle import Saving
from tools.cost.proposing import remedy
from tools.cost.retiring import Kept, Retired, retired
from tools.security.remedies.editing import without_block
from tools.security.remedies.source import read, resources

ADDRESS = '# For the old office.\nresource "aws_eip" "old" {\n  domain = "vpc"\n}\n'
BALANCER = """resource "aws_lb" "old" {
  name = "old"
}

resource "aws_lb_listener" "old" {
  load_balancer_arn = aws_lb.old.arn
}

resource "aws_lb_listener_rule" "old" {
  listener_arn = aws_lb_listener.old.arn
}

resource "aws_lb" "older" {
  name = "older"
}
"""


def taken_out(text: str, **others: str) -> Retired:
    """Return the edit that ends the first resource of a file."""
    files = {"main.tf": text, **{f"{name}.tf": other for name, other in others.items()}}
    return retired(files, next(one for one in resources(files, *TYPES) if one.file == "main.tf"))


TYPES = ("aws_eip", "aws_lb", "aws_ebs_volume", "aws_ebs_snapshot", "aws_nat_gateway")


def test_a_file_that_nothing_is_left_of_goes() -> None:
    """With the comment that was about the resource."""
    edit = taken_out(f"\n{ADDRESS}")

    assert edit.files == {"main.tf": None}
    assert edit.title == "Remove aws_eip.old, which nothing uses"


def test_what_means_nothing_without_it_goes_along() -> None:
    """Listeners and their rules go with a balancer; the balancer of a longer name stays as it was."""
    edit = taken_out(BALANCER)

    assert edit.files == {"main.tf": 'resource "aws_lb" "older" {\n  name = "older"\n}\n'}
    assert "aws_lb_listener.old, aws_lb_listener_rule.old" in edit.note


@pytest.mark.parametrize(
    "other",
    [
        'output "address" {\n  value = aws_eip.old.public_ip\n}\n',
        'resource "aws_route53_record" "vpn" {\n  records = [aws_eip.old.public_ip]\n}\n',
        'module "dns" {\n  source  = "./dns"\n  address = aws_eip.old.public_ip\n}\n',
    ],
)
def test_what_somebody_refers_to_stays(other: str) -> None:
    """Whatever it is for, a person has to look at it."""
    with pytest.raises(Kept, match=r"refers to aws_eip\.old"):
        taken_out(ADDRESS, others=other)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            'resource "aws_lb" "a" {\n  enable_deletion_protection = true\n}\n',
            "protected by enable_deletion_protection",
        ),
        (
            'resource "aws_eip" "a" {\n  lifecycle {\n    prevent_destroy = true\n  }\n}\n',
            "protected by prevent_destroy",
        ),
        ('resource "aws_eip" "a" {\n  count = 3\n}\n', "one of several by its count"),
        ('resource "aws_nat_gateway" "a" {\n  for_each = var.zones\n}\n', "one of several by its for_each"),
    ],
)
def test_what_is_protected_or_one_of_several_stays(text: str, why: str) -> None:
    """Its owner decided so, or more than the one would go."""
    with pytest.raises(Kept, match=why):
        taken_out(text)


def test_a_volume_leaves_a_snapshot_first() -> None:
    """Removal is proposed only when the code says that a snapshot is made of it."""
    first = taken_out('resource "aws_ebs_volume" "old" {\n  size = 500\n}\n')

    then = taken_out(first.files["main.tf"] or "")

    assert first.title == "Set final_snapshot of aws_ebs_volume.old to true"
    assert first.share == 0
    assert then.title == "Remove aws_ebs_volume.old, which nothing uses"


def test_a_last_copy_is_archived_and_not_deleted() -> None:
    """It costs a quarter then; once archived, its owner decides."""
    first = taken_out('resource "aws_ebs_snapshot" "old" {\n  volume_id = "vol-1"\n}\n')

    with pytest.raises(Kept, match="archived already"):
        taken_out(first.files["main.tf"] or "")

    assert first.share == Decimal("0.75")
    assert 'storage_tier = "archive"' in (first.files["main.tf"] or "")


def test_what_no_code_declares_has_the_safe_command() -> None:
    """A snapshot before the volume goes."""
    saving = Saving("cost_idle_volume", "volume", ("vol-1", ""), Decimal(8), "It idles.", "Gone.", ("aws_ebs_volume",))

    call, advice = remedy(saving, lambda _: {"main.tf": ADDRESS})

    assert call is None
    assert advice.index("create-snapshot --volume-id vol-1") < advice.index("delete-volume --volume-id vol-1")


@settings(deadline=None)  # a busy machine is not a slow function
@given(
    before=st.lists(st.sampled_from(["# About the file.\n", "\n", 'locals {\n  a = "é"\n}\n\n']), max_size=3),
    after=st.lists(st.sampled_from(["\n", "# Next.\n", 'locals {\n  b = "ü"\n}\n']), max_size=3),
)
def test_a_block_goes_and_all_others_stay(before: list[str], after: list[str]) -> None:
    """Whatever stands around it, comments of other things included."""
    files = {"main.tf": "".join(before) + ADDRESS.partition("\n")[2] + "".join(after)}
    [address] = resources(files, "aws_eip")

    left = without_block(files, address)["main.tf"]

    kept = [one.arguments[0].value for one in read("main.tf", files["main.tf"]) if one.kind == "locals"]
    assert [one.arguments[0].value for one in read("main.tf", left)] == kept
    assert left.count("# Next.") == after.count("# Next.\n")
