from pydantic import Field, PostgresDsn, field_validator

from . import Section

SCHEMES = ("postgresql", "postgres")


class Settings(Section):
    database_url: PostgresDsn = Field(repr=False)
    database_pool_size: int = Field(default=10, ge=1, le=200)

    @field_validator("database_url")
    @classmethod
    def _leaves_the_driver_to_the_service(cls, url: PostgresDsn) -> PostgresDsn:
        if url.scheme not in SCHEMES:
            raise ValueError("must start with postgresql://")
        return url
