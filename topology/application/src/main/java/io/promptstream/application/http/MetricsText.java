package io.promptstream.application.http;

import static java.util.stream.Collectors.joining;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/**
 * Writes metrics in Prometheus' text format.
 *
 * <p>The name of a metric of Kafka is {@code kafka_}, its group and its name. Names of our own
 * begin with {@code promptstream_}.
 */
final class MetricsText {
  private static final String OURS = "promptstream";
  private static final Pattern ILLEGAL = Pattern.compile("[^a-zA-Z0-9_]");
  private static final Pattern OF_HISTOGRAM = Pattern.compile("_(bucket|sum|count)$");

  /** The lines of each family: the metrics that share a name, or a histogram. */
  private final Map<String, StringBuilder> families = new TreeMap<>();

  /** Adds all numbers of a metrics registry of Kafka. */
  void addKafka(Collection<? extends Metric> metrics) {
    for (Metric metric : metrics) {
      MetricName name = metric.metricName();
      if (metric.metricValue() instanceof Number value) {
        add(prometheusName(name), name.description(), name.tags(), value.doubleValue());
      }
    }
  }

  private static String prometheusName(MetricName name) {
    String group = name.group().replaceFirst("-metrics$", "");
    String prefix = group.startsWith(OURS) ? "" : "kafka_";
    return legal(prefix + group + '_' + name.name());
  }

  private static String legal(String name) {
    return ILLEGAL.matcher(name).replaceAll("_");
  }

  /** Adds one value. */
  void add(String name, String help, Map<String, String> labels, double value) {
    String histogram = OF_HISTOGRAM.matcher(name).replaceFirst("");
    boolean ofHistogram = name.startsWith(OURS) && !histogram.equals(name);
    String type = ofHistogram ? "histogram" : name.endsWith("_total") ? "counter" : "gauge";
    String family = ofHistogram ? histogram : name;
    families
        .computeIfAbsent(
            family,
            unused -> new StringBuilder(
                "# HELP %s %s\n# TYPE %s %s\n".formatted(family, escaped(help), family, type)))
        .append(name)
        .append(text(labels))
        .append(' ')
        .append(text(value))
        .append('\n');
  }

  private static String text(Map<String, String> labels) {
    return labels.isEmpty()
        ? ""
        : new TreeMap<>(labels)
            .entrySet().stream()
                .map(label -> legal(label.getKey()) + "=\"" + escaped(label.getValue()) + '"')
                .collect(joining(",", "{", "}"));
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\"", "\\\"");
  }

  private static String text(double value) {
    return Double.isInfinite(value) ? (value > 0 ? "+Inf" : "-Inf") : Double.toString(value);
  }

  @Override
  public String toString() {
    return String.join("", families.values());
  }
}
