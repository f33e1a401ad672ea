package io.promptstream.workbench.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.promptstream.topology.DefectiveProcessor;
import io.promptstream.topology.DefectiveProcessor.Defect;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.encoding.Models;
import io.promptstream.workbench.process.ApplicationProcess.Running;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;

/** Main classes of instances with a planted defect. */
final class DefectiveApplication {
  private DefectiveApplication() {}

  /** Holds records back while their offsets are committed. */
  public static final class Buffering {
    private Buffering() {}

    public static void main(String[] arguments) {
      run(arguments, Defect.BUFFERS_ACROSS_A_COMMIT);
    }
  }

  /** Takes a moved task's window for done. */
  public static final class DroppingWindows {
    private DroppingWindows() {}

    public static void main(String[] arguments) {
      run(arguments, Defect.DROPS_A_WINDOW_ON_A_REBALANCE);
    }
  }

  /** Forwards half of a result that is too large. */
  public static final class ForwardingUnchecked {
    private ForwardingUnchecked() {}

    public static void main(String[] arguments) {
      run(arguments, Defect.FORWARDS_BEFORE_CHECKING_THE_SIZE);
    }
  }

  private static void run(String[] arguments, Defect defect) {
    FaultyApplication.run(arguments, (config, models) -> {
      publishCard(config, models);
      return start(DefectiveProcessor.streams(config, models, defect));
    });
  }

  /** All that the harness looks at of a card is its key. */
  private static void publishCard(PromptStreamConfig config, Models models) {
    byte[] key = models.all().get(0).encoder().info().modelId().getBytes(UTF_8);
    try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
        Map.of("bootstrap.servers", config.clients().bootstrapServers()),
        new ByteArraySerializer(),
        new ByteArraySerializer())) {
      var unused = producer.send(new ProducerRecord<>(config.modelsTopic(), key, key));
    }
  }

  private static Running start(KafkaStreams streams) {
    CountDownLatch ended = new CountDownLatch(1);
    streams.setUncaughtExceptionHandler(thrown -> StreamThreadExceptionResponse.SHUTDOWN_CLIENT);
    streams.setStateListener((now, before) -> {
      if (now.hasCompletedShutdown()) {
        ended.countDown();
      }
    });
    streams.start();
    return new Running() {
      @Override
      public int awaitTermination() throws InterruptedException {
        ended.await();
        return 1;
      }

      @Override
      public void close() {
        streams.close(Duration.ofSeconds(20));
      }
    };
  }
}
