from . import Section


class Settings(Section):
    cookie_secure: bool = True
    """Sends the cookie over HTTPS only."""
