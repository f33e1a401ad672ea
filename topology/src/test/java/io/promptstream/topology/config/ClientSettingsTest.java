package io.promptstream.topology.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.MetricsReporter;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests which settings unknown to Kafka the clients outside of Kafka Streams get. */
final class ClientSettingsTest {
  private static final Map<String, String> REQUIRED = Map.of(
      "application.id", "clients",
      "bootstrap.servers", "127.0.0.1:1",
      "schema.registry.url", "mock://clients",
      "promptstream.checkpoint", "seed:42");

  private static Map<String, String> settings(Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(REQUIRED);
    settings.putAll(more);
    return settings;
  }

  @Test
  void shouldGiveEachClientTheSameSettingsAsKafkaStreams() {
    Map<String, String> settings = settings(Map.of(
        "tracing.endpoint", "all",
        "tracing.rate", "1",
        "producer.tracing.rate", "2",
        "consumer.tracing.rate", "3",
        "admin.tracing.rate", "4",
        "main.consumer.tracing.rate", "5",
        "producer.tracing.topic", "t",
        "topic.retention.ms", "9"));
    Properties properties = new Properties();
    properties.putAll(settings);
    StreamsConfig streams = new StreamsConfig(properties);
    ClientSettings clients = ClientSettings.of(settings);

    assertThat(tracing(clients.producer())).isEqualTo(tracing(streams.getProducerConfigs("id")));
    assertThat(tracing(clients.admin())).isEqualTo(tracing(streams.getAdminConfigs("id")));
    assertThat(tracing(clients.consumer()))
        .containsEntry("tracing.rate", "3")
        .isEqualTo(tracing(streams.getRestoreConsumerConfigs("id")));
  }

  private static Map<String, Object> tracing(Map<String, ?> client) {
    Map<String, Object> tracing = new HashMap<>(client);
    tracing.keySet().removeIf(name -> !name.startsWith("tracing."));
    return tracing;
  }

  @ParameterizedTest
  @CsvSource({
    "promptstream.device, cpu",
    "main.consumer.x, 1",
    "restore.consumer.x, 1",
    "global.consumer.x, 1",
    "topic.retention.ms, 1",
    "num.stream.threads, 1",
    "group.protocol, streams",
    "consumer.group.protocol, consumer"
  })
  void shouldNotGiveAPlainClientSettingsOfOthers(String name, String value) {
    ClientSettings clients = ClientSettings.of(settings(Map.of(name, value)));

    List.of(clients.producer(), clients.consumer(), clients.admin())
        .forEach(client -> assertThat(client)
            .doesNotContainKeys(name, "group.protocol", "x", "retention.ms")
            .doesNotContainKeys("application.id", "promptstream.checkpoint"));
  }

  /** Records its configuration. */
  public static final class Reporter implements MetricsReporter {
    private static final ThreadLocal<Map<String, Object>> CONFIGURED =
        ThreadLocal.withInitial(HashMap::new);

    @Override
    public void configure(Map<String, ?> settings) {
      CONFIGURED.get().putAll(settings);
    }

    @Override
    public void init(List<KafkaMetric> metrics) {}

    @Override
    public void metricChange(KafkaMetric metric) {}

    @Override
    public void metricRemoval(KafkaMetric metric) {}

    @Override
    public void close() {}
  }

  @Test
  void shouldConfigureTheMetricsReporterOfAUser() {
    ClientSettings clients = ClientSettings.of(settings(Map.of(
        "metric.reporters", Reporter.class.getName(),
        "my.reporter.address", "statsd:8125",
        "admin.my.reporter.prefix", "promptstream")));

    Reporter.CONFIGURED.remove();
    Admin.create(new HashMap<>(clients.admin())).close();

    assertThat(Reporter.CONFIGURED.get())
        .containsEntry("my.reporter.address", "statsd:8125")
        .containsEntry("my.reporter.prefix", "promptstream");
  }
}
