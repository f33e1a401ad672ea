package io.promptstream.workbench.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ProcessUsageTest {
  @Test
  void shouldReadAFieldOfAProcessStatus() {
    List<String> status = List.of("Name:\tjava", "VmHWM:\t  204800 kB", "VmRSS:\t  102400 kB");

    assertThat(ProcessUsage.mebibytes(status, "VmHWM")).isEqualTo(200);
  }

  @Test
  void shouldKnowThisProcess() {
    ProcessUsage usage = new ProcessUsage(ProcessHandle.current());

    assertThat(usage.cpuSeconds()).isPositive();
    assertThat(usage.residentMib()).isPositive();
    assertThat(usage.peakResidentMib()).isPositive();
  }
}
