package io.promptstream.workbench.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.Server;
import kafka.server.SharedServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Timer;
import org.apache.kafka.metadata.KRaftMetadataCache;
import org.apache.kafka.raft.QuorumConfig;
import org.apache.kafka.server.fault.LoggingFaultHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Broker and controller of a one-node cluster, assembled like {@link KafkaRaftServer}, but with
 * sockets that are already bound, and with fatal faults logged: {@code KafkaRaftServer} would exit
 * the process, which the caller shares.
 */
final class KafkaNode {
  private static final Logger LOG = LoggerFactory.getLogger(KafkaNode.class);

  /** How long a controller on a busy machine may take to read its log. */
  private static final Duration CONTROLLER_TIMEOUT = Duration.ofMinutes(2);

  private static final long POLL_MILLIS = 50;

  private final KafkaConfig config;
  private final ControllerServer controller;
  private final BrokerServer broker;

  /**
   * Reads the formatted directories without starting the node.
   *
   * @param properties the broker's configuration
   * @param sockets the sockets of its listeners
   */
  KafkaNode(Map<String, Object> properties, ListenerSockets sockets) {
    config = new KafkaConfig(properties, false);
    var logDirs = KafkaRaftServer.initializeLogDirs(config, LOG, "");
    String clusterId = logDirs._1().clusterId().orElseThrow();
    SharedServer shared = new SharedServer(
        config,
        logDirs._1(),
        Time.SYSTEM,
        Server.initializeMetrics(config, Time.SYSTEM, clusterId),
        CompletableFuture.completedFuture(
            QuorumConfig.parseVoterConnections(config.quorumConfig().voters())),
        List.of(),
        (name, fatal, action) -> new LoggingFaultHandler(name, action),
        sockets);
    controller = new ControllerServer(shared, KafkaRaftServer.configSchema(), logDirs._2());
    broker = new BrokerServer(shared);
  }

  /**
   * Starts the node and returns when the broker accepts requests.
   *
   * <p>After a kill, the broker starts only when the controller has fenced its previous run, which
   * takes the session timeout. A broker that starts earlier first works with its old leaderships,
   * and can then end a transaction without its markers: the transaction's records become visible
   * with those of the next one (KAFKA-20734, brokers 4.3.0 and 4.4.0).
   */
  void start() {
    controller.startup();
    awaitFenced();
    broker.startup();
  }

  private void awaitFenced() {
    KRaftMetadataCache metadata = controller.metadataCache();
    Timer deadline =
        Time.SYSTEM.timer(config.brokerSessionTimeoutMs() + CONTROLLER_TIMEOUT.toMillis());
    while (metadata.currentImage().isEmpty() || metadata.hasAliveBroker(config.nodeId())) {
      deadline.sleep(POLL_MILLIS);
      if (deadline.isExpired()) {
        throw new IllegalStateException("the controller does not fence the previous broker");
      }
    }
  }

  /** Stops the broker, then the controller, which its shutdown needs; works if not started. */
  void stop() {
    try {
      broker.shutdown();
      broker.awaitShutdown();
    } finally {
      controller.shutdown();
      controller.awaitShutdown();
    }
  }
}
