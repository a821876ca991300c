"""Compile what counts the packets of captures: `python tools/compile_counter.py [FOLDER]`.

mypyc turns each of COMPILED into a module beside its source, or below FOLDER. The source stays what
it is: without the module the same Python is used, and arrays for most packets.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMPILED = ("camscan/sources/flows/packet_counter.py",)


def compile_into(folder: Path) -> list[Path]:
    """The modules, as paths below `folder`. Raises CompileError where there is no C compiler or no
    header of Python."""
    from mypyc.build import mypycify
    from setuptools import Distribution

    os.chdir(ROOT)
    with tempfile.TemporaryDirectory() as scratch:
        # Modules beside it may lack the packages that they import.
        flags = ["--config-file=", "--follow-imports=silent"]
        extensions = mypycify([*flags, *COMPILED], opt_level="3", target_dir=scratch)
        distribution = Distribution({"name": "camscan", "ext_modules": extensions})
        build = distribution.get_command_obj("build_ext")
        build.build_lib, build.build_temp = str(folder), scratch
        build.ensure_finalized()
        build.run()
        return [Path(made).relative_to(folder) for made in build.get_outputs()]


def main(arguments: list[str]) -> int:
    """1 when nothing could be compiled."""
    from setuptools.errors import CompileError

    try:
        compile_into(Path(arguments[0]).resolve() if arguments else ROOT)
    except CompileError as error:
        sys.stderr.write(f"not compiled, captures are read the slower way: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
