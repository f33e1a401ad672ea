package io.promptstream.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The reference cases: prompts, and the results of the official encoder of a family (by default
 * SAM).
 */
public final class SamCases {
  private static final int MASK_SIDE = 256;

  private final Profile profile;

  private SamCases(Profile profile) {
    this.profile = profile;
  }

  /**
   * One prompt of a case.
   *
   * @param name the case and the index in its batch
   * @param sparse [tokens, 256]
   * @param dense the expected part of the dense embedding
   */
  @SuppressWarnings("ArrayRecordComponent") // compared within a tolerance only
  public record Case(String name, Prompt prompt, float[] sparse, ExpectedDense dense) {
    @Override
    public String toString() {
      return name;
    }
  }

  /**
   * Every {@code rowStep}th row and {@code columnStep}th column of a dense embedding of [256, 64,
   * 64].
   */
  @SuppressWarnings("ArrayRecordComponent") // compared within a tolerance only
  public record ExpectedDense(float[] values, int rowStep, int columnStep) {
    private static final int GRID = 64;

    /** Returns the largest absolute difference from a dense embedding [256, 64, 64]. */
    public double largestDifference(float[] dense) {
      int rows = (GRID + rowStep - 1) / rowStep;
      int columns = (GRID + columnStep - 1) / columnStep;
      double largest = 0;
      for (int i = 0; i < values.length; i++) {
        int channel = i / (rows * columns);
        int row = i / columns % rows * rowStep;
        int column = i % columns * columnStep;
        float actual = dense[(channel * GRID + row) * GRID + column];
        largest = worse(largest, Math.abs((double) values[i] - actual));
      }
      return largest;
    }
  }

  /** Returns the largest absolute difference; NaN if an element is NaN or the lengths differ. */
  public static double largestDifference(float[] expected, float[] actual) {
    if (expected.length != actual.length) {
      return Double.NaN;
    }
    double largest = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = worse(largest, Math.abs((double) expected[i] - actual[i]));
    }
    return largest;
  }

  private static double worse(double largest, double difference) {
    return Double.isNaN(difference) ? difference : Math.max(largest, difference);
  }

  /** Copies a file of SAM's fixtures, which may be in a jar, into a directory. */
  public static Path copy(String name, Path directory) {
    return copy(Profile.SAM, name, directory);
  }

  /** Copies a file of a family's fixtures, which may be in a jar, into a directory. */
  public static Path copy(Profile profile, String name, Path directory) {
    Path file = directory.resolve(name);
    try (InputStream in = open(profile, name)) {
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  /** Returns every prompt of every SAM case. */
  public static List<Case> all() {
    return all(Profile.SAM);
  }

  /** Returns every prompt of every case of a family. */
  public static List<Case> all(Profile profile) {
    SamCases family = new SamCases(profile);
    try (InputStream json = open(profile, "cases.json")) {
      List<Case> cases = new ArrayList<>();
      for (JsonNode node : new ObjectMapper().readTree(json).get("cases")) {
        cases.addAll(family.batch(node));
      }
      return cases;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Case> batch(JsonNode node) {
    int batch = node.get("batch").asInt();
    float[] sparse = npy(profile, node.get("sparse").asText());
    float @Nullable [] masks =
        node.has("masks") ? npy(profile, node.get("masks").asText()) : null;
    List<Case> cases = new ArrayList<>();
    for (int i = 0; i < batch; i++) {
      cases.add(new Case(
          node.get("name").asText() + '[' + i + ']',
          new Prompt(imageSize(node), points(node, i), box(node, i), mask(masks, i)),
          part(sparse, i, batch),
          dense(node, i, batch)));
    }
    return cases;
  }

  private static @Nullable ImageSize imageSize(JsonNode node) {
    JsonNode size = node.get("image_size");
    return size.isNull() ? null : new ImageSize(size.get(0).asInt(), size.get(1).asInt());
  }

  private static List<Point> points(JsonNode node, int i) {
    List<Point> points = new ArrayList<>();
    if (node.has("points")) {
      for (int n = 0; n < node.get("points").get(i).size(); n++) {
        JsonNode xy = node.get("points").get(i).get(n);
        PointLabel label = label(node.get("labels").get(i).get(n).asInt());
        points.add(new Point(xy.get(0).asDouble(), xy.get(1).asDouble(), label));
      }
    }
    return points;
  }

  private static PointLabel label(int label) {
    return switch (label) {
      case -1 -> PointLabel.NOT_A_POINT;
      case 0 -> PointLabel.BACKGROUND;
      case 1 -> PointLabel.FOREGROUND;
      default -> throw new IllegalArgumentException("label " + label);
    };
  }

  private static @Nullable Box box(JsonNode node, int i) {
    if (!node.has("boxes")) {
      return null;
    }
    JsonNode box = node.get("boxes").get(i);
    return new Box(
        box.get(0).asDouble(),
        box.get(1).asDouble(),
        box.get(2).asDouble(),
        box.get(3).asDouble());
  }

  private static @Nullable MaskLogits mask(float @Nullable [] masks, int i) {
    return masks == null
        ? null
        : new MaskLogits(
            MASK_SIDE, MASK_SIDE, part(masks, i, masks.length / MASK_SIDE / MASK_SIDE));
  }

  private ExpectedDense dense(JsonNode node, int i, int batch) {
    String file = node.get("dense").asText();
    if (file.startsWith("no_mask")) {
      return new ExpectedDense(npy(profile, "expected/no_mask.npy"), 64, 64);
    }
    boolean all = node.get("dense_sampling").asText().equals("all");
    return new ExpectedDense(part(npy(profile, file), i, batch), all ? 1 : 7, all ? 1 : 5);
  }

  private static float[] part(float[] values, int i, int parts) {
    int length = values.length / parts;
    return java.util.Arrays.copyOfRange(values, i * length, (i + 1) * length);
  }

  /** Returns the elements of a NumPy file of SAM's fixtures. */
  public static float[] npy(String name) {
    return npy(Profile.SAM, name);
  }

  /** Returns the elements of a NumPy file of a family's fixtures. */
  public static float[] npy(Profile profile, String name) {
    try (NDManager manager = TorchDevice.engine().newBaseManager();
        InputStream in = open(profile, name)) {
      NDArray array = NDList.decode(manager, in).singletonOrThrow();
      return array.size() == 0 ? new float[0] : array.toFloatArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream open(Profile profile, String name) {
    String resource = "/fixtures/%s/%s".formatted(profile.name(), name);
    return Objects.requireNonNull(SamCases.class.getResourceAsStream(resource), resource);
  }
}
