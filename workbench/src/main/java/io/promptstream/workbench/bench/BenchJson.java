package io.promptstream.workbench.bench;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.promptstream.workbench.bench.BenchResult.Figure;
import io.promptstream.workbench.bench.BenchResult.Figures;
import io.promptstream.workbench.bench.BenchResult.Ratio;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Writes results as JSON.
 *
 * <p>A comparison has {@code workload}; {@code contestants}, by name, with
 * {@code events_per_second}, {@code warm_up_events_per_second} ({@code to_5_s} and others),
 * {@code counted_seconds}, {@code megabytes_per_second_out}, {@code latency_ms} and
 * {@code latency_at_rest_ms} ({@code p50}, {@code p99}, {@code p999}),
 * {@code cpu_seconds_per_million_events} and {@code peak_resident_mib}, each with {@code median},
 * {@code min} and {@code max} over the rounds; {@code ratios} of median events per second, and
 * {@code latency_p99_ratios}, {@code at_rest_p50_ratios} and {@code at_rest_p99_ratios}, all by
 * names such as {@code look-ahead/pass}; and the parameters and machine of the measurement.
 */
public final class BenchJson {
  private static final ObjectMapper MAPPER = new ObjectMapper()
      .enable(SerializationFeature.INDENT_OUTPUT)
      .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);

  private BenchJson() {}

  /** Returns a comparison as JSON. */
  static ObjectNode of(BenchResult result) {
    ObjectNode root = plan(result.plan(), result.machine());
    root.put("latency_events_per_second", result.latencyRate());
    ObjectNode contestants = root.putObject("contestants");
    result.contestants().forEach((name, figures) -> contestants.set(name, figures(figures)));
    ratios(root, "ratios", result, Ratio::throughput);
    ratios(root, "latency_p99_ratios", result, Ratio::p99);
    ratios(root, "at_rest_p50_ratios", result, Ratio::atRestP50);
    ratios(root, "at_rest_p99_ratios", result, Ratio::atRestP99);
    return root;
  }

  private static void ratios(
      ObjectNode root, String name, BenchResult result, ToDoubleFunction<Ratio> ratio) {
    ObjectNode node = root.putObject(name);
    result.ratios().forEach(each -> node.put(each.name(), ratio.applyAsDouble(each)));
  }

  /** Returns a memory series: {@code resident_mib}, an array of {@code events} and {@code mib}. */
  static ObjectNode of(BenchPlan plan, Machine machine, List<MemorySeries.Sample> samples) {
    ObjectNode root = plan(plan, machine);
    ArrayNode series = root.putArray("resident_mib");
    for (MemorySeries.Sample sample : samples) {
      series.addObject().put("events", sample.events()).put("mib", sample.residentMib());
    }
    return root;
  }

  /** Writes a comparison. */
  public static void write(BenchResult result, Path file) throws IOException {
    MAPPER.writeValue(file.toFile(), of(result));
  }

  /** Writes a memory series. */
  public static void write(
      BenchPlan plan, Machine machine, List<MemorySeries.Sample> samples, Path file)
      throws IOException {
    MAPPER.writeValue(file.toFile(), of(plan, machine, samples));
  }

  private static ObjectNode plan(BenchPlan plan, Machine machine) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("workload", plan.workload().toString());
    root.put("warm_up_seconds", plan.fullSpeed().warmUp().toMillis() / 1e3);
    root.put("counted_seconds", plan.fullSpeed().counted().toMillis() / 1e3);
    root.put("events", plan.events());
    root.put("rounds", plan.rounds());
    root.put("threads", plan.stream().threads());
    root.put("guarantee", plan.stream().guarantee().toString());
    root.set("machine", MAPPER.valueToTree(machine));
    return root;
  }

  private static ObjectNode figures(Figures figures) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    for (Figure figure : figures.all()) {
      JsonPointer pointer = JsonPointer.compile(figure.pointer());
      node.withObject(pointer.head())
          .set(pointer.last().getMatchingProperty(), MAPPER.valueToTree(figure.values()));
    }
    return node;
  }
}
