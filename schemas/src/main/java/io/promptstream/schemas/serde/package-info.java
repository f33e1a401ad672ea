/**
 * The border between bytes and records: serdes in Confluent's wire format, on Confluent's own
 * serializer and schema-registry client.
 *
 * <p>What can never be decoded is told apart from what could not be decoded now: see
 * {@link io.promptstream.schemas.serde.UndecodableRecordException}.
 */
@NullMarked
package io.promptstream.schemas.serde;

import org.jspecify.annotations.NullMarked;
