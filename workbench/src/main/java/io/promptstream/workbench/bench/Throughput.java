package io.promptstream.workbench.bench;

/**
 * The result of one run at full speed.
 *
 * @param eventsPerSecond events written to both output topics, per second
 * @param megabytesPerSecondOut growth of the output topics in the broker's log, in 10⁶ bytes per
 *     second
 * @param cpuSecondsPerMillionEvents CPU time of the application's process
 * @param peakResidentMib peak resident memory of the application's process, in MiB
 */
public record Throughput(
    double eventsPerSecond,
    double megabytesPerSecondOut,
    double cpuSecondsPerMillionEvents,
    double peakResidentMib) {}
