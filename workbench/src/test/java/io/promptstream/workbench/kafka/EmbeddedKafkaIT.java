package io.promptstream.workbench.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.promptstream.workbench.kafka.EmbeddedKafka.Options;
import io.promptstream.workbench.process.ChildJvm;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedKafkaIT {
  private static final int MEBIBYTE = 1 << 20;
  private static final int HEAP_MIB = 512;
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  private static EmbeddedKafka kafka;

  @BeforeAll
  static void start() throws IOException {
    kafka = EmbeddedKafka.start(
        Options.DEFAULT.withSettings(Map.of("message.max.bytes", "" + 6 * MEBIBYTE)));
  }

  @AfterAll
  static void stop() throws IOException {
    kafka.close();
  }

  @Test
  void shouldReuseTheDataOfAPermanentDirectory(@TempDir Path directory) throws Exception {
    Options options = Options.DEFAULT.withDirectory(directory);
    int port;
    try (EmbeddedKafka first = EmbeddedKafka.start(options)) {
      createTopic(first, "kept");
      send(first, "kept", new byte[] {1, 2, 3});
      port = URI.create("kafka://" + first.bootstrapServers()).getPort();
    }
    try (EmbeddedKafka second = EmbeddedKafka.start(options.withPort(port))) {
      assertThat(readOne(second, "kept")).containsExactly(1, 2, 3);
    }
  }

  /** KAFKA-20734: a broker that is still the leader of its previous run can lose abort markers. */
  @Test
  void shouldEndTransactionsOfAKilledBrokerOnlyAfterItIsFenced(@TempDir Path directory)
      throws Exception {
    Options options = Options.DEFAULT
        .withDirectory(directory.resolve("data"))
        .withSettings(Map.of(
            "broker.session.timeout.ms", "3000",
            "broker.heartbeat.interval.ms", "500",
            "transaction.abort.timed.out.transaction.cleanup.interval.ms", "50"));
    try (ChildJvm broker = ChildJvm.start(
        new ChildJvm.Launch("broker", EmbeddedKafka.command(options), HEAP_MIB, directory))) {
      String servers = broker.awaitLine(TIMEOUT);
      createTopic(servers, "left-open");
      leaveTransactionOpen(servers, broker);
      int port = URI.create("kafka://" + servers).getPort();
      broker.startAgain(EmbeddedKafka.command(options.withPort(port)));
      broker.awaitLine(TIMEOUT);

      try (var admin = Admin.create(Map.of("bootstrap.servers", servers))) {
        Awaitility.await()
            .atMost(TIMEOUT)
            .until(() -> admin
                .describeTransactions(List.of("left-open"))
                .description("left-open")
                .get()
                .state()
                .equals(TransactionState.COMPLETE_ABORT));
        TopicPartition partition = new TopicPartition("left-open", 0);
        assertThat(admin
                .describeProducers(List.of(partition))
                .partitionResult(partition)
                .get()
                .activeProducers())
            .singleElement()
            .satisfies(
                state -> assertThat(state.currentTransactionStartOffset()).isEmpty());
      }
      assertThat(leaderEpochs(servers, new TopicPartition("__transaction_state", 0)))
          .endsWith(2, 2)
          .doesNotContain(1);
    }
  }

  private static void leaveTransactionOpen(String servers, ChildJvm broker) throws Exception {
    Map<String, Object> config = producerConfig(servers);
    config.put("transactional.id", "left-open");
    config.put("transaction.timeout.ms", 1_000);
    var producer = new KafkaProducer<byte[], byte[]>(config);
    try {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>("left-open", new byte[] {1})).get();
      broker.kill();
    } finally {
      producer.close(Duration.ZERO);
    }
  }

  /** Returns the leader epoch of each record, which a restart increases by 2. */
  private static List<Integer> leaderEpochs(String servers, TopicPartition partition) {
    List<Integer> epochs = new ArrayList<>();
    try (var consumer = new KafkaConsumer<byte[], byte[]>(consumerConfig(servers))) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      while (consumer.position(partition) < end) {
        consumer
            .poll(Duration.ofMillis(100))
            .forEach(record -> epochs.add(record.leaderEpoch().orElseThrow()));
      }
    }
    return epochs;
  }

  @Test
  void shouldTakeBrokerSettings() throws Exception {
    Options options = Options.DEFAULT.withSettings(Map.of("message.max.bytes", "1000"));
    try (EmbeddedKafka small = EmbeddedKafka.start(options)) {
      createTopic(small, "small");

      assertThatExceptionOfType(ExecutionException.class)
          .isThrownBy(() -> send(small, "small", new byte[2_000]))
          .withCauseInstanceOf(RecordTooLargeException.class);
    }
  }

  @Test
  void shouldCarryARecordOfFiveMebibytesWhereConfigured() throws Exception {
    createTopic(kafka, "large");
    byte[] value = new byte[5 * MEBIBYTE];
    new Random(1).nextBytes(value);

    send(kafka, "large", value);

    assertThat(readOne(kafka, "large")).isEqualTo(value);
  }

  @Test
  void shouldRefuseARecordOverTheConfiguredSize() throws Exception {
    createTopic(kafka, "too-large");

    assertThatExceptionOfType(ExecutionException.class)
        .isThrownBy(() -> send(kafka, "too-large", new byte[7 * MEBIBYTE]))
        .withCauseInstanceOf(RecordTooLargeException.class);
  }

  @Test
  void shouldCommitTransactions() throws Exception {
    createTopic(kafka, "transactional");
    Map<String, Object> config = producerConfig(kafka.bootstrapServers());
    config.put("transactional.id", "it");
    try (var producer = new KafkaProducer<byte[], byte[]>(config)) {
      producer.initTransactions();
      producer.beginTransaction();
      var sent = producer.send(new ProducerRecord<>("transactional", new byte[] {42}));
      producer.commitTransaction();
      sent.get();
    }

    assertThat(readOne(kafka, "transactional")).containsExactly(42);
  }

  @Test
  void shouldNotCreateTopicsAutomatically() throws Exception {
    try (var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
        var consumer =
            new KafkaConsumer<byte[], byte[]>(consumerConfig(kafka.bootstrapServers()))) {
      consumer.subscribe(List.of("nobody-created-this"));
      consumer.poll(Duration.ofMillis(200));

      assertThat(admin.listTopics().names().get()).doesNotContain("nobody-created-this");
    }
  }

  @Test
  void shouldAdvertiseOnlyTheLoopbackAddress() throws Exception {
    try (var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      Collection<Node> nodes = admin.describeCluster().nodes().get();

      assertThat(nodes)
          .extracting(node -> node.host() + ":" + node.port())
          .containsExactly(kafka.bootstrapServers());
      assertThat(kafka.bootstrapServers()).startsWith("127.0.0.1:");
    }
  }

  @Test
  void shouldRunTwiceAtTheSameTimeAndLeaveNothing() throws Exception {
    Set<Thread> before = nonDaemonThreads();
    EmbeddedKafka second = EmbeddedKafka.start(Options.DEFAULT);
    try {
      createTopic(second, "elsewhere");
      send(second, "elsewhere", new byte[] {7});
      assertThat(readOne(second, "elsewhere")).containsExactly(7);
      assertThat(second.bootstrapServers()).isNotEqualTo(kafka.bootstrapServers());
      assertThat(second.directory()).isDirectory();
    } finally {
      second.close();
    }

    assertThat(second.directory()).doesNotExist();
    Awaitility.await()
        .pollInSameThread()
        .untilAsserted(() -> assertThat(before).containsAll(nonDaemonThreads()));
  }

  @Test
  void shouldStartOnTheGivenPort() throws Exception {
    int port;
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    try (var given = EmbeddedKafka.start(Options.DEFAULT.withPort(port))) {
      createTopic(given, "reachable");

      assertThat(given.bootstrapServers()).isEqualTo("127.0.0.1:" + port);
    }
  }

  @Test
  void shouldNameAPortThatIsTaken() {
    int taken = Integer.parseInt(kafka.bootstrapServers().split(":", 2)[1]);

    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> EmbeddedKafka.start(Options.DEFAULT.withPort(taken)))
        .withMessageContaining("port " + taken + " of 127.0.0.1 cannot be used for Kafka");
  }

  @Test
  void shouldRefuseAPortThatDoesNotExist() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Options.DEFAULT.withPort(65536))
        .withMessageContaining("65536");
  }

  private static void createTopic(EmbeddedKafka kafka, String name) throws Exception {
    createTopic(kafka.bootstrapServers(), name);
  }

  private static void createTopic(String servers, String name) throws Exception {
    try (var admin = Admin.create(Map.of("bootstrap.servers", servers))) {
      admin.createTopics(List.of(new NewTopic(name, 1, (short) 1))).all().get();
    }
  }

  private static void send(EmbeddedKafka kafka, String topic, byte[] value) throws Exception {
    try (var producer =
        new KafkaProducer<byte[], byte[]>(producerConfig(kafka.bootstrapServers()))) {
      producer.send(new ProducerRecord<>(topic, value)).get();
    }
  }

  private static byte[] readOne(EmbeddedKafka kafka, String topic) {
    try (var consumer =
        new KafkaConsumer<byte[], byte[]>(consumerConfig(kafka.bootstrapServers()))) {
      consumer.subscribe(List.of(topic));
      return Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> consumer.poll(Duration.ofMillis(100)), records -> !records.isEmpty())
          .records(topic)
          .iterator()
          .next()
          .value();
    }
  }

  private static Map<String, Object> producerConfig(String servers) {
    return new HashMap<>(Map.of(
        "bootstrap.servers",
        servers,
        "key.serializer",
        ByteArraySerializer.class,
        "value.serializer",
        ByteArraySerializer.class,
        "max.request.size",
        8 * MEBIBYTE));
  }

  private static Map<String, Object> consumerConfig(String servers) {
    return Map.of(
        "bootstrap.servers",
        servers,
        "key.deserializer",
        ByteArrayDeserializer.class,
        "value.deserializer",
        ByteArrayDeserializer.class,
        "group.id",
        "it",
        "auto.offset.reset",
        "earliest",
        "isolation.level",
        "read_committed");
  }

  private static Set<Thread> nonDaemonThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.isAlive() && !thread.isDaemon())
        .collect(Collectors.toSet());
  }
}
