"""Prompts through the real stream give the inputs that the official prompt encoders give."""

import numpy as np
import pytest
from reference import FIXTURES, cases, ids, take

from promptstream import PromptProducer


@pytest.mark.parametrize("device", [None, "cpu"])
@pytest.mark.parametrize("family", ["sam", "sam2"])
def test_every_case_gives_the_inputs_of_the_official_encoder(services, family, device, request):
    if device:
        pytest.importorskip("torch")
    events, topics = request.getfixturevalue(f"{family}_topics")
    expected = {event["prompt_id"]: (event, sparse, dense) for event, sparse, dense in cases(family)}
    assert len(expected) > 60
    with services.reader(topics, model=family, device=device) as reader:
        if device is None:
            with PromptProducer(services.bootstrap_servers, services.registry_url, events) as producer:
                for event, _, _ in expected.values():
                    producer.send(event)
        batches = take(reader.batches(idle_seconds=60), len(expected))
    assert sorted(ids(batches)) == sorted(expected)
    image_pe = np.load(FIXTURES / family / "expected/dense_pe.npy").reshape(1, 256, 64, 64)
    for batch in batches:
        assert np.abs(np.asarray(batch.image_pe) - image_pe).max() <= 1e-6
        assert batch.card["family"] == family
        sparse, dense = np.asarray(batch.sparse), np.asarray(batch.dense)
        assert dense.shape == (len(batch), 256, 64, 64)
        for row, prompt in enumerate(batch.prompts):
            event, expected_sparse, ((rows, columns), expected_dense) = expected[prompt.prompt_id]
            assert (prompt.image_id, prompt.image_size) == (event["image_id"], event["image_size"])
            assert prompt.key == event["image_id"].encode()
            assert sparse[row].shape == expected_sparse.shape
            assert np.abs(sparse[row] - expected_sparse).max(initial=0) <= 1e-5
            assert np.abs(dense[row][:, ::rows, ::columns] - expected_dense).max() <= 1e-4


def test_the_actions_of_a_session_become_prompts(services, sam2_topics):
    ids = {"session_id": "python", "image_id": "image"}
    size = {"height": 480, "width": 640}
    steps = [
        {"AddPoint": {"point": {"x": 320, "y": 240, "label": "FOREGROUND"}}},
        {"AddPoint": {"point": {"x": 10, "y": 20, "label": "BACKGROUND"}}},
        {"Undo": {}},
        {"SetMask": {"mask": {"height": 480, "width": 640, "counts": [480 * 640 - 480, 480]}}},
    ]
    events, embeddings = sam2_topics
    with services.reader(embeddings) as reader:
        options = {"topic": events, "actions_topic": "sam2-actions"}
        with PromptProducer(services.bootstrap_servers, services.registry_url, **options) as producer:
            for i, step in enumerate(steps):
                producer.send_action({**ids, "action_id": f"{i}", "image_size": size, "action": step})
        tokens = {}
        for batch in reader.batches(idle_seconds=60):
            tokens.update((prompt.prompt_id, batch.sparse.shape[1]) for prompt in batch.prompts)
            if "python/4" in tokens:
                break
    # Each has a token of padding.
    assert [tokens.get(f"python/{revision}") for revision in (1, 2, 3, 4)] == [2, 3, 2, 2]


def test_an_invalid_record_is_not_sent(services):
    action = {"action_id": "1", "session_id": "s", "image_id": "i", "action": {"Jump": {}}}
    with PromptProducer(services.bootstrap_servers, services.registry_url) as producer:
        with pytest.raises(ValueError, match="not a valid PromptAction.*Jump"):
            producer.send_action(action)
        with pytest.raises(ValueError, match="no field .'color'"):
            producer.send({"prompt_id": "p", "image_id": "i", "color": "red"})
        with pytest.raises(ValueError, match="not a valid PromptEvent"):
            producer.send({"prompt_id": "p", "image_id": "i", "box": {"x_min": 1}})
