package io.promptstream.workbench.faults;

import io.promptstream.topology.DefectiveProcessor;
import io.promptstream.topology.DefectiveProcessor.Defect;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.encoding.Models;
import io.promptstream.workbench.process.ApplicationProcess;
import io.promptstream.workbench.process.ApplicationProcess.Running;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.streams.KafkaStreams;

/** Main class of an instance that buffers records across a commit, until it is killed. */
public final class BufferingApplication {
  private BufferingApplication() {}

  /** Takes a properties file of settings. */
  public static void main(String[] arguments) {
    ApplicationProcess.run(arguments[0], model -> model, BufferingApplication::start, line -> {});
  }

  private static Running start(PromptStreamConfig config, Models models) {
    KafkaStreams streams =
        DefectiveProcessor.streams(config, models, Defect.BUFFERS_ACROSS_A_COMMIT);
    streams.start();
    return new Running() {
      @Override
      public int awaitTermination() throws InterruptedException {
        new CountDownLatch(1).await();
        return 0;
      }

      @Override
      public void close() {
        streams.close();
      }
    };
  }
}
