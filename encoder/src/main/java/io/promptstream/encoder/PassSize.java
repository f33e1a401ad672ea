package io.promptstream.encoder;

import ai.djl.Device;

/**
 * How much goes through the network in one sequence of operations.
 *
 * @param tokens rows of the sparse branch
 * @param masks masks of the mask branch
 */
record PassSize(int tokens, int masks) {
  /** What an operation writes, the next reads: 256 KiB for 256 tokens, and for one mask. */
  private static final PassSize OF_A_CORE_S_CACHE = new PassSize(256, 1);

  /** Enough that starting the operations costs little beside them. */
  private static final PassSize OF_A_GPU = new PassSize(8192, 32);

  static PassSize of(Device device) {
    return device.isGpu() ? OF_A_GPU : OF_A_CORE_S_CACHE;
  }
}
