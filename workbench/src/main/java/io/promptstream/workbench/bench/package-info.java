/**
 * What PromptStream costs: the same stream with and without the encoder, in processes of its own,
 * in turn, over several rounds.
 *
 * <p>{@link io.promptstream.workbench.bench.Bench} compares
 * {@link io.promptstream.workbench.bench.Contestant}s on one
 * {@link io.promptstream.workbench.bench.Workload};
 * {@link io.promptstream.workbench.bench.MemorySeries} watches one of them for long.
 */
@NullMarked
package io.promptstream.workbench.bench;

import org.jspecify.annotations.NullMarked;
