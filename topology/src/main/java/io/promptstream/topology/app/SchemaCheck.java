package io.promptstream.topology.app;

import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.confluent.kafka.serializers.subject.TopicNameStrategy;
import io.promptstream.schemas.DataType;
import io.promptstream.schemas.DenseEmbedding;
import io.promptstream.schemas.DenseEncoding;
import io.promptstream.schemas.ModelCard;
import io.promptstream.schemas.Projection;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.SparseEmbedding;
import io.promptstream.schemas.Tensor;
import io.promptstream.schemas.serde.LookupFailure;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.registry.Patience;
import io.promptstream.topology.registry.SharedSerdes;
import java.io.IOException;
import java.net.MalformedURLException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.Serde;

/**
 * The registry takes our schemas, or has them where it may not be written to
 * ({@code auto.register.schemas=false}).
 *
 * <p>Asked by serializing an empty record for each topic: what then happens between serializer and
 * registry is exactly what happens with the first real one, whatever the serializer's settings. The
 * serdes remember the answers, so that the stream does not have to ask again.
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
   * Asks, and asks again while the registry does not answer.
   *
   * @param patience how long
   * @throws StartupException in one sentence, if the registry refuses or did not answer in time
   */
  void run(Duration patience) {
    new Patience(patience)
        .call(
            () -> Aside.call("the schema registry's answer", this::checkAll),
            LookupFailure::isTransient);
  }

  private boolean checkAll() {
    check(config.inputTopic(), serdes.promptEvent(), emptyPrompt());
    check(config.sparseTopic(), serdes.sparseEmbedding(), emptySparse());
    check(config.denseTopic(), serdes.denseEmbedding(), emptyDense());
    check(config.modelsTopic(), serdes.modelCard(), emptyCard());
    return true;
  }

  private static PromptEvent emptyPrompt() {
    return PromptEvent.newBuilder()
        .setPromptId("")
        .setImageId("")
        .setPoints(List.of())
        .build();
  }

  private static SparseEmbedding emptySparse() {
    return SparseEmbedding.newBuilder()
        .setPromptId("")
        .setImageId("")
        .setModelId("")
        .setEmbedding(emptyTensor())
        .build();
  }

  private static DenseEmbedding emptyDense() {
    return DenseEmbedding.newBuilder()
        .setPromptId("")
        .setImageId("")
        .setModelId("")
        .setShape(List.of())
        .setEncoding(DenseEncoding.NO_MASK)
        .setValues(emptyTensor())
        .build();
  }

  private static ModelCard emptyCard() {
    Tensor none = emptyTensor();
    return new ModelCard("", "", "", 0, 0, 0, 0, none, none, new Projection(none, none));
  }

  private static Tensor emptyTensor() {
    return new Tensor(DataType.FLOAT32, List.of(0), ByteBuffer.allocate(0));
  }

  private <T> void check(String topic, Serde<T> serde, T empty) {
    try {
      // And back: what events of our own schema are read with is then known, too.
      serde.deserializer().deserialize(topic, serde.serializer().serialize(topic, empty));
    } catch (KafkaException e) {
      throw new StartupException(sentence(subject(topic), e), e);
    }
  }

  private static String subject(String topic) {
    return new TopicNameStrategy().subjectName(topic, false, null);
  }

  private String sentence(String subject, KafkaException thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof RestClientException refused) {
        return refusal(subject, refused);
      }
      if (cause instanceof MalformedURLException) {
        // Its message quotes what it took for the address, which may be half a password.
        return "schema.registry.url=%s is not an http or https address".formatted(registryUrl);
      }
      if (cause instanceof IOException) {
        return "The schema registry at %s does not answer for subject %s: %s"
            .formatted(registryUrl, subject, oneLine(cause.toString()));
      }
    }
    return "The schema registry at %s could not be asked for subject %s: %s"
        .formatted(registryUrl, subject, oneLine(String.valueOf(thrown.getMessage())));
  }

  private String refusal(String subject, RestClientException refused) {
    boolean access = refused.getStatus() == 401 || refused.getStatus() == 403;
    // Every refusal of a registry has a code of its own; a page of another server has none. Access
    // is often refused by a server in front of it.
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
            registryUrl, what.formatted(subject), oneLine(String.valueOf(refused.getMessage())));
  }

  /** Confluent's registry explains an incompatibility with both schemas over many lines. */
  private static String oneLine(String message) {
    String line = message.replaceAll("\\s+", " ").strip();
    return line.length() <= 300 ? line : line.substring(0, 300) + "…";
  }
}
