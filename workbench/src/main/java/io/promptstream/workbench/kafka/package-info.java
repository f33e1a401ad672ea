/** A real Kafka broker inside this process, for the demo, local use and tests. */
@NullMarked
package io.promptstream.workbench.kafka;

import org.jspecify.annotations.NullMarked;
