package io.promptstream.intake;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever a request is: the result is a list of prompts, or one error that names a field. 100,000
 * requests are the golden ones with values that are replaced, removed, repeated or taken from
 * others.
 */
class RequestFuzzTest {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int REQUESTS = 100_000 / (int) Golden.formats().count();
  private static final int LONGEST_MESSAGE = 500;

  private static final List<JsonNode> HOSTILE = List.of(
      NODES.nullNode(),
      NODES.missingNode(),
      NODES.booleanNode(true),
      NODES.numberNode(-1),
      NODES.numberNode(Integer.MAX_VALUE),
      NODES.numberNode(Long.MIN_VALUE),
      NODES.numberNode(1e308),
      NODES.numberNode(-0.0),
      NODES.numberNode(Double.MIN_VALUE),
      NODES.numberNode(Double.NaN),
      NODES.numberNode(Double.NEGATIVE_INFINITY),
      NODES.numberNode(BigInteger.TEN.pow(900)),
      NODES.numberNode(new BigDecimal("1e999999999")),
      NODES.textNode(""),
      NODES.textNode("1"),
      NODES.textNode("x".repeat(1_000_000)),
      NODES.objectNode(),
      NODES.arrayNode(),
      deep(100_000));

  private static JsonNode deep(int levels) {
    JsonNode node = NODES.arrayNode();
    for (int level = 0; level < levels; level++) {
      node = level % 2 == 0 ? NODES.arrayNode().add(node) : NODES.objectNode().set("x", node);
    }
    return node;
  }

  static Stream<String> formats() {
    return Golden.formats();
  }

  @ParameterizedTest
  @MethodSource("formats")
  void shouldGivePromptsOrOneErrorWithThePathOfAField(String format) {
    Random random = new Random(format.hashCode());
    List<JsonNode> seeds = Golden.all().stream().map(Golden::request).toList();
    List<JsonNode> own = Golden.all().stream()
        .filter(golden -> golden.format().equals(format))
        .map(Golden::request)
        .toList();
    int converted = 0;
    for (int i = 0; i < REQUESTS; i++) {
      JsonNode seed = pick(own, random);
      for (int changes = random.nextInt(4); changes > 0; changes--) {
        seed = change(seed, seeds, random);
      }
      converted += convert(format, seed);
    }
    assertThat(converted).isBetween(REQUESTS / 10, REQUESTS - REQUESTS / 10);
  }

  /** Returns 1 if the request gives prompts, and 0 if it is refused as it must be. */
  private static int convert(String format, JsonNode request) {
    try {
      assertThat(Golden.convert(format, request)).isNotNull();
      return 1;
    } catch (IntakeException e) {
      assertThat(e.path()).matches("(/[^/]+)*");
      assertThat(e).message().hasSizeLessThan(LONGEST_MESSAGE).contains(e.path());
      return 0;
    }
  }

  private static <T> T pick(List<T> list, Random random) {
    return list.get(random.nextInt(list.size()));
  }

  /** Returns a copy in which the value at a random place is another one. */
  static JsonNode change(JsonNode node, List<JsonNode> seeds, Random random) {
    if (node.isEmpty() || random.nextInt(5) == 0) {
      return random.nextInt(4) == 0 ? pick(seeds, random) : pick(HOSTILE, random);
    }
    int index = random.nextInt(node.size());
    if (node.isArray()) {
      List<JsonNode> elements = new ArrayList<>();
      node.forEach(elements::add);
      elements.set(index, change(node.get(index), seeds, random));
      if (random.nextInt(10) == 0) {
        elements.add(node.get(index));
      }
      ArrayNode copy = NODES.arrayNode();
      return copy.addAll(elements);
    }
    ObjectNode copy = NODES.objectNode();
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      boolean changed = index-- == 0;
      if (!changed || random.nextInt(10) > 0) {
        copy.set(
            field.getKey(), changed ? change(field.getValue(), seeds, random) : field.getValue());
      }
    }
    return copy;
  }

  @Test
  void shouldRefuseAHugeValueWithoutShowingIt() {
    ArrayNode numbers = NODES.arrayNode();
    for (int i = 0; i < 1_000_000; i++) {
      numbers.add(i);
    }
    assertThat(convert("marks", NODES.arrayNode().add(numbers))).isZero();
    assertThat(convert("cvat", NODES.objectNode().set("obj_bbox", numbers))).isZero();
  }
}
