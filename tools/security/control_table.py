"""Controls by id, what is wrong with what fails them, and the risk."""

from __future__ import annotations

from typing import TypeAlias

Line: TypeAlias = tuple[str, str, str]
Lines: TypeAlias = tuple[Line, ...]

S3: Lines = (
    ("S3.1", "lets its buckets be made public", "One wrong ACL or policy publishes a bucket's contents."),
    ("S3.2", "can be read by anybody", "Anybody on the internet can download what is in it."),
    (
        "S3.3",
        "can be written by anybody",
        "Anybody can store, replace or delete objects, at your cost and in your name.",
    ),
    ("S3.4", "does not encrypt what is stored", "Copies of its storage would be readable as they are."),
    ("S3.5", "answers requests without TLS", "Objects and credentials can be read or changed on the way."),
    ("S3.8", "does not block public access", "One wrong ACL or policy publishes its contents."),
    (
        "S3.14",
        "keeps no earlier versions",
        "An object that is overwritten or deleted, by mistake or by malware, is gone.",
    ),
)
DATA: Lines = (
    ("RDS.1", "is a snapshot that everybody can restore", "Anybody with an AWS account can copy the whole database."),
    ("RDS.2", "has a public address", "Anybody can try passwords and exploits against the database."),
    ("RDS.3", "is not encrypted", "Its storage, snapshots and replicas can be read by whoever gets a copy."),
    ("RDS.4", "is a snapshot that is not encrypted", "Whoever gets a copy can read the whole database."),
    ("RDS.7", "can be deleted with one call", "A mistake or a stolen key deletes the database cluster."),
    ("RDS.8", "can be deleted with one call", "A mistake or a stolen key deletes the database."),
    ("RDS.11", "keeps backups for too short a time", "Damage that is noticed late cannot be undone."),
    ("RDS.13", "does not take minor updates", "Known holes of its database engine stay open."),
    ("DynamoDB.2", "has no point-in-time recovery", "Items that are overwritten or deleted cannot be brought back."),
    ("Redshift.3", "keeps backups for too short a time", "Damage that is noticed late cannot be undone."),
    ("Redshift.1", "has a public address", "Anybody can try passwords and exploits against the warehouse."),
    ("SQS.1", "does not encrypt messages at rest", "Copies of its storage would be readable as they are."),
    ("SNS.1", "does not encrypt messages at rest", "Copies of its storage would be readable as they are."),
    ("ECR.1", "does not scan images", "Images with known holes go to production unnoticed."),
    ("KMS.4", "never rotates its key", "A key that leaks once opens everything it ever encrypted."),
)
COMPUTE: Lines = (
    ("EC2.1", "lets snapshots of its disks be public", "Anybody with an AWS account can copy the disks."),
    (
        "EC2.2",
        "allows traffic in its default security group",
        "Whatever is started without a group of its own is open.",
    ),
    ("EC2.3", "is not encrypted", "Its snapshots and copies can be read by whoever gets one."),
    ("EC2.6", "keeps no flow logs", "After a break-in nobody can tell who talked to what."),
    ("EC2.7", "does not encrypt new disks by default", "New disks and their snapshots are readable as they are."),
    ("EC2.8", "answers IMDSv1", "A server that fetches URLs for others gives away its role's credentials."),
    ("EC2.13", "is open to the internet on port 22", "Anybody can try passwords, keys and exploits against SSH."),
    (
        "EC2.14",
        "is open to the internet on port 3389",
        "Anybody can try passwords and exploits against Remote Desktop.",
    ),
    (
        "EC2.15",
        "gives every new server a public address",
        "Servers reach the internet, and it them, without anybody's wish.",
    ),
    (
        "EC2.18",
        "is open to the internet on ports that need not be",
        "Anybody can try exploits against what listens there.",
    ),
    ("EC2.19", "is open to the internet on high-risk ports", "Anybody can try databases and admin ports behind it."),
    ("EC2.53", "is open to the internet on admin ports", "Anybody can try passwords and exploits against SSH and RDP."),
    ("EC2.170", "starts servers that answer IMDSv1", "A server that fetches URLs for others gives away its role."),
    ("EKS.1", "has a public API endpoint", "Anybody can try stolen tokens and exploits against the cluster's API."),
    ("EKS.8", "keeps no control plane logs", "After a break-in nobody can tell who did what in the cluster."),
    ("ELB.4", "forwards malformed headers", "Requests can be smuggled past it to what is behind."),
    ("ELB.5", "keeps no access logs", "After an attack nobody can tell who asked for what."),
    ("ELB.6", "can be deleted with one call", "A mistake or a stolen key takes the service down."),
    (
        "Lambda.1",
        "can be invoked by anybody",
        "Anybody with an AWS account can run it, with its role and at your cost.",
    ),
)
ACCOUNT: Lines = (
    ("IAM.1", "allows everything on everything", "Whoever gets these credentials owns the account."),
    ("IAM.3", "has an access key older than 90 days", "A key that leaked long ago still works."),
    ("IAM.4", "has access keys for root", "Nothing limits what a leaked root key can do."),
    ("IAM.5", "can sign in without a second factor", "A stolen password is enough."),
    ("IAM.6", "has no hardware MFA for root", "A stolen password and phone are enough to own the account."),
    ("IAM.7", "has a weak password policy", "Passwords of its users can be guessed."),
    ("IAM.8", "has credentials that nobody uses", "If they leak, nobody notices."),
    ("IAM.9", "has no MFA for root", "A stolen password is enough to own the account."),
    ("IAM.10", "has a weak password policy", "Passwords of its users can be guessed."),
    ("IAM.11", "does not ask for upper-case letters in passwords", "Passwords of its users can be guessed."),
    ("IAM.12", "does not ask for lower-case letters in passwords", "Passwords of its users can be guessed."),
    ("IAM.13", "does not ask for symbols in passwords", "Passwords of its users can be guessed."),
    ("IAM.14", "does not ask for digits in passwords", "Passwords of its users can be guessed."),
    ("IAM.15", "takes passwords shorter than 14 characters", "Passwords of its users can be guessed."),
    ("IAM.16", "lets passwords be used again", "A leaked password works again one day."),
    ("IAM.17", "never lets passwords expire", "A password that leaked long ago still works."),
    ("IAM.22", "has credentials that nobody uses", "If they leak, nobody notices."),
    ("IAM.19", "can sign in without a second factor", "A stolen password is enough."),
    ("CloudTrail.1", "has no trail for all regions", "Nobody can tell who did what, and a break-in leaves no trace."),
    (
        "CloudTrail.2",
        "does not encrypt its trail with a key of your own",
        "Whoever can read the bucket can read every API call.",
    ),
    ("CloudTrail.3", "has no trail", "Nobody can tell who did what, and a break-in leaves no trace."),
    ("CloudTrail.4", "does not sign its log files", "Log files can be changed without anybody noticing."),
    ("CloudTrail.5", "is not sent to CloudWatch Logs", "Nothing alarms while a break-in happens."),
    ("Config.1", "does not record configurations", "Nobody can tell what changed, and Config rules see nothing."),
    ("GuardDuty.1", "has GuardDuty switched off", "Stolen credentials and mining go unnoticed."),
)

EXPOSING = frozenset(
    {"S3.2", "S3.3", "S3.8", "RDS.1", "RDS.2", "Redshift.1", "EC2.1", "EC2.13", "EC2.14", "EC2.18", "EC2.19", "EC2.53"}
    | {"EKS.1", "Lambda.1"}
)
CONTROLS: tuple[tuple[frozenset[str], Lines], ...] = tuple((EXPOSING, lines) for lines in (S3, DATA, COMPUTE, ACCOUNT))
