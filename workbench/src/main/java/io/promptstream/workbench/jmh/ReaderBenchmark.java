package io.promptstream.workbench.jmh;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.promptstream.schemas.Point;
import io.promptstream.schemas.PointLabel;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.reader.EmbeddingReader;
import io.promptstream.schemas.reader.PromptEmbedding;
import io.promptstream.schemas.serde.AvroSerdes;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.workbench.LocalPipeline;
import io.promptstream.workbench.services.RecordSender;
import io.promptstream.workbench.services.Services;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serde;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Measures how fast one thread reads pairs of clicks with {@link EmbeddingReader}, from a broker in
 * another process.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
// Each iteration reads the pairs once.
@Warmup(iterations = 5, time = 1, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 7, time = 1, timeUnit = TimeUnit.MILLISECONDS)
@SuppressWarnings("NullAway.Init") // JMH calls the setups first
public class ReaderBenchmark {
  private static final int PAIRS = 50_000;

  /** Pairs of the first poll, which waits for the group and the model card. */
  private static final int FIRST = 1_000;

  private static final Duration POLL = Duration.ofMillis(200);

  private Services services;
  private Map<String, String> settings;
  private EmbeddingReader reader;

  /** Lets the application encode the clicks, and stops it. */
  @Setup(Level.Trial)
  public void encode() throws IOException, InterruptedException {
    services = Services.start();
    settings = Map.of(
        CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG,
        services.bootstrapServers(),
        "schema.registry.url",
        services.registryUrl(),
        PromptStreamConfig.CHECKPOINT,
        Services.CHECKPOINT);
    try (LocalPipeline pipeline = LocalPipeline.startOnRunning(settings)) {
      send(pipeline.config().inputTopic());
      openReader();
      int left = PAIRS;
      while (left > 0) {
        left -= reader.poll(POLL).size();
      }
      closeReader();
    }
  }

  private void send(String topic) {
    try (Serde<PromptEvent> serde = AvroSerdes.promptEvent(settings);
        RecordSender sender = new RecordSender(
            Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, services.bootstrapServers()))) {
      for (int i = 0; i < PAIRS + FIRST; i++) {
        PromptEvent event = PromptEvent.newBuilder()
            .setPromptId("prompt-" + i)
            .setImageId("image-" + i % 100)
            .setPoints(List.of(new Point((double) (i % 1024), 512.0, PointLabel.FOREGROUND)))
            .build();
        byte[] value = serde.serializer().serialize(topic, event);
        byte[] key = event.getImageId().getBytes(UTF_8);
        var unused = sender.send(new ProducerRecord<>(topic, key, value));
      }
      sender.flush();
    }
  }

  /** Joins a new group, and reads its first pairs. */
  @Setup(Level.Invocation)
  public void openReader() {
    Map<String, String> all = new HashMap<>(settings);
    all.put(CommonClientConfigs.GROUP_ID_CONFIG, UUID.randomUUID().toString());
    reader = new EmbeddingReader(all, EmbeddingReader.Options.DEFAULT);
    while (reader.poll(POLL).isEmpty()) {
      // The group is not ready yet.
    }
  }

  @TearDown(Level.Invocation)
  public void closeReader() {
    reader.close();
  }

  @TearDown(Level.Trial)
  public void stop() {
    services.close();
  }

  /** Reads pairs and the tokens of each, and closes it. */
  @Benchmark
  @OperationsPerInvocation(PAIRS)
  public void read(Blackhole blackhole) {
    int left = PAIRS;
    while (left > 0) {
      for (PromptEmbedding prompt : reader.poll(POLL)) {
        blackhole.consume(prompt.sparse());
        prompt.close();
        left--;
      }
    }
  }
}
