/** A real Kafka broker inside this process, for the demo, for trying out and for tests. */
@NullMarked
package io.promptstream.workbench.kafka;

import org.jspecify.annotations.NullMarked;
