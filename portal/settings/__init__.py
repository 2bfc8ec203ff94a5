"""Settings, driven by environment variables; `.env.example` lists them all.

Each module has those of one concern and says of which others it needs something. Nothing here
knows whether PostgreSQL and Redis are embedded or a cluster: `portal.embedded` puts the same
variables into the environment that a production machine would.
"""

# ruff: noqa: F403

from .application import *
from .comments import *
from .digest import *
from .logs import *
from .mail import *
from .news import *
from .people import *
from .protection import *
from .site import *
from .stores import *
from .tasks import *
