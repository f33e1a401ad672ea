package io.promptstream.workbench.bench;

import io.promptstream.workbench.process.ChildJvm;
import io.promptstream.workbench.process.ParentWatch;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Main class of {@link Peer#FLOOR}'s process: copies each record to two topics. */
public final class FloorPeer {
  private static final Duration POLL_TIMEOUT = Duration.ofSeconds(1);

  private FloorPeer() {}

  /**
   * Takes bootstrap servers, consumer group, input topic, two output topics, and settings of the
   * producer as {@code NAME=VALUE}.
   */
  public static void main(String[] arguments) {
    ParentWatch.start();
    Map<String, Object> consumed = new HashMap<>();
    consumed.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, arguments[0]);
    consumed.put(ConsumerConfig.GROUP_ID_CONFIG, arguments[1]);
    consumed.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    Map<String, Object> produced = new HashMap<>();
    produced.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, arguments[0]);
    produced.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, BenchTopics.OUTPUT_BYTES);
    for (String setting : List.of(arguments).subList(5, arguments.length)) {
      String[] parts = setting.split("=", 2);
      produced.put(parts[0], parts[1]);
    }
    List<String> outputs = List.of(arguments[3], arguments[4]);
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
            consumed, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(produced, new ByteArraySerializer(), new ByteArraySerializer())) {
      consumer.subscribe(List.of(arguments[2]));
      ChildJvm.tellParent("running");
      while (true) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL_TIMEOUT)) {
          outputs.forEach(topic -> copy(record, topic, producer));
        }
      }
    }
  }

  private static void copy(
      ConsumerRecord<byte[], byte[]> record, String topic, KafkaProducer<byte[], byte[]> producer) {
    // The parent sees a failed record as one that never arrives.
    var unused = producer.send(new ProducerRecord<>(
        topic, record.partition(), record.key(), record.value(), record.headers()));
  }
}
