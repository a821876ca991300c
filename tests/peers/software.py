"""The software that plays the peers: its package, its command, its ports, what is missing here.

Every program keeps the ports and answers of its package; only folders and the interface are ours.
"""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

from msgspec import Struct

from tests.peers.network import INTERFACE

SYSTEM_PYTHON = "/usr/bin/python3"


class Peer(Struct, frozen=True, kw_only=True):
    """One program. `command(folder)` writes its configuration and returns its argv."""

    name: str
    package: str
    address: str
    ports: tuple[int, ...]
    command: Callable[[Path], list[str]]
    missing: Callable[[], str | None]
    environment: tuple[tuple[str, str], ...] = ()


def _program(name: str) -> Callable[[], str | None]:
    """Debian keeps daemons in sbin, which may not be on the PATH."""
    return lambda: None if _which(name) else f"the program {name} is not installed"


def _which(name: str) -> str | None:
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")


def _path(name: str) -> str:
    found = _which(name)
    assert found is not None, f"{name} went away"
    return found


def _no_ipycam() -> str | None:
    for module in ("ipycam", "cv2"):
        if importlib.util.find_spec(module) is None:
            return f"the Python package of {module} is not installed (requirements/peers.txt)"
    return None if shutil.which("ffmpeg") else "ipycam serves RTSP only where ffmpeg is installed"


@cache
def _no_gstreamer() -> str | None:
    check = (
        "import gi; gi.require_version('Gst', '1.0'); gi.require_version('GstRtspServer', '1.0');"
        "from gi.repository import Gst, GstRtspServer; Gst.init(None);"
        "assert Gst.ElementFactory.find('jpegenc') and Gst.ElementFactory.find('videotestsrc')"
    )
    if not Path(SYSTEM_PYTHON).exists():
        return f"{SYSTEM_PYTHON} does not exist"
    done = subprocess.run([SYSTEM_PYTHON, "-c", check], capture_output=True, check=False)
    if done.returncode == 0:
        return None
    return "python3-gi, gir1.2-gst-rtsp-server-1.0 or GStreamer's plugins are not installed"


def _ipycam(folder: Path) -> list[str]:
    config = folder / "camera.json"
    config.write_text(json.dumps({"local_ip": IPYCAM.address, "main_fps": 5, "sub_fps": 5}))
    small = ["--width", "320", "--height", "240"]
    # `--source video` shows a placeholder picture until a film is uploaded: no device is needed.
    return [sys.executable, "-m", "ipycam", "--config", str(config), "--source", "video", *small]


def _gstreamer(folder: Path) -> list[str]:
    return [SYSTEM_PYTHON, str(Path(__file__).with_name("gstreamer_server.py")), "554"]


def _motion(folder: Path) -> list[str]:
    config = folder / "motion.conf"
    config.write_text(
        f"daemon off\nsetup_mode off\ntarget_dir {folder}\nlog_level 6\n"
        f"netcam_url http://{IPYCAM.address}:8080/stream.mjpeg\n"
        "width 320\nheight 240\nframerate 5\npicture_output off\nmovie_output off\n"
        "webcontrol_port 8080\nwebcontrol_localhost off\nwebcontrol_parms 0\n"
        "stream_port 8081\nstream_localhost off\n"
    )
    return [_path("motion"), "-n", "-c", str(config)]


def _ustreamer(folder: Path) -> list[str]:
    # Without a device it serves its pages and the picture "NO SIGNAL".
    return [_path("ustreamer"), "--device", "/dev/video0", "--host", "0.0.0.0", "--port", "8080"]


def _nginx(folder: Path) -> list[str]:
    config = folder / "nginx.conf"
    config.write_text(
        f"daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;\n"
        "events {}\n"
        "http { access_log off; server { listen 80; root /usr/share/nginx/html; } }\n"
    )
    return [_path("nginx"), "-c", str(config)]


def _lighttpd(folder: Path) -> list[str]:
    config = folder / "lighttpd.conf"
    config.write_text(
        'server.modules = ("mod_indexfile", "mod_staticfile")\n'
        'server.document-root = "/usr/share/lighttpd"\n'
        'index-file.names = ("index.html")\n'
        f'server.errorlog = "{folder}/error.log"\nserver.pid-file = "{folder}/pid"\n'
        "server.port = 80\n"
        'mimetype.assign = (".html" => "text/html")\n'
    )
    return [_path("lighttpd"), "-D", "-f", str(config)]


def _wsdd(folder: Path) -> list[str]:
    return [_path("wsdd"), "-4", "-i", INTERFACE, "-n", "BACKOFFICE", "-w", "COUNCIL"]


def _minidlna(folder: Path) -> list[str]:
    media = folder / "media"
    media.mkdir()
    config = folder / "minidlna.conf"
    config.write_text(
        f"port={MINIDLNA_PORT}\nnetwork_interface={INTERFACE}\nmedia_dir={media}\n"
        f"db_dir={folder}\nlog_dir={folder}\ninotify=no\n"
    )
    return [_path("minidlnad"), "-S", "-f", str(config), "-P", str(folder / "pid")]


def _avahi(folder: Path) -> list[str]:
    config = folder / "avahi.conf"
    config.write_text(
        f"[server]\nhost-name=backoffice\nallow-interfaces={INTERFACE}\nuse-ipv6=no\n"
        "enable-dbus=no\ndisallow-other-stacks=no\n[publish]\npublish-workstation=yes\n"
    )
    bare = ["--no-drop-root", "--no-chroot", "--no-rlimits"]
    return [_path("avahi-daemon"), "-f", str(config), *bare]


MINIDLNA_PORT = 8080
"""Its package says 8200, which camscan does not ask: it is found there by SSDP alone."""

IPYCAM = Peer(
    name="ipycam",
    package="PyPI ipycam",
    address="10.77.0.11",
    ports=(8080, 8554),
    command=_ipycam,
    missing=_no_ipycam,
    environment=(("OPENCV_LOG_LEVEL", "ERROR"),),
)
GSTREAMER = Peer(
    name="gstreamer",
    package="gir1.2-gst-rtsp-server-1.0",
    address="10.77.0.12",
    ports=(554,),
    command=_gstreamer,
    missing=_no_gstreamer,
)
MOTION = Peer(
    name="motion",
    package="motion",
    address="10.77.0.13",
    ports=(8080, 8081),
    command=_motion,
    missing=_program("motion"),
)
USTREAMER = Peer(
    name="ustreamer",
    package="ustreamer",
    address="10.77.0.14",
    ports=(8080,),
    command=_ustreamer,
    missing=_program("ustreamer"),
)
NGINX = Peer(
    name="nginx",
    package="nginx-light",
    address="10.77.0.15",
    ports=(80,),
    command=_nginx,
    missing=_program("nginx"),
)
LIGHTTPD = Peer(
    name="lighttpd",
    package="lighttpd",
    address="10.77.0.16",
    ports=(80,),
    command=_lighttpd,
    missing=_program("lighttpd"),
)
WSDD = Peer(
    name="wsdd",
    package="wsdd",
    address="10.77.0.17",
    ports=(5357,),
    command=_wsdd,
    missing=_program("wsdd"),
)
MINIDLNA = Peer(
    name="minidlna",
    package="minidlna",
    address="10.77.0.18",
    ports=(MINIDLNA_PORT,),
    command=_minidlna,
    missing=_program("minidlnad"),
)
AVAHI = Peer(
    name="avahi",
    package="avahi-daemon",
    address="10.77.0.19",
    ports=(),
    command=_avahi,
    missing=_program("avahi-daemon"),
)

PEERS = (IPYCAM, GSTREAMER, MOTION, USTREAMER, NGINX, LIGHTTPD, WSDD, MINIDLNA, AVAHI)
