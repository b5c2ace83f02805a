"""Files in a bucket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.adapters.boto import client, code_of, translated

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


_LINK_SECONDS = 7 * 24 * 3600  # the most that a signature of version 4 allows


class S3Archive:
    """`Archive` on S3. A path is the whole key.

    S3 says "no such key" only to roles with s3:ListBucket; to others a missing file is a refusal, which
    passes through.
    """

    def __init__(self, s3: S3Client, bucket: str) -> None:
        self._client = s3
        self._bucket = bucket

    @classmethod
    def connect(cls, bucket: str) -> S3Archive:
        """The files of a bucket."""
        return cls(client("s3"), bucket)

    def put(self, path: str, content: bytes, content_type: str) -> None:
        """Store a file, replacing an older one."""
        with translated(f"store {path}"):
            self._client.put_object(Bucket=self._bucket, Key=path, Body=content, ContentType=content_type)

    def put_once(self, path: str, content: bytes, content_type: str) -> bool:
        """Store a file where there is none, by S3's conditional write; of several at once one succeeds."""
        from botocore.exceptions import ClientError

        try:
            with translated(f"store {path} once"):
                self._client.put_object(
                    Bucket=self._bucket, Key=path, Body=content, ContentType=content_type, IfNoneMatch="*"
                )
        except ClientError as error:
            # 412: it is there. 409: another one is being stored this moment.
            if code_of(error) not in ("PreconditionFailed", "ConditionalRequestConflict"):
                raise
            return False
        return True

    def link(self, path: str) -> str:
        """A signed link. It ends after a week, or with the credentials that signed it: a role's last hours."""
        return str(
            self._client.generate_presigned_url(
                "get_object", Params={"Bucket": self._bucket, "Key": path}, ExpiresIn=_LINK_SECONDS
            )
        )

    def get(self, path: str) -> bytes | None:
        """A stored file, or None."""
        from botocore.exceptions import ClientError

        try:
            with translated(f"read {path}"):
                return self._client.get_object(Bucket=self._bucket, Key=path)["Body"].read()
        except ClientError as error:
            if code_of(error) != "NoSuchKey":
                raise
            return None
