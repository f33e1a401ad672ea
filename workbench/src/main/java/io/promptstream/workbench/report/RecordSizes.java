package io.promptstream.workbench.report;

/**
 * Sizes of a prompt's records as they were on the wire, in bytes of the value.
 *
 * @param event the prompt event
 * @param sparse the sparse embedding
 * @param dense the dense embedding
 */
public record RecordSizes(int event, int sparse, int dense) {}
