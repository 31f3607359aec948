"""The page that shows the API's description: Swagger UI from files of this server."""

from __future__ import annotations

import hashlib
from html import escape

from zymap_web.assets import vendored
from zymap_web.page import Page
from zymap_web.policy import content_security_policy

_PAGE = """<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>接口文档 · API</title>
<link rel="icon" type="image/svg+xml" href="static/icon.svg">
<link rel="stylesheet" href="{css}" integrity="{css_hash}">
<script src="{js}" integrity="{js_hash}" defer></script>
<script src="static/js/docs.js" defer></script>
</head>
<body>
<div id="swagger-ui" data-url="{url}"></div>
<noscript>OpenAPI: <a href="{url}">{url}</a></noscript>
</body>
</html>
"""


def render(openapi_url: str) -> Page:
    """Return the page.

    Parameters
    ----------
    openapi_url : str
        Address of the OpenAPI document, relative to the page.
    """
    js, css = vendored("swagger_ui"), vendored("swagger_ui_css")
    html = _PAGE.format(
        css=css.href,
        css_hash=css.integrity,
        js=js.href,
        js_hash=js.integrity,
        url=escape(openapi_url),
    )
    content = html.encode("utf-8")
    return Page(content, content_security_policy(html), hashlib.sha256(content).hexdigest()[:16])
