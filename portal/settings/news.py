"""News: the feeds it reads and writes, and who translates."""

from .environment import read, read_networks, read_url

# Feeds name it, and it is told what has changed in them.
WEBSUB_HUB = read("WEBSUB_HUB", str, "") and read_url("WEBSUB_HUB", ("https", "http"))

# Private networks in which feeds may be read; else only servers of the public internet are asked.
FEED_NETWORKS = read_networks("FEED_NETWORKS")

# Who translates articles where an editor asks for it: a server that speaks LibreTranslate's API.
TRANSLATOR_URL = read("TRANSLATOR_URL", str, "") and read_url("TRANSLATOR_URL", ("https", "http"))
TRANSLATOR_KEY = read("TRANSLATOR_KEY", str, "")
