"""What the operating system has to bring: the shared libraries Qt links to, and the programs some tests drive.

On Debian and Ubuntu as root the missing ones are installed; elsewhere the one command to run is printed.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

Say = Callable[[str], None]

APT = ["apt-get", "-o", "DPkg::Lock::Timeout=300"]
INSTALL = ["install", "-y", "--no-install-recommends"]

# Shared libraries that Qt's wheels link to and do not bring along, and the Debian package each is in.
LIBRARY_PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libGLX.so.0": "libglx0",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libzstd.so.1": "libzstd1",
}

# What some tests drive: a private screen with a window manager, assistive technology, a browser, a secret store.
TEST_PACKAGES = [
    "xvfb",
    "openbox",
    "xdotool",
    "x11-utils",
    "at-spi2-core",
    "gir1.2-atspi-2.0",
    "python3-gi",
    "dbus",
    "dbus-x11",
    "gnome-keyring",
    "libsecret-1-0",
    "chromium",
    "libnss3-tools",
    "fonts-noto-core",
    "imagemagick",
    "poppler-utils",
]


def python_can_make_venvs() -> bool:
    """Debian and Ubuntu keep the part that makes virtual environments in a package of its own."""
    return importlib.util.find_spec("ensurepip") is not None and importlib.util.find_spec("venv") is not None


def missing_libraries(ldd_output: str) -> list[str]:
    """The sonames that `ldd` could not find, each once, in order."""
    names = (line.split("=>")[0].strip() for line in ldd_output.splitlines() if line.rstrip().endswith("not found"))
    return list(dict.fromkeys(names))


def platform_plugins(venv: Path, names: Iterable[str]) -> list[Path]:
    """Qt's platform plugins of these names (`xcb`, `offscreen`, …) inside a virtual environment."""
    return [
        found
        for name in names
        for found in venv.glob(f"lib*/python*/site-packages/PySide6/Qt/plugins/platforms/libq{name}.so")
    ]


def unmet_libraries(plugins: list[Path]) -> list[str]:
    """What the plugins link to, directly or through Qt itself, and this system lacks."""
    if not plugins or not shutil.which("ldd"):
        return []
    answer = subprocess.run(["ldd", *map(str, plugins)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    return missing_libraries(answer.stdout.decode(errors="replace"))


def ensure_qt_libraries(venv: Path, screen: bool, say: Say) -> bool:
    """Whether Qt can start here, after installing what it lacks where that is possible.

    With a `screen` the plugin of that screen counts, without one the offscreen plugin.
    """
    if sys.platform in ("win32", "darwin"):
        return True  # the wheels for these bring everything along
    names = ["offscreen"]
    if screen:
        names += ["xcb"] if os.environ.get("DISPLAY") else ["wayland"]
    plugins = platform_plugins(venv, names)
    missing = unmet_libraries(plugins)
    packages = list(dict.fromkeys(LIBRARY_PACKAGES[name] for name in missing if name in LIBRARY_PACKAGES))
    if not any(Path("/usr/share/fonts").glob("**/*.[to]tf")) and can_install():
        packages.append("fonts-dejavu-core")  # without a single font every letter is an empty box
    if packages:
        install(packages, say)
        missing = unmet_libraries(plugins)
    if missing:
        say("Qt cannot start: it lacks " + ", ".join(missing) + ". Install them as above, then run this again.")
    return not missing


def ensure_test_programs(venv: Path, say: Say) -> None:
    """Install what some tests drive; where that is not possible those tests are skipped and say what they lack."""
    if sys.platform in ("win32", "darwin") or not shutil.which("dpkg-query"):
        return
    lacking = unmet_libraries(platform_plugins(venv, ["xcb"]))
    absent = not_installed([*TEST_PACKAGES, *(LIBRARY_PACKAGES[name] for name in lacking if name in LIBRARY_PACKAGES)])
    if absent and not install(absent, say):
        say("the tests that need what is missing will be skipped")


def not_installed(packages: Iterable[str]) -> list[str]:
    """Those of the Debian packages that are not installed, each once, in order."""
    names = list(dict.fromkeys(packages))
    answer = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Abbrev}\n", *names],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    lines = (line.split() for line in answer.stdout.decode().splitlines())
    there = {fields[0] for fields in lines if fields[1:] == ["ii"]}
    return [name for name in names if name not in there]


def can_install() -> bool:
    """Whether this is Debian or Ubuntu (or one of their kind) and we are root on it."""
    return bool(shutil.which("apt-get") and shutil.which("dpkg-query")) and os.geteuid() == 0


def install(packages: list[str], say: Say) -> bool:
    """Install Debian packages, or print the one command that does it; True when all of them are there afterwards."""
    if not can_install():
        if shutil.which("apt-get"):
            say("please run: sudo apt-get " + " ".join([*INSTALL, *packages]))
        else:
            say("please install what your system calls: " + " ".join(packages) + " (these are Debian's names)")
        return False
    say("installing with apt: " + " ".join(packages))
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}

    def apt(*arguments: str) -> bool:
        answer = subprocess.run(
            [*APT, *arguments], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False
        )
        return answer.returncode == 0

    if not apt("-qq", "update"):
        say("apt-get update failed; going on with the package lists that are there")
    if apt("-qq", *INSTALL, *packages):
        return True
    # One name unknown to this release makes apt refuse them all: ask for each alone, then take those it knows.
    known = [name for name in packages if apt("-qq", "--simulate", "install", name)]
    done = bool(known) and apt("-qq", *INSTALL, *known)
    refused = packages if not done else [name for name in packages if name not in known]
    if refused:
        say("apt could not install: " + " ".join(refused))
    return not refused
