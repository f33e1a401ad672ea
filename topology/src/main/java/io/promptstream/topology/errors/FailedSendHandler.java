package io.promptstream.topology.errors;

import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;

/**
 * Stops the stream when a send has failed permanently.
 *
 * <p>Kafka Streams' own handler would also write to the dead letter queue from within the producer:
 * on behalf of the event that is being processed at that time, and waiting for topic metadata that
 * the waiting thread itself would have to fetch.
 */
public final class FailedSendHandler implements ProductionExceptionHandler {
  @Override
  public void configure(Map<String, ?> configs) {}

  @Override
  public Response handleError(
      ErrorHandlerContext context, ProducerRecord<byte[], byte[]> record, Exception exception) {
    return exception instanceof RetriableException ? Response.retry() : Response.fail();
  }

  @Override
  @SuppressWarnings("rawtypes") // Kafka Streams declares the raw type
  public Response handleSerializationError(
      ErrorHandlerContext context,
      ProducerRecord record,
      Exception exception,
      SerializationExceptionOrigin origin) {
    return Response.fail();
  }
}
