package io.promptstream.intake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A value in a JSON document and its location. All methods that read it throw
 * {@link IntakeException} if the value is absent or of another type.
 */
public final class JsonField {
  /** An object without members. */
  static final JsonField EMPTY = root(JsonNodeFactory.instance.objectNode());

  static final String NO_TEXT =
      "the prompt encoder has no input for text; send the boxes that a detector finds for it";

  private static final int LONGEST_VALUE = 60;

  private final String path;
  private final JsonNode node;

  private JsonField(String path, JsonNode node) {
    this.path = path;
    this.node = node;
  }

  /** Returns a whole document. */
  public static JsonField root(JsonNode document) {
    return at("", document);
  }

  /** Returns a value that is at a location in a larger document. */
  public static JsonField at(String path, JsonNode value) {
    return new JsonField(path, value);
  }

  /** Returns a member of this object, which may be absent. */
  public JsonField get(String name) {
    return new JsonField(path + '/' + name, object().path(name));
  }

  /** Returns a member of this object if it is present and not null. */
  public Optional<JsonField> find(String name) {
    return Optional.of(get(name)).filter(JsonField::isPresent);
  }

  /** Returns whether this object has a member, which may be null. */
  public boolean has(String name) {
    return object().has(name);
  }

  private boolean isPresent() {
    return !node.isMissingNode() && !node.isNull();
  }

  boolean isArray() {
    return node.isArray();
  }

  boolean isObject() {
    return node.isObject();
  }

  /** Returns whether this is a string. */
  public boolean isText() {
    return node.isTextual();
  }

  private JsonNode object() {
    return value("an object", isObject());
  }

  /** Checks that this object has no other members. */
  public void requireOnly(Set<String> known) {
    for (Iterator<String> names = object().fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!known.contains(name)) {
        throw new IntakeException(
            path + '/' + cut(name),
            "is not a field; the fields are "
                + String.join(", ", known.stream().sorted().toList()));
      }
    }
  }

  /** Returns the name of the single member of this object. */
  public String onlyMember() {
    return value("an object with one member", isObject() && node.size() == 1)
        .fieldNames()
        .next();
  }

  /** Returns the elements of this array. */
  public List<JsonField> elements() {
    JsonNode array = value("an array", isArray());
    return new AbstractList<>() {
      @Override
      public JsonField get(int index) {
        return new JsonField(path + '/' + index, array.get(index));
      }

      @Override
      public int size() {
        return array.size();
      }
    };
  }

  /** Returns the elements of this array if it has the right number of them. */
  List<JsonField> elements(int size, String expected) {
    value(expected, isArray() && node.size() == size);
    return elements();
  }

  /** Reads each element of this array. */
  public <T> List<T> list(Function<JsonField, T> read) {
    return elements().stream().map(read).toList();
  }

  /** Returns an array of numbers from 0 to 255. */
  byte[] bytes() {
    List<JsonField> elements = elements();
    byte[] bytes = new byte[elements.size()];
    for (int i = 0; i < bytes.length; i++) {
      int value = elements.get(i).integer();
      elements.get(i).value("a byte, 0 to 255", value >= 0 && value <= 0xff);
      bytes[i] = (byte) value;
    }
    return bytes;
  }

  /** Returns a number, which may be NaN or infinite. */
  public double number() {
    return value("a number", node.isNumber()).doubleValue();
  }

  /** Returns a finite number. */
  double finite() {
    double number = number();
    value("a finite number", Double.isFinite(number));
    return number;
  }

  /** Returns a 32-bit integer. */
  public int integer() {
    return value("a 32-bit integer", node.isIntegralNumber() && node.canConvertToInt())
        .intValue();
  }

  /** Returns a string. */
  public String text() {
    return value("a string", isText()).textValue();
  }

  /** Returns a string, or a number as a string. */
  public String id() {
    return value("a number or a string", isText() || node.isNumber()).asText();
  }

  /** Returns a Boolean, or 1 or 0 as a Boolean. */
  boolean flag() {
    boolean number = node.isNumber();
    boolean valid = number ? node.doubleValue() == 0 || node.doubleValue() == 1 : node.isBoolean();
    JsonNode flag = value("0, 1, true or false", valid);
    return number ? flag.doubleValue() == 1 : flag.booleanValue();
  }

  /** Refuses the label of a negative box or mask. */
  void requirePositive() {
    if (!flag()) {
      throw unsupported(
          "the prompt encoder has no input for a negative box or mask; use background points");
    }
  }

  /** Returns the constant of this name. */
  public <E extends Enum<E>> E constant(Class<E> type) {
    String name = text();
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> constant.name().equals(name))
        .findFirst()
        .orElseThrow(() -> refused("one of " + Set.of(type.getEnumConstants())));
  }

  private JsonNode value(String expected, boolean valid) {
    if (!valid) {
      throw refused(expected);
    }
    return node;
  }

  /** Returns the exception for this value: it is or is missing, and must be what is expected. */
  public IntakeException refused(String expected) {
    return new IntakeException(path, "%s: it must be %s".formatted(shown(), expected));
  }

  /** Returns the exception for this value, and why it cannot be read. */
  public IntakeException unsupported(String why) {
    return new IntakeException(path, "%s: %s".formatted(shown(), why));
  }

  private String shown() {
    if (node.isMissingNode()) {
      return "is missing";
    }
    if (isSmall(node)) {
      // Jackson quotes numbers that are not finite.
      return "is " + cut(node.isNumber() ? node.asText() : node.toString());
    }
    return node.isTextual()
        ? "is \"%s\"".formatted(cut(node.textValue()))
        : "is %s of %d".formatted(node.isArray() ? "an array" : "an object", node.size());
  }

  /** Only a short value is turned into text as a whole: a long one could fill the memory. */
  private static boolean isSmall(JsonNode value) {
    if (value.isTextual()) {
      return value.textValue().length() <= LONGEST_VALUE;
    }
    if (value.size() > 6) {
      return false;
    }
    for (JsonNode child : value) {
      if (!child.isEmpty() || (child.isTextual() && !isSmall(child))) {
        return false;
      }
    }
    return true;
  }

  private static String cut(String text) {
    return text.length() <= LONGEST_VALUE ? text : text.substring(0, LONGEST_VALUE) + '…';
  }
}
