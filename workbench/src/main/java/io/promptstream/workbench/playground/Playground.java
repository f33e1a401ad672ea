package io.promptstream.workbench.playground;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.promptstream.application.cli.CommandFailedException;
import io.promptstream.application.promptfile.ActionReader;
import io.promptstream.intake.JsonField;
import io.promptstream.schemas.PromptAction;
import io.promptstream.schemas.reader.PromptEmbedding;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.errors.ErrorHeaders;
import io.promptstream.topology.registry.SharedSerdes;
import io.promptstream.workbench.Resources;
import io.promptstream.workbench.services.RecordReader;
import java.net.URI;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * The playground of a running PromptStream: sends the actions of web pages to the stream, and sends
 * each page what the stream makes of the page's own actions.
 *
 * <p>An action carries its visitor and its id as headers, which the stream copies to the prompt and
 * to an error. The id of a prompt is {@code VISITOR-PICTURE/OBJECT/REVISION}, so that embeddings
 * find their page, too.
 */
public final class Playground implements AutoCloseable {
  private static final String VISITOR_HEADER = "playground.visitor";
  private static final String ACTION_HEADER = "playground.action";
  private static final Pattern PROMPT_ID = Pattern.compile("(([0-9a-zA-Z]+)-[^/]*/.*)/\\d+");
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int MAX_RANDOM_CLICKS = 100_000;
  private static final long TICK_MILLIS = 250;

  private final Resources parts = new Resources();
  private final PromptStreamConfig config;
  private final String host;
  private final @Nullable URI decoderUrl;
  private final @Nullable MaskDecoder decoder;
  private final SharedSerdes serdes;
  private final Producer<byte[], byte[]> producer;
  private final Visitors visitors = new Visitors();
  private final EmbeddingPictures pictures = new EmbeddingPictures();
  private final LongAdder embeddings = new LongAdder();
  private final AtomicReference<@Nullable RandomClicks> clicks = new AtomicReference<>();
  private final ScheduledExecutorService work = Executors.newScheduledThreadPool(2);
  private volatile Set<String> models = Set.of();
  private int port;
  private long embeddingsBefore;

  private Playground(PromptStreamConfig config, String host, @Nullable URI decoderUrl) {
    this.config = config;
    this.host = host;
    this.decoderUrl = decoderUrl;
    decoder = decoderUrl == null ? null : new MaskDecoder(decoderUrl);
    serdes = parts.add(SharedSerdes.of(config));
    Map<String, Object> settings = new HashMap<>(config.clients().producer());
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    producer = parts.add(
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer()));
  }

  /**
   * Starts the page of a running stream.
   *
   * @param config the settings of the stream
   * @param host address to listen on
   * @param port port to listen on; 0 picks a free one
   * @param decoder address of a service that decodes masks, or null
   * @throws CommandFailedException if the stream has no sessions or cannot be read
   */
  public static Playground start(
      PromptStreamConfig config, String host, int port, @Nullable URI decoder) {
    if (!config.sessions()) {
      throw new CommandFailedException(
          "The playground needs sessions: set %s=true for PromptStream and for the playground."
              .formatted(PromptStreamConfig.SESSIONS));
    }
    Playground playground = new Playground(config, host, decoder);
    try {
      playground.start(port);
      return playground;
    } catch (RuntimeException e) {
      playground.parts.closeAfter(e);
      throw e;
    }
  }

  private void start(int requestedPort) {
    parts.add(StreamWatch.start(config, this::record, this::embeddings));
    models = models();
    PlaygroundServer server = parts.add(PlaygroundServer.start(host, requestedPort, this));
    port = server.port();
    parts.add(work::shutdownNow);
    var unused =
        work.scheduleAtFixedRate(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Returns the ids of all models that have a card. */
  private Set<String> models() {
    Set<String> ids = new LinkedHashSet<>();
    try (RecordReader reader =
        new RecordReader(StreamWatch.settings(config), List.of(config.modelsTopic()))) {
      reader.readToEnd(record -> ids.add(new String(record.key(), UTF_8)));
    }
    return ids;
  }

  /** Returns the address of the page. */
  public String url() {
    return "http://%s:%d/".formatted(host, port);
  }

  void enter(Page page) {
    page.send(Messages.message("hello")
        .put("model_id", String.join(", ", models))
        .put("random_weights", models.stream().allMatch(model -> model.startsWith("seed-")))
        .put("brokers", config.clients().bootstrapServers())
        .put("decoder", decoderUrl == null ? null : decoderUrl.toString())
        .toString());
    visitors.enter(page);
  }

  void leave(Page page) {
    visitors.leave(page);
  }

  /** Handles a message of a page; a bad one is answered with an error and changes nothing. */
  void receive(Page page, String text) {
    if (!page.admits()) {
      return;
    }
    try {
      JsonNode message = MAPPER.readTree(text);
      switch (message.path("type").asText()) {
        case "action" -> act(page, message.path("action"));
        case "load" -> startClicks(page, message.path("events").asInt());
        default -> throw new IllegalArgumentException("type must be action or load");
      }
    } catch (JsonProcessingException e) {
      page.send(Messages.error(null, "INVALID_ACTION", e.getOriginalMessage()));
    } catch (RuntimeException e) {
      page.send(Messages.error(null, "INVALID_ACTION", String.valueOf(e.getMessage())));
    }
  }

  private void act(Page page, JsonNode json) {
    PromptAction action = ActionReader.WITHOUT_FILES.read(JsonField.root(json));
    if (!action.getSessionId().startsWith(page.visitor() + '-')) {
      throw new IllegalArgumentException("session_id must begin with the page's session");
    }
    String id = action.getActionId();
    String topic = config.actionsTopic();
    byte[] value = serdes.promptAction().serializer().serialize(topic, action);
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic, action.getImageId().getBytes(UTF_8), value);
    record.headers().add(VISITOR_HEADER, page.visitor().getBytes(UTF_8));
    record.headers().add(ACTION_HEADER, id.getBytes(UTF_8));
    var unused = producer.send(record, (sent, thrown) -> {
      if (thrown != null) {
        page.send(Messages.error(id, "NOT_SENT", String.valueOf(thrown.getMessage())));
        return;
      }
      ObjectNode message = Messages.message("produced").put("action_id", id);
      message.set(
          "record", Messages.record(topic, sent.partition(), sent.offset(), value.length, json));
      page.send(message.toString());
    });
  }

  private void startClicks(Page page, int total) {
    if (total < 1 || total > MAX_RANDOM_CLICKS) {
      throw new IllegalArgumentException("events must be from 1 to " + MAX_RANDOM_CLICKS);
    }
    RandomClicks next = new RandomClicks(page.visitor() + System.nanoTime(), total);
    if (clicks.compareAndSet(null, next)) {
      work.execute(
          () -> next.send(producer, config.inputTopic(), serdes.promptEvent().serializer()));
    } else {
      page.send(Messages.error(null, "BUSY", "The random clicks before are not encoded yet."));
    }
  }

  private void record(ConsumerRecord<byte[], byte[]> record) {
    String visitor = RecordReader.header(record, VISITOR_HEADER);
    if (visitor == null) {
      return;
    }
    String action = RecordReader.header(record, ACTION_HEADER);
    if (record.topic().equals(config.errorsTopic())) {
      visitors.send(
          visitor,
          Messages.error(
              action,
              String.valueOf(RecordReader.header(record, ErrorHeaders.CODE)),
              String.valueOf(RecordReader.header(record, ErrorHeaders.MESSAGE))));
      return;
    }
    var event = serdes.promptEvent().deserializer().deserialize(record.topic(), record.value());
    Matcher name = PROMPT_ID.matcher(event.getPromptId());
    if (name.matches()) {
      ObjectNode message =
          Messages.message("prompt").put("action_id", action).put("prompt_id", event.getPromptId());
      message.set(
          "record",
          Messages.record(
              record.topic(),
              record.partition(),
              record.offset(),
              record.serializedValueSize(),
              Messages.json(event)));
      visitors.sendAndKeep(visitor, "prompt", name.group(1), message.toString());
    }
  }

  /** Draws the last embedding of each object, so that one who sends faster delays nobody else. */
  private void embeddings(List<PromptEmbedding> batch) {
    embeddings.add(batch.size());
    RandomClicks running = clicks.get();
    Map<String, PromptEmbedding> last = new HashMap<>();
    for (PromptEmbedding embedding : batch) {
      if (running != null) {
        running.encoded(embedding.promptId());
      }
      Matcher name = PROMPT_ID.matcher(embedding.promptId());
      if (name.matches() && visitors.isOpen(name.group(2))) {
        last.put(name.group(1), embedding);
      }
    }
    last.forEach((object, embedding) -> {
      String visitor = object.substring(0, object.indexOf('-'));
      String message = pictures.message(embedding, config).toString();
      visitors.sendAndKeep(visitor, "embedding", object, message);
      if (decoder != null) {
        String promptId = embedding.promptId();
        var unused = decoder.decode(embedding).thenAccept(answer -> {
          answer.put("type", "masks").put("prompt_id", promptId);
          visitors.sendAndKeep(visitor, "masks", object, answer.toString());
        });
      }
    });
  }

  private void tick() {
    long now = embeddings.sum();
    double perSecond = (now - embeddingsBefore) * 1000.0 / TICK_MILLIS;
    embeddingsBefore = now;
    visitors.sendToAll(Messages.message("rate").put("per_second", perSecond).toString());
    RandomClicks running = clicks.get();
    if (running != null) {
      boolean finished = running.finished();
      visitors.sendToAll(running.message());
      if (finished) {
        clicks.set(null);
      }
    }
  }

  @Override
  public void close() {
    parts.close();
  }
}
