package io.promptstream.workbench;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Starts the services of a test of outages; they are reachable when a test begins. */
@ExtendWith(SharedServices.Resolver.class)
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(180)
abstract class OutageTestBase {
  /** Long enough for more than one failed attempt. */
  static final Duration OUTAGE = Duration.ofSeconds(3);

  OutageServices services;

  @BeforeAll
  void start(SharedServices shared, @TempDir Path stateDirectory) throws Exception {
    services = new OutageServices(shared, stateDirectory);
  }

  @AfterAll
  void stop() {
    services.close();
  }

  @BeforeEach
  void open() {
    services.gate.open();
    services.proxy.passOn();
  }
}
