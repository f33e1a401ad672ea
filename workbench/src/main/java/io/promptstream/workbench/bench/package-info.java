/**
 * Benchmarks of PromptStream: the same stream with and without the encoder, and other programs,
 * each in a separate process, over several rounds.
 *
 * <p>{@link io.promptstream.workbench.bench.Bench} compares
 * {@link io.promptstream.workbench.bench.Contestant}s on one
 * {@link io.promptstream.workbench.bench.Workload};
 * {@link io.promptstream.workbench.bench.MemorySeries} samples the memory of one of them.
 */
@NullMarked
package io.promptstream.workbench.bench;

import org.jspecify.annotations.NullMarked;
