package io.promptstream.workbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.promptstream.application.PromptStreamApplication;
import io.promptstream.application.StartupException;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.workbench.kafka.EmbeddedKafka;
import java.net.ServerSocket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** Tests an application that starts during an outage of the schema registry or the broker. */
final class OutageAtStartIT extends OutageTestBase {
  @Test
  void shouldWaitForTheRegistryAtStart() throws Exception {
    services.gate.shut();
    PromptStreamConfig config = services.config(Map.of());
    FutureTask<PromptStreamApplication> starting = starting(config);

    assertThatExceptionOfType(TimeoutException.class)
        .isThrownBy(() -> starting.get(OUTAGE.toMillis(), TimeUnit.MILLISECONDS));
    services.gate.open();

    assertWorks(config, starting);
  }

  @Test
  void shouldWaitForTheBrokerAtStart() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    PromptStreamConfig config = services.config(Map.of("bootstrap.servers", "127.0.0.1:" + port));
    FutureTask<PromptStreamApplication> starting = starting(config);
    assertThatExceptionOfType(TimeoutException.class)
        .isThrownBy(() -> starting.get(OUTAGE.toMillis(), TimeUnit.MILLISECONDS));

    try (EmbeddedKafka late = EmbeddedKafka.start(EmbeddedKafka.Options.DEFAULT.withPort(port))) {
      assertThat(late.bootstrapServers()).endsWith(":" + port);
      assertWorks(config, starting);
    }
  }

  @Test
  void shouldStopWaitingAtStartWhenItIsInterrupted() throws Exception {
    services.gate.shut();
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    Thread starter = new Thread(() -> {
      try {
        services.start(services.config(Map.of())).close();
      } catch (StartupException e) {
        thrown.complete(Thread.currentThread().isInterrupted() ? e : new AssertionError(e));
      }
    });
    starter.start();
    assertThatExceptionOfType(TimeoutException.class)
        .isThrownBy(() -> thrown.get(OUTAGE.toMillis(), TimeUnit.MILLISECONDS));

    starter.interrupt();

    assertThat(thrown.get(10, TimeUnit.SECONDS)).isInstanceOf(StartupException.class);
  }

  @Test
  void shouldNeedNoRegistryAfterARestartForSchemasThatAreRegistered() throws Exception {
    PromptStreamConfig config = services.config(Map.of());
    PromptStreamApplication first = services.start(config);
    try (PipelineClient client = services.client(config)) {
      byte[] ofThisProducer = client.serialize(OutageServices.click("ours", "image"));
      byte[] other = services.ofOtherSchema(config, OutageServices.click("other", "image"));
      first.close();
      try (PromptStreamApplication restarted = services.start(config)) {
        services.gate.shut();

        client.send("image", ofThisProducer);
        client.send("image", other);

        assertThat(client.read(2, 0).sparse()).containsOnlyKeys("other", "ours");
        assertThat(restarted.failure()).isEmpty();
      }
    }
  }

  private void assertWorks(PromptStreamConfig config, FutureTask<PromptStreamApplication> starting)
      throws Exception {
    try (PromptStreamApplication started = starting.get(60, TimeUnit.SECONDS);
        PipelineClient client = services.client(config)) {
      client.send(OutageServices.click("a", "image"));
      assertThat(client.read(1, 0).sparse()).containsOnlyKeys("a");
      assertThat(started.failure()).isEmpty();
    }
  }

  private FutureTask<PromptStreamApplication> starting(PromptStreamConfig config) {
    FutureTask<PromptStreamApplication> starting = new FutureTask<>(() -> services.start(config));
    Thread thread = new Thread(starting, "starting");
    thread.setDaemon(true);
    thread.start();
    return starting;
  }
}
