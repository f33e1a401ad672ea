package io.promptstream.encoder.checkpoint;

import java.util.ArrayList;
import java.util.List;

/** The stack of the pickle interpreter, with marks that a pop cannot cross. */
final class PickleStack {
  private final List<PickleValue> values = new ArrayList<>();
  private final List<Integer> marks = new ArrayList<>();

  void push(PickleValue value) {
    values.add(value);
  }

  void mark() {
    marks.add(values.size());
  }

  PickleValue peek() throws MalformedCheckpointException {
    requireDepth(1);
    return values.get(values.size() - 1);
  }

  PickleValue pop() throws MalformedCheckpointException {
    requireDepth(1);
    return values.remove(values.size() - 1);
  }

  /** Pops the topmost values and returns them in the order in which they were pushed. */
  List<PickleValue> pop(int count) throws MalformedCheckpointException {
    requireDepth(count);
    return popFrom(values.size() - count);
  }

  /** Pops the topmost mark and all values above it; returns them in the order of their pushes. */
  List<PickleValue> popToMark() throws MalformedCheckpointException {
    if (marks.isEmpty()) {
      throw new MalformedCheckpointException("its pickle ends a group that it has not begun");
    }
    return popFrom(marks.remove(marks.size() - 1));
  }

  private List<PickleValue> popFrom(int start) {
    List<PickleValue> top = values.subList(start, values.size());
    List<PickleValue> popped = List.copyOf(top);
    top.clear();
    return popped;
  }

  private void requireDepth(int count) throws MalformedCheckpointException {
    int floor = marks.isEmpty() ? 0 : marks.get(marks.size() - 1);
    if (values.size() - floor < count) {
      throw new MalformedCheckpointException("its pickle takes more values than it has given");
    }
  }
}
