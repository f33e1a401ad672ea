package io.promptstream.application.http;

import io.promptstream.topology.config.PromptStreamConfig;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.StreamsConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the brokers about the application's group. */
final class GroupMembers {
  private static final Logger log = LoggerFactory.getLogger(GroupMembers.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private GroupMembers() {}

  /** Returns how many more members than partitions the group has, or empty without an answer. */
  static OptionalInt spare(PromptStreamConfig config) {
    Properties streams = config.streamsProperties();
    List<String> group = List.of(config.applicationId());
    List<String> topic = List.of(config.inputTopic());
    boolean ofStreams =
        "streams".equalsIgnoreCase(streams.getProperty(StreamsConfig.GROUP_PROTOCOL_CONFIG));
    HashMap<String, Object> client = new HashMap<>(config.clients().admin());
    client.put("default.api.timeout.ms", Long.toString(TIMEOUT.toMillis()));
    client.put("request.timeout.ms", Long.toString(TIMEOUT.toMillis()));
    try (Admin admin = Admin.create(client)) {
      int partitions =
          only(admin.describeTopics(topic).allTopicNames().get()).partitions().size();
      Collection<?> members = ofStreams
          ? only(admin.describeStreamsGroups(group).all().get()).members()
          : only(admin.describeConsumerGroups(group).all().get()).members();
      return OptionalInt.of(members.size() - partitions);
    } catch (ExecutionException | KafkaException e) {
      log.info("The brokers do not describe group {}: {}", group.get(0), e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return OptionalInt.empty();
  }

  private static <T> T only(Map<String, T> described) {
    return described.values().iterator().next();
  }
}
