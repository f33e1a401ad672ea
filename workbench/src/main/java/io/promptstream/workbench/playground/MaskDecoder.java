package io.promptstream.workbench.playground;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.promptstream.schemas.DenseEncoding;
import io.promptstream.schemas.ModelCard;
import io.promptstream.schemas.reader.PromptEmbedding;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A service that decodes masks, as docs/decoding.md describes it. */
final class MaskDecoder {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final int MAX_REQUESTS = 8;
  private static final int OK = 200;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final URI masks;
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
  private final Semaphore requests = new Semaphore(MAX_REQUESTS);

  /**
   * Takes the address of a service; nothing is sent yet.
   *
   * @param url address without {@code /masks}
   */
  MaskDecoder(URI url) {
    masks = URI.create(url.toString().replaceFirst("/$", "") + "/masks");
  }

  /**
   * Asks for the masks of a prompt. The image itself is not sent: the service needs to have it.
   *
   * @return {@code masks} as COCO's RLE and {@code scores}, the best first, or {@code error}; never
   *     completes exceptionally
   */
  CompletableFuture<ObjectNode> decode(PromptEmbedding embedding) {
    if (!requests.tryAcquire()) {
      return CompletableFuture.completedFuture(error("the decoder is busy"));
    }
    HttpRequest request = HttpRequest.newBuilder(masks)
        .timeout(TIMEOUT)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body(embedding).toString()))
        .build();
    return client
        .sendAsync(request, BodyHandlers.ofString())
        .orTimeout(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
        .thenApply(response -> read(response.statusCode(), response.body()))
        .exceptionally(thrown -> error("the decoder does not answer: " + thrown.getMessage()))
        .whenComplete((answer, thrown) -> requests.release());
  }

  private static ObjectNode body(PromptEmbedding embedding) {
    ModelCard card = embedding.card();
    int width = card.getEmbeddingWidth();
    int side = card.getGridSize();
    float[][] tokens = embedding.sparse();
    float[] sparse = new float[tokens.length * width];
    for (int i = 0; i < tokens.length; i++) {
      System.arraycopy(tokens[i], 0, sparse, i * width, width);
    }
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("image_id", embedding.imageId());
    put(body, "sparse", sparse, 1).add(tokens.length).add(width);
    boolean constant = embedding.denseEncoding() == DenseEncoding.NO_MASK;
    ArrayNode shape =
        put(body, "dense", embedding.dense(), constant ? side * side : 1).add(width);
    if (!constant) {
      shape.add(side).add(side);
    }
    return body;
  }

  /** Adds every step-th value, and returns the array for the shape. */
  private static ArrayNode put(ObjectNode body, String name, float[] values, int step) {
    byte[] bytes = new byte[Float.BYTES * (values.length / step)];
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < values.length; i += step) {
      buffer.putFloat(values[i]);
    }
    return body.putObject(name).put("data", bytes).putArray("shape");
  }

  private static ObjectNode read(int status, String body) {
    try {
      JsonNode answer = MAPPER.readTree(body);
      if (status == OK && answer.path("masks").isArray()) {
        return (ObjectNode) answer;
      }
      return error(answer.path("error").asText("the decoder answers with status " + status));
    } catch (JsonProcessingException e) {
      return error("the decoder answers with status " + status + " and no JSON");
    }
  }

  private static ObjectNode error(String message) {
    return JsonNodeFactory.instance.objectNode().put("error", message);
  }
}
