package io.promptstream.workbench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.promptstream.workbench.cli.Workbench;
import io.promptstream.workbench.process.ClassData;
import io.promptstream.workbench.process.Python;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Runs the tests of the Python package {@code schemas/python}. */
@ExtendWith(SharedServices.Resolver.class)
final class PythonReaderIT {
  private static final Path PROJECT = Path.of("..", "schemas", "python").toAbsolutePath();

  /** With the value {@code required}, the test fails if it would otherwise be skipped. */
  private static final String REQUIRED = "TEST_PYTHON";

  private static final String IMPORTS = "import PIL, confluent_kafka, numpy, pytest, torch\n"
      + "try: import fastavro\n"
      + "except ImportError: import avro.io";

  private static final String MISSING =
      "Needs a python3 with pytest, confluent-kafka, numpy, pillow, torch,"
          + " and fastavro or avro: pip install -e 'schemas/python[test]'";

  @Test
  void shouldPassItsTests(SecuredServices secured) throws Exception {
    Optional<String> python = Python.with(IMPORTS);
    if ("required".equals(System.getenv(REQUIRED))) {
      assertThat(python).as(MISSING).isPresent();
    }
    assumeThat(python).as(MISSING).isPresent();
    ProcessBuilder pytest = new ProcessBuilder(
        python.get(), "-m", "pytest", "-p", "no:cacheprovider", "--durations=10");
    pytest
        .environment()
        .putAll(Map.of(
            "PYTHONPATH",
            PROJECT.toString(),
            "PYTHONDONTWRITEBYTECODE",
            "1",
            "PROMPTSTREAM",
            String.join(" ", TestJvm.command(ClassData.pass(), Workbench.class.getName())),
            "SECURED_BOOTSTRAP_SERVERS",
            secured.bootstrapServers(),
            "SECURED_REGISTRY",
            secured.registryUrl(),
            "SECURED_CERTIFICATE",
            secured.certificate().pem().toString(),
            "SECURED_USER",
            SecuredServices.USER,
            "SECURED_PASSWORD",
            SecuredServices.PLAIN_PASSWORD,
            "SECURED_REGISTRY_PASSWORD",
            SecuredServices.REGISTRY_PASSWORD));
    Process process =
        pytest.directory(PROJECT.toFile()).redirectErrorStream(true).start();
    try {
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      assertThat(process.waitFor()).as(output).isZero();
      assertThat(output).contains(" passed").doesNotContain("skipped");
    } finally {
      process.destroy();
    }
  }
}
