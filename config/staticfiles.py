"""Static files for production."""

import re
from collections.abc import Iterator
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage

IMPORT = re.compile(r'@import url\("(?P<name>[^"]+)"\) layer\((?P<layer>\w+)\);')


class OneSheetStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # It brings no types.
    """Hashed, compressed files, and the stylesheet in one piece.

    In development a browser fetches each layer by itself, which is good to read and to debug; an old phone on a
    slow line ought to wait for one file and not for eleven. There is no other build step.
    """

    SHEET = "css/index.css"

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        if self.SHEET in paths and not dry_run:
            self._join(paths)
        yield from super().post_process(paths, dry_run=dry_run, **options)

    def _join(self, paths: dict[str, Any]) -> None:
        def layer(match: re.Match[str]) -> str:
            storage, path = paths[f"css/{match['name']}"]
            with storage.open(path) as file:
                css = file.read().decode()
            # Addresses in it were written from its own folder.
            css = css.replace('url("../../', 'url("../') if "/" in match["name"] else css
            return f"@layer {match['layer']} {{\n{css}\n}}"

        storage, path = paths[self.SHEET]
        with storage.open(path) as file:
            sheet = IMPORT.sub(layer, file.read().decode())
        with self.open(self.SHEET, "wb") as file:
            file.write(sheet.encode())
        paths[self.SHEET] = (self, self.SHEET)
