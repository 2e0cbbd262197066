"""What somebody may do and who they are, as `kubectl auth` asks."""

from __future__ import annotations

import json

from sandbox.kube.access import USER, Access
from sandbox.kube.kinds import Object
from sandbox.kube.protobuf import MAGIC, read_review
from sandbox.kube.refusals import bad_request


def reviewed(access: Access, path: str, body: bytes) -> Object | None:
    """Return the answer to a review that is posted to a path, None if the path takes none."""
    match path.rpartition("/")[2]:
        case "selfsubjectaccessreviews":
            return access.review(_read(body))
        case "selfsubjectrulesreviews":
            rule = {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}
            return {**_read(body), "status": {"resourceRules": [rule], "nonResourceRules": [], "incomplete": True}}
        case "selfsubjectreviews":
            return {**_read(body), "status": {"userInfo": {"username": USER, "groups": ["system:authenticated"]}}}
        case _:
            return None


def _read(body: bytes) -> Object:
    if body.startswith(MAGIC):
        return read_review(body)
    try:
        review = json.loads(body)
    except ValueError as error:
        raise bad_request("the review is not JSON") from error
    if not isinstance(review, dict):
        raise bad_request("the review is not an object")
    return review
