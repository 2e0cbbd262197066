"""Every remedy by control, and what a person should do where no edit helps."""

from __future__ import annotations

from collections.abc import Mapping

from tools.security.remedies.accounts import ACCOUNTS
from tools.security.remedies.arguments import ARGUMENTS
from tools.security.remedies.buckets import BUCKETS
from tools.security.remedies.networks import NETWORKS
from tools.security.remedies.permissions import PERMISSIONS
from tools.security.remedies.remedy import Remedy
from tools.security.remedies.trails import TRAILS

REMEDIES: Mapping[str, Remedy] = {
    control: remedy
    for remedies in (ACCOUNTS, ARGUMENTS, BUCKETS, NETWORKS, PERMISSIONS, TRAILS)
    for remedy in remedies
    for control in remedy.controls
}

BY_HAND: Mapping[str, str] = {
    "EC2.3": "A disk cannot be encrypted in place: snapshot it, copy that encrypted, attach a disk made of the copy.",
    "RDS.3": "A database cannot be encrypted in place: copy a snapshot encrypted, restore it, then switch clients.",
    "RDS.4": "A snapshot cannot be encrypted in place: copy it with a key, then delete the old one.",
    "SNS.1": "Give the topic a key of your own that its publishers may use; with AWS's key, alarms could not publish.",
    "IAM.4": "Sign in as root and delete its access keys; nothing else can.",
    "IAM.5": "Have the person register a second factor, or remove their password.",
    "IAM.6": "Sign in as root and register a hardware key; nothing else can.",
    "IAM.9": "Sign in as root and register a second factor; nothing else can.",
    "IAM.19": "Have the person register a second factor, or remove their password.",
    "CloudTrail.5": "Give the trail a log group and a role that may write to it; who pays for the volume is to decide.",
}
"""Controls that no pull request ends, and the safe way."""
