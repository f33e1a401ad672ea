package io.promptstream.application;

import io.promptstream.topology.PromptStream;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.encoding.Models;
import io.promptstream.topology.registry.RegistryTimeoutException;
import io.promptstream.topology.registry.SharedSerdes;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.apache.kafka.streams.ThreadMetadata;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running instance of PromptStream: reads prompt events and writes embeddings until it is closed
 * or fails.
 *
 * <p>It fails on any error that is not caused by an event itself, and leaves the offsets of
 * unfinished events uncommitted, so that a restart loses nothing.
 */
public final class PromptStreamApplication implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PromptStreamApplication.class);

  private final PromptStreamConfig config;
  private final Topology topology;
  private final KafkaStreams streams;
  private final SharedSerdes serdes;
  private final CompletableFuture<Void> running = new CompletableFuture<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final CompletableFuture<Throwable> failure = new CompletableFuture<>();

  private PromptStreamApplication(
      PromptStreamConfig config, Topology topology, KafkaStreams streams, SharedSerdes serdes) {
    this.config = config;
    this.topology = topology;
    this.streams = streams;
    this.serdes = serdes;
  }

  /**
   * Runs the startup checks, warms up, starts the stream, and returns when events are processed.
   * Waits for brokers and a registry that do not answer, and then for the stream to run, each time
   * at most {@link PromptStreamConfig#startTimeout()}.
   *
   * @param models loaded models; the caller closes them after this application
   * @throws StartupException with one sentence, if a check or the start fails
   */
  public static PromptStreamApplication start(PromptStreamConfig config, Models models) {
    SharedSerdes serdes = serdes(config);
    PromptStream promptStream =
        PromptStream.builder(config).models(models).serdes(serdes).build();
    PromptStreamApplication application;
    try (WarmUpThread warmUp = WarmUpThread.start(promptStream)) {
      application = prepared(config, models, serdes, promptStream);
      application.run(warmUp);
    }
    log.info(
        "Running: {} to {} and {} with {}",
        config.inputTopic(),
        config.sparseTopic(),
        config.denseTopic(),
        models);
    return application;
  }

  static SharedSerdes serdes(PromptStreamConfig config) {
    try {
      return SharedSerdes.of(config);
    } catch (ConfigException e) {
      throw e;
    } catch (RuntimeException e) {
      // Confluent's client throws a plain RuntimeException for unusable TLS settings.
      throw new StartupException(
          "The client settings for the schema registry at %s are invalid: %s"
              .formatted(config.clients().registryUrl(), ConnectionErrors.reason(e)),
          e);
    }
  }

  /**
   * Runs the code of a start and of events without brokers and registry: warms up as
   * {@link PromptStream#warmUp()} does, and creates the clients of Kafka Streams.
   *
   * @param models loaded models
   */
  public static void warmUp(PromptStreamConfig config, Models models) {
    try (SharedSerdes serdes = serdes(config)) {
      PromptStream promptStream =
          PromptStream.builder(config).models(models).serdes(serdes).build();
      promptStream.warmUp();
      streams(promptStream, promptStream.topology()).close();
    }
  }

  private static PromptStreamApplication prepared(
      PromptStreamConfig config, Models models, SharedSerdes serdes, PromptStream promptStream) {
    try {
      StartChecks.run(config, models, serdes);
      Topology topology = promptStream.topology();
      return new PromptStreamApplication(config, topology, streams(promptStream, topology), serdes);
    } catch (RuntimeException | Error e) {
      serdes.close();
      throw e;
    }
  }

  private static KafkaStreams streams(PromptStream promptStream, Topology topology) {
    try {
      return new KafkaStreams(topology, promptStream.properties());
    } catch (ConfigException e) {
      throw new StartupException(String.valueOf(e.getMessage()), e);
    }
  }

  private void run(WarmUpThread warmUp) {
    streams.setUncaughtExceptionHandler(thrown -> {
      threadFailed(thrown);
      return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    });
    streams.setStateListener((now, before) -> stateChanged(now));
    try {
      warmUp.await(config.startTimeout());
      streams.start();
      running.get(config.startTimeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      close();
      throw new StartupException("The stream failed at start: " + cause, cause);
    } catch (TimeoutException e) {
      State state = streams.state();
      close();
      throw new StartupException(
          "The stream was not running after %d ms (state %s): if it needs more time, raise %s."
              .formatted(config.startTimeout().toMillis(), state, PromptStreamConfig.START_TIMEOUT),
          e);
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      throw new StartupException("Interrupted while the stream was starting.", e);
    }
  }

  private void threadFailed(Throwable thrown) {
    Optional<RegistryTimeoutException> wait = RegistryTimeoutException.in(thrown);
    if (wait.isPresent() && wait.get().isStopped()) {
      log.info(wait.get().getMessage());
      return;
    }
    if (wait.isPresent()) {
      log.error("{} The application stops.", wait.get().getMessage());
    } else {
      log.error("A stream thread failed; the application stops", thrown);
    }
    fail(thrown);
  }

  private void fail(Throwable thrown) {
    failure.complete(thrown);
    running.completeExceptionally(thrown);
  }

  private void stateChanged(State now) {
    switch (now) {
      case RUNNING -> running.complete(null);
      // Not earlier: before its shutdown, Kafka Streams treats the exception as a failure.
      case PENDING_SHUTDOWN, PENDING_ERROR -> serdes.stopWaiting();
      case ERROR -> {
        fail(new IllegalStateException("The stream went into state ERROR"));
        ended.countDown();
      }
      case NOT_RUNNING -> ended.countDown();
      default -> {}
    }
  }

  /** Returns the current metrics of Kafka Streams and of look-ahead. */
  public Map<MetricName, ? extends Metric> metrics() {
    return streams.metrics();
  }

  /** Returns the state of Kafka Streams. */
  public State state() {
    return streams.state();
  }

  /** Returns the stream threads; none if the stream is not running. */
  public Collection<ThreadMetadata> threads() {
    try {
      return streams.metadataForLocalThreads();
    } catch (IllegalStateException e) {
      return List.of();
    }
  }

  /** Returns the description of the topology. */
  public String topology() {
    return topology.describe().toString();
  }

  /** Returns why the application failed, if it did. */
  public Optional<Throwable> failure() {
    return failure.isDone() ? Optional.of(failure.join()) : Optional.empty();
  }

  /**
   * Waits until the application is closed or fails.
   *
   * @return the exit code of the process: 0 if it was closed, 1 if it failed
   */
  public int awaitTermination() throws InterruptedException {
    ended.await();
    return failure().isPresent() ? 1 : 0;
  }

  /**
   * Finishes and commits the events in progress, for at most
   * {@link PromptStreamConfig#closeTimeout()}; unfinished events stay uncommitted and count as a
   * failure. Leaves the group if {@link PromptStreamConfig#leavesGroup()}, so that other instances
   * take over at once.
   */
  @Override
  public void close() {
    CloseOptions options = CloseOptions.timeout(config.closeTimeout())
        .withGroupMembershipOperation(
            config.leavesGroup()
                ? GroupMembershipOperation.LEAVE_GROUP
                : GroupMembershipOperation.REMAIN_IN_GROUP);
    if (!streams.close(options)) {
      log.error(
          "The stream did not stop within {} ms ({})",
          config.closeTimeout().toMillis(),
          PromptStreamConfig.CLOSE_TIMEOUT);
      fail(new TimeoutException("The stream did not stop in time"));
    }
    try {
      serdes.close();
    } finally {
      ended.countDown();
    }
  }
}
