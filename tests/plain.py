"""A client that does not ask for compressed answers, as a program that wants speed."""

from __future__ import annotations

from starlette.testclient import TestClient


class Plain(TestClient):
    """Like TestClient, but for the header Accept-Encoding."""

    def send(self, request, **kwargs):
        request.headers.pop("accept-encoding", None)
        return super().send(request, **kwargs)
