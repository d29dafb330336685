"""The OpenAPI document: what it says is what is done, whatever is sent."""

from __future__ import annotations

import pytest

from makebelieve.serving import Limits, application

from .conftest import MAKERS

SMALL = Limits(n=4, length=20, items=3, seconds=10)


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_every_route_documents_its_answers_and_refusals(learner, name):
    schema = application(learner(name), SMALL, token="a-token-of-some-length").openapi()
    assert schema["openapi"].startswith("3.1")
    problem = {"$ref": "#/components/schemas/Problem"}
    for path, methods in schema["paths"].items():
        for what in methods.values():
            assert what["summary"], path
            assert {"200", "400", "401", "413", "415", "421", "422", "429", "500", "503", "504"} <= set(
                what["responses"]
            )
            for status in ("413", "422", "429", "504"):
                assert what["responses"][status]["content"]["application/json"]["schema"] == problem
            assert "content" in what["responses"]["200"]
    named = [what["operationId"] for methods in schema["paths"].values() for what in methods.values()]
    assert len(named) == len(set(named))
    assert schema["security"] == [{"token": []}]
    assert schema["paths"]["/health"]["get"]["security"] == []


def test_bodies_have_examples_that_work(client):
    for name, path in (
        ("recommender", "/recommend"),
        ("forecaster", "/forecast"),
        ("texts", "/predict"),
        ("vae", "/decode"),
    ):
        web = client(name)
        schema = web.get("/openapi.json").json()
        body = schema["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]
        if "examples" in body:
            example = body["examples"][0]
        else:
            form = schema["components"]["schemas"][body["$ref"].rsplit("/", 1)[1]]
            example = {key: told["examples"][0] for key, told in form["properties"].items() if key in form["required"]}
        assert web.post(path, json=example).status_code == 200, path


@pytest.mark.parametrize("name", ["classifier", "conditional", "forecaster", "recommender", "vae", "writer"])
def test_nothing_that_is_sent_breaks_the_server(learner, name):
    """Requests made up from the document, valid and not: the answers are documented ones, in the documented form."""
    schemathesis = pytest.importorskip("schemathesis", reason="made-up requests need schemathesis")
    from hypothesis import HealthCheck, Phase, given, settings
    from schemathesis import checks

    schema = schemathesis.openapi.from_asgi("/openapi.json", application(learner(name), SMALL))
    wanted = [
        checks.not_a_server_error,
        checks.CHECKS.get_one("status_code_conformance"),
        checks.CHECKS.get_one("content_type_conformance"),
        checks.CHECKS.get_one("response_schema_conformance"),
    ]
    seen = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path in ("/health", "/ready", "/metrics", "/model"):
            continue
        for mode in schemathesis.GenerationMode:
            made = operation.as_strategy(generation_mode=mode)

            @given(case=made)
            @settings(
                max_examples=8,
                deadline=None,
                database=None,
                derandomize=True,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            def send(case):
                case.call_and_validate(checks=wanted)

            send()
            seen += 1
    assert seen
