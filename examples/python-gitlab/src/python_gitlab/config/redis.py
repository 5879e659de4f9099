from pydantic import Field, RedisDsn

from . import Section


class Settings(Section):
    redis_url: RedisDsn | None = Field(default=None, repr=False)
