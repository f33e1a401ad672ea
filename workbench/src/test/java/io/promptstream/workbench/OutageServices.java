package io.promptstream.workbench;

import static java.util.Objects.requireNonNull;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.promptstream.application.PromptStreamApplication;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.encoder.SamPromptEncoder;
import io.promptstream.schemas.Point;
import io.promptstream.schemas.PointLabel;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.encoding.Models;
import io.promptstream.workbench.process.TcpGate;
import io.promptstream.workbench.services.RecordSender;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The shared broker and registry, the latter behind a gate and a proxy. Each application has
 * separate topics and a separate consumer group.
 */
final class OutageServices implements AutoCloseable {
  private final Resources parts = new Resources();
  private final Path stateDirectory;
  private final SharedServices shared;
  final PromptEncoder encoder;
  final RegistryProxy proxy;
  final TcpGate gate;

  OutageServices(SharedServices shared, Path stateDirectory) throws Exception {
    this.shared = shared;
    this.stateDirectory = stateDirectory;
    proxy = parts.add(RegistryProxy.before(URI.create(shared.registryUrl())));
    gate = parts.add(TcpGate.to("127.0.0.1", proxy.port()));
    encoder = parts.add(SamPromptEncoder.load(config(Map.of()).encoderOptions()));
  }

  PromptStreamApplication start(PromptStreamConfig config) {
    return PromptStreamApplication.start(config, models());
  }

  /** Returns the models of all applications. */
  Models models() {
    return Models.of(encoder);
  }

  /** Returns a client that bypasses the gate to the registry. */
  PipelineClient client(PromptStreamConfig config) {
    return new PipelineClient(config, config.clients().bootstrapServers(), shared.registryUrl());
  }

  /** Returns settings for an application, with the services' addresses. */
  PromptStreamConfig config(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.putIfAbsent("schema.registry.url", registryUrl());
    all.putIfAbsent(
        "state.dir", stateDirectory.resolve(UUID.randomUUID().toString()).toString());
    return PromptStreamConfig.of(shared.settings(all));
  }

  /** Returns settings for another instance of the same application. */
  PromptStreamConfig config(Map<String, String> settings, PromptStreamConfig other) {
    Map<String, String> all = new HashMap<>(settings);
    all.put(
        "application.id", requireNonNull(other.streamsProperties().getProperty("application.id")));
    all.put("promptstream.input.topic", other.inputTopic());
    all.put("promptstream.sparse.topic", other.sparseTopic());
    all.put("promptstream.dense.topic", other.denseTopic());
    all.put("promptstream.errors.topic", other.errorsTopic());
    all.put("promptstream.models.topic", other.modelsTopic());
    return config(all);
  }

  /** Sends events in one batch, which a consumer polls at once. */
  void sendTogether(PromptStreamConfig config, List<byte[]> values) {
    try (RecordSender sender = new RecordSender(Map.of(
        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
        shared.bootstrapServers(),
        ProducerConfig.LINGER_MS_CONFIG,
        60_000,
        ProducerConfig.BATCH_SIZE_CONFIG,
        1 << 20))) {
      for (byte[] value : values) {
        var unused =
            sender.send(new ProducerRecord<>(config.inputTopic(), new byte[] {'i'}, value));
      }
      sender.flush();
    }
  }

  /** Returns the registry's address through the gate. */
  String registryUrl() {
    return "http://127.0.0.1:%d%s"
        .formatted(gate.port(), URI.create(shared.registryUrl()).getPath());
  }

  static PromptEvent click(String id, String image) {
    return PromptEvent.newBuilder()
        .setPromptId(id)
        .setImageId(image)
        .setPoints(List.of(new Point(3.0, 4.0, PointLabel.FOREGROUND)))
        .build();
  }

  /** Registers a schema with an additional field and returns a record written with it. */
  byte[] ofOtherSchema(PromptStreamConfig config, PromptEvent event) throws Exception {
    Schema ours = PromptEvent.getClassSchema();
    SchemaBuilder.FieldAssembler<Schema> fields =
        SchemaBuilder.record(ours.getName()).namespace(ours.getNamespace()).fields();
    for (Schema.Field field : ours.getFields()) {
      fields = fields.name(field.name()).type(field.schema()).noDefault();
    }
    // A registry gives equal schemas the same id, so each application needs a different one.
    String note = config.inputTopic().replace('-', '_');
    Schema theirs = fields.optionalString(note).endRecord();
    int id;
    try (CachedSchemaRegistryClient client =
        new CachedSchemaRegistryClient(shared.registryUrl(), 10)) {
      id = client.register(config.inputTopic() + "-value", new AvroSchema(theirs));
    }
    ByteBuffer datum = PromptEvent.getEncoder().encode(event);
    // Avro's single-object encoding has a header of 10 bytes; a null is the union's first branch.
    datum.position(10);
    return ByteBuffer.allocate(1 + Integer.BYTES + datum.remaining() + 1)
        .put((byte) 0)
        .putInt(id)
        .put(datum)
        .put((byte) 0)
        .array();
  }

  @Override
  public void close() {
    parts.close();
  }
}
