"""Two programs that set the same installation up at the same moment."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor

import psycopg

from schoolbell.queue import prepare
from schoolbell.queue.settings import settings
from schoolbell.tests import cluster


def test_two_starts_at_once_agree_on_the_passwords(owner, database_url, settings_with, tmp_path):
    chosen = settings_with(home=tmp_path)
    shutil.copyfile(settings().serving_urls_file, chosen.serving_urls_file)
    with cluster.alone(), ThreadPoolExecutor(4) as starts:
        for _ in range(10):
            list(starts.map(lambda _: prepare.keep_serving_urls(chosen, database_url), range(4)))
    kept = json.loads(chosen.serving_urls_file.read_text())
    for role in ("web", "worker", "signin"):
        with psycopg.connect(kept[role]) as connection:
            assert connection.execute("select 1").fetchone() == (1,)
