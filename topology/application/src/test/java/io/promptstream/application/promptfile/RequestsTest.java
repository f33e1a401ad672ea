package io.promptstream.application.promptfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.promptstream.intake.RequestDefaults;
import io.promptstream.intake.RequestFormat;
import io.promptstream.intake.SamSessions;
import io.promptstream.schemas.AddPoint;
import io.promptstream.schemas.Close;
import io.promptstream.schemas.ImageSize;
import io.promptstream.schemas.PromptAction;
import io.promptstream.schemas.PromptEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RequestsTest {
  private static final RequestDefaults DEFAULTS =
      new RequestDefaults("truck.jpg", new ImageSize(1200, 1800), null, false);

  private static final String MARKS = """
      [{"type": "point", "data": [500, 375], "label": 1}]
      [
        {"type": "rectangle",
         "data": [425, 600, 700, 875]}
      ]
      """;

  @TempDir
  private Path directory;

  private List<PromptEvent> read(RequestFormat format, String json) throws IOException {
    Path file = Files.writeString(directory.resolve("requests.json"), json);
    try (Stream<PromptEvent> prompts = PromptFile.read(file, format, DEFAULTS)) {
      return prompts.toList();
    }
  }

  @Test
  void shouldReadRequestsOfAnyLengthAndNameThemAfterTheirLine() throws IOException {
    assertThat(read(RequestFormat.MARKS, MARKS))
        .extracting(PromptEvent::getPromptId)
        .containsExactly("requests.json:1", "requests.json:2");
  }

  @Test
  void shouldReadSeveralPromptsOfARequest() throws IOException {
    String box = "{\"x\": 5, \"y\": 5, \"width\": 2, \"height\": 2}";
    String request = "{\"prompts\": {\"prompts\": [{\"box\": %s}, {\"box\": %s}]}}";

    assertThat(read(RequestFormat.ROBOFLOW, "\n" + request.formatted(box, box)))
        .extracting(PromptEvent::getPromptId)
        .containsExactly("requests.json:2/0", "requests.json:2/1");
  }

  @Test
  void shouldReadTheRequestsOfASessionWithOneConverter() throws IOException {
    Path file = Files.writeString(directory.resolve("requests.json"), """
        {"type": "add_points", "session_id": "s", "frame_index": 0, "object_id": 1,
         "points": [[0.5, 0.5]], "labels": [1]}
        {"type": "close_session", "session_id": "s"}
        """);

    try (Stream<PromptAction> actions = PromptFile.readActions(file, SamSessions.sam2(DEFAULTS))) {
      assertThat(actions)
          .extracting(PromptAction::getActionId, action -> action.getAction().getClass())
          .containsExactly(
              tuple("requests.json:1/0", AddPoint.class), tuple("requests.json:3/0", Close.class));
    }
  }

  @Test
  void shouldHaveNoPromptsInAnEmptyFile() throws IOException {
    assertThat(read(RequestFormat.CVAT, " \n")).isEmpty();
  }

  @Test
  void shouldNameTheLineAndTheFieldOfAnInvalidRequest() {
    assertThatThrownBy(() -> read(RequestFormat.MARKS, MARKS + "[{\"type\": 7}]"))
        .isInstanceOf(PromptFileException.class)
        .hasMessageEndingWith("requests.json line 6: /0/type is 7: it must be a string");
  }

  @Test
  void shouldNameTheLineWhereAFileIsNoJson() {
    assertThatThrownBy(() -> read(RequestFormat.MARKS, MARKS + "[{\"type\": "))
        .isInstanceOf(PromptFileException.class)
        .hasMessageContaining("requests.json line 6: Unexpected end-of-input");
  }

  @Test
  void shouldRefuseADocumentThatIsNestedTooDeeply() {
    assertThatThrownBy(() -> read(RequestFormat.MARKS, "[".repeat(1_000_000)))
        .isInstanceOf(PromptFileException.class)
        .hasMessageContaining("nesting depth");
  }
}
