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
