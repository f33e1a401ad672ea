package io.promptstream.encoder;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads DJL's PyTorch engine and finds the device that a setting names. */
final class TorchDevice {
  private static final Logger log = LoggerFactory.getLogger(TorchDevice.class);
  private static final Pattern SETTING = Pattern.compile("auto|cpu|gpu(?::([0-9]{1,4}))?");

  private static final String NUM_THREADS = "ai.djl.pytorch.num_threads";

  private TorchDevice() {}

  /**
   * Returns the PyTorch engine, with one thread for each caller unless
   * {@code ai.djl.pytorch.num_threads} is set: stream threads provide the parallelism, and more
   * threads inside an operation of this size slow it down.
   */
  static Engine engine() {
    Engine engine = Engine.getEngine("PyTorch");
    limitThreads();
    return engine;
  }

  /**
   * Applies the configured number of libtorch threads to the calling thread. OpenMP keeps this
   * number for each thread, so the number that is set where the engine is loaded does not apply to
   * a stream thread, where a second thread would spin beside every operation.
   */
  static void limitThreads() {
    JniUtils.setNumThreads(Integer.getInteger(NUM_THREADS, 1));
  }

  /**
   * Returns the device that a setting names.
   *
   * @param setting {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:N}
   * @throws IllegalArgumentException if the setting is invalid or the device does not exist
   */
  static Device of(Engine engine, String setting) {
    Matcher matcher = SETTING.matcher(setting);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "device is '%s', must be auto, cpu, gpu or gpu:N".formatted(setting));
    }
    if (setting.equals("cpu")) {
      return Device.cpu();
    }
    int gpus = engine.getGpuCount();
    if (setting.equals("auto")) {
      Device found = gpus > 0 ? Device.gpu() : Device.cpu();
      log.info(
          "Device auto resolved to {}: PyTorch {} sees {} GPUs", found, engine.getVersion(), gpus);
      return found;
    }
    int index = matcher.group(1) == null ? 0 : Integer.parseInt(matcher.group(1));
    if (index >= gpus) {
      throw new IllegalArgumentException("device is '%s', but PyTorch %s sees %d GPUs here"
          .formatted(setting, engine.getVersion(), gpus));
    }
    return Device.gpu(index);
  }
}
