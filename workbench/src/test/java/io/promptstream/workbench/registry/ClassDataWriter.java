package io.promptstream.workbench.registry;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.workbench.cli.Workbench;
import io.promptstream.workbench.process.ClassData;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Writes the archives of {@link ClassData} from a start of the registry and a demo run. */
final class ClassDataWriter {
  private static final String SUBJECT = "prompts-value";
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  private ClassDataWriter() {}

  /** Takes the directory for the archives. */
  public static void main(String[] arguments) throws Exception {
    Path directory = Files.createDirectories(Path.of(arguments[0]));
    Process demo = startDemo(directory);
    writeRegistry(directory);
    demo.waitFor();
  }

  private static void writeRegistry(Path directory) throws IOException, InterruptedException {
    List<String> options = List.of(write(directory, ClassData.REGISTRY));
    try (RegistryProcess registry =
        RegistryProcess.start(ApicurioRegistry.unpackedRunner(), 0, options)) {
      sendRequests(registry.awaitAddress(TIMEOUT) + ApicurioRegistry.API);
      registry.handle().destroy();
      registry.handle().onExit().join();
    }
  }

  /** Sends one request of each kind, because the first ones also load classes. */
  private static void sendRequests(String url) throws IOException {
    AvroSchema schema = new AvroSchema(PromptEvent.getClassSchema());
    try (CachedSchemaRegistryClient client = new CachedSchemaRegistryClient(url, 10)) {
      int id = client.register(SUBJECT, schema);
      client.reset();
      client.getSchemaById(id);
      client.getAllVersions(SUBJECT);
      client.getLatestSchemaMetadata(SUBJECT);
      client.testCompatibility(SUBJECT, schema);
    } catch (RestClientException e) {
      throw new IOException(e);
    }
  }

  private static Process startDemo(Path directory) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(
        write(directory, ClassData.PROMPTSTREAM),
        "-Xmx512m",
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-cp",
        ClassData.jars(),
        Workbench.class.getName(),
        "demo",
        "--out",
        directory.resolve("demo").toString()));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(Redirect.to(directory.resolve("demo.log").toFile()))
        .start();
  }

  private static String write(Path directory, String archive) {
    return "-XX:ArchiveClassesAtExit=" + directory.resolve(archive);
  }
}
