package io.promptstream.workbench.bench;

/**
 * What one run at full speed showed.
 *
 * @param eventsPerSecond events that were in both output topics, per second
 * @param megabytesPerSecondOut both output topics' growth in the broker's log, in 10⁶ bytes per
 *     second
 * @param cpuSecondsPerMillionEvents processor time of the application's process
 * @param peakResidentMib most memory that the application's process ever had, in MiB
 */
public record Throughput(
    double eventsPerSecond,
    double megabytesPerSecondOut,
    double cpuSecondsPerMillionEvents,
    double peakResidentMib) {}
