"""The cases of the remediation rows: for each control that has a remedy, code that fails it."""

from dataclasses import dataclass

from sandbox.evals import code_running as running
from sandbox.evals import code_storing as storing


@dataclass(frozen=True)
class Faulty:
    """Code that fails a control, and the names of what fails."""

    control: str
    names: tuple[str, ...]
    text: str


CASES = (
    Faulty("S3.1", ("account 123456789012",), running.EMPTY),
    Faulty("EC2.7", ("account 123456789012",), running.EMPTY),
    Faulty("EC2.1", ("account 123456789012",), running.EMPTY),
    Faulty("IAM.7", ("account 123456789012",), running.EMPTY),
    Faulty("GuardDuty.1", ("account 123456789012",), running.EMPTY),
    Faulty("CloudTrail.1", ("account 123456789012",), running.EMPTY),
    Faulty("S3.2", ("acme-receipts",), storing.BUCKET),
    Faulty("S3.3", ("acme-receipts",), storing.HALF_BLOCKED),
    Faulty("S3.8", ("acme-receipts",), storing.HALF_BLOCKED),
    Faulty("S3.8", ("acme-made-by-hand",), running.EMPTY),
    Faulty("S3.4", ("acme-receipts",), storing.BUCKET),
    Faulty("S3.5", ("acme-receipts",), storing.BUCKET),
    Faulty("S3.5", ("acme-receipts",), storing.POLICY),
    Faulty("S3.14", ("acme-receipts",), storing.BUCKET),
    Faulty("RDS.2", ("orders-db",), storing.DATABASE % f"publicly_accessible     = true\n  {storing.SAFE_DATABASE}"),
    Faulty("RDS.8", ("orders-db",), storing.DATABASE % "backup_retention_period = 14"),
    Faulty("RDS.11", ("orders-db",), storing.DATABASE % "deletion_protection = true"),
    Faulty(
        "RDS.13", ("orders-db",), storing.DATABASE % f"auto_minor_version_upgrade = false\n\n  {storing.SAFE_DATABASE}"
    ),
    Faulty("RDS.7", ("events",), storing.CLUSTER),
    Faulty("RDS.1", ("orders-2026",), storing.SNAPSHOT),
    Faulty("DynamoDB.2", ("carts",), storing.TABLE),
    Faulty("Redshift.1", ("sales",), storing.WAREHOUSE),
    Faulty("Redshift.3", ("sales",), storing.WAREHOUSE.replace("= true\n  encrypted", "= false\n  encrypted")),
    Faulty("SQS.1", ("orders",), storing.QUEUE),
    Faulty("ECR.1", ("checkout",), storing.IMAGES),
    Faulty("KMS.4", ("0b2c1a34-5d6e-4f70-8192-a3b4c5d6e7f8",), storing.KEY),
    Faulty("EC2.8", ("i-0abc1234def567890", "batch"), running.SERVER),
    Faulty("EC2.170", ("lt-0abc1234def567890", "batch"), running.TEMPLATE),
    Faulty("EC2.15", ("subnet-0abc1234def567890", "public-a"), running.SUBNET),
    Faulty("EC2.2", ("sg-0abc1234def567890", "default"), running.GROUP % ""),
    Faulty("EC2.6", ("vpc-0abc1234def567890",), running.EMPTY),
    Faulty("EC2.13", ("sg-0abc1234def567890", "bastion"), running.GROUP % (running.RULE % ("ssh", 22, 22))),
    Faulty("EC2.13", ("sg-0abc1234def567890", "bastion"), running.GROUP % "" + running.APART),
    Faulty("EC2.14", ("sg-0abc1234def567890", "bastion"), running.GROUP % (running.RULE % ("rdp", 3389, 3389))),
    Faulty("EC2.18", ("sg-0abc1234def567890", "bastion"), running.GROUP % (running.RULE % ("metrics", 9100, 9100))),
    Faulty("EC2.19", ("sg-0abc1234def567890", "bastion"), running.GROUP % (running.RULE % ("database", 5432, 5432))),
    Faulty("EC2.53", ("sg-0abc1234def567890", "bastion"), running.GROUP % (running.RULE % ("all", 0, 65535))),
    Faulty("EKS.1", ("shop",), running.EKS),
    Faulty("EKS.8", ("shop",), running.EKS),
    Faulty("ELB.4", ("0123456789abcdef", "shop"), running.BALANCER),
    Faulty("ELB.5", ("0123456789abcdef", "shop"), running.BALANCER),
    Faulty("ELB.6", ("0123456789abcdef", "shop"), running.BALANCER),
    Faulty("Lambda.1", ("receipts",), running.FUNCTION),
    Faulty("IAM.1", ("deploy",), running.FULL),
    Faulty("IAM.1", ("deploy",), running.FULL_WRITTEN),
    Faulty("IAM.3", ("ci",), running.ACCESS_KEY),
    Faulty("CloudTrail.2", ("main",), running.TRAIL),
    Faulty("CloudTrail.4", ("main",), running.TRAIL),
)
