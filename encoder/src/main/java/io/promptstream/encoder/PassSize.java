package io.promptstream.encoder;

import ai.djl.Device;

/**
 * The amount of input that goes through the network in one pass.
 *
 * @param tokens number of rows in the sparse branch
 * @param masks number of masks in the mask branch
 */
record PassSize(int tokens, int masks) {
  /**
   * An operation finds its predecessor's result in the core's cache: 256 KiB for 256 tokens or for
   * one mask.
   */
  private static final PassSize CPU = new PassSize(256, 1);

  /** Large enough that launching the operations costs little compared with running them. */
  private static final PassSize GPU = new PassSize(8192, 32);

  static PassSize of(Device device) {
    return device.isGpu() ? GPU : CPU;
  }
}
