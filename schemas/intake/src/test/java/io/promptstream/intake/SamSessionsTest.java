package io.promptstream.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.promptstream.schemas.AddPoint;
import io.promptstream.schemas.Clear;
import io.promptstream.schemas.Close;
import io.promptstream.schemas.ImageSize;
import io.promptstream.schemas.PromptAction;
import io.promptstream.schemas.SetBox;
import io.promptstream.schemas.SetMask;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SamSessionsTest {
  private static final RequestDefaults DEFAULTS =
      new RequestDefaults(null, new ImageSize(1200, 1800), null, false);

  private static final String POINT = """
      'type':'add_points','session_id':'s','frame_index':0,'labels':[1],'points':[[0.5,0.5]]""";

  private static JsonNode json(String text) throws IOException {
    return Golden.JSON.readTree(text.replace('\'', '"'));
  }

  private static JsonNode golden(String format) throws IOException {
    String file = "/golden-sessions/%s.json".formatted(format);
    try (InputStream json = SamSessionsTest.class.getResourceAsStream(file)) {
      return Golden.JSON.readTree(json);
    }
  }

  private static SamSessions sessions(String format) {
    return format.equals("sam2") ? SamSessions.sam2(DEFAULTS) : SamSessions.sam3(DEFAULTS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sam2", "sam3"})
  void shouldConvertTheGoldenRequests(String format) throws IOException {
    SamSessions sessions = sessions(format);
    JsonNode golden = golden(format);
    for (int i = 0; i < golden.size(); i++) {
      ArrayNode actions = Golden.JSON.createArrayNode();
      for (PromptAction action : sessions.convert(golden.get(i).get("request"), "r/" + i)) {
        JsonNode shown = Golden.JSON.readTree(action.toString());
        shown.properties().removeIf(field -> field.getValue().isNull());
        actions.add(shown);
      }
      assertThat(actions).as("%d", i).isEqualTo(golden.get(i).get("actions"));
    }
  }

  /** The actions without fields look alike as JSON. */
  @Test
  void shouldClearAnObjectAndCloseASession() throws IOException {
    SamSessions sessions = sessions("sam2");
    sessions.convert(json("{%s,'object_id':1}".formatted(POINT)), "a");

    List<PromptAction> again = sessions.convert(json("{%s,'object_id':1}".formatted(POINT)), "b");
    List<PromptAction> end =
        sessions.convert(json("{'type':'close_session','session_id':'s'}"), "c");

    assertThat(again).hasSize(2);
    assertThat(again.get(0).getAction()).isInstanceOf(Clear.class);
    assertThat(again.get(1).getAction()).isInstanceOf(AddPoint.class);
    assertThat(end).singleElement().extracting(PromptAction::getAction).isInstanceOf(Close.class);
  }

  @Test
  void shouldClearAnObjectThatItMayHaveForgotten() throws IOException {
    SamSessions sessions = sessions("sam2");
    for (int object = 0; object <= 10_000; object++) {
      sessions.convert(json("{%s,'object_id':%d}".formatted(POINT, object)), "a" + object);
    }

    assertThat(sessions.convert(json("{%s,'object_id':0}".formatted(POINT)), "b"))
        .hasSize(2);
  }

  @Test
  void shouldNameTheModel() throws IOException {
    SamSessions sessions =
        SamSessions.sam2(new RequestDefaults(null, new ImageSize(3, 4), "large", false));

    assertThat(sessions.convert(json("{%s,'object_id':1}".formatted(POINT)), "a"))
        .extracting(PromptAction::getModel)
        .containsExactly("large");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "sam2 | [] | the document is []: it must be an object",
        "sam2 | {'type':'add_points'} | /session_id is missing",
        "sam2 | {'type':'load_session','session_id':'s'} | /type is 'load_session': it must be a request of SAM 2 or SAM 3",
        "sam2 | {POINT} | /object_id is missing",
        "sam2 | {'type':'add_points','session_id':'s','object_id':1,'points':[[1,2]],'labels':[]} | /labels is []: it must be an array of 1",
        "sam2 | {'type':'add_points','session_id':'s','object_id':1,'points':[[1,2]],'labels':[1]} | /frame_index is missing",
        "sam2 | {'type':'add_points','session_id':'s','object_id':1,'points':[[1,2]],'labels':[1],'frame_index':-1} | /frame_index is -1: it must be the number of a frame",
        "sam2 | {'type':'add_points','session_id':'s','object_id':1,'points':[],'labels':[],'frame_index':0} | the document is {'type':'add_points','session_id':'s','object_id':1,'points'…: a prompt needs a point or a box",
        "sam2 | {'type':'add_mask','session_id':'s','object_id':1,'frame_index':0,'mask':{'size':[1]}} | /mask/size is [1]: it must be [height, width]",
        "sam3 | {'type':'add_prompt','session_id':'s','text':'cat'} | /text is 'cat': the prompt encoder has no input for text",
        "sam3 | {'type':'add_prompt','session_id':'s','obj_id':1} | /points is missing",
        "sam3 | {'type':'add_prompt','session_id':'s','points':[[0,0]]} | /obj_id is missing",
        "sam3 | {'type':'add_prompt','session_id':'s','bounding_boxes':[]} | /bounding_boxes is []: it must be one box",
        "sam3 | {'type':'add_prompt','session_id':'s','bounding_boxes':[[0,0,1,1]],'points':[]} | /points is []: SAM 3 takes points or a box",
        "sam3 | {'type':'add_prompt','session_id':'s','bounding_boxes':[[0,0,1,1]],'bounding_box_labels':[0]} | /bounding_box_labels/0 is 0: the prompt encoder has no input for a negative box",
        "sam3 | {'type':'add_prompt','session_id':'s','bounding_boxes':[[0,0,1,1]],'clear_old_boxes':false} | /clear_old_boxes is false: a prompt has at most one box",
        "sam3 | {'type':'add_prompt','session_id':'s','bounding_boxes':[[0.5,0,-0.1,1]]} | /bounding_boxes/0 is [0.5,0,-0.1,1]: it must be a box with its top left corner first"
      })
  void shouldNameTheFieldItsValueAndTheReason(String format, String request, String message) {
    assertThatThrownBy(() -> sessions(format).convert(json(request.replace("POINT", POINT)), "r"))
        .isInstanceOf(IntakeException.class)
        .hasMessageStartingWith(message.replace('\'', '"'));
  }

  /** Whatever the requests are, no action is one that the session must reject. */
  @ParameterizedTest
  @ValueSource(strings = {"sam2", "sam3"})
  void shouldGiveActionsThatAreInOrderOrOneError(String format) throws IOException {
    Random random = new Random(format.hashCode());
    List<JsonNode> seeds = new ArrayList<>();
    golden(format).forEach(step -> seeds.add(step.get("request")));
    SamSessions sessions = sessions(format);
    Map<String, Map<String, Boolean>> open = new HashMap<>();
    int converted = 0;
    for (int i = 0; i < 50_000; i++) {
      JsonNode request = seeds.get(random.nextInt(seeds.size()));
      for (int changes = random.nextInt(3); changes > 0; changes--) {
        request = RequestFuzzTest.change(request, seeds, random);
      }
      try {
        sessions.convert(request, "r" + i).forEach(action -> check(action, open));
        converted++;
      } catch (IntakeException e) {
        assertThat(e.path()).matches("(/[^/]+)*");
        assertThat(e).message().hasSizeLessThan(500).contains(e.path());
      }
    }
    assertThat(converted).isBetween(10_000, 40_000);
  }

  /** Checks an action with the objects of each session, and whether they have a prompt. */
  private static void check(PromptAction action, Map<String, Map<String, Boolean>> open) {
    String session = action.getSessionId() + ' ' + action.getImageId();
    Map<String, Boolean> objects = open.computeIfAbsent(session, unused -> new HashMap<>());
    String object = String.valueOf(action.getObjectId());
    if (action.getAction() instanceof Close) {
      assertThat(open.remove(session)).isNotEmpty();
    } else if (action.getAction() instanceof Clear) {
      assertThat(objects.put(object, false)).isTrue();
    } else {
      assertThat(action.getAction()).isInstanceOfAny(AddPoint.class, SetBox.class, SetMask.class);
      objects.put(object, true);
    }
  }
}
