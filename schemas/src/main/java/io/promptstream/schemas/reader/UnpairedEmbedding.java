package io.promptstream.schemas.reader;

import org.apache.kafka.common.TopicPartition;

/**
 * A record whose other half never came: the other topic has gone on to later events.
 *
 * @param partition topic and partition of the record
 * @param offset its offset
 * @param promptId the prompt
 * @param modelId the model that made it
 */
public record UnpairedEmbedding(
    TopicPartition partition, long offset, String promptId, String modelId) {}
