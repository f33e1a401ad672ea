package io.promptstream.workbench.process;

import io.promptstream.topology.cli.CommandFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What a process takes of the machine, as Linux tells it in {@code /proc}. */
public final class ProcessUsage {
  private static final double KIB_PER_MIB = 1024;

  private final ProcessHandle process;

  /** Watches a process. */
  public ProcessUsage(ProcessHandle process) {
    this.process = process;
  }

  /** Returns the processor time so far, of all threads, in seconds; its steps are 10 ms. */
  public double cpuSeconds() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
  }

  /** Returns the physical memory that the process has now, in MiB. */
  public double residentMib() {
    return mebibytes("VmRSS");
  }

  /** Returns the most physical memory that the process ever had, in MiB. */
  public double peakResidentMib() {
    return mebibytes("VmHWM");
  }

  private double mebibytes(String field) {
    try {
      return mebibytes(
          Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")), field);
    } catch (IOException e) {
      throw new CommandFailedException(
          "The memory of process %d cannot be read: %s".formatted(process.pid(), e.getMessage()),
          e);
    }
  }

  /** Reads one field of {@code /proc/PID/status}, such as {@code VmHWM: 204800 kB}. */
  static double mebibytes(List<String> status, String field) {
    return status.stream()
            .filter(line -> line.startsWith(field + ':'))
            .map(line -> line.replaceAll("\\D", ""))
            .mapToDouble(Double::parseDouble)
            .findFirst()
            .orElseThrow(() -> new CommandFailedException("The process's status has no " + field))
        / KIB_PER_MIB;
  }
}
