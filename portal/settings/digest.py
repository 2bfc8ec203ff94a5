"""The digest: how fast it is sent, to whom not, and what comes back."""

from .environment import read, read_day, read_domains, read_mailbox

# How many workers may send digests at the same time. One leaves the second process of a small
# worker to all the rest.
DIGEST_SENDERS = read("DIGEST_SENDERS", int, 1)
# How many digests may leave in a minute, in all and for each domain of recipients; 0: as many as
# the mail server takes.
DIGEST_PER_MINUTE = read("DIGEST_PER_MINUTE", int, 0)
DIGEST_DOMAIN_PER_MINUTE = read("DIGEST_DOMAIN_PER_MINUTE", int, 0)
# The first day of a new sending domain. From then on so many a day, then twice as many each day.
DIGEST_WARM_UP_SINCE = read_day("DIGEST_WARM_UP_SINCE")
DIGEST_WARM_UP_FIRST = read("DIGEST_WARM_UP_FIRST", int, 500)
# Where nobody gets a digest: domains whose mailboxes are thrown away, with all below them.
REFUSED_MAIL_DOMAINS = read_domains("REFUSED_MAIL_DOMAINS")
# Who is told by mail what is wrong with the digest, besides the staff who may steer it.
ALARMS_TO = read("ALARMS_TO", list, [])
# With which key the mail server signs, and whom to ask instead of the machine's resolver: both only
# for the check of the sender.
DKIM_SELECTOR = read("DKIM_SELECTOR", str, "")
DNS_SERVER = read("DNS_SERVER", str, "")
# The mailbox in which digests come back that could not be delivered, and complaints.
BOUNCES_URL = read_mailbox("BOUNCES_URL")
