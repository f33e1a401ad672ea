package io.promptstream.schemas.serde;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.confluent.kafka.schemaregistry.rules.RuleContext;
import io.confluent.kafka.schemaregistry.rules.RuleExecutor;
import io.confluent.kafka.serializers.KafkaAvroSerializer;
import io.promptstream.schemas.PromptEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests the second and later records of a topic. */
class RepeatedRecordTest {
  private static final String TOPIC = Registry.TOPIC;
  private static final String SCHEMA =
      PromptEvent.getClassSchema().toString().replace("\"", "\\\"");

  private final Registry registry = new Registry();
  private final AtomicInteger requests = new AtomicInteger();

  /** A rule that writes a different id into each record. */
  public static final class Stamp implements RuleExecutor {
    private int records;

    @Override
    public String type() {
      return "STAMP";
    }

    @Override
    public Object transform(RuleContext context, Object message) {
      records++;
      return PromptEvent.newBuilder((PromptEvent) message)
          .setPromptId("stamp " + records)
          .build();
    }
  }

  @AfterEach
  void drop() {
    registry.close();
  }

  static Stream<SpecificRecordBase> records() {
    return Stream.of(
        Samples.prompt(),
        Samples.emptyPrompt(),
        PromptEvent.newBuilder(Samples.emptyPrompt()).setPromptId("é 猫 🐈").build(),
        Samples.sparse(),
        Samples.sparseWithoutTokens(),
        Samples.noMask(),
        Samples.factored(),
        Samples.full(),
        Samples.modelCard());
  }

  @ParameterizedTest
  @MethodSource("records")
  void shouldWriteEveryRecordAsConfluentsSerializerDoes(SpecificRecordBase record) {
    try (Serializer<SpecificRecordBase> serializer = new RecordSerializer<>(registry.config());
        KafkaAvroSerializer confluent = new KafkaAvroSerializer()) {
      confluent.configure(
          with(registry.config(), Map.of("avro.remove.java.properties", true)), false);
      byte[] expected = confluent.serialize(TOPIC, record);

      assertThat(serializer.serialize(TOPIC, record)).isEqualTo(expected);
      assertThat(serializer.serialize(TOPIC, record)).isEqualTo(expected);
    }
  }

  @Test
  void shouldNotChangeTheBytesOfARecord() {
    try (Serializer<SpecificRecordBase> serializer = new RecordSerializer<>(registry.config())) {
      ByteBuffer data = Samples.noMask().getValues().getData();
      assertThat(data.remaining()).isPositive();

      var record = Samples.noMask();
      serializer.serialize(TOPIC, record);
      serializer.serialize(TOPIC, record);

      assertThat(record.getValues().getData()).isEqualTo(data);
    }
  }

  @Test
  void shouldRegisterTheSchemaForEveryTopic() {
    try (Serializer<PromptEvent> serializer = new RecordSerializer<>(registry.config())) {
      serializer.serialize(TOPIC, Samples.prompt());
      serializer.serialize(TOPIC, Samples.prompt());

      serializer.serialize("another", Samples.prompt());

      assertThat(subjects()).containsExactlyInAnyOrder(TOPIC + "-value", "another-value");
    }
  }

  @Test
  void shouldRejectARecordWithAMissingValue() {
    try (Serializer<PromptEvent> serializer = new RecordSerializer<>(registry.config())) {
      serializer.serialize(TOPIC, Samples.prompt());

      assertThatThrownBy(() -> serializer.serialize(TOPIC, new PromptEvent()))
          .isInstanceOf(SerializationException.class);
    }
  }

  @Test
  void shouldApplyTheRulesOfARegisteredSchemaToEveryRecord() throws IOException {
    String rule =
        "{\"name\": \"stamp\", \"kind\": \"TRANSFORM\", \"mode\": \"WRITE\", \"type\": \"STAMP\"}";
    HttpServer server = answering(
        "{\"id\": 7, \"version\": 1, \"schema\": \"%s\", \"ruleSet\": {\"domainRules\": [%s]}}"
            .formatted(SCHEMA, rule));
    Map<String, Object> config = with(
        address(server),
        Map.of("rule.executors", "stamp", "rule.executors.stamp.class", Stamp.class.getName()));
    try (Serde<PromptEvent> serde = AvroSerdes.promptEvent(config)) {
      assertThat(new String(serde.serializer().serialize(TOPIC, Samples.prompt()), UTF_8))
          .contains("stamp 1");
      assertThat(new String(serde.serializer().serialize(TOPIC, Samples.prompt()), UTF_8))
          .contains("stamp 2");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void shouldRequestTheLatestSchemaAsOftenAsConfigured() throws IOException {
    HttpServer server = answering("{\"id\": %d, \"version\": 1, \"schema\": \"" + SCHEMA + "\"}");
    Map<String, Object> config = with(
        address(server),
        Map.of(
            "auto.register.schemas", false, "use.latest.version", true, "latest.cache.ttl.sec", 0));
    try (Serializer<PromptEvent> serializer = new RecordSerializer<>(config)) {
      int first = WireFormat.schemaId(serializer.serialize(TOPIC, Samples.prompt()));

      assertThat(WireFormat.schemaId(serializer.serialize(TOPIC, Samples.prompt())))
          .isGreaterThan(first);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void shouldReadEveryRecordOfASchema() {
    try (Serde<PromptEvent> serde = AvroSerdes.promptEvent(registry.config())) {
      for (PromptEvent prompt : List.of(Samples.prompt(), Samples.emptyPrompt())) {
        byte[] data = serde.serializer().serialize(TOPIC, prompt);

        assertThat(serde.deserializer().deserialize(TOPIC, data)).isEqualTo(prompt);
      }
    }
  }

  @Test
  void shouldRejectInvalidRecordsAfterValidRecordsOfTheSameSchema() {
    try (Serde<PromptEvent> serde = AvroSerdes.promptEvent(registry.config())) {
      byte[] good = serde.serializer().serialize(TOPIC, Samples.prompt());
      serde.deserializer().deserialize(TOPIC, good);

      assertThatThrownBy(
              () -> serde.deserializer().deserialize(TOPIC, Arrays.copyOf(good, good.length - 1)))
          .isInstanceOf(UndecodableRecordException.class)
          .hasMessageEndingWith("the data end before the datum does.");
      assertThatThrownBy(
              () -> serde.deserializer().deserialize(TOPIC, Arrays.copyOf(good, good.length + 2)))
          .isInstanceOf(UndecodableRecordException.class)
          .hasMessageEndingWith("2 bytes follow the datum.");
      assertThat(serde.deserializer().deserialize(TOPIC, good)).isEqualTo(Samples.prompt());
    }
  }

  /**
   * Starts a registry that sends the same answer to every request, with the request count in place
   * of {@code %d}.
   */
  private HttpServer answering(String answer) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> {
      byte[] body =
          answer.replace("%d", Integer.toString(requests.incrementAndGet())).getBytes(UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
      exchange.close();
    });
    server.start();
    return server;
  }

  private static Map<String, Object> address(HttpServer server) {
    return Map.of(
        "schema.registry.url",
        "http://localhost:%d".formatted(server.getAddress().getPort()));
  }

  private Iterable<String> subjects() {
    try {
      return registry.client().getAllSubjects();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, Object> with(Map<String, Object> config, Map<String, Object> extra) {
    Map<String, Object> all = new HashMap<>(config);
    all.putAll(extra);
    return all;
  }
}
