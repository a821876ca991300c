"""Builds the wheel: with CAMSCAN_COMPILE=1 the counting of packets is in it as a compiled module,
and the wheel is for one platform and Python; else it is for all."""

from __future__ import annotations

import os
import runpy
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompiledCounter(BuildHookInterface[Any]):
    """Adds what tools/compile_counter.py makes."""

    PLUGIN_NAME = "custom"
    scratch: tempfile.TemporaryDirectory[str] | None = None

    def _is_wanted(self, version: str) -> bool:
        return version != "editable" and os.environ.get("CAMSCAN_COMPILE") == "1"

    def dependencies(self) -> list[str]:
        """What is needed beside hatchling."""
        return ["mypy>=1.10", "setuptools>=68"] if self._is_wanted("standard") else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, before the wheel is written."""
        if not self._is_wanted(version):
            return
        self.scratch = tempfile.TemporaryDirectory()
        tool = runpy.run_path(str(Path(self.root) / "tools" / "compile_counter.py"))
        for made in tool["compile_into"](Path(self.scratch.name)):
            build_data["force_include"][str(Path(self.scratch.name) / made)] = made.as_posix()
        build_data["pure_python"] = False
        build_data["infer_tag"] = True

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """The wheel is written."""
        if self.scratch is not None:
            self.scratch.cleanup()
