import pytest

from portal import health

pytestmark = pytest.mark.django_db


def test_a_live_process_says_so_without_asking_anyone(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/health/live").content == b"ok"


def test_ready_needs_every_part(client):
    health.record_heartbeat()
    response = client.get("/health/ready")
    assert response.status_code == 200
    parts = ["database", "cache", "broker", "worker", "digest"]
    assert response.json() == dict.fromkeys(parts, "ok")


def test_without_a_worker_it_is_not_ready_and_says_which_part(client):
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json()["worker"] == "no heartbeat"


def test_a_lost_redis_is_named(client, settings):
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    assert client.get("/health/ready").json()["broker"] == "ConnectionError"


def test_every_answer_names_its_request(client):
    assert len(client.get("/health/live")["X-Request-ID"]) == 16
    named = client.get("/health/live", headers={"X-Request-ID": "from-the-proxy-1"})
    assert named["X-Request-ID"] == "from-the-proxy-1"
    forged = client.get("/health/live", headers={"X-Request-ID": "a b\tc"})
    assert forged["X-Request-ID"] != "a b\tc"


def test_probes_are_answered_whatever_host_they_name(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/health/live", headers={"host": "10.0.0.7"}).status_code == 200
    assert client.get("/en/", headers={"host": "10.0.0.7"}).status_code == 400


def test_a_refused_request_is_named_in_the_log(client, caplog, db):
    from portal.middleware import RequestNameFilter

    response = client.get("/en/nope/")
    record = next(record for record in caplog.records if record.name == "django.request")
    RequestNameFilter().filter(record)
    assert record.request_id == response["X-Request-ID"]


def test_without_redis_pages_are_read_and_forms_ask_for_patience(client, settings, db):
    default = settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {"default": default}
    assert client.get("/en/").status_code == 200
    data = {"login": "vera@example.org", "password": "a secret of mine"}
    response = client.post("/en/accounts/login/", data)
    assert response.status_code == 503
    assert "vera@example.org" in response.content.decode()
    assert "a secret of mine" not in response.content.decode()
