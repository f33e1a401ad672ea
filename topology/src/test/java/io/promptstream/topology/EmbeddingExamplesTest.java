package io.promptstream.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptstream.encoder.DataType;
import io.promptstream.encoder.DenseFormat;
import io.promptstream.encoder.EncoderOptions;
import io.promptstream.encoder.ImageSize;
import io.promptstream.encoder.Point;
import io.promptstream.encoder.PointLabel;
import io.promptstream.encoder.Prompt;
import io.promptstream.encoder.PromptEmbeddings;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.encoder.SamPromptEncoder;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.SparseEmbedding;
import io.promptstream.schemas.serde.AvroSerdes;
import io.promptstream.topology.config.PromptStreamConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.kstream.Produced;
import org.junit.jupiter.api.Test;

/** The examples of docs/embedding.md, which are the code between the markers. */
final class EmbeddingExamplesTest {
  private static final Path SOURCE =
      Path.of("src/test/java/io/promptstream/topology/EmbeddingExamplesTest.java");

  private static final Pattern EXAMPLE =
      Pattern.compile(" *// begin: [a-z ]+\n(.*?) *// end\n", Pattern.DOTALL);

  private static final Pattern DOCUMENTED = Pattern.compile("```java\n(.*?)```\n", Pattern.DOTALL);

  private final Map<String, String> settings = Map.of(
      "bootstrap.servers", "localhost:1",
      "schema.registry.url", "mock://embedding-examples-test",
      "promptstream.checkpoint", "seed:42",
      "promptstream.device", "cpu");

  private final CountDownLatch stop = new CountDownLatch(0);
  private final List<String> shown = new ArrayList<>();
  private final List<Integer> decoded = new ArrayList<>();
  private final List<String> written = new ArrayList<>();

  @Test
  void shouldRunTheWholeTopology() throws InterruptedException {
    wholeTopology();

    assertThat(written).containsExactly("sparse-embeddings", "dense-embeddings");
  }

  @Test
  void shouldRunTheEncodingAsAStep() throws InterruptedException {
    encodingStep();

    assertThat(written).containsExactly("sparse-embeddings", "dense-embeddings");
    assertThat(shown).containsExactly("a");
  }

  @Test
  void shouldEncodeWithoutKafka() {
    encoderAlone("seed:42");

    assertThat(decoded).containsExactly(2 * 256, 256 * 64 * 64);
  }

  @Test
  void shouldBeTheExamplesOfTheDocumentation() throws IOException {
    List<String> examples = blocks(EXAMPLE, SOURCE);

    assertThat(examples).hasSize(3);
    assertThat(blocks(DOCUMENTED, Path.of("..", "docs", "embedding.md")))
        .containsExactlyElementsOf(examples);
  }

  private static List<String> blocks(Pattern pattern, Path file) throws IOException {
    return pattern
        .matcher(Files.readString(file))
        .results()
        .map((MatchResult found) -> found.group(1).stripTrailing().stripIndent())
        .toList();
  }

  private void wholeTopology() throws InterruptedException {
    // begin: whole topology
    PromptStreamConfig config = PromptStreamConfig.of(settings);
    try (PromptStream promptStream = PromptStream.of(config);
        KafkaStreams streams =
            new KafkaStreams(promptStream.topology(), promptStream.properties())) {
      streams.start();
      stop.await();
    }
    // end
  }

  private void encodingStep() throws InterruptedException {
    // begin: encoding step
    PromptStreamConfig config = PromptStreamConfig.of(settings);
    try (PromptStream promptStream = PromptStream.of(config)) {
      StreamsBuilder builder = new StreamsBuilder();
      EmbeddingStreams embeddings = promptStream.addTo(builder);

      Produced<byte[], byte[]> bytes = Produced.with(Serdes.ByteArray(), Serdes.ByteArray());
      embeddings.sparse().to(config.sparseTopic(), bytes);
      embeddings.dense().to(config.denseTopic(), bytes);

      Serde<SparseEmbedding> serde = promptStream.serdes().sparseEmbedding();
      embeddings
          .sparse()
          .mapValues(value -> serde.deserializer().deserialize(config.sparseTopic(), value))
          .foreach((key, embedding) -> show(embedding));

      try (KafkaStreams streams = new KafkaStreams(builder.build(), promptStream.properties())) {
        streams.start();
        stop.await();
      }
    }
    // end
  }

  private void encoderAlone(String checkpoint) {
    // begin: encoder alone
    EncoderOptions options =
        new EncoderOptions(checkpoint, "auto", DataType.FLOAT32, DenseFormat.FULL, 100);
    try (PromptEncoder encoder = SamPromptEncoder.load(options)) {
      Prompt prompt = new Prompt(
          new ImageSize(1200, 1800),
          List.of(new Point(500, 375, PointLabel.FOREGROUND)),
          null,
          null);
      PromptEmbeddings embeddings = encoder.encode(prompt);
      float[] sparse = embeddings.sparse().floats();
      float[] dense = embeddings.dense().expand(encoder.info().profile().gridSize());
      decode(sparse, dense);
    }
    // end
  }

  private void decode(float[] sparse, float[] dense) {
    decoded.add(sparse.length);
    decoded.add(dense.length);
  }

  private void show(SparseEmbedding embedding) {
    shown.add(embedding.getPromptId());
  }

  /** Kafka Streams, but for its start: an event goes through the topology without a broker. */
  private final class KafkaStreams extends org.apache.kafka.streams.KafkaStreams {
    private final Topology topology;
    private final Properties properties;

    KafkaStreams(Topology topology, Properties properties) {
      super(topology, properties);
      this.topology = topology;
      this.properties = properties;
    }

    @Override
    public synchronized void start() {
      PromptEvent event = PromptEvent.newBuilder()
          .setPromptId("a")
          .setImageId("truck.jpg")
          .setImageSize(new io.promptstream.schemas.ImageSize(1200, 1800))
          .setPoints(List.of(new io.promptstream.schemas.Point(
              1.0, 1.0, io.promptstream.schemas.PointLabel.FOREGROUND)))
          .build();
      ByteArraySerializer bytes = new ByteArraySerializer();
      try (TopologyTestDriver driver = new TopologyTestDriver(topology, properties);
          Serde<PromptEvent> events = AvroSerdes.promptEvent(settings)) {
        driver
            .createInputTopic("prompt-events", bytes, bytes)
            .pipeInput(events.serializer().serialize("prompt-events", event));
        for (String topic : List.of("sparse-embeddings", "dense-embeddings")) {
          driver
              .createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
              .readValuesToList()
              .forEach(unused -> written.add(topic));
        }
      }
    }
  }
}
