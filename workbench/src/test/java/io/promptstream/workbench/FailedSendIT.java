package io.promptstream.workbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedServices.Resolver.class)
final class FailedSendIT {
  @Test
  void shouldStopAndBlameNoEvent(SharedServices services) throws Exception {
    try (LocalPipeline pipeline = services.start(Map.of("commit.interval.ms", "500"));
        PipelineClient client = new PipelineClient(pipeline)) {
      client.send(Events.click("before"));
      client.read(1, 0);
      limitMessageBytes(200, pipeline);

      client.send(Events.click("refused"));

      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> pipeline.application().failure().isPresent());
      assertThat(pipeline.application().awaitTermination()).isEqualTo(1);
      client.assertNoErrors();
    }
  }

  private static void limitMessageBytes(int bytes, LocalPipeline pipeline) throws Exception {
    ConfigResource topic =
        new ConfigResource(ConfigResource.Type.TOPIC, pipeline.config().denseTopic());
    ConfigEntry limit = new ConfigEntry("max.message.bytes", Integer.toString(bytes));
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", pipeline.bootstrapServers()))) {
      admin
          .incrementalAlterConfigs(Map.of(topic, List.of(new AlterConfigOp(limit, OpType.SET))))
          .all()
          .get();
    }
  }
}
