package io.promptstream.workbench.cli;

import io.promptstream.workbench.jmh.JmhTable;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** {@code jmh}: runs the microbenchmarks of the encoder and of the reader. */
@Command(
    name = "jmh",
    mixinStandardHelpOptions = true,
    description = {
      "Measures the encoder alone: µs per token and ms per mask, with a lower bound for each;",
      "and the reader of embeddings: µs per pair of records.",
      "Takes JMH's arguments, for example the name of a benchmark: jmh TokenBenchmark -f 3"
    })
final class JmhCommand implements Callable<Integer> {
  @Unmatched
  private final List<String> arguments = new ArrayList<>();

  @Spec
  private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    CommandLineOptions given = new CommandLineOptions(arguments.toArray(String[]::new));
    ChainedOptionsBuilder options = new OptionsBuilder().parent(given);
    if (given.getIncludes().isEmpty()) {
      options.include(JmhTable.class.getPackageName());
    }
    String table = JmhTable.of(new Runner(options.build()).run());
    PrintWriter out = spec.commandLine().getOut();
    out.print(table);
    out.flush();
    return 0;
  }
}
