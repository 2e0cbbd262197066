"""What Terraform may not bring along: data sources, functions, provider settings and sources, with why."""

import re

PROVIDERS = frozenset(
    f"hashicorp/{name}"
    for name in (
        "archive",
        "aws",
        "awscc",
        "cloudinit",
        "helm",
        "kubernetes",
        "local",
        "null",
        "random",
        "template",
        "terraform",
        "time",
        "tls",
    )
)
MODULES = re.compile(r"(registry\.terraform\.io/)?terraform-aws-modules/[\w-]+/aws(//[\w/-]+)?")
RUNS = {
    ("data", "external"): "runs a program on the machine that plans",
    ("data", "http"): "calls any address from the machine that plans",
    ("ephemeral", "http"): "calls any address from the machine that plans",
    ("data", "terraform_remote_state"): "reads the whole state of another configuration, secrets included",
    ("data", "local_file"): "reads a file of the machine that plans",
    ("data", "local_sensitive_file"): "reads a file of the machine that plans",
    ("data", "template_file"): "renders a template in a provider that is no longer maintained; use templatefile()",
    ("data", "local_command"): "runs a program on the machine that plans",
    ("resource", "local_command"): "runs a program on the machine that plans",
}
READS_FILES = frozenset(
    {
        "file",
        "fileexists",
        "filebase64",
        "filebase64sha256",
        "filebase64sha512",
        "filemd5",
        "filesha1",
        "filesha256",
        "filesha512",
        "fileset",
        "templatefile",
    }
)
UNREADABLE = {
    "templatestring": "renders text that nobody has read",
    "nonsensitive": "shows a secret that Terraform would hide",
    "pathexpand": "reaches into a home directory",
    "abspath": "tells about the machine that plans",
}
PATHS = {
    "archive_file": ("source_file", "source_dir", "output_path"),
    "aws_lambda_function": ("filename",),
    "aws_lambda_layer_version": ("filename",),
    "aws_s3_bucket_object": ("source",),
    "aws_s3_object": ("source",),
    "local_file": ("filename", "source"),
    "local_sensitive_file": ("filename", "source"),
}
PROVIDER_BLOCKS = {
    "assume_role": "acts as a role of its own choosing",
    "assume_role_with_web_identity": "acts as a role of its own choosing",
    "endpoints": "sends credentials to addresses of its own choosing",
    "exec": "runs a program on the machine that plans",
    "postrender": "runs a program on the machine that plans",
}
PROVIDER_ARGUMENTS = {
    "access_key": "brings credentials of its own",
    "secret_key": "brings credentials of its own",
    "token": "brings credentials of its own",
    "shared_credentials_file": "reads credentials of the machine that plans",
    "shared_credentials_files": "reads credentials of the machine that plans",
    "shared_config_files": "reads settings of the machine that plans",
    "custom_ca_bundle": "trusts certificates of its own choosing",
    "ec2_metadata_service_endpoint": "takes credentials from an address of its own choosing",
    "http_proxy": "sends traffic through a proxy of its own choosing",
    "https_proxy": "sends traffic through a proxy of its own choosing",
    "insecure": "does not check certificates",
    "endpoints": "sends credentials to addresses of its own choosing",
    "profile": "uses credentials of the machine that plans",
}
