package io.promptstream.schemas.classpath;

import static org.assertj.core.api.Assertions.assertThat;

import io.confluent.kafka.serializers.KafkaAvroSerializer;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.kafka.common.utils.internals.AppInfoParser;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests that only Confluent's classes are taken from their archive, which also contains old Kafka
 * clients, an old Avro and more.
 */
class ClassPathTest {
  /** Every class on the class path, with its locations. */
  private static final Map<String, List<Path>> CLASSES = new TreeMap<>();

  @BeforeAll
  static void findClasses() {
    String classPath = System.getProperty("java.class.path");
    for (String entry : classPath.split(Pattern.quote(File.pathSeparator), -1)) {
      for (String file : files(Path.of(entry))) {
        if (file.endsWith(".class")) {
          CLASSES.computeIfAbsent(file, name -> new ArrayList<>()).add(Path.of(entry));
        }
      }
    }
  }

  @Test
  void shouldHaveEveryClassOnce() {
    assertThat(CLASSES).containsKey("org/apache/kafka/clients/consumer/KafkaConsumer.class");
    assertThat(CLASSES.entrySet().stream()
            .filter(found -> found.getValue().size() > 1)
            .filter(found -> !found.getKey().matches("(.*/)?(module|package)-info\\.class")))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"org/apache/kafka/", "org/apache/avro/"})
  void shouldHaveKafkaAndAvroFromOneArchiveEach(String prefix) {
    assertThat(CLASSES.entrySet().stream()
            .filter(found -> found.getKey().startsWith(prefix))
            .flatMap(found -> found.getValue().stream())
            .collect(Collectors.toSet()))
        .hasSize(1);
  }

  @Test
  void shouldHaveTheVersionsOfTheBuild() {
    assertThat(AppInfoParser.getVersion()).isEqualTo(System.getProperty("kafka.version"));
    assertThat(Schema.class.getPackage().getImplementationVersion())
        .isEqualTo(System.getProperty("avro.version"));
  }

  @Test
  void shouldHaveConfluentsClassesFromTheRegistryClientOnly() throws Exception {
    assertThat(CLASSES.entrySet().stream()
            .filter(found -> found.getKey().startsWith("io/confluent/"))
            .flatMap(found -> found.getValue().stream())
            .map(Path::toString)
            .collect(Collectors.toSet()))
        .singleElement()
        .asString()
        .contains("registry-client")
        .isEqualTo(registryClient().toString());
  }

  @Test
  void shouldHaveNothingElseInTheRegistryClient() throws Exception {
    List<String> files = files(registryClient());

    assertThat(files)
        .isNotEmpty()
        .allMatch(file -> file.matches("(io/confluent|org/apache/pinot/shaded|META-INF)/.*"))
        .noneMatch(file -> file.startsWith("META-INF/versions/"))
        .contains(
            "META-INF/LICENSE",
            "META-INF/NOTICE",
            "META-INF/thirdparty-LICENSE",
            "META-INF/FastDoubleParser-NOTICE",
            "META-INF/services/io.confluent.kafka.schemaregistry.client.security.basicauth.BasicAuthCredentialProvider");
  }

  @Test
  void shouldNotHavePinotsOwnClasses() {
    assertThat(CLASSES.keySet())
        .noneMatch(name ->
            name.startsWith("org/apache/pinot/") && !name.startsWith("org/apache/pinot/shaded/"));
  }

  private static Path registryClient() throws URISyntaxException {
    return Path.of(KafkaAvroSerializer.class
        .getProtectionDomain()
        .getCodeSource()
        .getLocation()
        .toURI());
  }

  /** Returns the files of an archive or a directory, as names with slashes. */
  private static List<String> files(Path entry) {
    try {
      if (Files.isDirectory(entry)) {
        return filesUnder(entry);
      }
      if (!Files.exists(entry)) {
        return List.of();
      }
      try (FileSystem archive = FileSystems.newFileSystem(entry)) {
        return filesUnder(archive.getPath("/"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> filesUnder(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> root.relativize(file).toString().replace('\\', '/'))
          .toList();
    }
  }
}
