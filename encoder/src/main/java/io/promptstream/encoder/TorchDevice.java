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
   * Returns the PyTorch engine, which never goes to the network and uses one thread for each
   * caller: stream threads are the parallelism, and more threads inside an operation of this size
   * slow it down. Properties that are set already win.
   */
  static Engine engine() {
    setIfAbsent("ai.djl.offline", "true");
    setIfAbsent("OPT_OUT_TRACKING", "true");
    setIfAbsent(NUM_THREADS, "1");
    return Engine.getEngine("PyTorch");
  }

  /**
   * Has libtorch use as many threads for operations of the calling thread as the engine was told
   * to. OpenMP keeps that number for each thread, so what was set where the engine was loaded does
   * not hold on a stream thread: there, a second thread would spin beside every operation.
   */
  static void limitThreads() {
    JniUtils.setNumThreads(Integer.getInteger(NUM_THREADS, 1));
  }

  private static void setIfAbsent(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  /**
   * Returns the device of a setting.
   *
   * @param setting {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:N}
   * @throws IllegalArgumentException if there is no such setting or no such device
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
      Device taken = gpus > 0 ? Device.gpu() : Device.cpu();
      log.info(
          "Device auto: took {}, for PyTorch {} sees {} GPUs", taken, engine.getVersion(), gpus);
      return taken;
    }
    int wanted = matcher.group(1) == null ? 0 : Integer.parseInt(matcher.group(1));
    if (wanted >= gpus) {
      throw new IllegalArgumentException("device is '%s', but PyTorch %s sees %d GPUs here"
          .formatted(setting, engine.getVersion(), gpus));
    }
    return Device.gpu(wanted);
  }
}
