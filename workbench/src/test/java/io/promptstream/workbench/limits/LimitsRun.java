package io.promptstream.workbench.limits;

import io.promptstream.application.MemoryBound;
import io.promptstream.encoder.EncoderInfo;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.encoder.SamPromptEncoder;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.workbench.Scenario;
import io.promptstream.workbench.bench.BenchApplication;
import io.promptstream.workbench.bench.Contestant;
import io.promptstream.workbench.process.ChildJvm;
import io.promptstream.workbench.process.ProcessUsage;
import io.promptstream.workbench.services.Cluster;
import io.promptstream.workbench.services.Completion;
import io.promptstream.workbench.services.RecordSender;
import io.promptstream.workbench.services.Services;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;

/**
 * Runs one application under one load with the minimum heap that its bound requires: sends events
 * with a bounded backlog for some time, and then waits until all are processed.
 */
final class LimitsRun {
  /** Partitions of every topic: PromptStream's default. */
  static final int PARTITIONS = 8;

  /** Client id of the sender, which is exempt from the quota. */
  private static final String SENDER = "limits-sender";

  private static final Duration SAMPLE_INTERVAL = Duration.ofSeconds(5);
  private static final long POLL_MILLIS = 50;
  private static final Duration BROKER_PAUSE = Duration.ofSeconds(3);
  private static final double SLOW_BYTES_PER_SECOND = 4e6;
  private static final double UNLIMITED_BYTES_PER_SECOND = 1e12;

  private final Services services;
  private final Cluster cluster;
  private final Load load;
  private final Duration sending;
  private final Scenario scenario;
  private final Map<String, String> settings;
  private final PromptStreamConfig config;
  private final long heapMib;
  private final long boundMib;

  /**
   * Creates a run; a load can run only once on the services.
   *
   * @param sending minimum time for which events are sent
   */
  LimitsRun(Services services, Load load, Duration sending, Scenario scenario) {
    this.services = services;
    this.load = load;
    this.sending = sending;
    this.scenario = scenario;
    cluster = services.cluster();
    settings = services.settings(load.name().toLowerCase(Locale.ROOT));
    settings.put(PromptStreamConfig.TOPICS_CREATE, "true");
    settings.put(PromptStreamConfig.TOPICS_PARTITIONS, Integer.toString(PARTITIONS));
    settings.putAll(load.settings());
    config = PromptStreamConfig.of(settings);
    // The application creates its topic with this limit.
    MemoryBound bound =
        MemoryBound.of(config, List.of(model(config)), PARTITIONS, config.maxRequestSize());
    heapMib = load == Load.HEADERS ? bound.heapMibWithHeaders() : bound.heapMib();
    boundMib = bound.residentBytes(heapMib << 20) >> 20;
  }

  private static EncoderInfo model(PromptStreamConfig config) {
    try (PromptEncoder encoder = SamPromptEncoder.load(config.encoderOptions())) {
      return encoder.info();
    }
  }

  /**
   * One sample of the application.
   *
   * @param embedded number of events with both embeddings
   * @param rejected number of events on the error topic
   */
  record Sample(long embedded, long rejected) {
    long done() {
      return embedded + rejected;
    }
  }

  /**
   * The result of a run.
   *
   * @param good number of valid events sent
   * @param bad number of invalid events sent
   * @param last sample at the end
   * @param peakMib peak resident memory of the application, in MiB
   */
  record Outcome(long good, long bad, Sample last, double peakMib) {}

  /** Returns the application's maximum heap, in MiB. */
  long heapMib() {
    return heapMib;
  }

  /** Returns the bound for the application's resident memory, in MiB. */
  long boundMib() {
    return boundMib;
  }

  /**
   * Runs the load.
   *
   * @throws io.promptstream.application.cli.CommandFailedException if the application ends, or
   *     makes no progress for five minutes
   */
  Outcome run() throws IOException, InterruptedException {
    ChildJvm.Launch launch = services
        .application(
            load.name().toLowerCase(Locale.ROOT),
            BenchApplication.class,
            settings,
            Contestant.Encoding.MODEL.name())
        .withHeapMib(Math.toIntExact(heapMib));
    try (ChildJvm application = ChildJvm.start(launch);
        LoadEvents events = new LoadEvents(load, config.inputTopic(), services.registryUrl());
        RecordSender sender = new RecordSender(Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            services.bootstrapServers(),
            ProducerConfig.CLIENT_ID_CONFIG,
            SENDER,
            ProducerConfig.LINGER_MS_CONFIG,
            0))) {
      application.awaitLine(Services.START_TIMEOUT);
      boolean slow = load == Load.SLOW || load == Load.HEADERS;
      // Always set, because an earlier run may have limited the broker.
      limitAllButTheSender(slow ? SLOW_BYTES_PER_SECOND : UNLIMITED_BYTES_PER_SECOND);
      return new Watch(application, events, sender).run();
    }
  }

  /** Sets a producer quota. */
  private void limitAllButTheSender(double bytesPerSecond) throws InterruptedException {
    Map<String, String> defaultClient = new HashMap<>();
    defaultClient.put(ClientQuotaEntity.CLIENT_ID, null);
    Map<String, String> sender = Map.of(ClientQuotaEntity.CLIENT_ID, SENDER);
    Cluster.get(cluster
        .admin()
        .alterClientQuotas(List.of(
            quota(defaultClient, bytesPerSecond), quota(sender, UNLIMITED_BYTES_PER_SECOND)))
        .all());
  }

  private static ClientQuotaAlteration quota(Map<String, String> entity, double bytesPerSecond) {
    return new ClientQuotaAlteration(
        new ClientQuotaEntity(entity),
        List.of(new ClientQuotaAlteration.Op("producer_byte_rate", bytesPerSecond)));
  }

  private Map<TopicPartition, Long> ends(Collection<String> topics) throws InterruptedException {
    return cluster.ends(Cluster.partitions(topics, PARTITIONS));
  }

  private long written(String topic) throws InterruptedException {
    return Cluster.sum(ends(List.of(topic)));
  }

  private Sample sample() throws InterruptedException {
    return new Sample(
        Math.min(written(config.sparseTopic()), written(config.denseTopic())),
        written(config.errorsTopic()));
  }

  /** The loop that sends events, takes samples, deletes records, and pauses the broker. */
  private final class Watch {
    private final ChildJvm application;
    private final LoadEvents events;
    private final RecordSender sender;
    private final ProcessUsage usage;
    private final Completion completion;
    private final long begin = System.nanoTime();
    private Sample now = new Sample(0, 0);
    private long nextSample = SAMPLE_INTERVAL.toNanos();
    private long sent;
    private long good;

    Watch(ChildJvm application, LoadEvents events, RecordSender sender) {
      this.application = application;
      this.events = events;
      this.sender = sender;
      usage = application.usage();
      completion = new Completion(application, () -> {
        now = sample();
        return now.done();
      });
    }

    Outcome run() throws InterruptedException {
      scenario.say("%s, -Xmx%dm, bound %,d MiB%n", load, heapMib, boundMib);
      scenario.say("%8s %12s %10s %14s%n", "seconds", "embedded", "rejected", "resident MiB");
      while (isSending() || now.done() < sent) {
        if (isSending() && sent - now.done() < load.ahead()) {
          send(Math.max(1, load.ahead() / 10));
        } else {
          TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        if (elapsedNanos() >= nextSample) {
          nextSample = elapsedNanos() + SAMPLE_INTERVAL.toNanos();
          say(usage.residentMib());
          cleanUp();
          pauseBroker();
        }
        completion.poll();
      }
      double peak = usage.peakResidentMib();
      say(peak);
      scenario.say("The last line shows the peak. %,d events were sent.%n", sent);
      return new Outcome(good, sent - good, now, peak);
    }

    private void say(double residentMib) {
      scenario.say(
          "%8.0f %,12d %,10d %,14.0f%n",
          elapsedNanos() / 1e9, now.embedded(), now.rejected(), residentMib);
    }

    private void send(int count) throws InterruptedException {
      // So it polls the full events of all partitions at once, however slow the sender is.
      boolean suspend = load == Load.HEADERS;
      if (suspend) {
        application.signal("STOP");
      }
      try {
        for (int i = 0; i < count; i++) {
          good += events.good(sent) ? 1 : 0;
          var unused = sender.send(events.record(sent++));
        }
        sender.flush();
      } finally {
        if (suspend) {
          application.signal("CONT");
        }
      }
    }

    /** On a slow machine, sends beyond the time until more than the backlog is sent. */
    private boolean isSending() {
      return elapsedNanos() < sending.toNanos() || sent <= load.ahead();
    }

    private long elapsedNanos() {
      return System.nanoTime() - begin;
    }

    /** Deletes the outputs, and the inputs that are committed. */
    private void cleanUp() throws InterruptedException {
      cluster.deleteBefore(
          ends(List.of(config.sparseTopic(), config.denseTopic(), config.errorsTopic())));
      cluster.deleteBefore(
          cluster.committed(config.streamsProperties().getProperty("application.id")));
    }

    private void pauseBroker() throws InterruptedException {
      if (load == Load.SLOW && isSending()) {
        services.broker().signal("STOP");
        TimeUnit.MILLISECONDS.sleep(BROKER_PAUSE.toMillis());
        services.broker().signal("CONT");
      }
    }
  }
}
