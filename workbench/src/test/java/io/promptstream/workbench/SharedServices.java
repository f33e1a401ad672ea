package io.promptstream.workbench;

import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.workbench.kafka.EmbeddedKafka;
import io.promptstream.workbench.registry.ApicurioRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One broker and one schema registry for all test classes of a JVM. They start when a test first
 * has this class as a parameter, and stop after the last test. Each application has separate topics
 * and a separate group, so tests do not see each other's records.
 */
final class SharedServices implements AutoCloseable {
  private final AtomicInteger applications = new AtomicInteger();
  private final Resources parts = new Resources();
  private final EmbeddedKafka kafka;
  private final ApicurioRegistry registry;

  private SharedServices() throws Exception {
    try {
      registry = ApicurioRegistry.start(0);
      parts.add(registry);
      kafka = EmbeddedKafka.start(EmbeddedKafka.Options.DEFAULT);
      parts.add(kafka);
    } catch (Exception | Error e) {
      parts.closeAfter(e);
      throw e;
    }
  }

  /** Passes the services to test methods and set-up methods. */
  static final class Resolver implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == SharedServices.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      // The root's store closes its values after all tests.
      return context
          .getRoot()
          .getStore(Namespace.create(SharedServices.class))
          .computeIfAbsent(SharedServices.class, key -> started(), SharedServices.class);
    }

    private static SharedServices started() {
      try {
        return new SharedServices();
      } catch (Exception e) {
        throw new IllegalStateException("The shared broker or registry does not start", e);
      }
    }
  }

  String bootstrapServers() {
    return kafka.bootstrapServers();
  }

  String registryUrl() {
    return registry.url();
  }

  Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", bootstrapServers()));
  }

  /** Returns settings for a new application; the given ones override the defaults. */
  Map<String, String> settings(Map<String, String> settings) {
    String name = "application-" + applications.incrementAndGet();
    Map<String, String> all = new HashMap<>();
    all.put("application.id", name);
    all.put("bootstrap.servers", bootstrapServers());
    all.put("schema.registry.url", registryUrl());
    if (!settings.containsKey(PromptStreamConfig.MODELS)) {
      all.put(PromptStreamConfig.CHECKPOINT, "seed:42");
    }
    all.put(PromptStreamConfig.DEVICE, "cpu");
    all.put(PromptStreamConfig.TOPICS_CREATE, "true");
    for (String topic : List.of("input", "sparse", "dense", "errors", "models")) {
      all.put("promptstream." + topic + ".topic", name + '-' + topic);
    }
    all.putAll(settings);
    return all;
  }

  /** Starts a new application; these settings override the defaults. */
  LocalPipeline start(Map<String, String> settings) throws Exception {
    return LocalPipeline.startOnRunning(settings(settings));
  }

  @Override
  public void close() {
    parts.close();
  }
}
