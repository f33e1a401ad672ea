package io.promptstream.application.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.promptstream.application.PromptStreamApplication;
import io.promptstream.application.http.Health.Answer;
import io.promptstream.encoder.EncoderInfo;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.encoding.Model;
import io.promptstream.topology.encoding.Models;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.MemoryUsage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The pages of the HTTP endpoint. */
final class Pages {
  private static final String TEXT = "text/plain; charset=utf-8";

  private final Map<String, Supplier<Page>> pages = new LinkedHashMap<>();
  private final ObjectMapper json = new ObjectMapper();
  private final PrometheusRegistry jvm = new PrometheusRegistry();
  private final List<String> settings;
  private final Health health;
  private final PromptStreamConfig config;
  private volatile @Nullable Models models;
  private volatile @Nullable PromptStreamApplication application;

  /** A page with its HTTP status. */
  @SuppressWarnings("ArrayRecordComponent") // written once
  record Page(int status, String type, byte[] body) {
    static Page text(int status, String text) {
      return new Page(status, TEXT, text.getBytes(UTF_8));
    }
  }

  /**
   * Creates the pages of an application that is starting.
   *
   * @param settings one line for each setting, without secrets
   */
  Pages(PromptStreamConfig config, List<String> settings) {
    this.settings = List.copyOf(settings);
    health = new Health(config.stuckTimeout(), System::nanoTime);
    this.config = config;
    JvmMetrics.builder().register(jvm);
    pages.put("/live", () -> answer("live", live()));
    pages.put("/ready", () -> answer("ready", ready()));
    pages.put("/metrics", this::metrics);
    pages.put("/topology", this::topology);
    pages.put("/models", this::models);
    pages.put("/config", () -> Page.text(200, String.join("\n", this.settings) + '\n'));
  }

  void loaded(Models models) {
    this.models = models;
  }

  void started(PromptStreamApplication application) {
    this.application = application;
  }

  Page get(String path) {
    Supplier<Page> page = pages.get(path);
    return page == null
        ? Page.text(404, "No such page; there are %s.\n".formatted(pages.keySet()))
        : page.get();
  }

  private Answer live() {
    PromptStreamApplication running = application;
    return running == null
        ? new Answer(true, Health.STARTING)
        : health.live(StreamSnapshot.of(running));
  }

  private Answer ready() {
    PromptStreamApplication running = application;
    return running == null
        ? new Answer(false, Health.STARTING)
        : Health.ready(StreamSnapshot.of(running), () -> GroupMembers.spare(config));
  }

  private Page answer(String what, Answer answer) {
    return json(answer.ok() ? 200 : 503, Map.of(what, answer.ok(), "reason", answer.reason()));
  }

  private Page json(int status, Object value) {
    try {
      return new Page(status, "application/json", json.writeValueAsBytes(value));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private Page topology() {
    PromptStreamApplication running = application;
    return running == null
        ? Page.text(503, Health.STARTING + '\n')
        : Page.text(200, running.topology());
  }

  private Page models() {
    return json(200, all().stream().map(Pages::describe).toList());
  }

  private List<Model> all() {
    Models loaded = models;
    return loaded == null ? List.of() : loaded.all();
  }

  private static Map<String, String> describe(Model model) {
    EncoderInfo info = model.encoder().info();
    Map<String, String> description = new LinkedHashMap<>();
    description.put("model", model.name());
    description.put("model_id", info.modelId());
    description.put("profile", info.profile().name());
    description.put("device", info.device());
    description.put("data_type", info.dataType().name());
    description.put("dense_format", info.denseFormat().name());
    description.put("random_weights", Boolean.toString(info.randomWeights()));
    return description;
  }

  private Page metrics() {
    MetricsText text = new MetricsText();
    PromptStreamApplication running = application;
    if (running != null) {
      text.addKafka(running.metrics().values());
    }
    text.add("promptstream_live", "Whether /live answers 200.", Map.of(), live().ok() ? 1 : 0);
    text.add(
        "promptstream_ready", "Whether /ready answers 200.", Map.of(), ready().ok() ? 1 : 0);
    for (Model model : all()) {
      text.add("promptstream_model_info", "The models, always 1.", describe(model), 1);
      addDevice(text, model.encoder().info().device());
    }
    ByteArrayOutputStream page = new ByteArrayOutputStream();
    try {
      PrometheusTextFormatWriter.create().write(page, jvm.scrape());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    page.writeBytes(text.toString().getBytes(UTF_8));
    return new Page(200, PrometheusTextFormatWriter.CONTENT_TYPE, page.toByteArray());
  }

  private static void addDevice(MetricsText text, String name) {
    Device device = Device.fromName(name.replaceAll("[()]", ""));
    if (device.isGpu()) {
      MemoryUsage memory = CudaUtils.getGpuMemory(device);
      Map<String, String> labels = Map.of("device", name);
      text.add(
          "promptstream_device_memory_used_bytes",
          "Memory of the device that all processes use.",
          labels,
          (double) memory.getCommitted());
      text.add("promptstream_device_memory_bytes", "Memory of the device.", labels, (double)
          memory.getMax());
    }
  }
}
