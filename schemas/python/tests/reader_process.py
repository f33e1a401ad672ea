"""Writes the ids of prompts to a file, slowly, until a test kills it."""

import os
import sys
import time

from promptstream import EmbeddingReader

out, bootstrap_servers, registry_url, group_id, *topics = sys.argv[1:]
# With an id of the instance, the next process does not wait until the session of a killed one ends.
config = {"auto.commit.interval.ms": 20, "group.instance.id": "killed"}
with EmbeddingReader(bootstrap_servers, registry_url, group_id, topics=topics, config=config) as reader:
    with open(out, "a") as file:
        for batch in reader.batches(max_prompts=4):
            for prompt in batch.prompts:
                print(prompt.prompt_id, file=file)
            file.flush()
            os.fsync(file.fileno())
            time.sleep(0.05)
