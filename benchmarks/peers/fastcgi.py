"""Servers that speak FastCGI: processes by spawn-fcgi and multiwatch, nginx before them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from benchmarks.peers.server import WORKERS, Place, Running
from benchmarks.processes import free_port, serving

PACKAGES = ("nginx-light", "spawn-fcgi", "multiwatch")

_NGINX = """
daemon off;
worker_processes {workers};
pid {folder}/nginx.pid;
error_log {folder}/nginx.log warn;
{user}
events {{ worker_connections 1024; }}
http {{
  access_log off;
  keepalive_timeout 75s; keepalive_requests 100000000;
  fastcgi_buffers 64 64k; fastcgi_buffer_size 64k; fastcgi_busy_buffers_size 128k;
  fastcgi_temp_path {folder}/t1; client_body_temp_path {folder}/t2; proxy_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  server {{
    listen 127.0.0.1:{port};
    location / {{
      include /etc/nginx/fastcgi_params;
      fastcgi_pass unix:{socket};
      fastcgi_param PATH_INFO $uri;
      fastcgi_param SCRIPT_NAME "";
      fastcgi_param SERVER_NAME 127.0.0.1;
      fastcgi_read_timeout 300s;
    }}
  }}
}}
"""


@contextmanager
def fastcgi(
    place: Place, name: str, program: Path, port: int, environment: Mapping[str, str]
) -> Iterator[Running]:
    """Run a FastCGI program behind nginx for the time of the block."""
    assert place.cluster is not None
    folder = place.folder / name
    folder.mkdir(exist_ok=True)
    socket, config = folder / "socket", folder / "nginx.conf"
    socket.unlink(missing_ok=True)
    user = "user root;" if os.getuid() == 0 else ""
    config.write_text(
        _NGINX.format(workers=WORKERS, folder=folder, user=user, port=port, socket=socket)
    )
    spawn = ["/usr/bin/spawn-fcgi", "-n", "-s", str(socket), "-M", "0700", "--"]
    spawn += ["/usr/bin/multiwatch", "-f", str(WORKERS), "--", str(program)]
    nginx = ["/usr/sbin/nginx", "-c", str(config), "-e", str(folder / "nginx.log")]
    variables = {**os.environ, **environment}
    log = folder / "log"
    with (
        serving(spawn, socket, log=log, env=variables, cwd=folder) as back,
        serving(nginx, port, log=log) as front,
    ):
        yield Running(port, (back, front, place.cluster.pid))


__all__ = ["PACKAGES", "fastcgi", "free_port"]
