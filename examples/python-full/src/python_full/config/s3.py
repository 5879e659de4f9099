from pydantic import AnyHttpUrl, Field, field_validator
from pydantic_core.core_schema import ValidationInfo

from . import Section


class Settings(Section):
    s3_bucket: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$")
    s3_endpoint: AnyHttpUrl | None = None
    s3_region: str = Field(default="us-east-1", pattern=r"^[a-z0-9-]{1,64}$")
    s3_access_key_id: str | None = Field(default=None, repr=False)
    s3_secret_access_key: str | None = Field(default=None, repr=False, validate_default=True)

    @field_validator("s3_secret_access_key")
    @classmethod
    def _comes_with_its_key(cls, secret: str | None, info: ValidationInfo) -> str | None:
        if (secret is None) != (info.data.get("s3_access_key_id") is None):
            raise ValueError("must be set together with S3_ACCESS_KEY_ID")
        return secret
