package io.promptstream.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.promptstream.schemas.Box;
import io.promptstream.schemas.DataType;
import io.promptstream.schemas.ImageSize;
import io.promptstream.schemas.LogitsMask;
import io.promptstream.schemas.Point;
import io.promptstream.schemas.PointLabel;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.encoding.Model;
import io.promptstream.topology.encoding.Models;
import io.promptstream.topology.registry.SharedSerdes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/** Events of every kind for every model, as a consumer polls them: in windows of several sizes. */
final class SyntheticEvents {
  /** Full windows; larger ones run the same code. */
  private static final int MANY = 128;

  private static final int FEW = 8;

  private static final List<DataType> MASK_TYPES =
      List.of(DataType.FLOAT32, DataType.FLOAT16, DataType.BFLOAT16);

  private static final ImageSize IMAGE = new ImageSize(480, 640);

  private final PromptStreamConfig config;
  private final Models models;
  private final SharedSerdes serdes;

  SyntheticEvents(PromptStreamConfig config, Models models, SharedSerdes serdes) {
    this.config = config;
    this.models = models;
    this.serdes = serdes;
  }

  /** Returns the polls of one round; all have the same offsets, as after a rewind. */
  List<ConsumerRecords<byte[], byte[]>> polls() {
    List<ConsumerRecords<byte[], byte[]>> polls = new ArrayList<>();
    for (Model model : models.all()) {
      int side = model.encoder().info().profile().maskInputSize();
      for (int events : new int[] {1, MANY, FEW}) {
        polls.add(poll(IntStream.range(0, events).mapToObj(number -> click(model, number))));
        polls.add(poll(IntStream.range(0, events).mapToObj(number -> box(model, number))));
      }
      polls.add(poll(MASK_TYPES.stream().map(type -> mask(model, type, side))));
    }
    return polls;
  }

  private ConsumerRecords<byte[], byte[]> poll(Stream<PromptEvent> events) {
    String topic = config.inputTopic();
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    events.forEach(event -> records.add(new ConsumerRecord<>(
        topic,
        0,
        records.size(),
        event.getImageId().getBytes(UTF_8),
        serdes.promptEvent().serializer().serialize(topic, event))));
    return new ConsumerRecords<>(Map.of(new TopicPartition(topic, 0), records), Map.of());
  }

  private PromptEvent click(Model model, int number) {
    return event(model, number).setPoints(points(1 + number % 4)).build();
  }

  /** A box, with clicks in every second event. */
  private PromptEvent box(Model model, int number) {
    return event(model, number)
        .setPoints(points(number % 2))
        .setBox(new Box(1.0, 2.0, 300.0 + number, 400.0))
        .build();
  }

  private PromptEvent mask(Model model, DataType type, int side) {
    int bytes = type == DataType.FLOAT32 ? Float.BYTES : Short.BYTES;
    ByteBuffer logits = ByteBuffer.allocate(side * side * bytes);
    return event(model, 0)
        .setPoints(points(1))
        .setMask(new LogitsMask(type, side, side, logits))
        .build();
  }

  private static PromptEvent.Builder event(Model model, int number) {
    return PromptEvent.newBuilder()
        .setPromptId("prompt-" + number)
        .setImageId("image-" + number)
        // Without a size, the coordinates are in the model frame.
        .setImageSize(number % 4 == 3 ? null : IMAGE)
        .setModel(model.name());
  }

  private List<Point> points(int count) {
    return IntStream.range(0, Math.min(count, config.encoderOptions().maxPoints()))
        .mapToObj(index -> new Point(
            10.0 + index,
            20.0 + index,
            index % 4 == 3 ? PointLabel.BACKGROUND : PointLabel.FOREGROUND))
        .toList();
  }
}
