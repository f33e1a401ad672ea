package io.promptstream.workbench.bench;

import io.promptstream.topology.cli.StopSignal;
import io.promptstream.workbench.kafka.EmbeddedKafka;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;

/** Main class of the broker's process: says its address, and runs until its parent ends it. */
public final class BenchBroker {
  private BenchBroker() {}

  /** Takes no arguments. */
  public static void main(String[] arguments) throws IOException {
    try (StopSignal stop = StopSignal.install()) {
      ParentWatch.start();
      try (EmbeddedKafka kafka = EmbeddedKafka.start(EmbeddedKafka.Options.DEFAULT)) {
        System.out.println(ChildJvm.MARK + kafka.bootstrapServers());
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        if (!stop.received()) {
          throw new IllegalStateException("interrupted by no signal", e);
        }
      }
    }
  }
}
