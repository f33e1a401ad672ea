package io.promptstream.topology;

import io.promptstream.encoder.FramedPrompt;
import io.promptstream.encoder.InvalidPromptException;
import io.promptstream.encoder.PromptEmbeddings;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.schemas.DenseEmbedding;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.SparseEmbedding;
import io.promptstream.schemas.serde.AvroSerdes;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.errors.ErrorCode;
import io.promptstream.topology.errors.RecordSize;
import io.promptstream.topology.errors.RejectedEventException;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Takes an event all the way to its two records and forwards both, or throws and forwards nothing.
 *
 * <p>Keys are opaque bytes; key, timestamp and headers pass through.
 */
final class PromptEncodingProcessor implements Processor<byte[], byte[], byte[], Output> {
  private final PromptStreamConfig config;
  private final PromptEncoder encoder;
  private final EmbeddingRecords records;

  private ProcessorContext<byte[], Output> context;
  private EventDecoder decoder;
  private Serializer<SparseEmbedding> sparseSerializer;
  private Serializer<DenseEmbedding> denseSerializer;

  PromptEncodingProcessor(PromptStreamConfig config, PromptEncoder encoder) {
    this.config = config;
    this.encoder = encoder;
    records = new EmbeddingRecords(encoder.info());
  }

  @Override
  public void init(ProcessorContext<byte[], Output> context) {
    Map<String, ?> registry = config.serdeProperties();
    this.context = context;
    decoder =
        new EventDecoder(config.inputTopic(), AvroSerdes.promptEvent(registry).deserializer());
    sparseSerializer = AvroSerdes.sparseEmbedding(registry).serializer();
    denseSerializer = AvroSerdes.denseEmbedding(registry).serializer();
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    PromptEvent event = decoder.decode(record.value());
    PromptEmbeddings embeddings = encode(event);
    byte[] sparse =
        sparseSerializer.serialize(config.sparseTopic(), records.sparse(event, embeddings));
    byte[] dense = denseSerializer.serialize(config.denseTopic(), records.dense(event, embeddings));
    checkSize("sparse", record, sparse);
    checkSize("dense", record, dense);
    // Nothing below this line may reject the event: a throw after a forward leaves half a result.
    int partition = context.recordMetadata().orElseThrow().partition();
    context.forward(record.withValue(new Output(partition, sparse)), PromptStreamTopology.SPARSE);
    context.forward(record.withValue(new Output(partition, dense)), PromptStreamTopology.DENSE);
  }

  private PromptEmbeddings encode(PromptEvent event) {
    FramedPrompt prompt;
    try {
      prompt = encoder.frame(PromptMapper.prompt(event));
    } catch (InvalidPromptException e) {
      throw RejectedEventException.of(e);
    }
    return encoder.encode(List.of(prompt)).get(0);
  }

  /** Under exactly-once a too large record is fatal when it is sent: it must be found before. */
  private void checkSize(String name, Record<byte[], byte[]> event, byte[] value) {
    long size = RecordSize.upperBound(event.key(), value, event.headers());
    if (size > config.maxRequestSize()) {
      throw new RejectedEventException(
          ErrorCode.RESULT_TOO_LARGE,
          "The %s record would have %d bytes with key and headers, at most %d can be sent"
              .formatted(name, size, config.maxRequestSize()));
    }
  }

  @Override
  public void close() {
    decoder.close();
    sparseSerializer.close();
    denseSerializer.close();
  }
}
