package io.promptstream.topology.session;

import io.promptstream.schemas.SessionState;
import io.promptstream.schemas.serde.TrustedRecords;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * Encodes the states in the store as Avro's single objects: the fingerprint of the schema, then the
 * datum. A later version can read these states if it knows the schema of this fingerprint.
 */
final class SessionStates {
  /** Bytes of the marker and the fingerprint before the datum. */
  private static final int HEADER = 10;

  static {
    TrustedRecords.add();
  }

  private SessionStates() {}

  /** Returns the serde of the store's values. */
  static Serde<SessionState> serde() {
    return Serdes.serdeFrom((topic, state) -> encoded(state), (topic, bytes) -> decoded(bytes));
  }

  private static byte @Nullable [] encoded(@Nullable SessionState state) {
    try {
      return state == null ? null : Utils.toArray(SessionState.getEncoder().encode(state));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static @Nullable SessionState decoded(byte @Nullable [] bytes) {
    try {
      return bytes == null ? null : SessionState.fromByteBuffer(ByteBuffer.wrap(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException("The state of a session cannot be read", e);
    }
  }

  /** Returns at least the number of bytes of a record in the store. */
  static long size(SpecificRecordBase datum) {
    Counter bytes = new Counter();
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
    try {
      new SpecificDatumWriter<SpecificRecordBase>(datum.getSchema(), datum.getSpecificData())
          .write(datum, encoder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return HEADER + bytes.count;
  }

  /** Counts bytes and drops them. */
  private static final class Counter extends OutputStream {
    long count;

    @Override
    public void write(int b) {
      count++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      count += length;
    }
  }
}
