"""What the provider would refuse is told without it, and what it takes is let through."""

# ruff: noqa: E501, ISC004 - a module of Terraform stands on one line, beside what is said of it

import pytest

from tools.terraform import schema
from tools.terraform.checking import check
from tools.terraform.reading import read

FINE = (
    'resource "aws_vpc" "main" {\n  cidr_block = "10.0.0.0/16"\n}\n'
    'resource "aws_subnet" "a" {\n  count = 2\n  vpc_id = aws_vpc.main.id\n  cidr_block = "10.0.${count.index}.0/24"\n}\n'
    'output "subnets" {\n  value = aws_subnet.a[*].id\n}\n',
    'variable "names" {\n  type    = set(string)\n  default = ["a"]\n}\n'
    'resource "aws_sqs_queue" "q" {\n  for_each = var.names\n  name     = each.key\n}\n',
    'resource "aws_security_group" "s" {\n  dynamic "ingress" {\n    for_each = [443]\n    content {\n'
    '      from_port = ingress.value\n      to_port = ingress.value\n      protocol = "tcp"\n    }\n  }\n}\n',
    'data "aws_ami" "a" {\n  most_recent = true\n  filter {\n    name   = "name"\n    values = ["x"]\n  }\n}\n'
    'resource "aws_instance" "i" {\n  ami           = data.aws_ami.a.id\n  instance_type = "t3.micro"\n}\n',
    'resource "aws_eip" "old" {\n  vpc = true\n}\n',
    "locals {\n  tags = merge({ a = 1 }, { for k, v in { b = 2 } : k => v })\n}\n",
)
WRONG = {
    'resource "aws_s3_buckets" "b" {\n}': "did you mean `aws_s3_bucket`",
    'data "aws_nothing" "b" {\n}': "no data source",
    'resource "aws_vpc" "v" {\n  cidr = "10.0.0.0/16"\n}': "takes no argument `cidr`",
    'resource "aws_vpc" "v" {\n  arn = "x"\n}': "to read, not to set",
    'resource "aws_iam_role" "r" {\n  name = "r"\n}': "needs the argument `assume_role_policy`",
    'resource "aws_lb_listener" "l" {\n  load_balancer_arn = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:x/y"\n}':
        "needs a block `default_action`",
    'resource "aws_instance" "i" {\n  ami = "a"\n  instance_type = "t3.micro"\n  root_block_device = {}\n}': "without `=`",
    'resource "aws_instance" "i" {\n  ami = "a"\n  instance_type = "t3.micro"\n  tags {\n  }\n}': "with `=`",
    'resource "aws_sqs_queue" "q" {\n  delay_seconds = "soon"\n}': "wants a number",
    'resource "aws_sqs_queue" "q" {\n  fifo_queue = "yes"\n}': "wants a bool",
    'resource "aws_lb" "l" {\n  subnets = "subnet-1"\n}': "wants a list",
    'resource "aws_sqs_queue" "q" {\n  name = "a"\n  name = "b"\n}': "twice",
    'resource "aws_sqs_queue" "q" {\n}\nresource "aws_sqs_queue" "q" {\n}': "declared twice",
    "locals {\n  a = var.nothing\n}": "variable that is not declared",
    "locals {\n  a = aws_vpc.none.id\n}": "resource that is not declared",
    'resource "aws_vpc" "v" {\n}\nlocals {\n  a = aws_vpc.v.colour\n}': "no attribute `colour`",
    'resource "aws_vpc" "v" {\n  count = 2\n}\nlocals {\n  a = aws_vpc.v.id\n}': "needs an index",
    'resource "aws_vpc" "v" {\n}\nlocals {\n  a = aws_vpc.v[0].id\n}': "has an index",
    'resource "aws_vpc" "v" {\n  tags = { a = each.key }\n}': "no `for_each`",
    'resource "aws_vpc" "v" {\n  count = 1\n  for_each = {}\n}': "both count and for_each",
    'resource "aws_vpc" "v" {\n  tags = { a = aws_vpc.v.id }\n}': "refers to itself",
    "locals {\n  a = local.b\n  b = local.a\n}": "needs itself",
    'locals {\n  a = uper("x")\n}': "did you mean `upper`",
    'locals {\n  a = replace("x")\n}': "does not take 1 arguments",
    'variable "v" {\n}': "given no value",
    'output "o" {\n}': "needs a `value`",
    'resource "random_password" "p" {\n  length = 9\n}\noutput "o" {\n  value = random_password.p.result\n}': "sensitive",
    'thing "x" {\n}': "knows no block",
    'resource "aws_vpc" {\n}': "2 labels",
    'resource "aws_vpc" "v" {\n  cidr_block = "10.0.0.1/16"\n}': "block of addresses",
    'resource "aws_iam_policy" "p" {\n  policy = "{,}"\n}': "not valid JSON",
    'resource "aws_eks_cluster" "c" {\n  name = "c"\n  role_arn = "arn:aws:iam::me:role/x"\n  vpc_config {\n    subnet_ids = []\n  }\n}':
        "is not an ARN",
    'resource "aws_ebs_volume" "v" {\n  availability_zone = "a"\n  size = 1\n  type = "fast"\n}': "must be one of",
    'resource "aws_db_instance" "d" {\n  instance_class = "db.t3.micro"\n  identifier = "My_DB"\n}': "lower-case",
    'resource "aws_kms_key" "k" {\n  deletion_window_in_days = 3\n}': "must be 7 to 30",
    'resource "aws_sqs_queue" "q" {\n  name = "a"\n  name_prefix = "b"\n}': "only one of",
    'resource "aws_dynamodb_table" "t" {\n  name = "ttt"\n  hash_key = "id"\n  billing_mode = "PAY_PER_REQUEST"\n}':
        "without an `attribute` block",
    'terraform {\n  required_providers {\n    aws = {\n      source = "hashicorp/aws"\n      version = "~> 6.0"\n    }\n  }\n}\n'
    'resource "aws_eip" "e" {\n  vpc = true\n}': "takes no argument `vpc`",
}  # fmt: skip


@pytest.mark.parametrize("text", FINE)
def test_what_the_provider_takes_passes(text: str) -> None:
    """Nothing is said of a module that plans."""
    assert check(read({"main.tf": text})) == ()


@pytest.mark.parametrize(("text", "said"), WRONG.items(), ids=[each.replace(" ", "-")[:30] for each in WRONG.values()])
def test_what_the_provider_refuses_is_told(text: str, said: str) -> None:
    """Each mistake is told in a sentence that names it, and nothing else is."""
    problems = check(read({"main.tf": text}))

    assert said in " ".join(map(str, problems))
    assert len(problems) <= 2


def test_a_module_inside_is_held_to_its_variables() -> None:
    """A call gives a module what it needs, and nothing that it does not know."""
    files = {
        "main.tf": 'module "q" {\n  source = "./modules/queue"\n  nome = "x"\n}\n',
        "modules/queue/main.tf": 'variable "name" {\n}\nresource "aws_sqs_queue" "q" {\n  name = var.name\n}\n',
    }

    said = " ".join(map(str, check(read(files))))

    assert "needs the argument `name`" in said
    assert "no variable `nome`" in said


def test_a_file_that_is_read_must_be_there() -> None:
    """A plan ends at a file that nobody wrote; what is built is not asked for."""
    text = 'locals {\n  a = file("${path.module}/a.txt")\n  b = filemd5("b.txt")\n  c = filebase64sha256("c.zip")\n}\n'

    problems = check(read({"infra/main.tf": text, "infra/a.txt": "a"}))

    assert [each.sentence for each in problems] == ["`filemd5()` reads `b.txt`, which is not there."]


def test_every_type_of_the_table_can_be_read() -> None:
    """The table has the provider's resources and data sources, each with a shape."""
    assert len(schema.resources()) > 1500
    assert all(schema.resource(name) for name in schema.resources()[::50])
    assert all(schema.data_source(name) for name in schema.data_sources()[::50])
