package io.promptstream.application.promptfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptstream.intake.IntakeException;
import io.promptstream.intake.JsonField;
import io.promptstream.schemas.AddPoint;
import io.promptstream.schemas.BitmapMask;
import io.promptstream.schemas.Box;
import io.promptstream.schemas.Clear;
import io.promptstream.schemas.ClearBox;
import io.promptstream.schemas.ClearMask;
import io.promptstream.schemas.Close;
import io.promptstream.schemas.DataType;
import io.promptstream.schemas.ImageSize;
import io.promptstream.schemas.LogitsMask;
import io.promptstream.schemas.Point;
import io.promptstream.schemas.PointLabel;
import io.promptstream.schemas.PolygonMask;
import io.promptstream.schemas.PromptAction;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.Redo;
import io.promptstream.schemas.RemovePoint;
import io.promptstream.schemas.RleMask;
import io.promptstream.schemas.SetBox;
import io.promptstream.schemas.SetMask;
import io.promptstream.schemas.Undo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PromptFileTest {
  @TempDir
  private Path directory;

  private Path write(String text) throws IOException {
    return Files.writeString(directory.resolve("prompts.jsonl"), text);
  }

  private static List<PromptEvent> read(Path file) {
    try (Stream<PromptEvent> prompts = PromptFile.read(file)) {
      return prompts.toList();
    }
  }

  @Test
  void shouldReadEveryField() throws IOException {
    Path file = write("""
            {"prompt_id": "p1", "image_id": "truck.jpg", "object_id": "car-1",\
             "image_size": {"height": 1200, "width": 1800},\
             "points": [{"x": 500, "y": 375.5, "label": "FOREGROUND"},\
             {"x": 1, "y": 2, "label": "BACKGROUND"}],\
             "box": {"x_min": 425, "y_min": 600, "x_max": 700, "y_max": 875},\
             "mask": {"data_type": "FLOAT16", "height": 1, "width": 2, "logits": "AAECAw=="}, "model": "batch"}
            """);

    assertThat(read(file))
        .containsExactly(new PromptEvent(
            "p1",
            "truck.jpg",
            "car-1",
            new ImageSize(1200, 1800),
            List.of(
                new Point(500.0, 375.5, PointLabel.FOREGROUND),
                new Point(1.0, 2.0, PointLabel.BACKGROUND)),
            new Box(425.0, 600.0, 700.0, 875.0),
            new LogitsMask(DataType.FLOAT16, 1, 2, ByteBuffer.wrap(new byte[] {0, 1, 2, 3})),
            "batch"));
  }

  @ParameterizedTest
  @MethodSource("actions")
  void shouldReadEachAction(String json, Object action) throws IOException {
    Path file = write("""
            {"image_id": "i", "action_id": "a", "session_id": "s", "object_id": "o", "action": %s}
            {"image_size": {"height": 2, "width": 3}, "model": "m", "action_id": "b", "session_id": "s",\
             "image_id": "i", "action": %s}
            """.formatted(json, json));

    assertThat(PromptFile.hasActions(file)).isTrue();
    assertThat(readActions(file))
        .containsExactly(
            new PromptAction("a", "s", "o", "i", null, null, action),
            new PromptAction("b", "s", null, "i", new ImageSize(2, 3), "m", action));
  }

  static Stream<Arguments> actions() {
    return Stream.of(
        Arguments.of(
            "{\"AddPoint\": {\"point\": {\"x\": 1, \"y\": 2, \"label\": \"BACKGROUND\"}}}",
            new AddPoint(new Point(1.0, 2.0, PointLabel.BACKGROUND))),
        Arguments.of(
            "{\"RemovePoint\": {\"x\": 1, \"y\": 2, \"radius\": 3.5}}",
            new RemovePoint(1.0, 2.0, 3.5)),
        Arguments.of(
            "{\"SetBox\": {\"box\": {\"x_min\": 1, \"y_min\": 2, \"x_max\": 3, \"y_max\": 4}}}",
            new SetBox(new Box(1.0, 2.0, 3.0, 4.0))),
        Arguments.of(
            "{\"SetMask\": {\"mask\": {\"rings\": [[0, 0, 3, 0, 0, 2]]}}}",
            new SetMask(new PolygonMask(List.of(List.of(0.0, 0.0, 3.0, 0.0, 0.0, 2.0))))),
        Arguments.of("{\"ClearBox\": {}}", new ClearBox()),
        Arguments.of("{\"ClearMask\": {}}", new ClearMask()),
        Arguments.of("{\"Undo\": {}}", new Undo()),
        Arguments.of("{\"Redo\": {}}", new Redo()),
        Arguments.of("{\"Clear\": {}}", new Clear()),
        Arguments.of("{\"Close\": {}}", new Close()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | /action is {}: it must be an object with one member",
        "\"Undo\" | /action is \"Undo\": it must be an object with one member",
        "{\"Undo\": {}, \"Redo\": {}} | it must be an object with one member",
        "{\"AddPint\": {}} | /action/AddPint is {}: there is no such action",
        "{\"Undo\": {\"steps\": 2}} | /action/Undo/steps is not a field",
        "{\"Undo\": null} | /action/Undo is null: it must be an object",
        "{\"AddPoint\": {}} | /action/AddPoint/point is missing: it must be an object",
        "{\"RemovePoint\": {\"x\": 1, \"y\": 2}} | /action/RemovePoint/radius is missing",
      })
  void shouldNameTheInvalidFieldOfAnAction(String json, String message) throws IOException {
    Path file = write("""
        {"action_id": "a", "session_id": "s", "image_id": "i", "action": %s}""".formatted(json));

    assertThatThrownBy(() -> readActions(file))
        .isInstanceOf(PromptFileException.class)
        .hasMessageContaining("line 1: ")
        .hasMessageContaining(message);
  }

  @Test
  void shouldReadNoFileForAnActionThatIsNotTrusted() throws IOException {
    JsonField action = JsonField.root(PromptFile.JSON.readTree("""
        {"action_id": "a", "session_id": "s", "image_id": "i",
         "action": {"SetMask": {"mask": "/etc/passwd"}}}"""));

    assertThatThrownBy(() -> ActionReader.WITHOUT_FILES.read(action))
        .isInstanceOf(IntakeException.class)
        .hasMessageContaining("/action/SetMask/mask is \"/etc/passwd\": it must be an object");
  }

  @Test
  void shouldTellEventsFromActions() throws IOException {
    assertThat(PromptFile.hasActions(write("{\"image_id\": \"i\", \"prompt_id\": \"a\"}")))
        .isFalse();
    assertThat(PromptFile.hasActions(write("{\"images\": [{\"action\": 1}]}"))).isFalse();
    assertThat(PromptFile.hasActions(write("no JSON"))).isFalse();
    assertThat(PromptFile.hasActions(write(""))).isFalse();
  }

  private static List<PromptAction> readActions(Path file) {
    try (Stream<PromptAction> actions = PromptFile.readActions(file)) {
      return actions.toList();
    }
  }

  @ParameterizedTest
  @MethodSource("imageMasks")
  void shouldReadAMaskOfTheImageByItsFields(String json, Object mask) throws IOException {
    Path file = write("{\"prompt_id\": \"p\", \"image_id\": \"i\", \"mask\": %s}".formatted(json));

    assertThat(read(file)).extracting(PromptEvent::getMask).containsExactly(mask);
  }

  static Stream<Arguments> imageMasks() {
    return Stream.of(
        Arguments.of("{\"height\": 2, \"width\": 3, \"counts\": \"13\"}", new RleMask(2, 3, "13")),
        Arguments.of(
            "{\"height\": 2, \"width\": 3, \"counts\": [1, 5]}", new RleMask(2, 3, List.of(1, 5))),
        Arguments.of(
            "{\"rings\": [[0, 0.5, 3, 0, 0, 2], []]}",
            new PolygonMask(List.of(List.of(0.0, 0.5, 3.0, 0.0, 0.0, 2.0), List.of()))),
        Arguments.of(
            "{\"height\": 1, \"width\": 9, \"bits\": \"AYA=\"}",
            new BitmapMask(1, 9, ByteBuffer.wrap(new byte[] {1, -128}))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"height\": 2, \"width\": 3, \"counts\": 7} | /mask/counts is 7: it must be an array",
        "{\"height\": 2, \"width\": 3, \"counts\": [1, 2.5]} | /mask/counts/1 is 2.5: it must be a 32-bit integer",
        "{\"rings\": [[0, \"1\"]]} | /mask/rings/0/1 is \"1\": it must be a number",
        "{\"rings\": null} | /mask/rings is null: it must be an array",
        "{\"height\": 1, \"width\": 9, \"bits\": \"?\"} | /mask/bits is \"?\": it must be base64",
        "{\"rings\": [], \"height\": 1} | /mask/height is not a field; the fields are rings",
      })
  void shouldNameTheInvalidFieldOfAMaskOfTheImage(String json, String message) throws IOException {
    Path file = write("{\"prompt_id\": \"p\", \"image_id\": \"i\", \"mask\": %s}".formatted(json));

    assertThatThrownBy(() -> read(file)).hasMessageContaining(message);
  }

  @Test
  void shouldUseTheDefaultOfAnAbsentOrNullField() throws IOException {
    Path file = write("{\"prompt_id\": \"p\", \"image_id\": \"i\", \"box\": null}");

    assertThat(read(file))
        .containsExactly(PromptEvent.newBuilder()
            .setPromptId("p")
            .setImageId("i")
            .setPoints(List.of())
            .build());
  }

  @Test
  void shouldSkipBlankLinesAndAByteOrderMark() throws IOException {
    Path file = write("\uFEFF\n{\"prompt_id\":\"a\",\"image_id\":\"i\"}\r\n  \n"
        + "{\"prompt_id\":\"b\",\"image_id\":\"i\"}");

    assertThat(read(file)).extracting(PromptEvent::getPromptId).containsExactly("a", "b");
  }

  @Test
  void shouldDetectTheFormatAfterAByteOrderMark() throws IOException {
    Path file = write("\uFEFF{\"prompt_id\":\"a\",\"image_id\":\"i\"}");

    assertThat(read(file)).hasSize(1);
  }

  @Test
  void shouldHaveNoPromptsInAnEmptyFile() throws IOException {
    assertThat(read(write(""))).isEmpty();
  }

  @Test
  void shouldAcceptNumbersThatAreNotFinite() throws IOException {
    Path file = write("{\"prompt_id\":\"p\",\"image_id\":\"i\","
        + "\"points\":[{\"x\":NaN,\"y\":-Infinity,\"label\":\"FOREGROUND\"}]}");

    Point point = read(file).get(0).getPoints().get(0);
    assertThat(point.getX()).isNaN();
    assertThat(point.getY()).isEqualTo(Double.NEGATIVE_INFINITY);
  }

  @Test
  void shouldReadNoFurtherThanRequested() throws IOException {
    Path file = write("{\"prompt_id\":\"a\",\"image_id\":\"i\"}\nbroken\n");

    try (Stream<PromptEvent> prompts = PromptFile.read(file)) {
      Iterator<PromptEvent> iterator = prompts.iterator();
      assertThat(iterator.next().getPromptId()).isEqualTo("a");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'image_id':'i'} | /prompt_id is missing",
        "{'prompt_id':7,'image_id':'i'} | /prompt_id is 7: it must be a string",
        "{'prompt_id':'p','image_id':'i','boxes':[]} | /boxes is not a field; the fields are box, image_id",
        "{'prompt_id':'p','image_id':'i','points':{}} | /points is {}: it must be an array",
        "{'prompt_id':'p','image_id':'i','points':[{'x':1,'y':2}]} | /points/0/label is missing",
        "{'prompt_id':'p','image_id':'i','points':[{'x':1,'y':2,'label':'FRONT'}]} | /points/0/label is 'FRONT'",
        "{'prompt_id':'p','image_id':'i','points':[{'x':'1','y':2,'label':'FOREGROUND'}]} | /points/0/x is '1': it must be a number",
        "{'prompt_id':'p','image_id':'i','points':[{'x':1,'y':2,'z':3,'label':'FOREGROUND'}]} | /points/0/z is not a field",
        "{'prompt_id':'p','image_id':'i','points':[5]} | /points/0 is 5: it must be an object",
        "{'prompt_id':'p','image_id':'i','box':{'x_min':1,'y_min':2,'x_max':3}} | /box/y_max is missing",
        "{'prompt_id':'p','image_id':'i','box':[1,2,3,4]} | /box is [1,2,3,4]: it must be an object",
        "{'prompt_id':'p','image_id':'i','image_size':{'height':1.5,'width':2}} | /image_size/height is 1.5: it must be a 32-bit integer",
        "{'prompt_id':'p','image_id':'i','image_size':{'height':3000000000,'width':2}} | /image_size/height is 3000000000",
        "{'prompt_id':'p','image_id':'i','mask':7} | /mask is 7: it must be an object",
        "{'prompt_id':'p','image_id':'i','mask':'none.npy'} | none.npy is not a file",
        "{'prompt_id':'p','image_id':'i','mask':{'data_type':'INT8','height':1,'width':1,'logits':''}} | /mask/data_type is 'INT8'",
        "{'prompt_id':'p','image_id':'i','mask':{'data_type':'FLOAT32','height':1,'width':1,'logits':'?'}} | /mask/logits is '?': it must be base64",
        "{'prompt_id':'p','prompt_id':'q','image_id':'i'} | Duplicate field",
        "{'prompt_id':'p','image_id':'i'} {} | Trailing token",
        "{'prompt_id':'p','image_id': | Unexpected end-of-input",
        "[] | the document is []: it must be an object",
        "hello | Unrecognized token"
      })
  void shouldNameFileLineAndField(String json, String message) throws IOException {
    Path file =
        write("{\"prompt_id\":\"ok\",\"image_id\":\"i\"}\n\n" + json.replace('\'', '"') + "\n");

    assertThatThrownBy(() -> read(file))
        .isInstanceOf(PromptFileException.class)
        .hasMessageStartingWith("%s line 3: ", file)
        .hasMessageContaining(message.replace('\'', '"'));
  }

  @Test
  void shouldNameAMissingFile() {
    Path file = directory.resolve("nothing.jsonl");

    assertThatThrownBy(() -> PromptFile.read(file))
        .isInstanceOf(PromptFileException.class)
        .hasMessage(file + ": there is no such file");
  }

  @Test
  void shouldRejectAFileThatIsNotUtf8() throws IOException {
    Path file = directory.resolve("latin.jsonl");
    Files.write(
        file, "{\"prompt_id\":\"größe\",\"image_id\":\"i\"}".getBytes(StandardCharsets.ISO_8859_1));

    assertThatThrownBy(() -> read(file))
        .isInstanceOf(PromptFileException.class)
        .hasMessageContaining("is not UTF-8 text");
  }

  @Test
  void shouldNameTheLineOfAMaskThatCannotBeRead() throws IOException {
    Files.writeString(directory.resolve("mask.npy"), "not numpy");
    Path file = write("{\"prompt_id\":\"p\",\"image_id\":\"i\",\"mask\":\"mask.npy\"}");

    assertThatThrownBy(() -> read(file))
        .isInstanceOf(PromptFileException.class)
        .hasMessageContaining("line 1: /mask is \"mask.npy\": ")
        .hasMessageContaining("mask.npy is not a NumPy file");
  }
}
