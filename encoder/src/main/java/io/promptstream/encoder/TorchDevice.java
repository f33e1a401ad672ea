package io.promptstream.encoder;

import ai.djl.Device;
import ai.djl.engine.Engine;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads DJL's PyTorch engine and finds the device that a setting names. */
final class TorchDevice {
  private static final Logger log = LoggerFactory.getLogger(TorchDevice.class);
  private static final Pattern SETTING = Pattern.compile("auto|cpu|gpu(?::([0-9]{1,4}))?");

  private TorchDevice() {}

  /**
   * Returns the PyTorch engine, which never goes to the network and uses one thread for each
   * caller: stream threads are the parallelism, and more threads inside an operation of this size
   * slow it down. Properties that are set already win.
   */
  static Engine engine() {
    setIfAbsent("ai.djl.offline", "true");
    setIfAbsent("OPT_OUT_TRACKING", "true");
    setIfAbsent("ai.djl.pytorch.num_threads", "1");
    return Engine.getEngine("PyTorch");
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
