package io.promptstream.workbench.chart;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** A chart in a directory, which Helm's own code renders. */
record Chart(Path directory) {
  static final Chart OURS = new Chart(Path.of("../docker/helm/promptstream"));

  static final String RELEASE = "clicks";
  static final String NAMESPACE = "streams";

  private static final Map<String, Manifests> RENDERED = new ConcurrentHashMap<>();

  /** The oldest that the chart supports. */
  private static final String KUBERNETES = "1.27.0";

  /** Returns the names of the examples of values. */
  static List<String> examples() {
    try (Stream<Path> files = Files.list(OURS.directory.resolve("ci"))) {
      return files
          .map(file -> file.getFileName().toString().replace("-values.yaml", ""))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Copies the chart without the files that it takes rules and dashboards from. */
  Chart copyWithoutFiles(Path target) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path name = directory.relativize(file);
        if (!name.startsWith("files")) {
          Files.createDirectories(target.resolve(name).getParent());
          Files.copy(file, target.resolve(name));
        }
      }
    }
    return new Chart(target);
  }

  Helm helm() {
    return new Helm(directory.toAbsolutePath().normalize());
  }

  Path example(String name) {
    return directory
        .resolve("ci")
        .resolve(name + "-values.yaml")
        .toAbsolutePath()
        .normalize();
  }

  /** Renders an example; our own only once. */
  Manifests render(String example) {
    return equals(OURS)
        ? RENDERED.computeIfAbsent(example, name -> render(name, Map.of()))
        : render(example, Map.of());
  }

  /**
   * Renders an example with some values changed.
   *
   * @param values as in {@code --set}: the path of each value, and the value
   * @throws IllegalStateException if Helm refuses the values
   */
  Manifests render(String example, Map<String, String> values) {
    return render(template().withValuesFile(example(example)), values);
  }

  /** Renders the chart's own values with some of them changed. */
  Manifests render(Map<String, String> values) {
    return render(template(), values);
  }

  private TemplateCommand template() {
    return helm().template().withName(RELEASE).withNamespace(NAMESPACE).withKubeVersion(KUBERNETES);
  }

  private static Manifests render(TemplateCommand template, Map<String, String> values) {
    values.forEach(template::set);
    return Manifests.parse(template.call());
  }

  /** Returns what Helm prints after it has installed an example. */
  String notes(String example) {
    return helm()
        .install()
        .clientOnly()
        .dryRun()
        .withName(RELEASE)
        .withNamespace(NAMESPACE)
        .withKubeVersion(KUBERNETES)
        .withValuesFile(example(example))
        .call()
        .getOutput();
  }
}
