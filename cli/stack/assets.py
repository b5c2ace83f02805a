"""The stack's files in the emulator's asset bucket, put there before the CDK looks for them.

The CDK would do it too, one after the other and in ten seconds more. It leaves out what is there under its hash.
"""

from __future__ import annotations

import io
import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from cli.stack.emulator import REGION, Emulator

BUCKET = "firstline-assets"
_EPOCH = (1980, 1, 1, 0, 0, 0)


def publish(emulator: Emulator, assembly: Path, stack: str) -> None:
    """Make the bucket and fill it with every file asset of a stack, under the name that its template gives it."""
    import boto3  # slow to load, so it waits until something is deployed

    store = boto3.client(
        "s3",
        endpoint_url=emulator.endpoint,
        region_name=REGION,
        aws_access_key_id=emulator.access_key,
        aws_secret_access_key=emulator.secret_key,
    )
    store.create_bucket(Bucket=BUCKET)
    manifest = json.loads((assembly / f"{stack}.assets.json").read_text(encoding="utf-8"))

    def put(asset: dict[str, Any]) -> None:
        source = assembly / asset["source"]["path"]
        content = source.read_bytes() if asset["source"]["packaging"] == "file" else _zipped(source)
        for destination in asset["destinations"].values():
            store.put_object(Bucket=BUCKET, Key=destination["objectKey"], Body=content)

    with ThreadPoolExecutor(max_workers=4) as pool:
        list(pool.map(put, manifest["files"].values()))
    store.close()


def _zipped(folder: Path) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), _EPOCH)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o644 << 16
                archive.writestr(entry, path.read_bytes())
    return content.getvalue()
