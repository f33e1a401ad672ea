/**
 * Converts between bytes and records: serdes in Confluent's wire format, based on Confluent's
 * serializer and schema-registry client.
 *
 * <p>Deserializers distinguish records that can never be decoded from temporary failures, see
 * {@link io.promptstream.schemas.serde.UndecodableRecordException}.
 */
@NullMarked
package io.promptstream.schemas.serde;

import org.jspecify.annotations.NullMarked;
