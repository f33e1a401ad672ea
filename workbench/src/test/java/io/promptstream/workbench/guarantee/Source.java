package io.promptstream.workbench.guarantee;

import java.util.Random;

/** Where a load takes its events from. */
@FunctionalInterface
public interface Source {
  /**
   * Returns the next event.
   *
   * @param number its number: 0, 1, 2 and so on
   */
  Sample next(long number, Random random);
}
