package io.promptstream.workbench.demo;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.workbench.LocalPipeline;
import io.promptstream.workbench.kafka.EmbeddedKafka;
import io.promptstream.workbench.process.ClassData;
import io.promptstream.workbench.registry.ApicurioRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Main class that uses what the integration tests use: the registry's process writes its archive of
 * {@link ClassData}, and the caller lets this JVM write the other one.
 */
final class ClassDataWriter {
  private static final String SUBJECT = "prompts-value";

  private ClassDataWriter() {}

  /** Takes the directory for the registry's archive. */
  public static void main(String[] arguments) throws Exception {
    String write = "-XX:ArchiveClassesAtExit=" + Path.of(arguments[0], ClassData.REGISTRY);
    try (ApicurioRegistry registry = ApicurioRegistry.launch(0, List.of(write))) {
      try (EmbeddedKafka kafka = EmbeddedKafka.start(EmbeddedKafka.Options.DEFAULT)) {
        sendRequests(registry.awaitUrl());
        run(kafka.bootstrapServers(), registry.url());
        registry.processHandle().destroy();
      }
      registry.processHandle().onExit().join();
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

  private static void run(String bootstrapServers, String registryUrl) throws Exception {
    Map<String, String> settings = Map.of(
        "bootstrap.servers",
        bootstrapServers,
        "schema.registry.url",
        registryUrl,
        PromptStreamConfig.CHECKPOINT,
        "seed:42");
    try (LocalPipeline pipeline = LocalPipeline.startOnRunning(settings)) {
      Demo.run(pipeline, Demo.read(Demo.examplePrompts()), outcome -> {});
    }
  }
}
