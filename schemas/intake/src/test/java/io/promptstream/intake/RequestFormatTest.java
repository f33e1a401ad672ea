package io.promptstream.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.promptstream.schemas.Box;
import io.promptstream.schemas.ImageSize;
import io.promptstream.schemas.PromptEvent;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RequestFormatTest {
  private static final String REGION = """
      'original_width': 2000, 'original_height': 1000, 'type': 'rectanglelabels'""";

  private static final String POLYGON =
      REGION.replace("rectangle", "polygon") + ",'value':{'points':[[1,2],[3,4],[5,7]]}";

  static List<Golden> goldens() {
    return Golden.all();
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void shouldConvertTheGoldenRequests(Golden golden) throws IOException {
    ArrayNode events = Golden.JSON.createArrayNode();
    for (PromptEvent event : Golden.convert(golden.format(), golden.request())) {
      events.add(withoutNulls(Golden.JSON.readTree(event.toString())));
    }

    assertThat(events).isEqualTo(golden.events());
  }

  private static JsonNode withoutNulls(JsonNode event) {
    event.properties().removeIf(field -> field.getValue().isNull());
    return event;
  }

  private static JsonNode json(String text) throws IOException {
    return Golden.JSON.readTree(text.replace('\'', '"'));
  }

  private static List<PromptEvent> convert(String format, String request) throws IOException {
    return convert(format, request, Golden.DEFAULTS);
  }

  private static List<PromptEvent> convert(String format, String request, RequestDefaults defaults)
      throws IOException {
    return RequestFormat.named(format).convert(json(request), "r", defaults);
  }

  @Test
  void shouldReadTheBoxOfSam2AsCenterAndSize() throws IOException {
    String box = "{'x': 300.35, 'y': 200, 'width': 400.7, 'height': 100}";

    assertThat(convert("roboflow", "{'prompts': {'prompts': [{'box': %s}]}}".formatted(box)))
        .extracting(PromptEvent::getBox)
        .containsExactly(new Box(100.0, 150.0, 500.7, 250.0));
  }

  @Test
  void shouldReadTheBoxesOfSam3AsCornerAndSizeOrAsCorners() throws IOException {
    String boxes = "{'x': 300, 'y': 200, 'width': 400, 'height': 100},"
        + "{'x0': 300, 'y0': 200, 'x1': 400, 'y1': 300}";

    assertThat(convert("roboflow", "{'prompts': [{'boxes': [%s]}]}".formatted(boxes)))
        .extracting(PromptEvent::getBox)
        .containsExactly(new Box(300.0, 200.0, 700.0, 300.0), new Box(300.0, 200.0, 400.0, 300.0));
  }

  @ParameterizedTest
  @CsvSource({
    // x, y, width, height and degrees; the box in pixels of 2000 × 1000
    "50, 50, 10, 10, 90, 900, 500, 1000, 700",
    "50, 50, 10, 10, 180, 800, 400, 1000, 500",
    "50, 50, 10, 10, -90, 1000, 300, 1100, 500",
    "50, 50, 10, 20, 45, 858.578643, 500, 1141.421356, 782.842712",
    "0, 0, 0, 0, 30, 0, 0, 0, 0"
  })
  void shouldTakeTheBoundingBoxOfARotatedBox(
      double x,
      double y,
      double width,
      double height,
      double degrees,
      double xMin,
      double yMin,
      double xMax,
      double yMax)
      throws IOException {
    String value = "'value': {'x': %s, 'y': %s, 'width': %s, 'height': %s, 'rotation': %s}"
        .formatted(x, y, width, height, degrees);
    String request = "{'context': {'result': [{%s, %s}]}}".formatted(REGION, value);

    Box box = convert("label-studio", request, new RequestDefaults("i", null, null, true))
        .get(0)
        .getBox();

    assertThat(new double[] {box.getXMin(), box.getYMin(), box.getXMax(), box.getYMax()})
        .usingComparatorWithPrecision(1e-6)
        .containsExactly(xMin, yMin, xMax, yMax);
  }

  @ParameterizedTest
  @CsvSource({"72.69999999999999, 27.300000000000015, 1800", "72.7, 27.3, 1800", "0, 100, 1800"})
  void shouldEndABoxAtTheEdgeDespiteRounding(String x, String width, double xMax)
      throws IOException {
    String region = REGION.replace("2000", "1800");
    String value = "'value': {'x': %s, 'y': 0, 'width': %s, 'height': 1}".formatted(x, width);

    assertThat(
            convert("label-studio", "{'context': {'result': [{%s, %s}]}}".formatted(region, value)))
        .extracting(event -> event.getBox().getXMax())
        .containsExactly(xMax);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "cvat | [] | the document is []: it must be an object",
        "cvat | {} | the document is {}: a prompt needs a point or a box",
        "cvat | {'pos_points':{}} | /pos_points is {}: it must be an array",
        "cvat | {'pos_points':[[1]]} | /pos_points/0 is [1]: it must be [x, y]",
        "cvat | {'pos_points':[[1,'2']]} | /pos_points/0/1 is '2': it must be a number",
        "cvat | {'pos_points':[[1,1e400]]} | /pos_points/0/1 is Infinity: it must be a finite number",
        "cvat | {'obj_bbox':[1,2,3]} | /obj_bbox is [1,2,3]: it must be [x1, y1, x2, y2]",
        "cvat | {'obj_bbox':[[1,2],[3]]} | /obj_bbox/1 is [3]: it must be [x, y]",
        "cvat | {'obj_bbox':[500,300,100,100]} | /obj_bbox is [500,300,100,100]: it must be a box with its top left corner first",
        "cvat | {'image_size':{'height':0,'width':1}} | /image_size/height is 0: it must be positive",
        "cvat | {'image_size':[1,2]} | /image_size is [1,2]: it must be an object",
        "cvat | {'pos_points':[[1,2]],'image_id':[]} | /image_id is []: it must be a number or a string",
        "marks | 7 | the document is 7: it must be an object",
        "marks | {'marks':[]} | /marks is []: a prompt needs a point or a box",
        "marks | [{'type':'point','data':[1,2]}] | /0/label is missing: it must be 0, 1, true or false",
        "marks | [{'type':'point','data':[1,2],'label':2}] | /0/label is 2: it must be 0, 1, true or false",
        "marks | [{'type':'line','data':[1,2]}] | /0/type is 'line': it must be point or rectangle",
        "marks | [{'type':'text','data':'cat'}] | /0/type is 'text': the prompt encoder has no input for text",
        "marks | [{'type':'rectangle','data':[1,2,3,4],'label':0}] | /0/label is 0: the prompt encoder has no input for a negative box or mask; use background points",
        "marks | [{'type':'rectangle','data':[1,2,3,4]},{'type':'rectangle','data':[1,2,3,4]}] | /1/data is [1,2,3,4]: a prompt has at most one box",
        "roboflow | {} | /prompts is missing: it must be an object",
        "roboflow | {'prompts':{'prompts':[{}]}} | /prompts/prompts/0 is {}: a prompt needs a point or a box",
        "roboflow | {'prompts':{'prompts':[{'box':{'x':1,'y':2,'width':3}}]}} | /prompts/prompts/0/box/height is missing",
        "roboflow | {'prompts':{'prompts':[{'points':[{'x':1,'y':2}]}]}} | /prompts/prompts/0/points/0/positive is missing",
        "roboflow | {'prompts':[{'text':'cat'}]} | /prompts/0/text is 'cat': the prompt encoder has no input for text",
        "roboflow | {'prompts':[{'boxes':[[0.1,0.2,0.3,0.4]]}]} | /prompts/0/boxes/0 is [0.1,0.2,0.3,0.4]: it must be an object",
        "roboflow | {'prompts':[{'box':{'x':1,'y':2,'width':3,'height':4}}]} | /prompts/0/boxes is missing",
        "roboflow | {'prompts':[{'boxes':[{'x0':1,'y0':2,'x1':3,'y1':4}],'box_labels':[0]}]} | /prompts/0/box_labels/0 is 0: the prompt encoder has no input for a negative box",
        "roboflow | {'prompts':[{'boxes':[{'x0':1,'y0':2,'x1':3,'y1':4}],'box_labels':[]}]} | /prompts/0/box_labels is []: it must be an array of 1",
        "roboflow | {'prompts':[],'mask_input':[[[0]]]} | /mask_input is an array of 1: send logits in the mask of a PromptEvent",
        "label-studio | {'context':null} | /context is null: it must be an object",
        "label-studio | {'context':{'result':[]}} | /context/result is []: a prompt needs a point or a box",
        "label-studio | {'params':{'context':{'result':[{}]}}} | /params/context/result/0/original_height is missing",
        "label-studio | {'context':{'result':[{REGION,'image_rotation':90}]}} | /context/result/0/image_rotation is 90: rotate the image itself",
        "label-studio | {'context':{'result':[{REGION,'value':{'rotation':30}}]}} | /context/result/0/value/rotation is 30: the prompt encoder has no input for a rotated box",
        "label-studio | {'context':{'result':[{'original_width':1,'original_height':1,'type':'ellipselabels'}]}} | /context/result/0/type is 'ellipselabels': the prompt encoder has no input for it; use keypointlabels",
        "label-studio | {'context':{'result':[{BRUSH,'is_positive':false}]}} | /context/result/0/is_positive is false: the prompt encoder has no input for a negative box or mask",
        "label-studio | {'context':{'result':[{BRUSH,'value':{'rle':[1]}}]}} | /context/result/0/value/rle is [1]: it ends within its runs",
        "label-studio | {'context':{'result':[{BRUSH,'value':{'rle':[1,256]}}]}} | /context/result/0/value/rle/1 is 256: it must be a byte, 0 to 255",
        "label-studio | {'context':{'result':[{BRUSH,'value':{'rle':'AAAB'}}]}} | /context/result/0/value/rle is 'AAAB': it must be an array",
        "label-studio | {'context':{'result':[{BRUSH,'value':{'touches':[]}}]}} | /context/result/0/value/rle is missing",
        "label-studio | {'context':{'result':[{POLYGON},{POLYGON}]}} | /context/result/1/value/points is an array of 3: a prompt has at most one mask",
        "coco | {'images':[],'annotations':[{'id':1,'image_id':2}]} | /annotations/0/image_id is 2: it must be the id of an image of the file",
        "coco | {IMAGE,'annotations':[{'id':1,'image_id':7,'bbox':[1,2,3,4]}]} | /annotations/0/segmentation is missing",
        "coco | {IMAGE,'annotations':[{'id':1,'image_id':7,'bbox':[1,2,3,4],'segmentation':[1,2,3]}]} | /annotations/0/segmentation/0 is 1: it must be an array",
        "coco | {IMAGE,'annotations':[{'id':1,'image_id':7,'bbox':[1,2,3,4],'segmentation':{'size':[7]}}]} | /annotations/0/segmentation/size is [7]: it must be [height, width]",
        "coco | {IMAGE,'annotations':[{'id':1,'image_id':7,'bbox':[1,2,3,4],'segmentation':{'size':[7,9],'counts':7}}]} | /annotations/0/segmentation/counts is 7: it must be an array",
        "label-studio | {'context':{'result':[{'original_width':1,'original_height':1,'type':'keypointlabels','value':{'x':1,'y':2}}]}} | /context/result/0/is_positive is missing",
        "label-studio | {'context':{'result':[{REGION,'is_positive':false}]}} | /context/result/0/is_positive is false: the prompt encoder has no input for a negative box",
        "label-studio | {'tasks':[],'context':{'result':[{REGION,'value':{'x':1,'y':1,'width':1,'height':1}}]}} | /tasks is []: it must be an array of one task"
      })
  void shouldNameTheFieldItsValueAndTheReason(String format, String request, String message) {
    assertThatThrownBy(() -> Golden.convert(
            format,
            json(request
                .replace("REGION", REGION)
                .replace("BRUSH", REGION.replace("rectangle", "brush"))
                .replace("POLYGON", POLYGON)
                .replace("IMAGE", "'images':[{'id':7,'height':5,'width':6}]"))))
        .isInstanceOf(IntakeException.class)
        .hasMessageStartingWith(message.replace('\'', '"'));
  }

  @Test
  void shouldRefuseARequestWithoutImageIdOrSize() {
    String request = "{'pos_points': [[1, 2]]}";

    assertThatThrownBy(() -> convert("cvat", request, RequestDefaults.NONE))
        .hasMessageStartingWith("/image_size is missing");
    assertThatThrownBy(() ->
            convert("cvat", request, new RequestDefaults(null, new ImageSize(3, 4), null, false)))
        .hasMessageStartingWith("/image_id is missing");
  }

  @Test
  void shouldNameTheModel() throws IOException {
    RequestDefaults defaults = new RequestDefaults("i", new ImageSize(3, 4), "sam2", false);

    assertThat(convert("cvat", "{'pos_points': [[1, 2]]}", defaults))
        .extracting(PromptEvent::getModel)
        .containsExactly("sam2");
  }
}
