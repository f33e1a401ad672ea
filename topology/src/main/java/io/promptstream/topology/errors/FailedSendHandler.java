package io.promptstream.topology.errors;

import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProductionExceptionHandler;

/**
 * Stops the stream at a send that failed for good.
 *
 * <p>Kafka Streams' own handler would also write to the dead letter queue, from within the
 * producer: in the name of whatever event is being processed by then, and waiting for a topic's
 * metadata that the waiting thread itself would have to fetch.
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
  @SuppressWarnings("rawtypes") // as Kafka Streams declares it
  public Response handleSerializationError(
      ErrorHandlerContext context,
      ProducerRecord record,
      Exception exception,
      SerializationExceptionOrigin origin) {
    return Response.fail();
  }
}
