package io.promptstream.workbench.kafka;

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

  private final ControllerServer controller;
  private final BrokerServer broker;

  /**
   * Reads the formatted directories without starting the node.
   *
   * @param properties the broker's configuration
   * @param sockets the sockets of its listeners
   */
  KafkaNode(Map<String, Object> properties, ListenerSockets sockets) {
    KafkaConfig config = new KafkaConfig(properties, false);
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

  /** Starts the node and returns when the broker accepts requests. */
  void start() {
    controller.startup();
    broker.startup();
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
