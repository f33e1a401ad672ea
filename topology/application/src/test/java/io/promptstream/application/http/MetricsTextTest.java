package io.promptstream.application.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.MetricConfig;
import org.apache.kafka.common.metrics.MetricValueProvider;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.Test;

final class MetricsTextTest {
  private final MetricsText text = new MetricsText();

  @Test
  void shouldNameAMetricOfKafkaByItsGroup() {
    text.addKafka(List.of(
        kafka("consumer-fetch-manager-metrics", "records-lag", Map.of("client-id", "a\"\\\n"), 3.0),
        kafka("stream-thread-metrics", "process-total", Map.of(), 7L)));

    assertThat(text.toString()).isEqualTo("""
        # HELP kafka_consumer_fetch_manager_records_lag records-lag of Kafka
        # TYPE kafka_consumer_fetch_manager_records_lag gauge
        kafka_consumer_fetch_manager_records_lag{client_id="a\\"\\\\\\n"} 3.0
        # HELP kafka_stream_thread_process_total process-total of Kafka
        # TYPE kafka_stream_thread_process_total counter
        kafka_stream_thread_process_total 7.0
        """);
  }

  @Test
  void shouldWriteOurHistogramsAsOneFamily() {
    text.addKafka(List.of(
        kafka("promptstream-metrics", "age-seconds-bucket", Map.of("le", "0.5"), 1.0),
        kafka("promptstream-metrics", "age-seconds-bucket", Map.of("le", "+Inf"), 2.0),
        kafka("promptstream-metrics", "age-seconds-sum", Map.of(), 3.5),
        kafka("promptstream-metrics", "age-seconds-count", Map.of(), 2.0)));

    assertThat(text.toString()).isEqualTo("""
        # HELP promptstream_age_seconds age-seconds-bucket of Kafka
        # TYPE promptstream_age_seconds histogram
        promptstream_age_seconds_bucket{le="0.5"} 1.0
        promptstream_age_seconds_bucket{le="+Inf"} 2.0
        promptstream_age_seconds_sum 3.5
        promptstream_age_seconds_count 2.0
        """);
  }

  @Test
  void shouldLeaveOutMetricsThatAreNoNumbers() {
    text.addKafka(List.of(kafka("app-info", "version", Map.of(), "4.3.1")));

    assertThat(text.toString()).isEmpty();
  }

  @Test
  void shouldWriteNumbersAsPrometheusReadsThem() {
    text.add("a", "", Map.of(), Double.NaN);
    text.add("b", "", Map.of(), Double.NEGATIVE_INFINITY);
    text.add("c", "", Map.of(), 1e10);

    assertThat(text.toString()).contains("\na NaN\n", "\nb -Inf\n", "\nc 1.0E10\n");
  }

  private static KafkaMetric kafka(
      String group, String name, Map<String, String> tags, Object value) {
    MetricValueProvider<Object> provider = (Gauge<Object>) (config, now) -> value;
    return new KafkaMetric(
        new Object(),
        new MetricName(name, group, name + " of Kafka", tags),
        provider,
        new MetricConfig(),
        Time.SYSTEM);
  }
}
