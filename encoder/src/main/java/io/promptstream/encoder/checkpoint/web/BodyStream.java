package io.promptstream.encoder.checkpoint.web;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Streams the body of a response. Unlike the JDK's own stream, a read fails if the server sends
 * nothing within the timeout. Closing the stream before its end drops the connection.
 */
final class BodyStream extends InputStream implements BodySubscriber<BodyStream> {
  /** A message from the connection's thread: buffers, or the end with or without a failure. */
  private record Arrival(
      List<ByteBuffer> buffers, boolean last, @Nullable Throwable failure) {}

  private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
  private final Queue<ByteBuffer> buffers = new ArrayDeque<>();
  private final CompletableFuture<Subscription> subscription = new CompletableFuture<>();
  private final Duration timeout;
  private boolean ended;
  private volatile boolean closed;

  BodyStream(Duration timeout) {
    this.timeout = timeout;
  }

  @Override
  public CompletionStage<BodyStream> getBody() {
    return CompletableFuture.completedStage(this);
  }

  @Override
  public void onSubscribe(Subscription newSubscription) {
    if (closed || !subscription.complete(newSubscription)) {
      newSubscription.cancel();
    } else {
      newSubscription.request(1);
    }
  }

  @Override
  public void onNext(List<ByteBuffer> item) {
    arrivals.add(new Arrival(item, false, null));
  }

  @Override
  public void onError(Throwable failure) {
    arrivals.add(new Arrival(List.of(), true, failure));
  }

  @Override
  public void onComplete() {
    arrivals.add(new Arrival(List.of(), true, null));
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    for (ByteBuffer buffer = buffers.peek(); ; buffer = buffers.peek()) {
      if (buffer != null && buffer.hasRemaining()) {
        int count = Math.min(length, buffer.remaining());
        buffer.get(bytes, offset, count);
        return count;
      }
      if (buffer != null) {
        buffers.remove();
      } else if (ended) {
        return -1;
      } else {
        await();
      }
    }
  }

  private void await() throws IOException {
    Arrival arrival = poll();
    if (arrival == null) {
      throw new HttpTimeoutException(
          "the server has sent nothing for %d ms".formatted(timeout.toMillis()));
    }
    if (arrival.failure() != null) {
      throw new IOException(String.valueOf(arrival.failure().getMessage()), arrival.failure());
    }
    buffers.addAll(arrival.buffers());
    ended = arrival.last();
    if (!ended) {
      // Requests one delivery at a time, so that a large body does not exhaust the heap.
      subscription.join().request(1);
    }
  }

  private @Nullable Arrival poll() throws IOException {
    try {
      return arrivals.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw Interruption.of(e);
    }
  }

  @Override
  public void close() {
    closed = true;
    if (!ended) {
      CompletableFuture<Void> unused = subscription.thenAccept(Subscription::cancel);
    }
  }
}
