package io.promptstream.encoder.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Builds checkpoints like those of {@code torch.save}, and slightly invalid ones. */
final class TorchZipBuilder {
  private final Map<String, byte[]> records = new LinkedHashMap<>();
  private final List<Consumer<Pickle>> items = new ArrayList<>();
  private final List<Consumer<Pickle>> outerItems = new ArrayList<>();
  private int method = ZipEntry.STORED;
  private String begin = "}(";
  private String end = "u";

  /** A storage as a persistent id describes it. */
  record Storage(String type, String key, long elements) {}

  TorchZipBuilder tensor(String name, List<Long> shape, byte[] float32) {
    String key = Integer.toString(items.size());
    record("data/" + key, float32);
    Storage storage = new Storage("FloatStorage", key, float32.length / Float.BYTES);
    return view(name, storage, 0, shape, rowMajor(shape));
  }

  TorchZipBuilder view(
      String name, Storage storage, long offset, List<Long> shape, List<Long> strides) {
    items.add(pickle -> pickle.text(name).tensor(storage, offset, shape, strides));
    return this;
  }

  /** Adds a pickled key and value of any kind. */
  TorchZipBuilder item(Consumer<Pickle> item) {
    items.add(item);
    return this;
  }

  TorchZipBuilder record(String name, byte[] content) {
    records.put(name, content);
    return this;
  }

  TorchZipBuilder without(String name) {
    records.remove(name);
    return this;
  }

  TorchZipBuilder compressed() {
    method = ZipEntry.DEFLATED;
    return this;
  }

  /** Puts the state dict under a key of another dict. */
  TorchZipBuilder nestedUnder(String key) {
    begin = "}X" + (char) key.length() + "\0\0\0" + key + "}(";
    end = "us";
    return this;
  }

  /** Adds a pickled value to the outermost dict, beside the nested state dict. */
  TorchZipBuilder beside(String key, byte[] value) {
    outerItems.add(pickle -> pickle.text(key).raw(value).opcodes("s"));
    return this;
  }

  byte[] zip() throws IOException {
    Pickle pickle = Pickle.begin().opcodes(begin);
    items.forEach(item -> item.accept(pickle));
    pickle.opcodes(end);
    outerItems.forEach(outerItem -> outerItem.accept(pickle));
    return zip(pickle.end().array());
  }

  byte[] zip(byte[] pickle) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      put(zip, "archive/data.pkl", pickle);
      put(zip, "archive/version", "3\n".getBytes(UTF_8));
      for (Map.Entry<String, byte[]> entry : records.entrySet()) {
        put(zip, "archive/" + entry.getKey(), entry.getValue());
      }
    }
    return bytes.toByteArray();
  }

  private void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(method);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  static List<Long> rowMajor(List<Long> shape) {
    List<Long> strides = new ArrayList<>(shape);
    long step = 1;
    for (int i = shape.size() - 1; i >= 0; i--) {
      strides.set(i, step);
      step *= shape.get(i);
    }
    return strides;
  }
}
