package io.promptstream.workbench.fuzz;

import static java.util.Objects.requireNonNull;

import io.promptstream.encoder.PromptEncoder;
import io.promptstream.encoder.SamPromptEncoder;
import io.promptstream.schemas.serde.TrustedRecords;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.config.TopicNames;
import io.promptstream.workbench.Guarantee;
import io.promptstream.workbench.Scenario;
import io.promptstream.workbench.fuzz.FuzzResult.Log;
import io.promptstream.workbench.fuzz.FuzzResult.Rates;
import io.promptstream.workbench.fuzz.OutputCheck.Output;
import io.promptstream.workbench.process.ChildJvm;
import io.promptstream.workbench.services.Completion;
import io.promptstream.workbench.services.RecordReader;
import io.promptstream.workbench.services.RecordSender;
import io.promptstream.workbench.services.Services;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.StreamsConfig;

/**
 * Sends a plan's events to a broker, runs the real application on them in a process with a small
 * heap, and checks the result of every event.
 */
final class FuzzRun {
  static final int HEAP_MIB = 256;

  /** Small enough that an accepted event can have a larger result. */
  static final int MAX_REQUEST_SIZE = 1_150_000;

  /** Larger values exceed the input topic's limit unless they are compressed. */
  private static final int MAX_UNCOMPRESSED = 1_040_000;

  /** Production's logging configuration, which is under test, instead of that of the tests. */
  private static final List<String> JVM_OPTIONS =
      List.of("-Xrs", "-Dlogback.configurationFile=logback.xml");

  private final FuzzPlan plan;
  private final Class<?> application;
  private final Services services;
  private final Scenario scenario;
  private final List<String> violations = new ArrayList<>();

  /**
   * Creates a run.
   *
   * @param application main class that takes a properties file of settings
   */
  FuzzRun(FuzzPlan plan, Class<?> application, Services services, Scenario scenario) {
    this.plan = plan;
    this.application = application;
    this.services = services;
    this.scenario = scenario;
  }

  /**
   * Runs the plan, which is possible once on the services.
   *
   * @throws io.promptstream.application.cli.CommandFailedException if the application dies, for
   *     example because it runs out of memory
   */
  FuzzResult run() throws InterruptedException, IOException {
    TrustedRecords.add();
    Map<String, String> settings = settings();
    String prompts = requireNonNull(settings.get(PromptStreamConfig.INPUT_TOPIC));
    scenario.say("%d events with seed %d, %s%n", plan.events(), plan.seed(), plan.guarantee());
    services
        .cluster()
        .create(Stream.of(prompts, plan.inputTopic())
            .distinct()
            .map(topic ->
                new NewTopic(topic, Optional.of(FuzzEvents.PARTITIONS), Optional.<Short>empty()))
            .toList());
    SchemaIds ids = SchemaIds.register(services.registryUrl(), prompts);
    FuzzEvents events = new FuzzEvents(plan, ids);
    // Timestamps are 1 ms apart and end at the current time.
    long firstTimestamp = System.currentTimeMillis() - plan.allEvents();
    long[] offsets = send(events, firstTimestamp);
    Observed observed = observe(events);
    PromptStreamConfig config = PromptStreamConfig.of(settings);
    try (PromptEncoder encoder = SamPromptEncoder.load(config.encoderOptions())) {
      OutputCheck check = new OutputCheck(
          events,
          offsets,
          firstTimestamp,
          new Oracle(ids, MAX_REQUEST_SIZE),
          new Reference(encoder),
          violations);
      read(config.topics(), check);
      check.finish();
      FuzzResult result = result(observed, check);
      scenario.say("%n%s", result.table());
      return result;
    }
  }

  private Map<String, String> settings() {
    Map<String, String> settings = services.settings(plan.application());
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, "2");
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, plan.guarantee().toString());
    if (plan.guarantee() == Guarantee.AT_LEAST_ONCE) {
      // Kafka Streams' default of 30 s is longer than a run.
      settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, "500");
    }
    settings.put("producer.max.request.size", Integer.toString(MAX_REQUEST_SIZE));
    settings.put(PromptStreamConfig.TOPICS_CREATE, "true");
    // Unknown schemas stay unknown, so waiting for them is useless.
    settings.put(PromptStreamConfig.UNKNOWN_SCHEMA_GRACE, "0");
    settings.put(PromptStreamConfig.WARM_UP, "0");
    settings.put(PromptStreamConfig.MAX_POINTS, Integer.toString(GoodPrompts.MAX_POINTS));
    settings.put(PromptStreamConfig.SESSIONS, Boolean.toString(plan.actions()));
    settings.put(PromptStreamConfig.SESSION_MAX_OBJECTS, "1");
    settings.put(PromptStreamConfig.MAX_HEADERS, Integer.toString(Envelope.MAX_HEADERS));
    return settings;
  }

  /** Sends all events and returns the offset of each in its partition. */
  private long[] send(FuzzEvents events, long firstTimestamp) {
    AtomicLongArray offsets = new AtomicLongArray(plan.allEvents());
    try (RecordSender plain = sender("none");
        RecordSender compressing = sender("gzip")) {
      for (int number = 0; number < plan.allEvents(); number++) {
        FuzzEvent event = events.event(number);
        byte[] value = event.value();
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
            plan.inputTopic(),
            event.partition(),
            firstTimestamp + number,
            event.key(),
            value,
            event.headers());
        boolean large = value != null && value.length > MAX_UNCOMPRESSED;
        var unused = (large ? compressing : plain)
            .send(record, metadata -> offsets.set(event.number(), metadata.offset()));
      }
      plain.flush();
      compressing.flush();
    }
    return IntStream.range(0, offsets.length()).mapToLong(offsets::get).toArray();
  }

  private RecordSender sender(String compression) {
    return new RecordSender(Map.of(
        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
        services.bootstrapServers(),
        ProducerConfig.COMPRESSION_TYPE_CONFIG,
        compression,
        ProducerConfig.LINGER_MS_CONFIG,
        20));
  }

  /** Observations of the application while it ran. */
  private record Observed(double peakResidentMib, Log log, double goodAlone, double all) {}

  private Observed observe(FuzzEvents events) throws InterruptedException, IOException {
    long[] warm = events.countByPartition(plan.warmUp());
    long[] alone = events.countByPartition(plan.goodAlone());
    long[] all = events.countByPartition(plan.allEvents());
    CommitWatch drain = new CommitWatch(services.cluster(), plan);
    long start = System.nanoTime();
    ChildJvm child = ChildJvm.start(services
        .application(plan.application(), application, settings())
        .withHeapMib(HEAP_MIB)
        .withOptions(JVM_OPTIONS));
    double peakResidentMib;
    try (child) {
      child.awaitLine(Services.START_TIMEOUT);
      drain.await(child);
      if (plan.actions()) {
        awaitEmbeddings(child, events);
      }
      peakResidentMib = child.usage().peakResidentMib();
    }
    if (!Arrays.equals(drain.committed(), all)) {
      violations.add("the committed offsets are not the ends of the input");
    }
    Duration ran = Duration.ofNanos(System.nanoTime() - start);
    int lines = new LogCheck(violations).check(child.log(), ran);
    return new Observed(
        peakResidentMib,
        new Log(lines, LogCheck.bound(ran), ran),
        drain.rate(warm, alone),
        drain.rate(alone, all));
  }

  /** Waits for the embeddings of prompts, which follow the commit of their actions. */
  private void awaitEmbeddings(ChildJvm child, FuzzEvents events) throws InterruptedException {
    long prompts = IntStream.range(0, plan.allEvents())
        .filter(number -> requireNonNull(events.event(number).verdict()).mayBeEncoded())
        .count();
    AtomicLong read = new AtomicLong();
    String topic = requireNonNull(settings().get(PromptStreamConfig.DENSE_TOPIC));
    try (RecordReader reader = reader(List.of(topic))) {
      Completion.Count count = () -> {
        reader.poll(record -> read.incrementAndGet());
        return read.get();
      };
      new Completion(child, count).await(prompts);
    }
  }

  private RecordReader reader(Collection<String> topics) {
    return new RecordReader(Map.of("bootstrap.servers", services.bootstrapServers()), topics);
  }

  private void read(TopicNames topics, OutputCheck check) {
    Map<String, Output> outputs = Map.of(
        topics.sparse(), Output.SPARSE,
        topics.dense(), Output.DENSE,
        topics.errors(), Output.ERRORS);
    try (RecordReader reader = reader(outputs.keySet())) {
      reader.readToEnd(record -> check.accept(requireNonNull(outputs.get(record.topic())), record));
    }
  }

  private FuzzResult result(Observed observed, OutputCheck check) {
    int encoded = check.tallies().values().stream().mapToInt(Tally::encoded).sum();
    double goodShare = (double) (encoded - plan.goodAlone()) / plan.events();
    return new FuzzResult(
        plan,
        check.tallies(),
        new Rates(observed.goodAlone(), observed.all() * goodShare, observed.all()),
        observed.peakResidentMib(),
        observed.log(),
        violations);
  }
}
