from pydantic import AmqpDsn, Field

from . import Section


class Settings(Section):
    amqp_url: AmqpDsn = Field(repr=False)
