"""A request made as somebody else, the way the Kubernetes API takes it."""

from typing import TypeAlias

from tools.people import Identity

Parts: TypeAlias = tuple[object, ...]
"""Method, URL, headers, body and form, as the Kubernetes client serializes a request."""


def impersonating(request: Parts, identity: Identity | None) -> Parts:
    """Return the request with the headers that make it somebody's; groups take a header each.

    https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation
    """
    if identity is None:
        return request
    from urllib3 import HTTPHeaderDict  # noqa: PLC0415  comes with kubernetes, which is slow to import

    method, url, headers, *rest = request
    acting = HTTPHeaderDict(headers)  # type: ignore[arg-type]  # the client has made a dictionary of it
    acting.add("Impersonate-User", identity.user)
    for group in identity.groups:
        acting.add("Impersonate-Group", group)
    return (method, url, acting, *rest)
