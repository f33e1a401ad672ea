package io.promptstream.workbench.bench;

import java.util.List;

/**
 * The result of one run at full speed.
 *
 * @param eventsPerSecond events written to both output topics, per second
 * @param seconds how long events were counted
 * @param warmUp events per second in each interval of {@link Curve#WARM_UP}
 * @param megabytesPerSecondOut growth of the output topics in the broker's log, in 10⁶ bytes per
 *     second
 * @param cpuSecondsPerMillionEvents CPU time of the contestant's process
 * @param peakResidentMib peak resident memory of the contestant's process, in MiB
 */
public record Throughput(
    double eventsPerSecond,
    double seconds,
    List<Double> warmUp,
    double megabytesPerSecondOut,
    double cpuSecondsPerMillionEvents,
    double peakResidentMib) {
  public Throughput {
    warmUp = List.copyOf(warmUp);
  }
}
