package io.promptstream.workbench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.SparseEmbedding;
import io.promptstream.topology.EmbeddingStreams;
import io.promptstream.topology.PromptStream;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.workbench.services.RecordSender;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Produced;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests the encoding as a step of another application's topology. */
@ExtendWith(SharedServices.Resolver.class)
final class EncodingStepIT {
  private static final int EVENTS = 300;

  @Test
  void shouldPassEmbeddingsToTheNextStepAndRejectedEventsToTheErrorTopic(
      SharedServices services, @TempDir Path state) throws Exception {
    Map<String, String> settings = new HashMap<>(
        services.settings(Map.of("schema.registry.url", "mock://" + UUID.randomUUID())));
    settings.put("state.dir", state.toString());
    settings.put("processing.guarantee", "exactly_once_v2");
    PromptStreamConfig config = PromptStreamConfig.of(settings);
    String ids = config.sparseTopic() + "-ids";
    createTopics(services, config, ids);
    List<PromptEvent> events = Stream.concat(
            IntStream.range(0, EVENTS).mapToObj(i -> Events.click("event-" + i)),
            Stream.of(Events.click("outside", 640.5, 0)))
        .toList();

    try (PromptStream promptStream = PromptStream.of(config);
        RecordSender sender =
            new RecordSender(Map.of("bootstrap.servers", services.bootstrapServers()));
        TopicReader idReader = new TopicReader(services.bootstrapServers(), ids);
        TopicReader denseReader =
            new TopicReader(services.bootstrapServers(), config.denseTopic());
        TopicReader errorReader =
            new TopicReader(services.bootstrapServers(), config.errorsTopic());
        KafkaStreams streams = streams(promptStream, config, ids)) {
      streams.start();
      for (PromptEvent event : events) {
        byte[] value =
            promptStream.serdes().promptEvent().serializer().serialize(config.inputTopic(), event);
        var unused = sender.send(
            new ProducerRecord<>(config.inputTopic(), event.getPromptId().getBytes(UTF_8), value));
      }

      assertThat(idReader.read(EVENTS))
          .extracting(record -> new String(record.value(), UTF_8))
          .containsExactlyInAnyOrderElementsOf(
              events.stream().limit(EVENTS).map(PromptEvent::getPromptId).toList());
      assertThat(denseReader.read(EVENTS)).hasSize(EVENTS);
      assertThat(errorReader.read(1))
          .singleElement()
          .extracting(record -> new String(record.key(), UTF_8))
          .isEqualTo("outside");
      idReader.assertNoMore();
      denseReader.assertNoMore();
      errorReader.assertNoMore();
    }
  }

  /** Returns an application that writes the ids of the sparse embeddings to another topic. */
  private static KafkaStreams streams(
      PromptStream promptStream, PromptStreamConfig config, String ids) {
    StreamsBuilder builder = new StreamsBuilder();
    EmbeddingStreams embeddings = promptStream.addTo(builder);
    Serde<SparseEmbedding> serde = promptStream.serdes().sparseEmbedding();
    embeddings
        .sparse()
        .mapValues(value ->
            serde.deserializer().deserialize(config.sparseTopic(), value).getPromptId())
        .to(ids, Produced.with(Serdes.ByteArray(), Serdes.String()));
    embeddings
        .dense()
        .to(config.denseTopic(), Produced.with(Serdes.ByteArray(), Serdes.ByteArray()));
    return new KafkaStreams(builder.build(), promptStream.properties());
  }

  private static void createTopics(SharedServices services, PromptStreamConfig config, String ids)
      throws Exception {
    services
        .services()
        .cluster()
        .create(Stream.of(config.inputTopic(), config.denseTopic(), config.errorsTopic(), ids)
            .map(topic -> new NewTopic(topic, 3, (short) 1))
            .toList());
  }
}
