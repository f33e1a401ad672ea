package io.promptstream.encoder.checkpoint;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;

import io.promptstream.encoder.checkpoint.PickleValue.Dict;
import io.promptstream.encoder.checkpoint.PickleValue.Storage;
import io.promptstream.encoder.checkpoint.PickleValue.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A checkpoint in the format of {@code torch.save} since PyTorch 1.6: a zip with a pickle of the
 * state dict, in which each tensor is a view of a storage, and one entry per storage.
 */
final class TorchZipFile implements TensorSource {
  private static final long MAX_PICKLE = 16 << 20;
  private static final String BYTE_ORDER = "byteorder";
  private static final List<String> NESTED_UNDER = List.of("model", "state_dict");

  private final TorchZipDirectory zip;
  private final Map<String, Tensor> tensors;

  private TorchZipFile(TorchZipDirectory zip, Map<String, Tensor> tensors) {
    this.zip = zip;
    this.tensors = tensors;
  }

  static TorchZipFile open(CheckpointChannel file) throws IOException {
    TorchZipDirectory zip = TorchZipDirectory.open(file);
    requireLittleEndian(zip);
    long size = zip.size(TorchZipDirectory.PICKLE).orElseThrow();
    if (size > MAX_PICKLE) {
      throw new MalformedCheckpointException(
          "its pickle has %d bytes, expected at most %d".formatted(size, MAX_PICKLE));
    }
    PickleValue root = PickleReader.read(zip.read(TorchZipDirectory.PICKLE, 0, (int) size));
    return new TorchZipFile(zip, tensors(root));
  }

  private static void requireLittleEndian(TorchZipDirectory zip) throws IOException {
    Optional<Long> size = zip.size(BYTE_ORDER);
    if (size.isPresent()) {
      int length = (int) Math.min(size.get(), 16);
      String order = US_ASCII.decode(zip.read(BYTE_ORDER, 0, length)).toString();
      if (!order.equals("little")) {
        throw new MalformedCheckpointException("its byteorder is '%s', expected 'little'"
            .formatted(MalformedCheckpointException.quote(order)));
      }
    }
  }

  private static Map<String, Tensor> tensors(PickleValue root) throws MalformedCheckpointException {
    if (!(root instanceof Dict dict)) {
      throw new MalformedCheckpointException("its pickle is not a state dict");
    }
    for (String key : NESTED_UNDER) {
      if (dict.entries().get(key) instanceof Dict nested) {
        Map<String, Tensor> tensors = tensorsOf(nested);
        if (!tensors.isEmpty()) {
          return tensors;
        }
      }
    }
    return tensorsOf(dict);
  }

  private static Map<String, Tensor> tensorsOf(Dict stateDict) {
    Map<String, Tensor> tensors = new HashMap<>();
    stateDict.entries().forEach((name, value) -> {
      if (value instanceof Tensor tensor) {
        tensors.put(name, tensor);
      }
    });
    return tensors;
  }

  @Override
  public Set<String> names() {
    return tensors.keySet();
  }

  @Override
  public List<Long> shape(String name) {
    return tensor(name).shape();
  }

  @Override
  public String elementType(String name) {
    return MalformedCheckpointException.quote(tensor(name).storage().type());
  }

  @Override
  public float[] read(String name) throws IOException {
    Tensor tensor = tensor(name);
    Storage storage = tensor.storage();
    ElementType type = ElementType.ofTorchStorage(storage.type())
        .orElseThrow(() -> new MalformedCheckpointException(
            "tensor %s is in a torch.%s, expected a Float-, Half- or BFloat16Storage"
                .formatted(name, storage.type())));
    String entry = requireEntry(name, storage, type);
    TensorView view = TensorView.of(name, tensor.offset(), tensor.shape(), tensor.strides());
    if (view.span() > storage.elements() - view.offset()) {
      throw new MalformedCheckpointException(
          "tensor %s of shape %s, strides %s and offset %d ends past its storage of %d elements"
              .formatted(name, view.shape(), view.strides(), view.offset(), storage.elements()));
    }
    ByteBuffer data = zip.read(entry, view.offset() * type.bytes(), view.span() * type.bytes());
    return view.gather(type.widen(data));
  }

  private String requireEntry(String name, Storage storage, ElementType type)
      throws MalformedCheckpointException {
    String entry = "data/" + storage.key();
    Optional<Long> size = zip.size(entry);
    if (size.isEmpty()) {
      throw new MalformedCheckpointException(
          "tensor %s is in the zip entry %s, which is missing".formatted(name, zip.shown(entry)));
    }
    if (size.get() % type.bytes() != 0 || size.get() / type.bytes() != storage.elements()) {
      throw new MalformedCheckpointException(
          "tensor %s is in the zip entry %s of %d bytes, expected %d elements of %d bytes"
              .formatted(name, zip.shown(entry), size.get(), storage.elements(), type.bytes()));
    }
    return entry;
  }

  private Tensor tensor(String name) {
    return requireNonNull(tensors.get(name), name);
  }
}
