package io.promptstream.workbench.services;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptstream.workbench.SharedServices;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests the admin client with a real broker. */
@ExtendWith(SharedServices.Resolver.class)
final class ClusterIT {
  private static final int TOPICS = 20;
  private static final int PARTITIONS = 8;

  /** Most topics refuse the first records of a producer that does not wait for the leaders. */
  @Test
  void shouldCreateTopicsThatTakeTheFirstRecord(SharedServices services) throws Exception {
    for (int number = 0; number < TOPICS; number++) {
      String topic = "cluster-" + number;
      services.services().cluster().create(List.of(new NewTopic(topic, PARTITIONS, (short) 1)));

      try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
          Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, services.bootstrapServers()),
          new ByteArraySerializer(),
          new ByteArraySerializer())) {
        for (int partition = 0; partition < PARTITIONS; partition++) {
          var unused = producer.send(new ProducerRecord<>(topic, partition, null, new byte[1]));
        }
        producer.flush();
        assertThat(producer.metrics().values())
            .filteredOn(metric -> metric.metricName().name().equals("record-retry-total"))
            .isNotEmpty()
            .allSatisfy(metric -> assertThat(metric.metricValue()).isEqualTo(0.0));
      }
    }
  }
}
