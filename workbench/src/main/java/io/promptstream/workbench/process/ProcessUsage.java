package io.promptstream.workbench.process;

import io.promptstream.application.cli.CommandFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** CPU and memory usage of a process, from Linux's {@code /proc}. */
public final class ProcessUsage {
  private static final double KIB_PER_MIB = 1024;

  private final ProcessHandle process;

  /** Creates the usage of a process. */
  public ProcessUsage(ProcessHandle process) {
    this.process = process;
  }

  /** Returns the CPU time of all threads so far, in seconds, with a resolution of 10 ms. */
  public double cpuSeconds() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
  }

  /** Returns the current resident memory, in MiB. */
  public double residentMib() {
    return mebibytes("VmRSS");
  }

  /** Returns the peak resident memory, in MiB. */
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
