package io.promptstream.workbench.playground;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.promptstream.schemas.ImageSize;
import io.promptstream.schemas.Point;
import io.promptstream.schemas.PointLabel;
import io.promptstream.schemas.PromptEvent;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;

/** Clicks at random positions of many images, sent at once, which show the stream under load. */
final class RandomClicks {
  private static final ImageSize SIZE = new ImageSize(800, 1200);
  private static final int IMAGES = 100;
  private static final double NANOS = 1e9;
  private static final double TIMEOUT_SECONDS = 120;

  private final String prefix;
  private final int total;
  private final long start = System.nanoTime();
  private final AtomicInteger sent = new AtomicInteger();
  private final AtomicInteger received = new AtomicInteger();
  private volatile double seconds;

  /**
   * Plans a run.
   *
   * @param run tells the prompts of runs apart
   * @param total number of clicks
   */
  RandomClicks(String run, int total) {
    prefix = "random." + run + '/';
    this.total = total;
  }

  /** Sends all clicks; blocks while the producer's buffer is full. */
  void send(Producer<byte[], byte[]> producer, String topic, Serializer<PromptEvent> serializer) {
    SplittableRandom random = new SplittableRandom();
    for (int i = 0; i < total; i++) {
      String image = "random-" + i % IMAGES;
      Point point = new Point(
          random.nextDouble(SIZE.getWidth()),
          random.nextDouble(SIZE.getHeight()),
          PointLabel.FOREGROUND);
      PromptEvent event = PromptEvent.newBuilder()
          .setPromptId(prefix + i)
          .setImageId(image)
          .setImageSize(SIZE)
          .setPoints(List.of(point))
          .build();
      var unused = producer.send(
          new ProducerRecord<>(topic, image.getBytes(UTF_8), serializer.serialize(topic, event)));
      sent.incrementAndGet();
    }
  }

  /** Counts an embedding, if it is one of these clicks. */
  void encoded(String promptId) {
    if (promptId.startsWith(prefix) && received.incrementAndGet() == total) {
      seconds = elapsed();
    }
  }

  private double elapsed() {
    return (System.nanoTime() - start) / NANOS;
  }

  /** Returns whether all are encoded, or will not be any more. */
  boolean finished() {
    return received.get() >= total || elapsed() > TIMEOUT_SECONDS;
  }

  /**
   * Returns how far the clicks are; the time is that from the first click to the last embedding.
   */
  String message() {
    return Messages.message("load")
        .put("total", total)
        .put("sent", sent.get())
        .put("received", received.get())
        .put("seconds", seconds)
        .put("finished", finished())
        .toString();
  }
}
