package io.promptstream.workbench;

import static java.util.Objects.requireNonNull;

import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.workbench.kafka.EmbeddedKafka;
import io.promptstream.workbench.registry.ApicurioRegistry;
import io.promptstream.workbench.services.Services;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One broker and one schema registry for all test classes of a JVM, each started when it is first
 * used. They stop after the last test class. Each application has separate topics and a separate
 * group, so tests do not see each other's records.
 */
public final class SharedServices implements AutoCloseable {
  private final AtomicInteger applications = new AtomicInteger();
  private final Resources parts = new Resources();
  private @Nullable EmbeddedKafka kafka;
  private @Nullable ApicurioRegistry registry;
  private @Nullable Services services;

  private SharedServices() {}

  /** Passes shared and secured services to test methods and set-up methods. */
  public static final class Resolver implements ParameterResolver {
    private static final Map<Class<?>, Callable<AutoCloseable>> STARTS = Map.of(
        SharedServices.class, SharedServices::new, SecuredServices.class, SecuredServices::new);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return STARTS.containsKey(parameter.getParameter().getType());
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      // Failsafe runs each test class separately, but all in one session, at whose end JUnit closes
      // the values in this store.
      return context
          .getStore(StoreScope.LAUNCHER_SESSION, Namespace.create(SharedServices.class))
          .computeIfAbsent(parameter.getParameter().getType(), Resolver::start);
    }

    private static AutoCloseable start(Class<?> services) {
      try {
        return requireNonNull(STARTS.get(services)).call();
      } catch (Exception e) {
        throw new IllegalStateException("The broker or registry does not start", e);
      }
    }
  }

  /** Returns the broker's address. */
  public synchronized String bootstrapServers() {
    if (kafka == null) {
      try {
        kafka = parts.add(EmbeddedKafka.start(EmbeddedKafka.Options.DEFAULT));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return kafka.bootstrapServers();
  }

  /** Returns the registry's address. */
  public synchronized String registryUrl() {
    if (registry == null) {
      try {
        registry = parts.add(ApicurioRegistry.start());
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException("The registry does not start", e);
      }
    }
    return registry.url();
  }

  /** Returns broker and registry with an admin client, for applications in processes. */
  public synchronized Services services() throws IOException, InterruptedException {
    if (services == null) {
      services = parts.add(Services.running(bootstrapServers(), registryUrl()));
    }
    return services;
  }

  Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", bootstrapServers()));
  }

  /** Returns settings for a new application; the given ones override the defaults. */
  public Map<String, String> settings(Map<String, String> settings) {
    String name = "application-" + applications.incrementAndGet();
    Map<String, String> all = new HashMap<>();
    all.put("application.id", name);
    all.put("bootstrap.servers", bootstrapServers());
    all.put("schema.registry.url", registryUrl());
    if (!settings.containsKey(PromptStreamConfig.MODELS)) {
      all.put(PromptStreamConfig.CHECKPOINT, "seed:42");
    }
    all.put(PromptStreamConfig.DEVICE, "cpu");
    all.put(PromptStreamConfig.WARM_UP, "0");
    all.put(PromptStreamConfig.TOPICS_CREATE, "true");
    for (String topic : List.of("input", "sparse", "dense", "errors", "models", "actions")) {
      all.put("promptstream." + topic + ".topic", name + '-' + topic);
    }
    all.putAll(settings);
    return all;
  }

  /** Starts a new application; these settings override the defaults. */
  public LocalPipeline start(Map<String, String> settings) throws Exception {
    return LocalPipeline.startOnRunning(settings(settings));
  }

  @Override
  public void close() {
    parts.close();
  }
}
