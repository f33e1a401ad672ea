package io.promptstream.application.promptfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptstream.intake.CocoAnnotation.Part;
import io.promptstream.schemas.Box;
import io.promptstream.schemas.ImageSize;
import io.promptstream.schemas.PolygonMask;
import io.promptstream.schemas.PromptEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CocoAnnotationsTest {
  private static final String IMAGES = """
      "images": [{"id": 7, "file_name": "truck.jpg", "height": 1200, "width": 1800, "license": 3},
                 {"id": "b", "height": 500, "width": 500}]\
      """;

  @TempDir
  private Path directory;

  private List<PromptEvent> read(String json) throws IOException {
    Path file = Files.writeString(directory.resolve("coco.json"), json);
    try (Stream<PromptEvent> prompts = PromptFile.read(file)) {
      return prompts.toList();
    }
  }

  private static PromptEvent box(String id, String image, ImageSize size, Box box) {
    return PromptEvent.newBuilder()
        .setPromptId(id)
        .setImageId(image)
        .setImageSize(size)
        .setPoints(List.of())
        .setBox(box)
        .build();
  }

  @Test
  void shouldReadABoxFromEachAnnotation() throws IOException {
    String annotations = """
        "annotations": [
          {"id": 1, "image_id": 7, "category_id": 3, "iscrowd": 0, "area": 75625,
           "bbox": [425, 600, 275, 275], "segmentation": [[1, 2, 3, 4, 5, 6]]},
          {"segmentation": {"counts": [1, 2], "size": [3, 4]}, "bbox": [0, 0, 1, 2],
           "image_id": "b", "id": "two"}]\
        """;

    assertThat(read("{\"info\": {\"images\": 2}, %s, %s}".formatted(IMAGES, annotations)))
        .containsExactly(
            box("1", "truck.jpg", new ImageSize(1200, 1800), new Box(425., 600., 700., 875.)),
            box("two", "b", new ImageSize(500, 500), new Box(0., 0., 1., 2.)));
  }

  @Test
  void shouldReadTheSegmentationInsteadOfTheBox() throws IOException {
    Path file = Files.writeString(
        directory.resolve("coco.json"),
        "{%s, \"annotations\": [{\"id\": 1, \"image_id\": 7, \"bbox\": 5, \"segmentation\": [[1, 2, 3, 4, 5, 6]]}]}"
            .formatted(IMAGES));

    try (Stream<PromptEvent> prompts = PromptFile.read(file, Set.of(Part.MASK))) {
      PromptEvent prompt = prompts.findFirst().orElseThrow();
      assertThat(prompt.getMask())
          .isEqualTo(new PolygonMask(List.of(List.of(1.0, 2.0, 3.0, 4.0, 5.0, 6.0))));
      assertThat(prompt.getBox()).isNull();
    }
  }

  @Test
  void shouldReadAnnotationsBeforeTheImages() throws IOException {
    String annotations = "\"annotations\": [{\"id\": 1, \"image_id\": 7, \"bbox\": [1, 2, 3, 4]}]";

    assertThat(read("{%s, \"categories\": [], %s}".formatted(annotations, IMAGES)))
        .extracting(PromptEvent::getImageId)
        .containsExactly("truck.jpg");
  }

  @Test
  void shouldAddDecimalNumbersSoThatABoxEndsAtTheEdge() throws IOException {
    String annotations =
        "\"annotations\": [{\"id\": 1, \"image_id\": \"b\", \"bbox\": [72.7, 1.1, 427.3, 2.2]}]";

    Box box = read("{%s, %s}".formatted(IMAGES, annotations)).get(0).getBox();

    assertThat(box).isEqualTo(new Box(72.7, 1.1, 500.0, 3.3));
  }

  @Test
  void shouldHaveNoPromptsWithoutAnnotations() throws IOException {
    assertThat(read("{%s, \"annotations\": []}".formatted(IMAGES))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'id':9,'image_id':8,'bbox':[1,2,3,4]} | /annotations/0/image_id is 8: it must be the id of an image of the file",
        "{'id':9,'image_id':7} | /annotations/0/bbox is missing",
        "{'id':9,'image_id':7,'bbox':[1,2,3]} | /annotations/0/bbox is [1,2,3]: it must be [x, y, width, height]",
        "{'id':9,'image_id':7,'bbox':[1,2,3,'4']} | /annotations/0/bbox/3 is '4': it must be a number",
        "{'id':9,'bbox':[1,2,3,4]} | /annotations/0/image_id is missing",
        "{'image_id':7,'bbox':[1,2,3,4]} | /annotations/0/id is missing",
        "12 | /annotations/0 is 12: it must be an object"
      })
  void shouldNameTheLineAndTheAnnotation(String annotation, String message) {
    String json = "{%s,\n\"annotations\": [\n%s]}".formatted(IMAGES, annotation.replace('\'', '"'));

    assertThatThrownBy(() -> read(json))
        .isInstanceOf(PromptFileException.class)
        .hasMessageContaining("coco.json line 4: ")
        .hasMessageContaining(message.replace('\'', '"'));
  }

  @Test
  void shouldNameAnImageWithoutSize() {
    assertThatThrownBy(
            () -> read("{\"images\": [{\"id\": 1, \"height\": 3}], \"annotations\": []}"))
        .isInstanceOf(PromptFileException.class)
        .hasMessageContaining("/images/0/width is missing");
  }

  @Test
  void shouldNameAMissingPart() {
    assertThatThrownBy(() -> read("{%s}".formatted(IMAGES)))
        .isInstanceOf(PromptFileException.class)
        .hasMessageContaining("has no annotations");
  }

  @Test
  void shouldNameTheLineWhereATruncatedFileEnds() {
    String json = "{%s,\n\"annotations\": [\n{\"id\": 1, \"image_".formatted(IMAGES);

    assertThatThrownBy(() -> read(json))
        .isInstanceOf(PromptFileException.class)
        .hasMessageContaining("coco.json line 4: Unexpected end-of-input");
  }
}
