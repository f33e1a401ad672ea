package io.promptstream.workbench.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptstream.workbench.Guarantee;
import io.promptstream.workbench.Scenario;
import io.promptstream.workbench.SharedServices;
import io.promptstream.workbench.faults.FaultReport.Strike;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.streams.GroupProtocol;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the guarantees in a rolling upgrade, and measures for how long a partition waits. */
@Tag("soak")
@TestInstance(Lifecycle.PER_CLASS)
@ExtendWith(SharedServices.Resolver.class)
final class UpgradeIT {
  private final Scenario scenario = new Scenario("upgrade");
  private Environment environment;

  @BeforeAll
  void start(SharedServices services) throws Exception {
    environment = Environment.start(services.registryUrl());
  }

  @AfterAll
  void stop() {
    environment.close();
  }

  @ParameterizedTest
  @CsvSource({
    "AT_LEAST_ONCE, CLASSIC, false",
    "AT_LEAST_ONCE, CLASSIC, true",
    "AT_LEAST_ONCE, STREAMS, false",
    "AT_LEAST_ONCE, STREAMS, true",
    "EXACTLY_ONCE_V2, CLASSIC, false",
    "EXACTLY_ONCE_V2, CLASSIC, true",
    "EXACTLY_ONCE_V2, STREAMS, false",
    "EXACTLY_ONCE_V2, STREAMS, true"
  })
  void shouldKeepItsGuaranteeWhenAllInstancesAreReplaced(
      Guarantee guarantee, GroupProtocol protocol, boolean staticMembers) throws Exception {
    FaultPlan plan = new FaultPlan(Duration.ZERO, 1, guarantee, protocol, staticMembers, false);
    String name = "upgrade-%s-%s-%s".formatted(guarantee, protocol, staticMembers);
    FaultReport report = new FaultsRun(plan, environment, line -> {})
        .run(name, FaultPlan.INSTANCES, List.of(Fault.UPGRADE));

    assertThat(report.violations()).as(report.table()).isZero();
    Strike upgrade = report.strikes().get(0);
    scenario.say(
        "%s, %s, %s members: %,d events, longest gap of a partition %.1f s%n",
        guarantee,
        protocol,
        staticMembers ? "static" : "dynamic",
        report.counts().accepted(),
        upgrade.gap().toMillis() / 1e3);
    assertThat(report.counts().restarts()).isEqualTo(FaultPlan.INSTANCES);
  }
}
