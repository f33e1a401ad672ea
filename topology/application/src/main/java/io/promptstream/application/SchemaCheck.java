package io.promptstream.application;

import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.confluent.kafka.serializers.subject.TopicNameStrategy;
import io.promptstream.schemas.Close;
import io.promptstream.schemas.DataType;
import io.promptstream.schemas.DenseEmbedding;
import io.promptstream.schemas.DenseEncoding;
import io.promptstream.schemas.ModelCard;
import io.promptstream.schemas.Projection;
import io.promptstream.schemas.PromptAction;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.SparseEmbedding;
import io.promptstream.schemas.Tensor;
import io.promptstream.schemas.serde.LookupFailure;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.registry.SharedSerdes;
import io.promptstream.topology.retry.RetryPolicy;
import java.io.IOException;
import java.net.MalformedURLException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.Serde;

/**
 * Checks that the registry accepts our schemas, or has them if we may not register them
 * ({@code auto.register.schemas=false}).
 *
 * <p>It serializes an empty record for each topic, because the serializer then makes exactly the
 * requests that it makes for the first real record, whatever its settings. The serdes keep the
 * answers, so the stream does not send these requests again.
 */
final class SchemaCheck {
  private final String registryUrl;
  private final PromptStreamConfig config;
  private final SharedSerdes serdes;

  SchemaCheck(PromptStreamConfig config, SharedSerdes serdes) {
    this.config = config;
    this.serdes = serdes;
    this.registryUrl = config.clients().registryUrl();
  }

  /**
   * Runs the check, and retries it while the registry does not answer.
   *
   * @param timeout how long to retry
   * @throws StartupException with one sentence, if the registry refuses or does not answer in time
   */
  void run(Duration timeout) {
    new RetryPolicy(timeout)
        .call(
            () -> InterruptibleCall.call("the schema registry's answer", this::checkAll),
            LookupFailure::isTransient);
  }

  private boolean checkAll() {
    Tensor none = new Tensor(DataType.FLOAT32, List.of(0), ByteBuffer.allocate(0));
    check(
        config.inputTopic(),
        serdes.promptEvent(),
        new PromptEvent("", "", null, null, List.of(), null, null, null));
    if (config.sessions()) {
      check(
          config.actionsTopic(),
          serdes.promptAction(),
          new PromptAction("", "", null, "", null, null, new Close()));
    }
    check(
        config.sparseTopic(),
        serdes.sparseEmbedding(),
        new SparseEmbedding("", "", null, "", null, none));
    check(
        config.denseTopic(),
        serdes.denseEmbedding(),
        new DenseEmbedding("", "", null, "", null, List.of(), DenseEncoding.NO_MASK, none, null));
    check(
        config.modelsTopic(),
        serdes.modelCard(),
        new ModelCard("", "", "", 0, 0, 0, 0, none, none, new Projection(none, none)));
    return true;
  }

  private <T> void check(String topic, Serde<T> serde, T empty) {
    try {
      // Also deserialize, so that the reader for events of our own schema is in memory.
      serde.deserializer().deserialize(topic, serde.serializer().serialize(topic, empty));
    } catch (KafkaException e) {
      String subject = new TopicNameStrategy().subjectName(topic, false, null);
      throw new StartupException(sentence(subject, e), e);
    }
  }

  private String sentence(String subject, KafkaException thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof RestClientException refused) {
        return refusal(subject, refused);
      }
      if (cause instanceof MalformedURLException) {
        // Its message quotes a part of the address, which may be half a password.
        return "schema.registry.url=%s is not an http or https address".formatted(registryUrl);
      }
      if (cause instanceof IOException) {
        return "The schema registry at %s does not answer for subject %s: %s"
            .formatted(registryUrl, subject, RetryPolicy.oneLine(cause.toString()));
      }
    }
    return "The schema registry at %s could not be asked for subject %s: %s"
        .formatted(registryUrl, subject, RetryPolicy.oneLine(String.valueOf(thrown.getMessage())));
  }

  private String refusal(String subject, RestClientException refused) {
    boolean access = refused.getStatus() == 401 || refused.getStatus() == 403;
    // Every refusal of a registry has an error code; a page of another server has none. Access is
    // often refused by a server in front of the registry.
    if (refused.getErrorCode() == 0 && !access) {
      return "schema.registry.url=%s answers with HTTP status %d, but not as a schema registry does; is its path missing?"
          .formatted(registryUrl, refused.getStatus());
    }
    String what = switch (refused.getStatus()) {
      case 401, 403 -> "does not allow us to use subject %s, see basic.auth.user.info";
      case 404 -> "does not have our schema under subject %s";
      case 409 -> "has another schema under subject %s, and ours is not compatible with it";
      default -> "refuses subject %s";
    };
    return "The schema registry at %s %s: %s"
        .formatted(
            registryUrl,
            what.formatted(subject),
            RetryPolicy.oneLine(String.valueOf(refused.getMessage())));
  }
}
