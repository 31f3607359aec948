"""A dataset as a folder that any web server or a USB stick can serve, without Python.

`publish` is the only entrance. What the page would ask a server it finds in the folder, which
holds what the app of this package answers, asked inside this process.
"""

from zymap_api.publish.runner import Published, publish

__all__ = ["Published", "publish"]
