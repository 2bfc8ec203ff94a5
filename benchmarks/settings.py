"""The portal's settings with one more address: a bare view to measure against."""

from portal.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.urls"
